//! Attestations and replays: what others check of a verdict, through the program itself.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::evidence::{aimsgate, example};
use crate::keys::{public_line, sha256, sign};
use crate::support::{TestRepository, commit_as, scratch};

const DAY: &str = "2026-11-22";
const SYSTEM: &str = "credit-scoring";
const NAMESPACE: &str = "aimsgate-attestation";

/// The signed example, in which dee's key is one for attestations too.
fn attesting() -> TestRepository {
    let repository = TestRepository::of_example(SYSTEM);
    let keys = repository.file("governance/allowed_signers");
    let line = format!("dee@example.com namespaces=\"{NAMESPACE}\" {}\n", public_line("dee"));
    fs::write(&keys, fs::read_to_string(&keys).unwrap() + &line).unwrap();
    commit_as(&repository.git, "ben@example.com", None);
    repository
}

fn statement(repository: &TestRepository, arguments: &[&str]) -> String {
    let all = [&["attest", "--today", DAY], arguments].concat();
    let (code, out, said) = aimsgate(repository.path(), &all);
    assert_eq!(code, 0, "{said}");
    out
}

/// What `attest --dsse` writes, made with a key of the tests.
fn envelope(statement: &str, name: &str, namespace: &str) -> Value {
    const KIND: &str = "application/vnd.in-toto+json";
    let length = statement.len();
    let message = format!("DSSEv1 {} {KIND} {length} {statement}", KIND.len());
    let signature = sign(name, namespace, message.as_bytes());
    json!({
        "payload": STANDARD.encode(statement),
        "payloadType": KIND,
        "signatures": [{"keyid": "", "sig": STANDARD.encode(signature)}],
    })
}

#[test]
fn an_attestation_is_about_the_commit_the_weights_and_the_pack() {
    let repository = attesting();
    let outside = scratch();
    let pack = outside.path().join("pack.zip");
    let pack = pack.to_str().unwrap();
    let made = ["pack", "--head", "HEAD", "--today", DAY, "--out", pack];
    assert_eq!(aimsgate(repository.path(), &made).0, 0);
    let text = statement(&repository, &["--for", "release", "--pack", pack]);
    assert_eq!(text, statement(&repository, &["--for", "release", "--pack", pack]));
    let statement: Value = serde_json::from_str(&text).unwrap();
    let digest = |name: &str, algorithm: &str| {
        let mut subjects = statement["subject"].as_array().unwrap().iter();
        subjects.find(|it| it["name"] == name).unwrap()["digest"][algorithm].clone()
    };
    let commit = repository.git.head().unwrap().target().unwrap();
    assert_eq!(digest("commit", "gitCommit"), commit.to_string());
    let weights = fs::read(repository.file("models/credit/scorecard.safetensors")).unwrap();
    assert_eq!(digest("models/credit/scorecard.safetensors", "sha256"), sha256(&weights));
    assert_eq!(digest("pack.zip", "sha256"), sha256(&fs::read(pack).unwrap()));
    let predicate = &statement["predicate"];
    assert_eq!(predicate["properties"].as_array().unwrap().len(), 2);
    let own = &predicate["urn:aimsgate:verdict:1"];
    let rules = fs::read(repository.file("governance/gate.yaml")).unwrap();
    let mut policy = own["policy"].as_array().unwrap().iter();
    let policy = policy.find(|it| it["name"] == "governance/gate.yaml").unwrap();
    assert_eq!(policy["digest"]["sha256"], sha256(&rules));
    let records = own["records"].as_array().unwrap();
    assert!(records.iter().any(|it| it["id"] == "credit-4.2.0-release" && it["stands"] == true));
    fs::remove_file(repository.file("governance/ai-policy.md")).unwrap();
    repository.commit_all("the policy is gone");
    let (code, out, _) = aimsgate(repository.path(), &["attest", "--today", DAY]);
    let failed: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &failed["predicate"]["properties"]), (1, &json!([])));
}

