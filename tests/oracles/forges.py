"""Lets the forges' own API descriptions, and an emulator of GitHub, judge what aimsgate sends."""

import contextlib
import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import jsonschema

# What aimsgate asks of GitHub. A validating mock takes half a minute to read a description of all.
GITHUB_PATHS = [
    "/user",
    "/repos/{owner}/{repo}/check-runs",
    "/repos/{owner}/{repo}/check-runs/{check_run_id}",
    "/repos/{owner}/{repo}/commits/{ref}/check-runs",
    "/repos/{owner}/{repo}/code-scanning/sarifs",
    "/repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}",
    "/repos/{owner}/{repo}/issues",
    "/repos/{owner}/{repo}/issues/{issue_number}",
    "/repos/{owner}/{repo}/issues/{issue_number}/comments",
    "/repos/{owner}/{repo}/issues/comments/{comment_id}",
    "/repos/{owner}/{repo}/statuses/{sha}",
    "/repos/{owner}/{repo}",
    "/repos/{owner}/{repo}/collaborators/{username}/permission",
    "/repos/{owner}/{repo}/git/blobs/{file_sha}",
    "/repos/{owner}/{repo}/git/ref/{ref}",
    "/repos/{owner}/{repo}/git/tags/{tag_sha}",
    "/repos/{owner}/{repo}/git/trees/{tree_sha}",
    "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
    "/repos/{owner}/{repo}/branches/{branch}/protection",
    "/repos/{owner}/{repo}/rules/branches/{branch}",
    "/repos/{owner}/{repo}/rulesets/{ruleset_id}",
]
GITHUB_CHANNELS = ["check-run", "comment", "code-scanning", "commit-status"]
GITLAB_CHANNELS = ["comment", "threads", "commit-status", "status-check"]
TOKEN = "test_token_user1"
EMULATED = """
tokens: {test_token_user1: {login: octocat, scopes: [repo, user]}}
github:
  users: [{login: octocat, name: The Octocat, email: octocat@example.com}]
  repos: [{owner: octocat, name: hello-world, auto_init: true}]
"""


