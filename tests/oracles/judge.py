"""Lets real tools judge what aimsgate writes, and shows that each tool refuses a known-bad input.

Usage: judge.py TOOLS AIMSGATE [PART ... | FILE.sarif ...]. Prints one line per question and a count
at the end. With parts only those are judged, with files only those; README.md lists the parts.
"""

import concurrent.futures
import json
import multiprocessing
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import referencing

import cases
import evidence
import forges
import lint
import surfaces

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.argv[1]).resolve()
AIMSGATE = Path(sys.argv[2]).resolve()
TODAY = "2026-11-22"
# Official schemas that no package brings: a folder of them, which README.md describes.
SCHEMAS = Path(os.environ.get("AIMSGATE_SCHEMAS") or os.devnull)
# What the multitool may say of our files, and why it is left so. Everything else is a failure.
ACCEPTED_SARIF = {
    "SARIF2006/": "it looks URIs up on the network, which no test does",
    "SARIF2002/": "it wants message ids with arguments; GitHub shows only message.text",
    "SARIF2003/": "a folder that is no repository has no version control provenance",
    "SARIF2005/Warning_ProvideToolnformationUri": "the project has no public address yet",
    "SARIF2009/": "our rule ids are kebab-case words, so that waiving one reads right",
    "SARIF2010/": "viewers of code scanning have the repository; snippets would double the file",
    "SARIF2011/": "the same for context regions",
    "SARIF2012/Note_ProvideHelpUri": "the help stands in the file; no public address can be linked",
    "SARIF2012/Note_ProvideMetadataForAllViolatedRules": "a run without results has no rules; that "
    "each result has its rule is asked here",
}

# What was asked so far and how it came out.
answers: list[tuple[str, str, str]] = []


def note(outcome: str, question: str, detail: str = "") -> None:
    answers.append((outcome, question, detail))


def ask(question: str, answer: bool, detail: str = "") -> None:
    note("passed" if answer else "failed", question, "" if answer else detail)


def run(*command: object, **options: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, **options
    )


def examples(work: Path) -> Iterator[tuple[str, Path]]:
    """Every example repository, and every case of a check that needs no key, as a folder."""
    fixtures = ROOT / "fixtures"
    for repository in sorted((fixtures / "repos").iterdir()):
        yield f"repos/{repository.name}", repository
    for check in sorted((fixtures / "checks").iterdir()):
        for name, case in cases.load(check).items():
            if not cases.is_simple(case):
                continue
            judged = work / f"{check.name}-{name}"
            tip = cases.make(fixtures, check.name, name, case, judged)
            if tip:
                git(tip, "init", "--quiet", "--initial-branch", "main")
                commit(tip, "start")
                (tip / ".git").rename(judged / ".git")
            yield f"checks/{check.name}/{name}", judged


def plain_environment() -> dict[str, str]:
    """Without what says that this is a job, whose change the cases are not."""
    return {
        name: value
        for name, value in os.environ.items()
        if name != "CI" and not name.startswith(("GITHUB_", "GIT_"))
    }


def git(folder: Path, *arguments: object) -> subprocess.CompletedProcess:
    who = [
        "-c",
        "user.name=A Tester",
        "-c",
        "user.email=tester@example.com",
        "-c",
        "commit.gpgsign=false",
    ]
    # Whatever day it is: what is judged for a day was not committed after it.
    day = f"{TODAY}T12:00:00Z"
    when = {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    return run("git", "-C", folder, *who, *arguments, env=plain_environment() | when)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    done = git(folder, "commit", "--quiet", "--allow-empty", "--no-verify", "--message", message)
    if done.returncode:
        raise SystemExit(f"git commit: {done.stderr}")


def repository(folder: Path, start: Path) -> Path:
    """A git repository whose branch main holds the files of a folder."""
    shutil.copytree(start, folder)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "start")
    return folder


