"""Runs what users run: the image, the two actions, the component and the hooks."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import jsonschema

# What podman needs where root may not raise its own limits.
CONTAINERS = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
netns = "none"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
BUILDER, SHELL, GATE = "aimsgate-test-builder", "aimsgate-test-base", "aimsgate-test"
# The image, the wheel and the hook are built as the tests are, with what those compiled of others:
# less optimised than a release, so larger and sooner done.
BUILT, TARGET = Path(os.environ["AIMSGATE_BUILT"]), os.environ["CARGO_BUILD_TARGET"]
# What of ours is compiled anew each time is not optimised at all.
QUICK = {
    "CARGO_PROFILE_DEV_OPT_LEVEL": "0",
    "CARGO_PROFILE_DEV_DEBUG": "none",
    "CARGO_INCREMENTAL": "0",
}


class Surfaces:
    """What all parts share: the tools, a folder to work in, and the environment of containers."""

    def __init__(self, judge, work: Path) -> None:
        self.judge, self.work, self.root = judge, work, judge.ROOT
        self.bin = judge.TOOLS / "venv" / "bin"
        self.node = judge.TOOLS / "node_modules" / ".bin"
        conf = work / "containers.conf"
        conf.write_text(CONTAINERS)
        self.environment = os.environ | {"CONTAINERS_CONF": str(conf)}
        # At one place in every run, or the build folder would keep what each of them compiled.
        self.project = judge.TOOLS / "project"
        self.revision = snapshot(self, self.project)

    def run(self, *command: object, **options: object) -> subprocess.CompletedProcess:
        return self.judge.run(*command, **({"env": self.environment} | options))

    def must(self, *command: object, **options: object) -> str:
        done = self.run(*command, **options)
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}"[-4000:])
        return done.stdout.strip()

    def podman(self, *arguments: object, **options: object) -> subprocess.CompletedProcess:
        return self.run("podman", "run", "--rm", *arguments, **options)


def cargo_home() -> Path:
    return Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))


def stand_in_for_rust(it: Surfaces) -> list[object]:
    """An image of links into this machine, which a build mounts: no registry is at hand.

    It stands for the pinned one in all but its own bytes; this machine runs the same Debian and
    the same Rust.
    """
    container = it.must("buildah", "from", "scratch")
    folder = Path(it.must("buildah", "mount", container))
    for name in ("bin", "sbin", "lib", "lib64"):
        (folder / name).symlink_to(f"usr/{name}")
    (folder / "etc").mkdir()
    for name in ("passwd", "group", "ld.so.cache"):
        shutil.copy(f"/etc/{name}", folder / "etc" / name)
    shutil.copytree("/etc/alternatives", folder / "etc" / "alternatives", symlinks=True)
    for name in ("tmp", "usr"):
        (folder / name).mkdir()
    it.must("buildah", "umount", container)
    sysroot = it.must("rustc", "--print", "sysroot")
    environment = {
        "PATH": f"{sysroot}/bin:/usr/local/bin:/usr/bin",
        "CARGO_HOME": cargo_home(),
        "CARGO_NET_OFFLINE": "true",
        "CARGO_TARGET_DIR": BUILT,
        **QUICK,
    }
    settings = [
        part for name, value in environment.items() for part in ("--env", f"{name}={value}")
    ]
    it.must("buildah", "config", *settings, container)
    it.must("buildah", "commit", "--quiet", container, BUILDER)
    it.must("buildah", "rm", container)
    registry = cargo_home() / "registry"
    mounts = [
        "/usr:/usr:ro",
        f"{sysroot}:{sysroot}:ro",
        f"{registry}:{registry}",
        f"{BUILT}:{BUILT}",
    ]
    return [part for mount in mounts for part in ("-v", mount)]


def stand_in_for_debian(it: Surfaces) -> None:
    """A Debian of its own; the image's own `apt-get` finds there what it asks for."""
    it.must("podman", "import", "--quiet", it.judge.TOOLS / "debian.tar", SHELL)