def sliced(description: dict, paths: list[str]) -> dict:
    """A description of some paths, with every component they reach."""
    kept = {path: description["paths"][path] for path in paths}
    out = {
        "openapi": description["openapi"],
        "info": description["info"],
        "paths": kept,
        "components": {},
    }
    todo, seen = [kept], set()
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                _, _, kind, name = reference.split("/", 3)
                found = description["components"][kind][name]
                out["components"].setdefault(kind, {})[name] = found
                todo.append(found)
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)
    return out


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def served(command: list[object], port: int, log: Path):
    """A server of ours, until it is no longer needed."""
    with log.open("w") as out:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=out)
        try:
            for _ in range(240):
                with (
                    contextlib.suppress(OSError),
                    socket.create_connection(("127.0.0.1", port), timeout=1),
                ):
                    break
                time.sleep(0.25)
            else:
                raise SystemExit(f"{command[1]} does not listen:\n{log.read_text()}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def mocked(judge, log: Path, *arguments: object):
    """A server that answers as a description says, until it is no longer needed."""
    port = free_port()
    prism = judge.TOOLS / "node_modules/.bin/prism"
    return served([prism, "mock", "-h", "127.0.0.1", "-p", port, *arguments], port, log)


def asked(method: str, url: str, body: object = None) -> urllib.request.Request:
    data = json.dumps(body).encode() if body is not None else None
    headers = {
        "authorization": f"Bearer {TOKEN}",
        "content-type": "application/json",
        "private-token": TOKEN,
    }
    return urllib.request.Request(url, data=data, method=method, headers=headers)


def call(method: str, url: str, body: object = None) -> tuple[int, object]:
    try:
        with urllib.request.urlopen(asked(method, url, body), timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None


class Change:
    """A repository whose HEAD merges a change that the gate blocks."""

    def __init__(self, judge, work: Path) -> None:
        self.judge = judge
        self.folder = judge.repository(
            work / "forged", judge.ROOT / "fixtures/repos/credit-scoring"
        )
        self.main = self.commit()
        judge.git(self.folder, "checkout", "--quiet", "-b", "change")
        (self.folder / "docs/ai/credit-scoring/model-card.md").unlink()
        judge.commit(self.folder, "no card")
        self.head = self.commit()
        judge.git(self.folder, "checkout", "--quiet", "--detach", "main")
        judge.git(self.folder, "merge", "--quiet", "--no-ff", "--no-edit", "change")
        self.merge = self.commit()
        judge.git(self.folder, "update-ref", "refs/remotes/origin/main", self.main)

    def commit(self) -> str:
        return self.judge.git(self.folder, "rev-parse", "HEAD").stdout.strip()

    def check(
        self, environment: dict[str, str], channels: list[str]
    ) -> subprocess.CompletedProcess:
        asked = [part for channel in channels for part in ("--publish", channel)]
        command = [self.judge.AIMSGATE, "check", self.folder, "--today", self.judge.TODAY, *asked]
        return self.judge.run(
            *command, env=self.judge.plain_environment() | environment | {"CI": "true"}
        )

    def on_github(
        self, api: str, channels: list[str], number: int = 1
    ) -> subprocess.CompletedProcess:
        head = {"sha": self.head, "repo": {"full_name": "octocat/hello-world"}}
        pull_request = {"number": number, "head": head, "base": {"ref": "main"}}
        return self.event(api, "pull_request", {"pull_request": pull_request}, channels)

    def scheduled_on_github(self, api: str) -> subprocess.CompletedProcess:
        return self.event(api, "schedule", {}, ["issue"], {"GITHUB_REF": "refs/heads/main"})

    def event(
        self,
        api: str,
        name: str,
        payload: dict,
        channels: list[str],
        more: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess:
        event = self.folder / ".git/event.json"
        event.write_text(
            json.dumps(
                payload
                | {"repository": {"full_name": "octocat/hello-world", "default_branch": "main"}}
            )
        )
        environment = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_SHA": self.merge,
            "GITHUB_API_URL": api,
            "GITHUB_TOKEN": TOKEN,
        }
        return self.check(environment | (more or {}), channels)

    def on_gitlab(self, api: str) -> subprocess.CompletedProcess:
        environment = {
            "GITLAB_CI": "true",
            "CI_COMMIT_SHA": self.merge,
            "CI_DEFAULT_BRANCH": "main",
            "CI_PROJECT_ID": "group/project",
            "CI_PIPELINE_SOURCE": "merge_request_event",
            "CI_MERGE_REQUEST_IID": "3",
            "CI_MERGE_REQUEST_PROJECT_ID": "group/project",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": self.head,
            "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result",
            "CI_API_V4_URL": api,
            "AIMSGATE_TOKEN": TOKEN,
        }
        return self.check(environment, GITLAB_CHANNELS)


def posted(done: subprocess.CompletedProcess, channels: list[str]) -> bool:
    """Whether everything was posted, and the verdict is what it is without."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("aimsgate: ")]
    return (
        done.returncode == 1
        and len(lines) == len(channels)
        and not any("not posted" in line for line in lines)
    )


def github_description(judge, work: Path) -> Path:
    package = judge.TOOLS / "node_modules/@octokit/openapi/generated/api.github.com.json"
    description = work / "github.json"
    description.write_text(json.dumps(sliced(json.loads(package.read_text()), GITHUB_PATHS)))
    return description


# What the condensed description leaves out, as GitLab Docs have it: "Users API", "Projects API",
# "Protected branches API", "Merge request approvals API", "Project members API".
GITLAB_BESIDE = {
    "/api/v4/user": ["id", "username"],
    "/api/v4/projects/{id}": ["id"],
    "/api/v4/projects/{id}/approvals": ["reset_approvals_on_push"],
    "/api/v4/projects/{id}/protected_branches/{name}": ["name"],
    "/api/v4/projects/{id}/members/all/{user_id}": ["access_level"],
}


def gitlab_description(judge, work: Path) -> Path | None:
    source = judge.SCHEMAS / "gitlab-api-v4-condensed.openapi.json"
    if not source.is_file():
        return None
    # A project's number is read as a text, too, so it is never exactly one of the two.
    description = json.loads(source.read_text().replace('"oneOf"', '"anyOf"'))
    for path, required in GITLAB_BESIDE.items():
        names = re.findall(r"{(\w+)}", path)
        parameters = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
        kinds = {"username": "string", "name": "string", "reset_approvals_on_push": "boolean"}
        types = {name: {"type": kinds.get(name, "integer")} for name in required}
        answer = {
            "description": "found",
            "content": {
                "application/json": {
                    "schema": {"type": "object", "required": required, "properties": types}
                }
            },
        }
        description["paths"].setdefault(
            path, {"get": {"parameters": parameters, "responses": {"200": answer}}}
        )
    file = work / "gitlab.json"
    file.write_text(json.dumps(description))
    return file


def judge_requests(judge, work: Path) -> None:
    """Every request that the tests saw, one by one against the forges' descriptions."""
    kept = work / "requests.jsonl"
    tests = ["forge::", "requests::each_channel", "requests::an_approval", "requests::what_cannot"]
    command = [os.environ["AIMSGATE_INTEGRATION"], "--quiet", *tests]
    done = judge.run(*command, cwd=judge.ROOT, env=os.environ | {"AIMSGATE_REQUESTS": str(kept)})
    judge.ask(
        "the tests leave the requests they saw",
        done.returncode == 0 and kept.is_file(),
        done.stdout + done.stderr,
    )
    requests = [json.loads(line) for line in sorted(set(kept.read_text().splitlines()))]
    descriptions = {
        "github": github_description(judge, work),
        "gitlab": gitlab_description(judge, work),
    }
    for forge, description in descriptions.items():
        if description is None:
            judge.note("skipped", f"AIMSGATE_SCHEMAS names no folder with a description of {forge}")
            continue
        with mocked(judge, work / f"{forge}-requests.log", description) as api:
            base = api if forge == "github" else f"{api}/api/v4"
            own = [it for it in requests if it["forge"] == forge]
            schemas = json.loads(description.read_text())
            refusal = lambda it: (
                refused_by_mock(base, it) or refused_by_schema(schemas, base.removeprefix(api), it)
            )
            refused = [
                f"{it['method']} {it['target']}: {why}" for it in own if (why := refusal(it))
            ]
            kinds = sorted({it["method"] for it in own})
            judge.ask(
                f"{forge}'s description accepts each of {len(own)} requests ({', '.join(kinds)})",
                not refused,
                "\n".join(refused),
            )
            bodies = [it for it in own if it["body"]]
            spoilt = [it | {"body": dict.fromkeys(it["body"], {"no": "value"})} for it in bodies]
            taken = "\n".join(f"{it['method']} {it['target']}" for it in spoilt if not refusal(it))
            judge.ask(
                f"{forge}'s description refuses each of {len(bodies)} bodies with other values",
                bodies and not taken,
                taken,
            )


def refused_by_schema(description: dict, under: str, request: dict) -> str:
    """Why a request's body is not as described.

    The mock checks no body of some paths, whose schemas it cannot read.
    """
    if not request["body"]:
        return ""
    target = under + request["target"].split("?")[0]
    for path, methods in description["paths"].items():
        if (
            re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), target)
            and request["method"].lower() in methods
        ):
            schema = methods[request["method"].lower()]["requestBody"]["content"][
                "application/json"
            ]["schema"]
            whole = {"components": description.get("components", {}), "allOf": [schema]}
            return "; ".join(
                error.message
                for error in jsonschema.Draft4Validator(whole).iter_errors(request["body"])
            )
    return "it is not described"