#[test]
fn an_attestation_vouches_only_for_what_it_says_by_a_key_that_counts() {
    let repository = attesting();
    let root = repository.path();
    let weights = fs::read(repository.file("models/credit/scorecard.safetensors")).unwrap();
    let weights = format!("sha256:{}", sha256(&weights));
    let statement = statement(&repository, &["--for", "release"]);
    let outside = scratch();
    let file = outside.path().join("attestation.json");
    let verify = |attestation: &str| {
        fs::write(&file, attestation).unwrap();
        let file = file.to_str().unwrap();
        let what = ["--system", SYSTEM, "--subject", &weights, "--attestation", file];
        let (code, out, said) = aimsgate(root, &[&["verify", "--today", DAY], &what[..]].concat());
        (code, out + &said)
    };
    let good = envelope(&statement, "dee", NAMESPACE);
    // The branch moves on: what is attested is looked at as it was.
    repository.write("NOTES.md", "More.\n").commit_all("more");
    let (code, said) = verify(&good.to_string());
    assert_eq!(code, 0, "{said}");
    let forged = |what: &str, by: &str| {
        let payload = STANDARD.encode(statement.replace(what, by));
        let mut forged = good.clone();
        forged["payload"] = payload.into();
        forged.to_string()
    };
    let own = |statement: &str| envelope(statement, "dee", NAMESPACE).to_string();
    let other = statement.replace(weights.trim_start_matches("sha256:"), &"0".repeat(64));
    let failed = statement.replace("AIMSGATE_MERGE_GATE_PASSED", "OTHER");
    let cases = [
        (statement.clone(), "it is not signed"),
        (forged("scorecard", "scoreboard"), "its signature does not count"),
        (envelope(&statement, "mallory", NAMESPACE).to_string(), "its signature does not count"),
        (envelope(&statement, "dee", "aimsgate").to_string(), "its signature does not count"),
        (own(&other), "it is not about `sha256:"),
        (own(&failed), "it does not say that the gate passed"),
        (own(&statement.replace("\"system\": null", "\"system\": \"x\"")), "another system"),
    ];
    for (attestation, expected) in cases {
        let (code, said) = verify(&attestation);
        assert_eq!(code, 1, "{expected}: {said}");
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let gone = own(&statement.replace(r#""gitCommit": ""#, r#""gitCommit": "0000"#));
    assert_eq!(verify(&gone).0, 2, "a commit that is not here");
    assert_eq!(verify("{}").0, 2);
}

#[test]
fn a_report_replays_after_the_branch_moved_on() {
    let repository = example();
    let root = repository.path();
    let outside = scratch();
    let file = outside.path().join("report.json");
    let name = file.to_str().unwrap();
    repository
        .git
        .branch("change", &repository.git.head().unwrap().peel_to_commit().unwrap(), false)
        .unwrap();
    let formats = format!("json={name}");
    let check = |head: &str, release: bool| {
        let gate = if release { "release" } else { "merge" };
        let arguments =
            ["check", "--head", head, "--for", gate, "--today", DAY, "--format", &formats];
        aimsgate(root, &arguments).0
    };
    let replay = || aimsgate(root, &["replay", name]);
    assert_eq!(check("main", true), 0);
    repository.write("governance/ai-policy.md", "gone\n").commit_all("the branch moves on");
    let (code, out, said) = replay();
    assert_eq!(code, 0, "{out}{said}");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("\"verdict\": \"pass\"", "\"verdict\": \"fail\"")).unwrap();
    let (code, out, _) = replay();
    assert!(code == 1 && out.contains("`report` differs in line "), "{out}");
    // A change that is merged in memory.
    repository.git.set_head("refs/heads/change").unwrap();
    let card = repository.file("docs/ai/credit-scoring/model-card.md");
    fs::write(repository.file("governance/ai-policy.md"), text.as_bytes()).unwrap();
    fs::remove_file(card).unwrap();
    repository.commit_all("the card is gone");
    assert_eq!(check("change", false), 1);
    let (code, out, said) = replay();
    assert_eq!(code, 0, "{out}{said}");
    aimsgate(root, &["check", "--today", DAY, "--format", &formats]);
    let (code, _, said) = replay();
    assert!(code == 2 && said.contains("git does not hold it"), "{said}");
}