def build(it: Surfaces, target: str, mounts: list[object]) -> tuple[str, bool]:
    """The image's id, from the Dockerfile as it is, and whether ours was compiled for it."""
    bases = [
        "--build-arg",
        f"RUST_IMAGE=localhost/{BUILDER}",
        "--build-arg",
        f"SHELL_IMAGE=localhost/{SHELL}",
    ]
    bases += ["--build-arg", "PROFILE=dev"]
    command = [
        "buildah",
        "bud",
        "--network=host",
        "--pull-never",
        "--timestamp",
        "0",
        "--target",
        target,
        *bases,
        *mounts,
    ]
    done = it.run(*command, "-t", f"{GATE}-{target}", it.project)
    if done.returncode:
        raise SystemExit(f"{target}: {done.stdout}{done.stderr}"[-4000:])
    return done.stdout.splitlines()[-1], "Compiling aimsgate" in done.stderr


def touch(project: Path) -> None:
    """Makes every source file new, so that all of ours is compiled."""
    for file in (project / "src").glob("**/*.rs"):
        file.touch()


def judge_image(it: Surfaces) -> None:
    ask = it.judge.ask
    it.must("cargo", "fetch", "--locked", cwd=it.root)
    mounts = stand_in_for_rust(it)
    stand_in_for_debian(it)
    first, _ = build(it, "gate", mounts)
    touch(it.project)
    second, is_compiled = build(it, "gate", mounts)
    ask(
        "the image is the same when it is compiled and built again",
        first == second and is_compiled,
        f"{first} {second}",
    )
    info = json.loads(it.must("podman", "image", "inspect", f"{GATE}-gate"))[0]
    archive = it.work / "gate.tar"
    it.must("podman", "save", "--quiet", "--output", archive, f"{GATE}-gate")
    size = compressed(archive)
    # A release is optimised and stays below 15 MB.
    ask(
        f"the image takes {size / 1e6:.1f} MB compressed and not optimised, "
        f"in {len(info['RootFS']['Layers'])} layer",
        size < 20e6,
    )
    labels = info["Labels"] or {}
    ask(
        "the image says what it is",
        labels.get("org.opencontainers.image.title") == "aimsgate"
        and not info["Config"].get("User"),
    )
    done = it.podman(f"{GATE}-gate", "--version")
    ask(
        "the image runs",
        done.returncode == 0 and done.stdout.startswith("aimsgate "),
        done.stdout + done.stderr,
    )
    done = it.podman(f"{GATE}-gate", "no-such-command")
    ask("the image refuses a command it does not know", done.returncode == 2, f"{done.returncode}")
    for name, fixture, exit_code in [("passing", "no-ai", 0), ("failing", "support-chatbot", 1)]:
        step = Step(it, fixture)
        for how, options in {
            "as GitHub starts it": [],
            "read-only": ["--read-only"],
            "as a user of its own": ["--user", "4711:4711"],
            "read-only as a user of its own without rights": [
                "--user",
                "4711:4711",
                "--read-only",
                "--cap-drop=all",
            ],
        }.items():
            done = step.run(options)
            foreign = "--user" in options
            log, left = done.stdout, step.left()
            wrong = []
            if done.returncode != exit_code:
                wrong.append(f"exit code {done.returncode}")
            if ("::error file=" in log) != (exit_code == 1):
                wrong.append("annotations")
            # The runner's files are root's, so another user cannot write them; that is said, and
            # the verdict stands.
            told = done.stderr.count("could not be written")
            expected = 2 if foreign else 0
            if told != expected or (
                not foreign
                and (
                    f"outcome={'pass' if exit_code == 0 else 'fail'}" not in left["output"]
                    or "aimsgate" not in left["summary"]
                )
            ):
                wrong.append("files of the runner")
            ask(
                f"the step on a {name} repository, {how}",
                not wrong,
                f"{wrong}\n{log}{done.stderr}{left}",
            )
    step = Step(it, "support-chatbot", owner=4711)
    done = step.run(["-e", "INPUT_FORMATS=sarif\njson=gate.json"])
    written = [
        name for name in ("aimsgate.sarif", "gate.json") if (step.workspace / name).is_file()
    ]
    ask(
        "the step on a workspace of somebody else writes its reports",
        done.returncode == 1 and len(written) == 2,
        done.stdout + done.stderr,
    )
    done = step.run(["-e", "INPUT_FOR=nothing"])
    ask(
        "the step refuses an input that is none",
        done.returncode == 2 and "outcome=undecided" in step.left()["output"],
        done.stdout,
    )
    build(it, "shell", mounts)
    here = ["-v", f"{step.workspace}:/builds/project", "--workdir", "/builds/project"]
    done = it.podman(
        *here,
        f"{GATE}-shell",
        "sh",
        "-c",
        "git --version && aimsgate check . --format sarif=/tmp/a.sarif && test -s /tmp/a.sarif",
    )
    ask(
        "the image with a shell runs a script with git and the gate",
        done.returncode == 0 and "git version" in done.stdout,
        done.stdout + done.stderr,
    )
    done = it.podman(f"{GATE}-gate", "sh", "-c", "true")
    ask("the image without one has no shell to run", done.returncode != 0)