def report_of(folder: Path, form: str, *arguments: object) -> str:
    command = [AIMSGATE, "check", folder, "--today", TODAY, "--format", form, *arguments]
    done = run(*command, env=plain_environment())
    if done.returncode not in (0, 1, 2) or not done.stdout:
        raise SystemExit(f"{folder}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def multitool() -> Path:
    system = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}[platform.system()]
    names = [f"sarif-multitool-{system}", "sarif-multitool"]
    for name in names:
        for program in ("Sarif.Multitool", "Sarif.Multitool.exe"):
            file = TOOLS / "node_modules" / "@microsoft" / name / program
            if file.is_file():
                file.chmod(0o755)
                return file
    raise SystemExit("the SARIF multitool was not installed")


def sarif_messages(tool: Path, file: Path) -> list[str]:
    """What the multitool says of a file. Its exit status is 0 whatever it found."""
    out = file.with_suffix(".validated.sarif")
    isolate = (
        ["unshare", "-n"]
        if os.name == "posix" and run("unshare", "-n", "true").returncode == 0
        else []
    )
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = run(
        *isolate,
        tool,
        "validate",
        file,
        "--output",
        out,
        "--log",
        "ForceOverwrite",
        "--rule-kind",
        "Sarif;Ghas",
        "--level",
        "Error;Warning;Note",
        env=environment,
    )
    if not out.exists():
        raise SystemExit(f"the SARIF multitool wrote nothing:\n{done.stdout}{done.stderr}")
    log = json.loads(out.read_text(encoding="utf-8-sig"))
    found = []
    for each in log["runs"]:
        for result in each.get("results", []):
            name = f"{result['ruleId']}/{result['message'].get('id')}"
            if not any(name.startswith(accepted) for accepted in ACCEPTED_SARIF):
                found.append(f"{name} {result['message'].get('arguments')}")
        for invocation in each.get("invocations", []):
            for notification in invocation.get("toolExecutionNotifications", []):
                found.append(f"notification: {notification.get('message')}")
    return found


def has_its_rules(of: dict) -> bool:
    """Whether the rules of a run are those of its results, and no others."""
    rules, results = of["tool"]["driver"]["rules"], of["results"]
    named = {(result["ruleIndex"], result["ruleId"]) for result in results}
    return named == {(index, rule["id"]) for index, rule in enumerate(rules)}


def judge_sarif(work: Path) -> None:
    tool = multitool()
    schema_file = SCHEMAS / "sarif-schema-2.1.0.oasis.json"
    validator = None
    if schema_file.exists():
        validator = jsonschema.Draft4Validator(
            json.loads(schema_file.read_text()),
            format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER,
        )
    else:
        note("skipped", "SARIF under the OASIS schema: AIMSGATE_SCHEMAS names no folder with it")
    # The multitool takes a second to start, so it judges files that hold twenty runs, as many as
    # GitHub takes.
    runs, wrong = [], []
    for name, folder in examples(work):
        log = json.loads(report_of(folder, "sarif"))
        run_of_log = log["runs"][0]
        run_of_log["automationDetails"]["id"] = f"aimsgate/{name}/"
        if validator:
            wrong += [f"{name}: {error.message}" for error in validator.iter_errors(log)]
        runs.append(run_of_log)
    if validator:
        ask(
            f"SARIF of {len(runs)} fixtures under the OASIS schema",
            not wrong,
            "\n        ".join(wrong[:10]),
        )
        bad = {"version": "2.1.0", "runs": [{"results": []}]}
        ask("the OASIS schema refuses a run without a tool", not validator.is_valid(bad))
    others = [it["automationDetails"]["id"] for it in runs if not has_its_rules(it)]
    ask("each run has the rules of its results", not others, "\n        ".join(others[:10]))
    full = next(it for it in runs if it["results"])
    bare = {**full, "tool": {"driver": {**full["tool"]["driver"], "rules": []}}}
    ask("a result without its rule is seen", not has_its_rules(bare))
    messages = []
    for start in range(0, len(runs), 20):
        file = work / f"all-{start}.sarif"
        file.write_text(json.dumps({**log, "runs": runs[start : start + 20]}))
        messages += sarif_messages(tool, file)
    ask(
        f"SARIF of {len(runs)} fixtures under the multitool with GitHub's rules",
        not messages,
        "\n        ".join(messages[:10]),
    )

    log = json.loads(report_of(ROOT / "fixtures" / "repos" / "support-chatbot", "sarif"))
    del log["runs"][0]["results"][0]["locations"]
    del log["runs"][0]["tool"]["driver"]["rules"][0]["help"]
    bad = work / "bad.sarif"
    bad.write_text(json.dumps(log))
    refused = " ".join(sarif_messages(tool, bad))
    ask("the multitool refuses a result without a location", "GH1015/" in refused, refused)
    ask("the multitool refuses a rule without help", "GH2012/Error_MissingHelp" in refused, refused)