def refused_by_mock(base: str, request: dict) -> str:
    """Why a mock refuses a request; nothing where it does not."""
    try:
        answer = urllib.request.urlopen(
            asked(request["method"], base + request["target"], request["body"]), timeout=30
        )
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        text = answer.read().decode(errors="replace")
        problems = json.loads(answer.headers.get("sl-violations") or "[]")
    own = [it["message"] for it in problems if it.get("location", [""])[0] == "request"]
    # The mock's own words for a request that is none.
    unlike = "stoplight.io/prism/errors#" in text and any(
        name in text
        for name in ("NO_PATH", "NO_METHOD", "UNPROCESSABLE", "INVALID_CONTENT", "UNAUTHORIZED")
    )
    return "; ".join(own) or (text[:300] if unlike else "")


def judge_github(judge, work: Path, change: Change) -> None:
    description = github_description(judge, work)
    with mocked(judge, work / "github.log", "--errors", description) as api:
        at = f"{api}/repos/octocat/hello-world"
        bad = call("POST", f"{at}/check-runs", {"head_sha": change.head})[0]
        judge.ask("GitHub's description refuses a check run without a name", bad == 422, f"{bad}")
        done = change.on_github(api, GITHUB_CHANNELS)
        judge.ask(
            "GitHub's description accepts what is posted on a pull request",
            posted(done, GITHUB_CHANNELS),
            done.stderr,
        )
        done = change.scheduled_on_github(api)
        judge.ask(
            "GitHub's description accepts the issues of a schedule",
            posted(done, ["issue"]),
            done.stderr,
        )
    # Some of GitHub's own examples of answers are not as it describes them; requests are held to
    # it all the same.
    with mocked(judge, work / "github-read.log", description) as api:
        environment = judge.plain_environment() | {"GITHUB_API_URL": api, "AIMSGATE_TOKEN": TOKEN}
        done = judge.run(
            judge.AIMSGATE,
            "doctor",
            change.folder,
            "--repository",
            "octocat/hello-world",
            env=environment,
        )
        seen = done.returncode in (1, 2) and "is required" in done.stdout
        refused = [
            code for code in ("400", "404", "406", "422", "not what the API") if code in done.stdout
        ]
        judge.ask(
            "GitHub's description accepts what the doctor asks, and it reads the answers",
            seen and not refused,
            done.stdout + done.stderr,
        )


