#!/usr/bin/env python3
"""Scores what `aimsgate inventory` finds against repositories labelled by hand.

usage: score_inventory.py AIMSGATE CORPUS [--repositories FOLDER] [--misses]

CORPUS holds `labels.json`: `{"repositories": [{"repo": "owner/name", "commit", "truth"}]}`. `truth`
says `uses_ai`, and may list `frameworks`, `llm_sdks`, `hub_or_hosted_models` and
`model_artifacts_tracked`; a truth with a `note` says `uses_ai` alone. FOLDER (or
CORPUS/repositories) holds each repository as `owner+name`, as `owner+name/repo`, or as
`owner/name`. One that is not there is left out and counted.

Prints precision and recall of each. Exits 1 where `uses_ai` is wrong or a bar is missed.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

# The least precision and recall.
BARS = (0.95, 0.90)
# What a label and the product call the same library.
SAME = {
    "scikit-learn": "sklearn",
    "pytorch": "torch",
    "huggingface-hub": "huggingface_hub",
    "sentence_transformers": "sentence-transformers",
    "@anthropic-ai/sdk": "anthropic",
    "huggingface-inference": "huggingface_hub inferenceclient",
    "libtorch": "torch",
}


def plain(name):
    """A name without what stands in brackets, in one spelling."""
    name = re.sub(r"\s*\(.*\)", "", name).strip().lower()
    return SAME.get(name, name)


def where(folder, repo):
    """The folder of a repository, None where it is not there."""
    joined = repo.replace("/", "+")
    for place in (folder / joined / "repo", folder / joined, folder / repo):
        if place.is_dir():
            return place
    return None


def inventory(binary, place, commit):
    command = [binary, "inventory", "--format", "json", "--head", commit, str(place)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        # A copy that holds another commit alone is scored as it is.
        command[5] = "HEAD"
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def is_id(text):
    """Whether a label is an exact id, and no sentence about some."""
    return " " not in plain(text) and ".." not in text


def found_frameworks(found):
    """Libraries that are imported, and those that code calls: `torch.optim.Adam` is of `torch`."""
    names = {plain(it["name"]) for it in found["frameworks"]}
    kinds = {"model-use", "training", "model-definition"}
    for asset in found["assets"]:
        if asset["kind"] in kinds and re.match(r"^[\w-]+[.:]", asset["name"]):
            names.add(plain(re.split(r"[.:]", asset["name"])[0]))
        elif asset["kind"] == "dependency":
            names.add(plain(asset["name"]))
    return names


class Tally:
    def __init__(self):
        self.right, self.missed, self.extra = 0, [], []

    def add(self, repo, expected, found, judged):
        """`judged` are those of what was found that a label would list."""
        self.right += len(expected & found)
        self.missed += [f"{repo}: {it}" for it in sorted(expected - found)]
        self.extra += [f"{repo}: {it}" for it in sorted(judged - expected)]

    def rates(self):
        precision = self.right / max(1, self.right + len(self.extra))
        recall = self.right / max(1, self.right + len(self.missed))
        return precision, recall


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--repositories", type=pathlib.Path)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    folder = options.repositories or options.corpus / "repositories"
    labels = json.loads((options.corpus / "labels.json").read_text())["repositories"]
    wrong, absent, seen = [], [], 0
    tallies = {name: Tally() for name in ("frameworks", "services", "model ids", "model files")}
    for label in labels:
        repo, truth = label["repo"], label["truth"]
        place = where(folder, repo)
        if place is None:
            absent.append(repo)
            continue
        seen += 1
        found = inventory(options.binary, place, label["commit"])
        if found["uses_ai"] != truth["uses_ai"]:
            wrong.append(f"{repo}: {found['reason']}")
        if "note" in truth:
            continue
        frameworks = found_frameworks(found)
        expected = {plain(it) for it in truth["frameworks"]}
        imported = {plain(it["name"]) for it in found["frameworks"]}
        tallies["frameworks"].add(repo, expected, frameworks, imported)
        services = {plain(it["name"]) for it in found["services"] if it["strength"] == "evidence"}
        expected = {plain(it) for it in truth["llm_sdks"]}
        tallies["services"].add(repo, expected, services, services)
        kinds = ("hub-model", "hosted-model")
        # Labels name the models of the product.
        found_models = [it for it in found["models"] if it["role"] == "product"]
        models = [it for it in found_models if it["kind"] in kinds]
        # A service of many suppliers names the supplier before the model.
        names = {re.sub(r"^(?:[a-z]+\.)+(?=[a-z]+-\d)", "", plain(it["name"])) for it in models}
        expected = {plain(it) for it in truth["hub_or_hosted_models"] if is_id(it)}
        # A label names a family where the code names a dated version of it.
        families = {it for it in expected if any(name.startswith(it) for name in names)}
        extra = {it for it in names if not any(it.startswith(family) for family in expected)}
        extra = extra if expected or not truth["hub_or_hosted_models"] else set()
        tallies["model ids"].add(repo, expected, families, families | extra)
        files = [it for it in truth["model_artifacts_tracked"] if "not a model" not in it]
        expected = {plain(it) for it in files}
        kinds = {"weights", "weights-pointer", "data-pointer", "model-configuration"}
        tracked = {
            it["path"].lower()
            for it in found["assets"]
            if it["kind"] in kinds and it["strength"] == "evidence" and it["role"] == "product"
        }
        tallies["model files"].add(repo, expected, tracked, tracked - {"dvc.lock"})
    print(f"{seen} repositories, {len(absent)} not there; `uses_ai` wrong: {len(wrong)}")
    missed_bar = bool(wrong)
    for line in wrong:
        print(f"  {line}")
    for name, tally in tallies.items():
        precision, recall = tally.rates()
        missed_bar |= precision < BARS[0] or recall < BARS[1]
        print(f"{name}: precision {precision:.3f}, recall {recall:.3f}, right {tally.right}")
        if options.misses:
            for word, lines in (("missed", tally.missed), ("extra", tally.extra)):
                for line in lines:
                    print(f"  {word} {line}")
    if options.misses and absent:
        print("not there: " + ", ".join(absent))
    sys.exit(1 if missed_bar else 0)


if __name__ == "__main__":
    main()
