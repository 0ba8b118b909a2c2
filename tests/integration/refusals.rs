//! What `sign` does not write, what it asks git for, and what `verify` answers for.

use std::fs;
use std::process::Command;

use crate::edits::Edit;
use crate::keys;
use crate::support::{TestRepository, commit_as};

const FOLDER: &str = "governance/signoffs";

/// Runs the program as somebody whose git is configured by the environment alone.
fn as_somebody(repository: &TestRepository, email: &str, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
    let command = command.current_dir(repository.path()).env_clear().args(arguments);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let command = command
        .env("PATH", path)
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "user.email")
        .env("GIT_CONFIG_VALUE_0", email);
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

/// The signed example, and edits of a change on top of it.
fn changed(edits: &str) -> TestRepository {
    let repository = TestRepository::of_example("credit-scoring");
    repository.git.set_head("refs/heads/main").unwrap();
    commit_as(&repository.git, "cho@example.com", None);
    let edits: Vec<Edit> = serde_yaml::from_str(edits).unwrap();
    edits.iter().for_each(|edit| edit.apply(repository.path()));
    repository
}

#[test]
fn what_cannot_count_is_not_written() {
    let repository = changed(
        "- {replace: config/decision.yaml, from: '0.42', to: '0.37'}\n\
         - {commit: dee@example.com}\n\
         - {prepare: accept-residual-risk, system: credit-scoring, id: r2}\n\
         - {append: governance/signoffs/r2.yaml, text: \"conditions:\\n  - {id: C-1, must: Repeat \
         the test, owner: eva, due: 2026-12-01}\\n\"}\n\
         - {write: data/credit/gap.json, text: \"{}\\n\"}\n",
    );
    let today = ["--yes", "--unsigned", "--today", "2026-11-22"];
    // Who signs what, and why that is not written.
    let evidence = ["sign", "r2", "--close", "C-1", "--evidence", "data/credit/gap.json"];
    let cases: [(&str, &[&str], &str); 5] = [
        ("dee@example.com", &evidence, "lies among what the system owns"),
        ("dee@example.com", &["sign", "r2"], "`dee` is an author of what the record covers"),
        ("ben@example.com", &["sign", "r2"], "`engineer` is not asked to sign"),
        (
            "eva@example.com",
            &["sign", "r2", "--close", "C-1", "--evidence", "README.md"],
            "`eva` owns condition `C-1` and cannot close it",
        ),
        ("ben@example.com", &["sign", "r2", "--revoke", "--because", "no"], "may not revoke it"),
    ];
    let files = || fs::read_dir(repository.file(FOLDER)).unwrap().count();
    let before = files();
    for (email, arguments, why) in cases {
        let (exit, said) = as_somebody(&repository, email, &[arguments, &today].concat());
        let is_told = said.contains("nothing was written") && said.contains(why);
        assert!(exit == 2 && is_told, "{email}: {said}");
        assert_eq!(files(), before, "{email}");
    }
    let forced = [&["sign", "r2", "--force"][..], &today].concat();
    let (exit, said) = as_somebody(&repository, "dee@example.com", &forced);
    assert!(exit == 0 && said.contains("note: it would not count"), "{said}");
    assert_eq!(files(), before + 1);
    fs::remove_file(repository.file("data/credit/gap.json")).unwrap();
    let (exit, said) =
        as_somebody(&repository, "eva@example.com", &[&["sign", "r2"][..], &today].concat());
    assert!(exit == 0 && !said.contains("it would not count"), "{said}");
}

#[test]
fn whoever_gains_by_a_change_of_rules_does_not_sign_it() {
    let repository = changed("[]");
    let tip = repository.git.head().unwrap().peel_to_commit().unwrap();
    repository.git.branch("change", &tip, false).unwrap();
    repository.git.set_head("refs/heads/change").unwrap();
    let people = fs::read_to_string(repository.file("governance/people.yaml")).unwrap();
    let more = people.replace("may-accept: medium", "may-accept: high");
    repository.write("governance/people.yaml", more);
    commit_as(&repository.git, "ben@example.com", None);
    let because = ["--because", "More is needed.", "--today", "2026-11-22"];
    let prepare = ["sign", "--prepare", "rule-change", "--id", "rules"];
    let (exit, said) =
        as_somebody(&repository, "ben@example.com", &[&prepare[..], &because].concat());
    assert_eq!(exit, 0, "{said}");
    let sign = ["sign", "rules", "--yes", "--unsigned", "--today", "2026-11-22"];
    let (exit, said) = as_somebody(&repository, "dee@example.com", &sign);
    assert!(
        exit == 2 && said.contains("nothing was written: the change gives `dee` more"),
        "{said}"
    );
}