def judge_files(files: list[Path], work: Path) -> None:
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.oasis.json").read_text())
    validator = jsonschema.Draft4Validator(
        schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )
    for number, file in enumerate(files):
        errors = [error.message for error in validator.iter_errors(json.loads(file.read_text()))]
        ask(f"{file.name} under the OASIS schema", not errors, "\n        ".join(errors[:10]))
        copy = work / f"file-{number}.sarif"
        copy.write_text(file.read_text())
        messages = sarif_messages(multitool(), copy)
        ask(
            f"{file.name} under the multitool with GitHub's rules",
            not messages,
            "\n        ".join(messages[:10]),
        )


def judge_json(work: Path) -> None:
    schema = ROOT / "docs" / "report.schema.json"
    check = TOOLS / "venv" / "bin" / "check-jsonschema"
    ask(
        "the report's schema is a JSON Schema",
        run(check, "--check-metaschema", schema).returncode == 0,
    )
    files = []
    for number, (_, folder) in enumerate(examples(work)):
        file = work / f"report-{number}.json"
        file.write_text(report_of(folder, "json"))
        files.append(file)
    done = run(check, "--schemafile", schema, *files)
    ask(
        f"JSON of {len(files)} fixtures under its own schema",
        done.returncode == 0,
        done.stdout[-2000:],
    )
    broken = json.loads(files[0].read_text())
    broken["verdict"] = "compliant"
    bad = work / "bad.json"
    bad.write_text(json.dumps(broken))
    ask(
        "the schema refuses an unknown verdict",
        run(check, "--schemafile", schema, bad).returncode != 0,
    )


def judge_oscal(work: Path) -> None:
    """OSCAL of every example under the official schema, whose classes of Unicode Python lacks."""
    file = SCHEMAS / "oscal-assessment-results-1.2.1.schema.json"
    if not file.exists():
        note("skipped", "OSCAL under its schema: AIMSGATE_SCHEMAS names no folder with it")
        return
    text = file.read_text().replace("\\\\p{L}", "[a-zA-Z]").replace("\\\\p{N}", "[0-9]")
    validator = jsonschema.Draft7Validator(json.loads(text))
    results, wrong = [], []
    for name, folder in examples(work):
        results.append(json.loads(report_of(folder, "oscal")))
        wrong += [f"{name}: {it.message}" for it in validator.iter_errors(results[-1])]
    ask(f"OSCAL of {len(results)} fixtures under its schema", not wrong, "\n".join(wrong[:20]))
    broken = results[0]
    del broken["assessment-results"]["metadata"]["oscal-version"]
    ask("the schema refuses results of no version", not validator.is_valid(broken))


def judge_cyclonedx(work: Path) -> None:
    """The bill of materials of every example repository under the official schema."""
    names = ("bom-1.6.schema.json", "spdx.schema.json", "jsf-0.82.schema.json")
    files = [SCHEMAS / "cyclonedx" / name for name in names]
    if not all(file.exists() for file in files):
        note("skipped", "CycloneDX under its schema: AIMSGATE_SCHEMAS names no folder with it")
        return
    schemas = [json.loads(file.read_text()) for file in files]
    resources = [
        (schema["$id"], referencing.Resource.from_contents(schema)) for schema in schemas
    ]
    registry = referencing.Registry().with_resources(resources)
    validator = jsonschema.Draft7Validator(schemas[0], registry=registry)
    bills, wrong, unstable = [], [], []
    for name, folder in examples(work):
        command = [AIMSGATE, "inventory", folder, "--format", "cyclonedx"]
        done, again = (run(*command, env=plain_environment()) for _ in range(2))
        if done.returncode:
            # A case may be a repository that cannot be read.
            continue
        bills.append(json.loads(done.stdout))
        wrong += [f"{name}: {it.message}" for it in validator.iter_errors(bills[-1])]
        unstable += [name] if done.stdout != again.stdout else []
    ask(f"CycloneDX of {len(bills)} fixtures under its schema", not wrong, "\n".join(wrong[:20]))
    ask("a bill of materials is the same each time", bills and not unstable, "\n".join(unstable))
    broken = next(it for it in bills if it["components"])
    broken["components"][0]["type"] = "ai-model"
    ask("the schema refuses a component of no known type", not validator.is_valid(broken))


