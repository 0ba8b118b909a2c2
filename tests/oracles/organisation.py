#!/usr/bin/env python3
"""What one bundle of an organisation does to many repositories, with stock ssh-keygen and git.

Usage: organisation.py AIMSGATE [REPOSITORIES]

Builds an organisation and so many repositories (300) that take over its bundle, then: one bundle in
which somebody joins, somebody leaves, a key is rotated and a check is new is taken over by all, and
each must pass without a signature of its own. A forged bundle must pass in none. What the leaver
signs afterwards must count in none. Prints the figures; exits 1 where one is not as it must be.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TODAY = "2026-11-22"
PEOPLE = {"ana": "system-owner", "dee": "risk-lead", "ida": "ai-governance-lead",
          "rob": "risk-lead"}
NAMES = 'namespaces="aimsgate,aimsgate-bundle"'


def run(*words, cwd, ok=(0,), env=None):
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, env=env)
    if ok is not None and done.returncode not in ok:
        sys.exit(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Organisation:
    def __init__(self, program, work):
        self.program, self.work = program, work
        self.root, self.keys = work / "organisation", work / "keys"
        (self.root / "governance/checks").mkdir(parents=True)
        self.keys.mkdir()
        self.who, self.key = dict(PEOPLE), {}
        (self.root / "aims.yaml").write_text(
            "schema: aimsgate/1\nkind: organisation\norganisation: Example Bank\n")
        (self.root / "governance/gate.yaml").write_text(
            'schema: aimsgate/1\nrepository: example.com/bank/aims\nrules: "0.1"\n'
            "enforce: {mode: strict}\n")
        for name in PEOPLE:
            self.new_key(name)

    def new_key(self, name):
        path = self.keys / f"{name}-{len(list(self.keys.iterdir()))}"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path), cwd=self.work)
        self.key[name] = path

    def write(self):
        line = {"system-owner": 1}
        people = "".join(
            f"  - {{id: {name}, emails: [{name}@example.com], roles: [{role}], "
            f"line: {line.get(role, 2)}, from: 2025-01-01}}\n" for name, role in self.who.items())
        keys = "".join(
            f"{name}@example.com {NAMES} "
            + " ".join(Path(f"{self.key[name]}.pub").read_text().split()[:2]) + "\n"
            for name in self.who)
        (self.root / "governance/people.yaml").write_text(f"schema: aimsgate/1\npeople:\n{people}")
        (self.root / "governance/allowed_signers").write_text(keys)

    def bundle(self, signer_key, day=TODAY):
        self.write()
        out = self.work / "bundle.json"
        run(self.program, "bundle", "build", str(self.root), "--out", str(out), "--today", day,
            "--expires", "2027-11-22", cwd=self.work)
        env = {**os.environ, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.signingkey",
               "GIT_CONFIG_VALUE_0": str(signer_key)}
        run(self.program, "bundle", "sign", str(out), cwd=self.work, env=env)
        return out


def commit(repository, message):
    run("git", "add", "-A", cwd=repository)
    run("git", "-c", "user.name=bot", "-c", "user.email=ana@example.com", "commit", "-qm",
        message, cwd=repository, env={**os.environ, "GIT_AUTHOR_DATE": f"{TODAY}T08:00:00Z",
                                      "GIT_COMMITTER_DATE": f"{TODAY}T08:00:00Z"})


def check(program, repository):
    env = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME")}
    return run(program, "check", str(repository), "--today", TODAY, "--format", "concise",
               cwd=repository, ok=None, env=env)


def main():
    program = str(Path(sys.argv[1]).resolve())
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    work = Path(tempfile.mkdtemp())
    wrong = 0

    def must(what, found, expected):
        nonlocal wrong
        wrong += found != expected
        print(f"{'ok' if found == expected else 'WRONG':6} {what}: {found}"
              + ("" if found == expected else f", expected {expected}"))

    try:
        organisation = Organisation(program, work)
        first = organisation.bundle(organisation.key["dee"])
        repositories = [work / f"repositories/r{number:03}" for number in range(count)]

        def make(repository):
            (repository / "governance").mkdir(parents=True)
            (repository / "src").mkdir()
            (repository / "src/app.py").write_text("print(1)\n")
            (repository / "aims.yaml").write_text(
                "schema: aimsgate/1\nno-ai: {because: A tool without any., declared-by: ana}\n")
            (repository / "governance/gate.yaml").write_text(
                f"schema: aimsgate/1\nrepository: example.com/bank/{repository.name}\n")
            run("git", "init", "-qb", "main", cwd=repository)
            run("git", "config", "user.email", "ana@example.com", cwd=repository)
            run(program, "bundle", "update", str(first), str(repository), cwd=repository)
            commit(repository, "Adopt the gate")
            run("git", "checkout", "-qb", "change", cwd=repository)

        def verdicts(bundle):
            def one(repository):
                run("git", "checkout", "-qf", "change", cwd=repository)
                run("git", "reset", "-q", "--hard", "main", cwd=repository)
                run(program, "bundle", "update", str(bundle), str(repository), cwd=repository)
                commit(repository, "Take over the next bundle")
                return check(program, repository).returncode
            return list(pool.map(one, repositories))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(make, repositories))
            forged = work / "forged.json"
            shutil.copy(first, work / "first.json")
            shutil.copy(f"{first}.sig", work / "first.json.sig")
            organisation.new_key("mallory")
            # Who forges has all but a key that counts.
            mallory = organisation.key["mallory"]
            second = organisation.bundle(mallory)
            shutil.copy(second, forged)
            shutil.copy(f"{second}.sig", f"{forged}.sig")
            must("repositories in which a bundle of a stranger passes",
                 verdicts(forged).count(0), 0)
            shutil.copy(work / "first.json", work / "bundle.json")
            shutil.copy(work / "first.json.sig", work / "bundle.json.sig")

            old = organisation.key["ida"]
            del organisation.who["dee"]
            organisation.who["eva"] = "risk-lead"
            organisation.new_key("eva")
            organisation.new_key("ida")
            (organisation.root / "governance/checks/purpose.yaml").write_text(
                "schema: aimsgate/1\nid: bank/purpose-short\ntitle: A purpose is too short\n"
                "because: Nobody can judge by it.\nfor-each: system\n"
                "holds: size(system.purpose) > 20\nmessage: 'the purpose is short'\n"
                "remedy: say more\ncontrols: [A.6.2.2]\n")
            bundle = organisation.bundle(old)
            began = time.monotonic()
            found = verdicts(bundle)
            seconds = time.monotonic() - began
            must("repositories that pass with the next bundle", found.count(0), count)
            signed = sum(1 for it in repositories for _ in it.glob("governance/signoffs/*"))
            must("signatures in repositories", signed, 0)

            def signed_by(name):
                def one(repository):
                    run("git", "checkout", "-qf", "main", cwd=repository)
                    run("git", "merge", "-q", "change", cwd=repository)
                    run("git", "checkout", "-qb", f"by-{name}", cwd=repository)
                    rules = repository / "governance/gate.yaml"
                    rules.write_text(
                        rules.read_text().replace("min-sequence: 2", "min-sequence: 1"))
                    run(program, "sign", "--prepare", "rule-change", "--id", "older-1",
                        "--because", "An older one will do.", "--today", TODAY, cwd=repository)
                    record = repository / "governance/signoffs/older-1.yaml"
                    digest = run("sha256sum", str(record), cwd=repository).stdout.split()[0]
                    said = repository / f"governance/signoffs/older-1.{name}.yaml"
                    said.write_text(f"record: {{id: older-1, sha256: {digest}}}\n"
                                    f"signer: {name}\nacting-as: risk-lead\n"
                                    f"signed-on: {TODAY}\nagree: true\n")
                    run("ssh-keygen", "-q", "-Y", "sign", "-n", "aimsgate", "-f",
                        str(organisation.key[name]), str(said), cwd=repository)
                    commit(repository, "Let older bundles count")
                    return check(program, repository).returncode
                return list(pool.map(one, repositories)).count(0)

            must("repositories in which the signature of one who stays counts",
                 signed_by("rob"), count)
            must("repositories in which the leaver's counts", signed_by("dee"), 0)
        print(f"{count} repositories took it over and were judged in {seconds:.1f} s, "
              f"{1000 * seconds / count:.0f} ms each")
    finally:
        shutil.rmtree(work)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