#[test]
fn a_key_of_gpg_is_told_and_the_address_is_shown() {
    let repository = changed(
        "- {replace: config/decision.yaml, from: '0.42', to: '0.37'}\n\
         - {prepare: accept-residual-risk, system: credit-scoring, id: r2}\n",
    );
    let sign = ["sign", "r2", "--yes", "--today", "2026-11-22"];
    let mut config = repository.git.config().unwrap();
    config.set_str("user.signingkey", "0xA1B2C3D4E5F60718").unwrap();
    let (exit, said) = as_somebody(&repository, "eva@example.com", &sign);
    assert!(exit == 2 && said.contains("the openpgp key `0xA1B2C3D4E5F60718`"), "{said}");
    config.set_str("user.signingkey", "/nowhere/id_sign").unwrap();
    let (_, said) = as_somebody(&repository, "eva@example.com", &sign);
    assert!(said.contains("as eva@example.com, with the key `/nowhere/id_sign`"), "{said}");
    assert!(!repository.file(&format!("{FOLDER}/r2.eva.yaml")).exists());
}

#[test]
fn a_release_answers_for_one_file_of_several_and_for_what_it_names() {
    let image = format!("registry.example.com/credit@sha256:{}", keys::sha256(b"an image"));
    let repository = changed(
        "- {replace: aims.yaml, from: 'path: models/credit/scorecard.safetensors', to: \
         'path: models/credit/**'}\n\
         - {resign: r2, system: credit-scoring}\n",
    );
    let prepare = ["sign", "--prepare", "release", "--system", "credit-scoring", "--id", "rel"];
    let more = ["--because", "It was tried out for a month.", "--today", "2026-11-22"];
    let named = ["--subject", &image, "--subject", "hub:acme/scorer@1f2e"];
    let prepare = [&prepare[..], &more, &named].concat();
    let (exit, said) = as_somebody(&repository, "ben@example.com", &prepare);
    assert_eq!(exit, 0, "{said}");
    let signed: Vec<Edit> = serde_yaml::from_str(
        "- {sign: rel, by: ana, as: system-owner}\n\
         - {sign: rel, by: fay, as: independent-validator}\n\
         - {sign: rel, by: dee, as: risk-lead}\n",
    )
    .unwrap();
    signed.iter().for_each(|edit| edit.apply(repository.path()));
    commit_as(&repository.git, "cho@example.com", None);
    let weights = fs::read(repository.file("models/credit/scorecard.safetensors")).unwrap();
    let shard = format!("sha256:{}", keys::sha256(&weights));
    let bare = format!("sha256:{}", keys::sha256(b"an image"));
    let other = format!("sha256:{}", keys::sha256(b"another image"));
    let digest =
        |path: &str| format!("sha256:{}", keys::sha256(&fs::read(repository.file(path)).unwrap()));
    let (threshold, data) =
        (digest("config/decision.yaml"), digest("data/credit/applications.dvc"));
    let results = digest("reports/validation.json");
    let cases = [
        (threshold.as_str(), 0),
        (&data, 0),
        (&results, 1),
        (shard.as_str(), 0),
        (&image, 0),
        (&bare, 0),
        ("hub:acme/scorer@1f2e", 0),
        ("hub:acme/scorer@1f2f", 1),
        (&other, 1),
        ("registry.example.com/credit:4", 2),
    ];
    let verify = ["verify", "--system", "credit-scoring", "--today", "2026-11-22"];
    for (subject, expected) in cases {
        let arguments = [&verify[..], &["--subject", subject]].concat();
        let (exit, said) = as_somebody(&repository, "ben@example.com", &arguments);
        assert_eq!(exit, expected, "{subject}: {said}");
    }
    let both = ["--subject", &shard, "--subject", &other, "--format", "json"];
    let (exit, said) = as_somebody(&repository, "ben@example.com", &[&verify[..], &both].concat());
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(exit, 1, "{said}");
    assert_eq!(json[0]["may_be_used"], true, "{said}");
    assert_eq!(json[1]["may_be_used"], false, "{said}");
    let (_, said) = as_somebody(&repository, "ben@example.com", &["status", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(json["systems"][0]["decisions"][1]["decision"], "release", "{said}");
    let steps = ["sign", "rel", "--verify", "--format", "json", "--today", "2026-11-22"];
    let (exit, said) = as_somebody(&repository, "ben@example.com", &steps);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert!(exit == 0 && json["stands"] == true, "{said}");
}