def compressed(file: Path) -> int:
    done = subprocess.run(["gzip", "-6c", str(file)], capture_output=True, check=True)
    return len(done.stdout)


class Step:
    """A step of a container action, as GitHub's runner starts it."""

    def __init__(self, it: Surfaces, fixture: str, owner: int | None = None) -> None:
        self.it = it
        self.files = it.work / f"runner-{fixture}-{owner}"
        self.workspace = it.judge.repository(
            self.files / "workspace", it.root / "fixtures" / "repos" / fixture
        )
        for name in ("home", "file_commands", "workflow", "runner_temp"):
            (self.files / name).mkdir(parents=True)
        event = {"repository": {"default_branch": "main", "full_name": "octo-org/octo-repo"}}
        (self.files / "workflow" / "event.json").write_text(json.dumps(event))
        self.commit = it.judge.git(self.workspace, "rev-parse", "HEAD").stdout.strip()
        if owner is not None:
            it.must("chown", "-R", f"{owner}:{owner}", self.workspace)

    def environment(self, root: str) -> dict[str, str]:
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "schedule",
            "GITHUB_SHA": self.commit,
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_EVENT_PATH": f"{root}/workflow/event.json",
            "GITHUB_WORKSPACE": f"{root}/workspace",
            "HOME": f"{root}/home",
            "GITHUB_OUTPUT": f"{root}/file_commands/output",
            "GITHUB_STEP_SUMMARY": f"{root}/file_commands/summary",
            "RUNNER_TEMP": f"{root}/runner_temp",
        }

    def reset(self) -> None:
        for name in ("output", "summary"):
            (self.files / "file_commands" / name).write_text("")

    def left(self) -> dict[str, str]:
        return {
            name: (self.files / "file_commands" / name).read_text()
            for name in ("output", "summary")
        }

    def run(self, options: list[str]) -> subprocess.CompletedProcess:
        self.reset()
        # Every input that action.yml declares is set, empty or with its default.
        inputs = {
            "PATH": ".",
            "FOR": "merge",
            "FORMATS": "",
            "UPLOAD": "false",
            "CHECK-RUN": "false",
            "COMMENT": "false",
            "TOKEN": "none",
            "CA-FILE": "",
        }
        environment = self.environment("/github") | {
            f"INPUT_{name}": value for name, value in inputs.items()
        }
        named = [part for name, value in environment.items() for part in ("-e", f"{name}={value}")]
        mounts = [
            part
            for name in ("workspace", "home", "workflow", "file_commands", "runner_temp")
            for part in ("-v", f"{self.files / name}:/github/{name}")
        ]
        return self.it.podman(
            "--workdir",
            "/github/workspace",
            *named,
            *mounts,
            *options,
            f"localhost/{GATE}-gate",
            "github-action",
        )