SCORE = "src/scoring/score.py"
CARD = "docs/ai/credit-scoring/model-card.md"


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text, f"{file} does not hold {old!r}"
    file.write_text(text.replace(old, new))


def merges() -> dict[str, tuple]:
    """What the change does, and what is merged into main meanwhile."""
    return {
        "both edit one file of code": (
            lambda root: replace(root / SCORE, "import math\n", "import math\nimport sys\n"),
            lambda root: (root / SCORE).write_text((root / SCORE).read_text() + "\n# the end\n"),
        ),
        "main renames what the change edits": (
            lambda root: replace(root / SCORE, "import math\n", "import math\nimport sys\n"),
            lambda root: git(root, "mv", SCORE, "src/scoring/points.py"),
        ),
        "the change renames what main edits": (
            lambda root: git(root, "mv", SCORE, "src/scoring/points.py"),
            lambda root: replace(root / SCORE, "import math\n", "import math\nimport sys\n"),
        ),
        "the change takes a document away": (
            lambda root: (root / CARD).unlink(),
            lambda root: (root / "NOTES.md").write_text("Merged meanwhile.\n"),
        ),
        "main adds what the change's link leads to": (
            lambda root: (root / CARD).write_text(
                (root / CARD).read_text() + "\nSee [the notes](../../../NOTES.md).\n"
            ),
            lambda root: (root / "NOTES.md").write_text("Merged meanwhile.\n"),
        ),
        "both add the same file": (
            lambda root: (root / "same.txt").write_text("same\n"),
            lambda root: (root / "same.txt").write_text("same\n"),
        ),
        "the change declares what main adds": (
            lambda root: replace(
                root / "aims.yaml", "data/credit/**]", "data/credit/**, src/more/**]"
            ),
            lambda root: (
                (root / "src/more").mkdir(),
                (root / "src/more/x.py").write_text("x = 1\n"),
            ),
        ),
    }


def judge_merges(work: Path) -> None:
    """The merge in memory against the one that git makes."""
    different = []
    for number, (name, (change, meanwhile)) in enumerate(merges().items()):
        root = repository(work / f"merge-{number}", ROOT / "fixtures" / "repos" / "credit-scoring")
        git(root, "switch", "--quiet", "--create", "change")
        change(root)
        commit(root, "change")
        git(root, "switch", "--quiet", "main")
        meanwhile(root)
        commit(root, "meanwhile")
        in_memory = json.loads(report_of(root, "json", "--head", "change", "--base", "main"))
        git(root, "switch", "--quiet", "--detach", "main")
        done = git(root, "merge", "--quiet", "--no-ff", "--no-edit", "change")
        if done.returncode:
            raise SystemExit(f"{name}: git cannot merge it: {done.stdout}{done.stderr}")
        of_git = json.loads(report_of(root, "json", "--head", "HEAD", "--base", "main"))
        revisions = [it["inputs"].pop("revision") for it in (in_memory, of_git)]
        if in_memory != of_git or revisions[0] == revisions[1]:
            different.append(name)
    ask(
        f"{len(merges())} merges in memory give the report of git's merge commit",
        not different,
        ", ".join(different),
    )
    root = repository(work / "conflict", ROOT / "fixtures" / "repos" / "credit-scoring")
    git(root, "switch", "--quiet", "--create", "change")
    replace(root / SCORE, "import math\n", "import math  # one\n")
    commit(root, "change")
    git(root, "switch", "--quiet", "main")
    replace(root / SCORE, "import math\n", "import math  # other\n")
    commit(root, "meanwhile")
    refused = git(root, "merge", "--quiet", "change").returncode != 0
    git(root, "merge", "--abort")
    done = run(
        AIMSGATE, "check", root, "--head", "change", "--base", "main", env=plain_environment()
    )
    ask("what git cannot merge could not be decided", refused and done.returncode == 2, done.stdout)