def judge_emulated(judge, work: Path, change: Change) -> None:
    binaries = judge.TOOLS / "node_modules/.bin"
    seed = work / "emulated.yaml"
    seed.write_text(EMULATED)
    port = free_port()
    # It needs a newer Node.js than a machine may have.
    command = [
        binaries / "node",
        binaries / "emulate",
        "start",
        "--service",
        "github",
        "--port",
        port,
        "--seed",
        seed,
    ]
    with served(command, port, work / "emulated.log") as api:
        at = f"{api}/repos/octocat/hello-world"
        bad = call("POST", f"{at}/issues", {"body": "no title"})[0]
        judge.ask("the emulator refuses an issue without a title", bad == 422, f"{bad}")
        number = call("POST", f"{at}/issues", {"title": "stands for a pull request"})[1]["number"]
        channels = ["check-run", "comment"]
        first = change.on_github(api, channels, number)
        second = change.on_github(api, channels, number)
        judge.ask(
            "the emulator takes a check run and a comment", posted(first, channels), first.stderr
        )
        # It lists no check runs of a commit that it did not make, so these are asked for by number.
        updated = "comment: says so already" in second.stderr and second.returncode == 1
        judge.ask("a second run writes no second comment", updated, second.stderr)
        comments = call("GET", f"{at}/issues/{number}/comments")[1]
        made = call("GET", f"{at}/check-runs/1")[1]
        one = (
            len(comments) == 1
            and made["conclusion"] == "failure"
            and made["head_sha"] == change.head
        )
        judge.ask(
            "there is one comment, and the check run fails", one, json.dumps([comments, made])[:600]
        )
        first, second = change.scheduled_on_github(api), change.scheduled_on_github(api)
        judge.ask(
            "a schedule opens issues and updates them",
            "opened" in first.stderr and "updated" in second.stderr,
            first.stderr + second.stderr,
        )


def judge_gitlab(judge, work: Path, change: Change) -> None:
    file = gitlab_description(judge, work)
    if file is None:
        judge.note("skipped", "AIMSGATE_SCHEMAS names no folder with GitLab's description")
        return
    with mocked(judge, work / "gitlab.log", "--errors", file) as api:
        bad = call(
            "POST",
            f"{api}/api/v4/projects/group%2Fproject/statuses/{change.head}",
            {"state": "blocked"},
        )[0]
        judge.ask(
            "GitLab's description refuses a status of another name", bad in (400, 422), f"{bad}"
        )
        done = change.on_gitlab(f"{api}/api/v4")
        said = done.stderr.splitlines()
        # The mock's external status check has a name of its own.
        others = [
            line for line in said if "not posted" in line and "no external status check" not in line
        ]
        judge.ask(
            "GitLab's description accepts what is posted on a merge request",
            len(said) == 4 and not others,
            done.stderr,
        )


def judge_offline(judge, work: Path, change: Change) -> None:
    """In a namespace that has no network at all: whatever tried to connect would be told so."""
    alone = ["unshare", "--map-root-user", "--net"]
    if judge.run(*alone, "true").returncode:
        judge.note("skipped", "no namespace without a network may be made here")
        return
    connects = 'import socket; socket.create_connection(("127.0.0.1", 9), timeout=5)'
    refused = judge.run(*alone, "python3", "-c", connects).returncode
    judge.ask("a namespace without a network refuses a connection", refused != 0)
    plain = judge.plain_environment()
    command = [judge.AIMSGATE, "check", change.folder, "--today", judge.TODAY]
    for arguments in ([], ["--staged"]):
        inside = judge.run(*alone, *command, *arguments, env=plain)
        outside = judge.run(*command, *arguments, env=plain)
        same = (inside.returncode, inside.stdout) == (outside.returncode, outside.stdout)
        judge.ask(
            f"check {' '.join(arguments)} is the same without a network",
            same,
            inside.stdout + inside.stderr,
        )
    done = change.on_github("http://127.0.0.1:9", ["comment"])
    judge.ask(
        "a forge that is not there changes no verdict",
        done.returncode == 1 and "not posted" in done.stderr,
        done.stderr,
    )


def judge_forges(judge, work: Path) -> None:
    judge_requests(judge, work)
    change = Change(judge, work)
    judge_github(judge, work, change)
    judge_emulated(judge, work, change)
    judge_gitlab(judge, work, change)
    judge_offline(judge, work, change)