def judge_binary_action(it: Surfaces) -> None:
    """The action without a container: its script, with the binary from wherever it may come."""
    ask = it.judge.ask
    step = Step(it, "no-ai", owner=0)
    built = it.judge.AIMSGATE
    mirror = it.work / "mirror"
    mirror.mkdir()
    name = f"aimsgate-{TARGET}"
    shutil.copy(built, mirror / name)
    digest = it.must("sha256sum", built).split()[0]
    # A release writes this file; here as the release's own script does.
    action = it.work / "binary"
    shutil.copytree(it.root / "action" / "binary", action)

    def act(
        action: Path = action, path: str = os.environ["PATH"], **inputs: str
    ) -> tuple[int, str, str]:
        step.reset()
        environment = step.environment(str(step.files)) | {
            "CONTAINERS_CONF": it.environment["CONTAINERS_CONF"]
        }
        environment |= {f"AIMSGATE_{name}": value for name, value in inputs.items()} | {
            "PATH": path
        }
        done = it.run(action / "run", cwd=step.workspace, env=environment)
        return done.returncode, done.stdout + done.stderr, step.left()["output"]

    def expect(question: str, expected: int, told: str, **inputs: object) -> None:
        code, log, outputs = act(**inputs)
        outcome = "outcome=pass" if expected == 0 else "outcome=undecided"
        ask(
            question,
            code == expected and told in log and outcome in outputs,
            f"{code}\n{log}{outputs}",
        )

    expect("the binary that the runner has", 0, "passed: ", BINARY_PATH=str(built))
    expect(
        "no binary where the path says there is one is refused",
        2,
        "is no program",
        BINARY_PATH="/nowhere",
    )
    inside = step.workspace / "aimsgate"
    shutil.copy(built, inside)
    expect(
        "a binary that the change brings is refused",
        2,
        "lies in the workspace",
        BINARY_PATH="./aimsgate",
    )
    inside.unlink()
    mirrored = f"file://{mirror}"
    expect(
        "a binary of a mirror with its checksum",
        0,
        "passed: ",
        BINARY_URL=mirrored,
        BINARY_SHA256=digest,
    )
    expect(
        "a binary of a mirror with another checksum is refused",
        2,
        "is not the one that was released",
        BINARY_URL=mirrored,
        BINARY_SHA256="0" * 64,
    )
    expect(
        "a mirror without a checksum is refused",
        2,
        "this revision is no release",
        BINARY_URL=mirrored,
    )
    expect(
        "a mirror that is not there is refused",
        2,
        "could not be fetched",
        BINARY_URL=f"{mirrored}/none",
        BINARY_SHA256=digest,
    )
    expect(
        "a mirror over http is refused",
        2,
        "could not be fetched",
        BINARY_URL="http://127.0.0.1:9",
        BINARY_SHA256=digest,
    )
    expect("a revision that is no release is refused", 2, "this revision is no release")
    (action / "release").write_text(f"url {mirrored}\nsha256 {digest} {name}\n")
    expect("the binary that a release names", 0, "passed: ")
    expect("a release's own checksum comes first", 0, "passed: ", BINARY_SHA256="0" * 64)
    expect(
        "an image without its digest is refused", 2, "named by its digest", IMAGE="aimsgate:latest"
    )
    # Docker's own client needs an engine; podman answers the three commands that are asked of it.
    shims = it.work / "shims"
    shims.mkdir()
    shim = shims / "docker"
    shim.write_text('#!/bin/sh\nexec podman "$@"\n')
    shim.chmod(0o755)
    digest = json.loads(it.must("podman", "image", "inspect", f"{GATE}-gate"))[0]["Digest"]
    path = f"{shims}:{os.environ['PATH']}"
    expect(
        "the binary out of a mirrored image",
        0,
        "passed: ",
        path=path,
        IMAGE=f"localhost/{GATE}-gate@{digest}",
    )


