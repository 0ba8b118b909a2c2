"""The cases of checks as folders: the edits that the tests make, where they need no key."""

import shutil
from pathlib import Path

import yaml

# What only the tests can do: to sign needs their keys, to prepare the program.
SIMPLE = {"write", "replace", "append", "move", "copy", "cut", "remove", "link"}


def load(check: Path) -> dict[str, dict]:
    """The cases of a check by name."""
    return yaml.load((check / "cases.yaml").read_text(), yaml.BaseLoader)


def is_simple(case: dict) -> bool:
    edits = case.get("tip", []) + case.get("edits", [])
    return all(SIMPLE & edit.keys() for edit in edits)


def apply(edit: dict, root: Path) -> None:
    what = next(name for name in edit if name in SIMPLE)
    file = root / edit[what]
    to = root / edit.get("to", "")
    if what == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(edit["text"].encode())
    elif what == "replace":
        text = file.read_bytes().decode()
        assert edit["from"] in text, f"{file} does not hold {edit['from']!r}"
        file.write_bytes(text.replace(edit["from"], edit["to"]).encode())
    elif what == "append":
        file.write_bytes(file.read_bytes() + edit["text"].encode())
    elif what == "move":
        to.parent.mkdir(parents=True, exist_ok=True)
        file.rename(to)
    elif what == "copy":
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, to)
    elif what == "cut":
        lines = file.read_text().splitlines()
        file.write_text("".join(f"{line}\n" for line in lines if edit["line"] not in line))
    elif what == "remove":
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    elif what == "link":
        file.symlink_to(edit["to"])


def make(fixtures: Path, check: str, name: str, case: dict, root: Path) -> Path | None:
    """Makes the content that a case judges in a folder that is not there yet.

    Returns the folder of what the target branch holds, where the case is about a change.
    """
    files = fixtures / "checks" / check / name / "change"
    shutil.copytree(fixtures / "repos" / case["onto"], root)
    for edit in case.get("tip", []):
        apply(edit, root)
    tip = None
    if "tip" in case:
        tip = root.with_name(f"{root.name}-tip")
        shutil.copytree(root, tip, symlinks=True)
    if files.is_dir():
        shutil.copytree(files, root, dirs_exist_ok=True)
    for edit in case.get("edits", []):
        apply(edit, root)
    return tip