def judge_hook(work: Path) -> None:
    """git commit in its several forms, with the gate as its hook."""
    root = repository(work / "hook", ROOT / "fixtures" / "repos" / "credit-scoring")
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.write_text(
        f'#!/bin/sh\nexec "{AIMSGATE}" check --staged --today {TODAY} >"{work}/hook.log" 2>&1\n'
    )
    hook.chmod(0o755)
    git(root, "switch", "--quiet", "--create", "change")
    page = root / "README.md"
    page.write_text(page.read_text() + "\nMore.\n")
    (root / CARD).unlink()
    log = work / "hook.log"
    answers = {
        "git commit of what is staged": (["commit", "-m", "page"], ["add", "README.md"], 0),
        "git commit -a": (["commit", "-a", "-m", "all"], None, 1),
        "git commit PATH": (["commit", "-m", "card", CARD], None, 1),
        "git commit of a removal": (
            ["commit", "-m", "card"],
            ["rm", "--quiet", "--cached", CARD],
            1,
        ),
    }
    for name, (command, before, expected) in answers.items():
        if before:
            git(root, *before)
        done = git(root, *command)
        ask(
            f"{name} {'passes' if expected == 0 else 'is stopped'}",
            (done.returncode != 0) == bool(expected),
            log.read_text(),
        )


def commands_of(page: str, language: str) -> list[str]:
    """The commands that a page of the documentation shows."""
    text = (ROOT / "docs" / page).read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def judge_digests(work: Path) -> None:
    """The digests of a record, made again with the commands of docs/signoff-format.md."""
    data, words, values, risks = commands_of("signoff-format.md", "python")
    listing = commands_of("signoff-format.md", "sh")[0]
    vectors = ROOT / "fixtures" / "digests"
    expected = dict(line.split() for line in (vectors / "expected.txt").read_text().splitlines())

    def python(code: str, text: str | bytes) -> str:
        text = text if isinstance(text, bytes) else text.encode()
        done = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True)
        return done.stdout.decode()

    for part, code, least in (("prose", words, 8), ("data", data, 4)):
        files = sorted((vectors / part).iterdir())
        wrong = [
            file.name
            for file in files
            if python(code, file.read_bytes()).strip() != expected[f"{part}/{file.name}"]
        ]
        ask(
            f"{part} has the digests of the vectors",
            not wrong and len(files) >= least,
            ", ".join(wrong),
        )
    prose = (vectors / "prose" / "words.md").read_text()
    other = prose.replace("-0.03", "0.03")
    ask(
        "other words have another digest",
        python(words, other).strip() != expected["prose/words.md"],
    )
    of_risks = dict(
        line.split() for line in python(risks, (vectors / "risks.yaml").read_text()).splitlines()
    )
    ask(
        "risks have the digests of the vectors",
        all(expected[risk] == digest for risk, digest in of_risks.items()) and len(of_risks) == 2,
    )
    root = repository(work / "listing", vectors)
    done = run("sh", "-c", listing.replace("models/credit", str(root / "listing")))
    ask(
        "a listing has the digest of the vectors",
        done.stdout.split()[0] == expected["listing"],
        done.stdout + done.stderr,
    )
    record = (
        ROOT
        / "fixtures"
        / "repos"
        / "credit-scoring"
        / "governance"
        / "signoffs"
        / "credit-4.2.0-release.yaml"
    ).read_text()
    ask(
        "the record of the example has the digests of its risks",
        all(digest in record for digest in of_risks.values()),
    )
    sheet = (
        ROOT
        / "fixtures"
        / "repos"
        / "credit-scoring"
        / "docs"
        / "ai"
        / "credit-scoring"
        / "system.md"
    ).read_text()
    example = ROOT / "fixtures" / "repos" / "credit-scoring"
    assessment = (example / "docs/ai/credit-scoring/impact-assessment.md").read_text()
    sections = [part for part in re.split(r"(?m)^(?=## )", sheet + "\n" + assessment)]
    found = [part for part in sections if python(words, part).strip() in record]
    ask(
        "the record of the example has the digests of its sections",
        sum(part.startswith("## ") for part in found) >= 9,
        str(len(found)),
    )
    stated = python(values, (example / "aims.yaml").read_text()).split("\n")
    of_values = dict(line.split() for line in stated if line)
    ask(
        "the record of the example has the digests of its register",
        of_values == {name: expected[name] for name in ("purpose", "accept-when")}
        and all(digest in record for digest in of_values.values()),
        str(of_values),
    )
    files = re.findall(r"path: ([^,]+), sha256: ([0-9a-f]{64})", record.split("files:")[1])
    wrong = []
    for path, digest in files:
        if path == "config/decision.yaml":
            made = python(data, (example / path).read_bytes()).strip()
        else:
            made = run("sha256sum", example / path).stdout.split()[0]
        if made != digest:
            wrong.append(path)
    ask("its files have the digests of the record", not wrong and len(files) > 3, ", ".join(wrong))


