"""Lets stock tools read what auditors and deployments get: packs, attestations, bills, pages.

Each refuses a known-bad twin.
"""

import base64
import copy
import json
import os
import shutil
from pathlib import Path

import bagit
import openpyxl
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from spdx_python_model import v3_0_1 as spdx

EXAMPLE = "credit-scoring"
EVIDENCE = "data/evidence/docs/ai/credit-scoring/impact-assessment.md"


def refuses(check) -> bool:
    """Whether a check raises, or answers no."""
    try:
        return check() is False
    except Exception:
        return True


def judge_evidence(judge, work: Path) -> None:
    example = judge.ROOT / "fixtures" / "repos" / EXAMPLE
    root = judge.repository(work / "repository", example)

    def aimsgate(*arguments: object) -> str:
        command = [judge.AIMSGATE, *arguments, "--today", judge.TODAY]
        done = judge.run(*command, cwd=root, env=judge.plain_environment())
        if done.returncode:
            raise SystemExit(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    judge_pack(judge, work, aimsgate)
    judge_attestation(judge, work, root, aimsgate)
    judge_spdx(judge, work)
    judge_pages(judge, work, aimsgate)


def judge_pack(judge, work: Path, aimsgate) -> None:
    folder = work / "pack"
    aimsgate("pack", "--head", "HEAD", "--for", "release", "--out", folder)

    def is_bag() -> bool:
        return bagit.Bag(str(folder)).validate()

    def is_verified() -> bool:
        return judge.run("sh", folder / "verify.sh").returncode == 0

    said = judge.run("sh", folder / "verify.sh")
    good = said.stdout.count('Good "aimsgate" signature')
    judge.ask("a pack is a bag (RFC 8493)", is_bag())
    judge.ask("sha256sum and ssh-keygen check a pack", is_verified() and good == 5, said.stderr)
    spoilt = folder / EVIDENCE
    kept = spoilt.read_bytes()
    spoilt.write_bytes(kept.replace(b"a", b"b", 1))
    judge.ask("a changed byte is no bag", refuses(is_bag))
    judge.ask("sha256sum refuses a changed byte", not is_verified())
    spoilt.unlink()
    judge.ask("a pack without a file is no bag", refuses(is_bag))
    spoilt.write_bytes(kept)
    signature = folder / "data/evidence/governance/signoffs/credit-4.2.0-risk.eva.yaml.sig"
    other = signature.with_name("credit-4.2.0-risk.dee.yaml.sig")
    kept = signature.read_bytes()
    signature.write_bytes(other.read_bytes())
    # As if whoever swapped it had made the manifests again.
    script = (folder / "verify.sh").read_text().replace("sha256sum --strict --quiet", "true")
    (folder / "verify.sh").write_text(script)
    judge.ask("ssh-keygen refuses the signature of another statement", not is_verified())
    signature.write_bytes(kept)
    book = openpyxl.load_workbook(folder / "data/statement-of-applicability.xlsx")
    rows = list(book.active.iter_rows(values_only=True))
    controls = [row for row in rows if str(row[0]).startswith("A.")]
    judge.ask("openpyxl reads 38 controls of the workbook", len(controls) == 38, str(len(rows)))


def judge_attestation(judge, work: Path, root: Path, aimsgate) -> None:
    def is_statement(text: str) -> bool:
        message = json_format.Parse(text, statement_pb2.Statement())
        Statement.copy_from_pb(message).validate()
        return True

    text = aimsgate("attest", "--for", "release")
    judge.ask("in-toto's library takes an attestation", is_statement(text))
    judge.ask("an attestation is the same twice", text == aimsgate("attest", "--for", "release"))
    bare = json.loads(text)
    del bare["subject"][0]["digest"]
    judge.ask("it refuses a subject without a digest", refuses(lambda: is_statement(json.dumps(bare))))
    key = work / "key"
    judge.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
    judge.git(root, "config", "gpg.format", "ssh")
    judge.git(root, "config", "user.signingkey", key)
    envelope = json.loads(aimsgate("attest", "--for", "release", "--dsse"))
    allowed = work / "allowed"
    allowed.write_text(f"dee@example.com {key.with_suffix('.pub').read_text()}")
    signature = work / "attestation.sig"
    signature.write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))

    def is_signed(envelope: dict) -> bool:
        # The library says what is signed; the envelope's own key id is only a hint.
        message = Envelope.from_dict(copy.deepcopy(envelope)).pae()
        verify = ["ssh-keygen", "-Y", "verify", "-n", "aimsgate-attestation", "-f", allowed]
        command = [*verify, "-I", "dee@example.com", "-s", signature]
        (work / "message").write_bytes(message)
        with (work / "message").open() as message:
            return judge.run(*command, stdin=message).returncode == 0

    judge.ask("ssh-keygen verifies what securesystemslib says is signed", is_signed(envelope))
    payload = base64.b64decode(envelope["payload"]).replace(b"scorecard", b"scoreboard")
    forged = envelope | {"payload": base64.b64encode(payload).decode()}
    judge.ask("ssh-keygen refuses an altered payload", not is_signed(forged))


def judge_spdx(judge, work: Path) -> None:
    def is_spdx(text: str) -> bool:
        objects = spdx.SHACLObjectSet()
        (work / "spdx.json").write_text(text)
        with (work / "spdx.json").open("rb") as file:
            spdx.JSONLDDeserializer().read(file, objects)
        return not objects.missing_ids

    texts = []
    for folder in sorted((judge.ROOT / "fixtures" / "repos").iterdir()):
        command = [judge.AIMSGATE, "inventory", folder, "--format", "spdx"]
        texts.append(judge.run(*command, env=judge.plain_environment()).stdout)
    taken = [not refuses(lambda text=text: is_spdx(text)) for text in texts]
    judge.ask(f"SPDX's own library takes {len(texts)} bills of materials", all(taken))
    bad = next(text for text in texts if '"ai_AIPackage"' in text)
    bad = bad.replace('"relationshipType": "dependsOn"', '"relationshipType": "needs"')
    judge.ask("it refuses a relationship of no known type", refuses(lambda: is_spdx(bad)))


def judge_pages(judge, work: Path, aimsgate) -> None:
    pages = work / "pages"
    pages.mkdir()
    (pages / "signed.html").write_text(aimsgate("check", "--offline", "--format", "html"))
    (pages / "status.html").write_text(aimsgate("status", "--format", "html"))
    chatbot = judge.ROOT / "fixtures" / "repos" / "support-chatbot"
    shutil.copytree(chatbot, work / "chatbot")
    (pages / "gaps.html").write_text(judge.report_of(work / "chatbot", "html"))
    done = judge.run(
        judge.AIMSGATE, "posture", work / "repository", "--since", "HEAD", "--format", "html"
    )
    (pages / "posture.html").write_text(done.stdout)
    bad = work / "bad.html"
    bad.write_text('<img src="https://example.com/x.png"><p style="color:#ccc">Pale.</p>')

    def found(*files: Path) -> list[dict]:
        script = judge.TOOLS / "page.mjs"
        shutil.copy(judge.ROOT / "tests" / "oracles" / "page.mjs", script)
        done = judge.run("node", script, *files, env=dict(os.environ))
        if done.returncode:
            raise SystemExit(done.stderr)
        return json.loads(done.stdout)

    wrong = found(*sorted(pages.iterdir()))
    judge.ask("axe-core finds nothing in 4 pages, which fetch nothing", not wrong, str(wrong))
    rules = {it["rule"] for it in found(bad)}
    judge.ask(
        "axe-core refuses a page without a title, and a request is seen",
        {"document-title", "request"} <= rules,
        str(rules),
    )