HOOK_CONFIG = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks: [{{id: {hook}}}]
"""


def snapshot(it: Surfaces, folder: Path) -> str:
    """The project as a repository that pre-commit can clone; returns the revision it has there."""
    shutil.rmtree(folder, ignore_errors=True)
    files = it.must(
        "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=it.root
    ).split("\0")
    for file in filter(None, files):
        source = it.root / file
        if source.is_file():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / file, follow_symlinks=False)
    it.judge.git(folder, "init", "--quiet", "--initial-branch", "main")
    it.judge.commit(folder, "a release")
    return it.judge.git(folder, "rev-parse", "HEAD").stdout.strip()


def judge_hooks(it: Surfaces) -> None:
    """pre-commit with each of the three hooks: a commit is refused and then accepted, offline."""
    ask, judge = it.judge.ask, it.judge
    done = it.run(it.bin / "pre-commit", "validate-manifest", it.root / ".pre-commit-hooks.yaml")
    ask("pre-commit accepts the manifest", done.returncode == 0, done.stdout)
    bad = it.work / "bad-hooks.yaml"
    bad.write_text(
        (it.root / ".pre-commit-hooks.yaml")
        .read_text()
        .replace("language: python", "language: cobol")
    )
    ask(
        "pre-commit refuses a manifest of another language",
        it.run(it.bin / "pre-commit", "validate-manifest", bad).returncode != 0,
    )
    project, revision = it.project, it.revision
    wheels = it.work / "wheels"
    # It can only be told to build a release, which would be a second build of everything.
    shims = it.work / "cargo"
    shims.mkdir()
    shim = shims / "cargo"
    shim.write_text(
        f'#!/bin/sh\ncase "$1" in install) set -- "$@" --debug ;; esac\n'
        f'exec "{shutil.which("cargo")}" "$@"\n'
    )
    shim.chmod(0o755)
    environment = (
        it.environment
        | QUICK
        | {
            "PATH": f"{shims}:{os.environ['PATH']}",
            "CARGO_NET_OFFLINE": "true",
            "CARGO_TARGET_DIR": str(BUILT),
            "PRE_COMMIT_HOME": str(it.work / "pre-commit"),
            "PIP_FIND_LINKS": str(wheels),
            "HOME": str(it.work / "home"),
            "CARGO_HOME": str(cargo_home()),
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(Path.home() / ".rustup")),
        }
    )
    (it.work / "home").mkdir()
    it.must(
        it.bin / "maturin",
        "build",
        "--quiet",
        "--locked",
        "--target",
        TARGET,
        "--compatibility",
        "linux",
        "--out",
        wheels,
        cwd=project / "python",
        env=environment,
    )
    alone = ["unshare", "--map-root-user", "--net"]
    path = environment["PATH"]
    for hook in ("aimsgate", "aimsgate-rust", "aimsgate-system"):
        root = judge.repository(
            it.work / f"hooked-{hook}", judge.ROOT / "fixtures/repos/credit-scoring"
        )
        card = root / judge.CARD
        environment["PATH"] = (
            f"{judge.AIMSGATE.parent}:{path}" if hook == "aimsgate-system" else path
        )
        # It makes an environment of its own, which would be one more build with Rust; the commits
        # below have one.
        if hook != "aimsgate-rust":
            tried = it.run(
                it.bin / "pre-commit",
                "try-repo",
                project,
                hook,
                "--verbose",
                cwd=root,
                env=environment,
            )
            ask(
                f"try-repo runs {hook}",
                tried.returncode == 0 and "Passed" in tried.stdout,
                tried.stdout + tried.stderr,
            )
        (root / ".pre-commit-config.yaml").write_text(
            HOOK_CONFIG.format(repository=project, revision=revision, hook=hook)
        )
        judge.commit(root, "the hook")
        it.must(it.bin / "pre-commit", "install", "--install-hooks", cwd=root, env=environment)
        text = card.read_text()
        card.unlink()
        it.must("git", "rm", "--quiet", "--cached", judge.CARD, cwd=root)
        identity = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "commit.gpgsign=false",
        ]
        refused = it.run(
            *alone, "git", *identity, "commit", "-m", "no card", cwd=root, env=environment
        )
        said = refused.stdout + refused.stderr
        ask(
            f"{hook} refuses a commit without a network",
            refused.returncode != 0 and "error[document-missing]" in said,
            said,
        )
        card.write_text(text + "\nMore.\n")
        it.must("git", "add", judge.CARD, cwd=root)
        taken = it.run(
            *alone, "git", *identity, "commit", "-m", "a card", cwd=root, env=environment
        )
        ask(
            f"{hook} accepts it when it is mended",
            taken.returncode == 0,
            taken.stdout + taken.stderr,
        )


def judge_component(it: Surfaces) -> None:
    """The component, run by an emulator of GitLab's runner from a project that holds it."""
    ask, judge = it.judge.ask, it.judge
    template = (it.root / "templates" / "aimsgate.yml").read_text()
    pipeline = """\
include:
  - component: $CI_SERVER_FQDN/$CI_PROJECT_PATH/aimsgate@$CI_COMMIT_SHA
    inputs: {image: "aimsgate:none"%s}
"""
    for number, (name, fixture, more, expected) in enumerate(
        [
            ("passing", "no-ai", "", 0),
            ("failing", "support-chatbot", "", 1),
            ("forging", "no-ai", ", path: gone", 2),
            ("refusing an input's value", "no-ai", ", for: nothing", None),
        ]
    ):
        root = judge.repository(
            it.work / f"component-{number}", judge.ROOT / "fixtures/repos" / fixture
        )
        (root / "templates").mkdir()
        (root / "templates" / "aimsgate.yml").write_text(template)
        (root / ".gitlab-ci.yml").write_text(pipeline % more)
        if name == "forging":
            for file in ("aimsgate.sarif", "aimsgate-code-quality.json", "aimsgate-junit.xml"):
                (root / file).write_text("forged")
        (root / ".gitignore").write_text(".gitlab-ci-local/\n")
        judge.commit(root, "pipeline")
        judge.git(
            root, "remote", "add", "origin", f"git@gitlab.example.com:group/component-{number}.git"
        )
        tip = judge.git(root, "rev-parse", "HEAD").stdout.strip()
        judge.git(root, "update-ref", "refs/remotes/origin/main", tip)
        judge.git(root, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
        variables = {
            "GITLAB_CI": "true",
            "CI_PROJECT_ID": "7",
            "CI_PIPELINE_SOURCE": "schedule",
            "CI_DEFAULT_BRANCH": "main",
        }
        # The emulator has nothing to fetch from.
        git = it.work / f"bin-{number}"
        git.mkdir()
        (git / "git").write_text(
            '#!/bin/sh\ncase " $* " in *" fetch "*) exit 0 ;; esac\nexec /usr/bin/git "$@"\n'
        )
        (git / "git").chmod(0o755)
        environment = {
            **os.environ,
            "PATH": f"{git}:{judge.AIMSGATE.parent}:{os.environ['PATH']}",
            "HOME": str(it.work / "home-ci"),
        }
        (it.work / "home-ci").mkdir(exist_ok=True)
        named = [
            part for name, value in variables.items() for part in ("--variable", f"{name}={value}")
        ]
        done = it.run(
            it.node / "gitlab-ci-local",
            "--force-shell-executor",
            "--shell-isolation",
            *named,
            cwd=root,
            env=environment,
        )
        log = done.stdout + done.stderr
        if name == "forging":
            # The change leaves reports of its own where the gate's would be, and nothing to judge.
            ask(
                "reports that a change brings are not taken for the gate's",
                "FAIL  aimsgate-report" in log and "was not written" in log,
                log[-2000:],
            )
            continue
        if expected is None:
            ask(f"the component {name}", done.returncode != 0 and "nothing" in log, log[-2000:])
            continue
        files = root / ".gitlab-ci-local" / "artifacts" / "aimsgate-report"
        ask(
            f"the component in a {name} pipeline",
            (done.returncode != 0) == bool(expected) and "aimsgate-report" in log,
            log[-3000:],
        )
        quality = json.loads((files / "aimsgate-code-quality.json").read_text())
        suite = ElementTree.parse(files / "aimsgate-junit.xml").getroot()
        failures = len(suite.findall(".//failure"))
        is_there = bool(quality) == bool(failures) == bool(expected)
        ask(f"the reports of a {name} pipeline say so", is_there, f"{len(quality)} {failures}")
        if not judge.SCHEMAS.is_dir():
            judge.note("skipped", "AIMSGATE_SCHEMAS names no folder with the schemas of reports")
            continue
        for report, items, schema in [
            (
                "SARIF",
                [json.loads((files / "aimsgate.sarif").read_text())],
                "sarif-2.1.0.schemastore.json",
            ),
            ("Code Quality", quality, "gitlab-codequality-codeclimate.schema.json"),
        ]:
            validator = jsonschema.Draft7Validator(json.loads((judge.SCHEMAS / schema).read_text()))
            errors = [error.message for item in items for error in validator.iter_errors(item)]
            ask(
                f"the {report} report of a {name} pipeline is valid",
                not errors,
                "\n".join(errors[:5]),
            )
            ask(f"the schema refuses {report} that is none", not validator.is_valid({"version": 2}))


def judge_surfaces(judge, work: Path) -> None:
    it = Surfaces(judge, work)
    judge_image(it)
    judge_binary_action(it)
    judge_hooks(it)
    judge_component(it)