def judge_sources(work: Path) -> None:
    lint.judge_lint(sys.modules[__name__], work)


def judge_forges(work: Path) -> None:
    forges.judge_forges(sys.modules[__name__], work)


def judge_evidence(work: Path) -> None:
    evidence.judge_evidence(sys.modules[__name__], work)


def judge_surfaces(work: Path) -> None:
    surfaces.judge_surfaces(sys.modules[__name__], work)


# The longest first; they run side by side.
PARTS = {
    "surfaces": judge_surfaces,
    "forges": judge_forges,
    "sarif": judge_sarif,
    "json": judge_json,
    "oscal": judge_oscal,
    "cyclonedx": judge_cyclonedx,
    "evidence": judge_evidence,
    "lint": judge_sources,
    "merges": judge_merges,
    "hook": judge_hook,
    "digests": judge_digests,
}


def judged(part: str) -> tuple[list[tuple[str, str, str]], float]:
    """What a part answers, and the seconds it took. It runs in a process of its own."""
    began = time.monotonic()
    answers.clear()
    with tempfile.TemporaryDirectory() as folder:
        try:
            PARTS[part](Path(folder))
        except (Exception, SystemExit) as error:
            note("failed", f"{part} runs to its end", f"{type(error).__name__}: {error}")
    return list(answers), time.monotonic() - began


def say(found: list[tuple[str, str, str]]) -> None:
    for outcome, question, detail in found:
        print(f"{outcome:7} {question}" + (f"\n        {detail}" if detail else ""), flush=True)


def main() -> None:
    # Nothing here is a job's own change.
    os.environ.pop("CI", None)
    named = sys.argv[3:]
    if named and not set(named) <= PARTS.keys():
        with tempfile.TemporaryDirectory() as folder:
            judge_files([Path(file) for file in named], Path(folder))
        say(answers)
    else:
        parts = [part for part in PARTS if part in named or not named]
        fork = multiprocessing.get_context("fork")
        with concurrent.futures.ProcessPoolExecutor(
            max_workers=max(2, os.cpu_count() or 2), mp_context=fork
        ) as pool:
            running = {pool.submit(judged, part): part for part in parts}
            for done in concurrent.futures.as_completed(running):
                found, seconds = done.result()
                print(f"-- {running[done]}: {seconds:.0f} s", flush=True)
                say(found)
                answers.extend(found)
    outcomes = [outcome for outcome, _, _ in answers]
    counts = {name: outcomes.count(name) for name in ("passed", "failed", "skipped")}
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    raise SystemExit(1 if counts["failed"] or not outcomes else 0)


if __name__ == "__main__":
    main()
