#!/usr/bin/env python3
"""Scores what `aimsgate inspect` reads against a corpus of documents labelled by hand.

usage: score.py AIMSGATE CORPUS [--errors]

CORPUS holds `documents/` and `labels.json`: per document its kind, how far it is filled in, and
per topic whether it is present, a placeholder, or missing; README.md shows one. Borderline labels
and those that do not apply are left out.
Exits 1 when a bar is missed.
"""

import collections
import json
import pathlib
import subprocess
import sys

# What a label calls a kind, and what the catalogue calls it. Anything else is not in the catalogue.
KINDS = {
    "croissant": "dataset-card",
    "impact-assessment-procedure": "impact-assessment-process",
    "approval-record": "risk-signoff",
    "ai-inventory": "ai-system-register",
}
# Kinds that the catalogue has gained since documents were labelled, by what they were labelled.
GAINED = {
    "fundamental-rights-impact-assessment": "impact-assessment",
    "eu-declaration-of-conformity": "risk-signoff",
}
LOOK_ALIKES = {
    "contribution-ai-policy",
    "acceptable-use-policy",
    "not-governance",
    "impact-assessment-instrument",
}
CARDS = {"model-card", "dataset-card"}
# The elements that answer a topic; the best of them counts.
TOPICS = {
    "model-card": {
        "intended_use": ["intended-use"],
        "limitations": ["limitations", "out-of-scope"],
        "training_data": ["training-data"],
        "evaluation": ["evaluation"],
        "ethics_bias": ["ethics-bias"],
        "owner_contact": ["owner", "contact"],
        "license": ["licence"],
    },
    "dataset-card": {
        "intended_use": ["uses"],
        "limitations": ["limitations"],
        "training_data": ["acquisition", "provenance"],
        "ethics_bias": ["sensitive-bias"],
        "owner_contact": ["owner", "contact"],
        "license": ["rights"],
    },
}
BAR = 0.95
ORDER = {"missing": 0, "placeholder": 1, "present": 2}


def name_of(label):
    return (
        label.get("file")
        or f"{label['repo'].replace('/', '__')}__{label['path'].replace('/', '__')}"
    )


def topics_of(label):
    """The topics of a label; owner and contact are one question, answered by the better one."""
    topics = dict(label["topics"])
    both = [topics.pop(name, None) for name in ("owner", "contact")]
    both = [it for it in both if it and it["state"] != "na"]
    if both:
        best = max(both, key=lambda it: ORDER[it["state"]])
        topics["owner_contact"] = {**best, "borderline": any(it.get("borderline") for it in both)}
    return topics


def main():
    program, corpus = sys.argv[1], pathlib.Path(sys.argv[2])
    show = "--errors" in sys.argv
    labels = json.loads((corpus / "labels.json").read_text())["documents"]
    files = [
        (label, corpus / "documents" / name_of(label).split("documents/")[-1]) for label in labels
    ]
    present = [(label, path) for label, path in files if path.is_file()]
    read = subprocess.run(
        [program, "inspect", "--format", "json", *[str(p) for _, p in present]],
        capture_output=True,
        text=True,
        check=False,
    )
    found = {it["path"]: it for it in json.loads(read.stdout)}
    kinds = collections.Counter()
    accepted, refused_look_alikes = [], 0
    look_alikes = 0
    scores = collections.defaultdict(collections.Counter)
    wrong = []
    for label, path in present:
        it = found[str(path)]
        want = KINDS.get(label["kind"], label["kind"])
        borderline = label.get("extra", {}) and (label["extra"] or {}).get("kind_borderline")
        if label["kind"] in LOOK_ALIKES:
            look_alikes += 1
            if it["recognised"]:
                wrong.append(
                    f"look-alike accepted: {path.name}: {label['kind']} read as {it['kind']}"
                )
            else:
                refused_look_alikes += 1
        elif not borderline:
            right = want in (it["kind"], GAINED.get(it["kind"]))
            kinds["right" if right else "wrong"] += 1
            if not right:
                wrong.append(
                    f"kind: {path.name}: {it['kind']} instead of {want} ({label['completion']})"
                )
        if label["completion"] == "template" and it["recognised"]:
            accepted.append(path.name)
            wrong.append(f"template accepted: {path.name} as {it['kind']}")
        if (
            label["completion"] in ("filled", "partial")
            and label["kind"] not in LOOK_ALIKES
            and not it["recognised"]
        ):
            wrong.append(
                f"not accepted: {path.name}: {label['kind']} {label['completion']} "
                f"read as {it['kind']}, {it['completion']}"
            )
        if label["kind"] not in CARDS:
            continue
        elements = {element["key"]: element for element in it["elements"]}
        for topic, said in topics_of(label).items():
            keys = TOPICS[label["kind"]].get(topic)
            if not keys or said["state"] == "na" or said.get("borderline"):
                continue
            states = [elements[key] for key in keys if key in elements]
            best = max(states, key=lambda e: ORDER[e["state"]], default={"state": "missing"})
            truth, guess = said["state"] == "present", best["state"] == "present"
            outcome = {
                (True, True): "tp",
                (False, True): "fp",
                (True, False): "fn",
                (False, False): "tn",
            }[truth, guess]
            scores[topic][outcome] += 1
            if truth != guess:
                wrong.append(
                    f"{outcome} {topic}: {path.name}: "
                    f"labelled {said['state']} via {said.get('via')}, "
                    f"read {best['state']} line {best.get('line')} via {best.get('via')} "
                    f"by {str(best.get('matched'))[:70]!r}"
                )
    total = collections.Counter()
    print(f"{'topic':<16} {'n':>4} {'precision':>9} {'recall':>7}")
    for topic, counts in sorted(scores.items()):
        total.update(counts)
        print(line(topic, counts))
    print(line("all cards", total))
    rights = kinds["right"]
    print(f"kind right: {rights} of {rights + kinds['wrong']}")
    print(
        f"look-alikes refused: {refused_look_alikes} of {look_alikes}; "
        f"templates accepted: {len(accepted)}"
    )
    if show:
        print(*sorted(wrong), sep="\n")
    precision, recall = rates(total)
    missed = precision < BAR or recall < BAR or accepted or refused_look_alikes < look_alikes
    sys.exit(1 if missed else 0)


def rates(counts):
    said, truth = counts["tp"] + counts["fp"], counts["tp"] + counts["fn"]
    return (counts["tp"] / said if said else 1.0, counts["tp"] / truth if truth else 1.0)


def line(name, counts):
    precision, recall = rates(counts)
    return f"{name:<16} {sum(counts.values()):>4} {precision:>9.3f} {recall:>7.3f}"


if __name__ == "__main__":
    main()
