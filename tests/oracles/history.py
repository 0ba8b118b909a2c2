"""Compares `posture` with a run of `check` for each commit, in what it says and what it costs.

Usage: history.py RELEASE-BUILD [COMMITS]. It makes a history of the signed example, 300 commits by
default, in a temporary folder: code, notes, a card that goes and comes back, rules. It fails where
a number differs, or where `posture`, which judges each commit by two sets of rules, takes more than
a fifth of the processor time that two runs of `check` for each commit take.
"""

import datetime
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AIMSGATE = Path(sys.argv[1]).resolve()
COMMITS = int(sys.argv[2]) if len(sys.argv) > 2 else 300
FIRST = datetime.date(2026, 1, 5)
CARD = Path("docs/ai/credit-scoring/model-card.md")


def seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(*command: object, cwd: Path, **more: str) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), **more}
    done = subprocess.run(
        [str(it) for it in command], cwd=cwd, env=environment, capture_output=True, text=True
    )
    return done.stdout


def git(root: Path, day: datetime.date, *arguments: object) -> None:
    when = f"{day}T12:00:00Z"
    who = ["-c", "user.name=A Tester", "-c", "user.email=ben@example.com"]
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    run("git", *who, *arguments, cwd=root, **dates)


def edit(root: Path, number: int) -> None:
    kind = number % 6
    if kind == 3:
        (root / CARD).rename(root / "card.kept")
    elif kind == 4 and (root / "card.kept").exists():
        (root / "card.kept").rename(root / CARD)
    else:
        file = {0: "governance/gate.yaml", 1: "src/scoring/score.py", 2: "NOTES.md"}.get(kind)
        with (root / (file or "src/scoring/more.py")).open("a") as text:
            text.write(f"# {number}\n")


def history(root: Path) -> list[tuple[str, str]]:
    shutil.copytree(ROOT / "fixtures" / "repos" / "credit-scoring", root)
    git(root, FIRST, "init", "--quiet", "--initial-branch", "main")
    days = []
    for number in range(COMMITS):
        edit(root, number)
        day = FIRST + datetime.timedelta(days=number)
        git(root, day, "add", "--all")
        git(root, day, "commit", "--quiet", "--allow-empty", "--message", f"commit {number}")
        days.append(str(day))
    commits = run("git", "rev-list", "--reverse", "HEAD", cwd=root).split()
    return list(zip(commits, days, strict=True))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "repository"
        commits = history(root)
        began = seconds_of_children()
        out = run(AIMSGATE, "posture", "--since", FIRST, "--format", "json", cwd=root)
        of_posture = seconds_of_children() - began
        rows = json.loads(out)["rows"]
        now = {it["commit"]: it for it in rows if it["rules"] == "now" and it["system"] is None}
        began, different = seconds_of_children(), []
        for commit, day in commits:
            command = ["check", "--head", commit, "--today", day, "--offline", "--format", "json"]
            report = json.loads(run(AIMSGATE, *command, cwd=root))
            found = [it["severity"] for it in report["findings"] if it["excuse"] is None]
            row = now[commit]
            counts = [row["errors"], row["warnings"], row["notes"]]
            if [found.count(it) for it in ("error", "warning", "note")] != counts:
                different.append(commit)
            if row["verdict"] != report["verdict"]:
                different.append(commit)
        of_checks = 2 * (seconds_of_children() - began)
    share = of_posture / of_checks
    print(f"{len(commits)} commits: {of_posture:.1f} s against {of_checks:.1f} s, {share:.2f}")
    print(f"different: {different}")
    raise SystemExit(1 if different or share > 0.2 else 0)


if __name__ == "__main__":
    main()
