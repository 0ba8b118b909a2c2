//! `aimsgate sign` as people use it, and the signed example.

use std::fs;
use std::path::Path;
use std::process::Command;

use aimsgate::{of_configuration, of_listing, of_prose};

use crate::edits::Edit;
use crate::fixtures::fixtures;
use crate::keys;
use crate::support::{TestRepository, commit_as, copy, write};

const FOLDER: &str = "governance/signoffs";

/// How the example came to be signed: what its author prepared, and who signed what.
const HISTORY: &str = r#"
- {prepare: accept-residual-risk, system: credit-scoring, id: credit-4.2.0-risk,
   on: 2026-11-20, expires: 2027-11-15,
   because: "The gap between the regions is 0.004 on holdout-2026, and officers decide every case."}
- {prepare: release, system: credit-scoring, id: credit-4.2.0-release,
   on: 2026-11-20, expires: 2027-11-15,
   because: "Validated on holdout-2026; the former model can be put back within an hour."}
- {sign: credit-4.2.0-risk, by: eva, as: risk-acceptor, on: 2026-11-20}
- {sign: credit-4.2.0-risk, by: dee, as: risk-lead, on: 2026-11-20}
- {sign: credit-4.2.0-release, by: ana, as: system-owner, on: 2026-11-20}
- {sign: credit-4.2.0-release, by: fay, as: independent-validator, on: 2026-11-20}
- {sign: credit-4.2.0-release, by: dee, as: risk-lead, on: 2026-11-21}
"#;

/// The same of the hospital that uses a system of somebody else.
const TRIAGE: &str = r#"
- {prepare: accept-residual-risk, system: triage, id: triage-7.1.0-risk,
   on: 2026-11-10, expires: 2027-11-05,
   because: "Two ways remain in which a patient can wait too long; a nurse looks at everybody within ten minutes."}
- {sign: triage-7.1.0-risk, by: eva, as: risk-acceptor, on: 2026-11-11}
- {sign: triage-7.1.0-risk, by: dee, as: risk-lead, on: 2026-11-11}
"#;

#[test]
fn the_example_is_signed_as_its_people_would_sign_it_now() {
    is_signed_by("repos/credit-scoring", HISTORY, &["ana", "ben", "dee", "eva", "fay"]);
    is_signed_by("repos/triage-deployer", TRIAGE, &["dee", "eva"]);
}

fn is_signed_by(example: &str, history: &str, people: &[&str]) {
    let example = fixtures().join(example);
    let repository = TestRepository::new();
    copy(&example, repository.path());
    let signoffs = repository.file(FOLDER);
    if signoffs.exists() {
        fs::remove_dir_all(&signoffs).unwrap();
    }
    let keys: String = people.iter().copied().map(keys::allowed).collect();
    write(
        repository.path(),
        "governance/allowed_signers",
        "# Keys for tests only: anybody can make them.\n".to_owned() + &keys,
    );
    repository.git.set_head("refs/heads/main").unwrap();
    commit_as(&repository.git, "ben@example.com", None);
    let edits: Vec<Edit> = serde_yaml::from_str(history).unwrap();
    edits.iter().for_each(|edit| edit.apply(repository.path()));
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    let mut files: Vec<String> = vec!["governance/allowed_signers".to_owned()];
    for item in fs::read_dir(&signoffs).unwrap() {
        files.push(format!("{FOLDER}/{}", item.unwrap().file_name().to_string_lossy()));
    }
    for file in &files {
        let made = fs::read_to_string(repository.file(file)).unwrap();
        if overwrite {
            write(&example, file, &made);
        }
        assert_eq!(
            fs::read_to_string(example.join(file)).unwrap_or_default(),
            made,
            "{file}; SNAPSHOTS=overwrite writes it"
        );
    }
    let kept = fs::read_dir(example.join(FOLDER)).unwrap().count();
    assert_eq!(kept, files.len() - 1, "the example holds what nobody signed");
}

fn aimsgate(root: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
    let output = command.current_dir(root).env_clear().args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

/// The signed example in a repository of its own, on `main`.
fn example() -> TestRepository {
    let repository = TestRepository::of_example("credit-scoring");
    commit_as(&repository.git, "ben@example.com", None);
    repository
}

#[test]
fn the_example_passes_for_a_release() {
    let repository = example();
    let (exit, said) =
        aimsgate(repository.path(), &["check", "--for", "release", "--today", "2026-11-22"]);
    assert_eq!(exit, 0, "{said}");
}

/// What a nightly job leaves: other weights, what it measured, and a record of the run, signed by
/// the program.
fn night(root: &Path, number: usize, drift: &str) {
    let weights = "models/credit/scorecard.safetensors";
    let before = keys::sha256(&fs::read(root.join(weights)).unwrap());
    let mut bytes = fs::read(root.join(weights)).unwrap();
    bytes.push(b'0' + u8::try_from(number).unwrap());
    write(root, weights, &bytes);
    let produced = keys::sha256(&bytes);
    let bom = fs::read_to_string(root.join("aibom.json")).unwrap().replace(&before, &produced);
    write(root, "aibom.json", bom);
    let results = fs::read_to_string(root.join("reports/validation.json")).unwrap();
    let kept: String = results
        .lines()
        .filter(|line| !line.contains("psi"))
        .map(|line| format!("{line}\n"))
        .collect();
    let results = kept.replace("  \"auc\"", &format!("  \"psi\": {drift},\n  \"auc\""));
    write(root, "reports/validation.json", &results);
    let data = keys::sha256(&fs::read(root.join("data/credit/applications.dvc")).unwrap());
    let run = format!(
        "schema: aimsgate/1\nenvelope: credit-nightly\nat: 2026-11-{:02}T02:10:00Z\nproduced:\n  - \
         {{path: {weights}, sha256: {produced}}}\n  - {{path: reports/validation.json, sha256: \
         {}}}\ndata: {{dataset: applications-2026, pointer: data/credit/applications.dvc, sha256: \
         {data}}}\nmetrics: reports/validation.json\n",
        22 + number,
        keys::sha256(results.as_bytes())
    );
    let name = format!("governance/runs/credit-nightly/2026-11-{:02}.yaml", 22 + number);
    write(root, &name, &run);
    write(root, &format!("{name}.sig"), keys::sign("nightly", "aimsgate", run.as_bytes()));
}

const ENVELOPE: &str = "\
schema: aimsgate/1
id: credit-nightly
system: credit-scoring
may-vary: [models/credit/scorecard.safetensors, reports/validation.json]
must-not-change: [src/scoring/**, config/decision.yaml]
data: {dataset: applications-2026, window: last 24 months}
bounds:
  - {metric: auc, split: holdout-2026, at-least: 0.65}
  - {metric: approval-rate-gap, split: holdout-2026, at-most: 0.03}
drift-from-approved: {metric: psi, at-most: 0.10}
at-most: {per-day: 1, in-all: 90}
run-records: governance/runs/credit-nightly/
stops-on: [incident-severity-2, bound-missed]
expires: 2027-02-20
";

/// The example with an envelope that its people signed.
fn with_envelope() -> TestRepository {
    let repository = example();
    let root = repository.path();
    write(root, "governance/envelopes/credit-nightly.yaml", ENVELOPE);
    let people = fs::read_to_string(root.join("governance/people.yaml")).unwrap();
    write(
        root,
        "governance/people.yaml",
        people.replace("automation:\n", "automation:\n  - {id: nightly, signs: run-records}\n"),
    );
    let allowed = fs::read_to_string(root.join("governance/allowed_signers")).unwrap();
    let line = format!("nightly namespaces=\"aimsgate\" {}\n", keys::public_line("nightly"));
    write(root, "governance/allowed_signers", allowed + &line);
    let signed = r#"
- {resign: credit-risk-2, system: credit-scoring}
- {prepare: release, system: credit-scoring, id: credit-release-2}
- {sign: credit-release-2, by: ana, as: system-owner}
- {sign: credit-release-2, by: fay, as: independent-validator}
- {sign: credit-release-2, by: dee, as: risk-lead}
"#;
    let edits: Vec<Edit> = serde_yaml::from_str(signed).unwrap();
    edits.iter().for_each(|edit| edit.apply(root));
    commit_as(&repository.git, "ben@example.com", None);
    repository
}

#[test]
fn five_nights_in_an_envelope_and_the_fifth_is_out_of_bounds() {
    let repository = with_envelope();
    let root = repository.path();
    for (number, drift) in [(1, "0.02"), (2, "0.04"), (3, "0.07"), (4, "0.09"), (5, "0.12")] {
        night(root, number, drift);
        let today = format!("2026-11-{:02}", 22 + number);
        let (exit, said) = aimsgate(root, &["check", "--for", "release", "--today", &today]);
        if number < 5 {
            assert_eq!(exit, 0, "night {number}: {said}");
        } else {
            assert_eq!(exit, 1, "{said}");
            assert!(
                said.contains("sign-off-void")
                    && said.contains(
                        "`psi` is 0.12, and at most 0.1 \
                    was signed for"
                    ),
                "{said}"
            );
            assert!(said.contains("--> reports/validation.json:7:3"), "{said}");
        }
        commit_as(&repository.git, "nightly@example.com", None);
    }
}

#[test]
fn what_leaves_the_envelope_is_not_admitted() {
    let refused = |about: &str, tamper: &dyn Fn(&Path), told: &str| {
        let repository = with_envelope();
        let root = repository.path();
        night(root, 1, "0.02");
        tamper(root);
        let (exit, said) = aimsgate(root, &["check", "--for", "release", "--today", "2026-11-23"]);
        assert!(exit == 1 && said.contains(told), "{about}: {said}");
    };
    let run = "governance/runs/credit-nightly/2026-11-23.yaml";
    let edit = |path: &'static str, from: &'static str, to: &'static str| {
        move |root: &Path| {
            let text = fs::read_to_string(root.join(path)).unwrap();
            assert!(text.contains(from), "{path}: {text}");
            write(root, path, text.replace(from, to));
        }
    };
    let signed_by = |name: &'static str| {
        move |root: &Path| {
            let bytes = fs::read(root.join(run)).unwrap();
            write(root, &format!("{run}.sig"), keys::sign(name, "aimsgate", &bytes));
        }
    };
    refused(
        "no record",
        &|root| fs::remove_file(root.join(run)).unwrap(),
        "no run record says \
        where",
    );
    refused(
        "unsigned",
        &|root| fs::remove_file(root.join(format!("{run}.sig"))).unwrap(),
        "there is no `.sig` beside it",
    );
    refused("signed by a person", &signed_by("ben"), "the run record does not count");
    refused("edited", &edit(run, "T02:10", "T03:10"), "the run record does not count");
    refused(
        "other weights",
        &edit("reports/validation.json", "0.6839", "0.6840"),
        "is not what the last run produced",
    );
    refused(
        "measurements apart from what was produced",
        &|root| {
            let text = fs::read_to_string(root.join(run)).unwrap();
            let text =
                text.replace("metrics: reports/validation.json", "metrics: reports/other.json");
            write(root, run, &text);
            write(root, &format!("{run}.sig"), keys::sign("nightly", "aimsgate", text.as_bytes()));
            write(
                root,
                "reports/other.json",
                "{\"auc\": 0.9, \"approval-rate-gap\": 0.001, \"psi\": 0.01}\n",
            );
        },
        "are not among what the run produced",
    );
    refused("what must not change", &edit("config/decision.yaml", "0.42", "0.37"), "sign-off-void");
    refused(
        "code of the training",
        &edit("src/scoring/train.py", "import", "import os\nimport"),
        "sign-off-void",
    );
    refused(
        "wider bounds",
        &edit("governance/envelopes/credit-nightly.yaml", "at-most: 0.10", "at-most: 0.50"),
        "sign-off-void",
    );
    refused(
        "other data",
        &edit("data/credit/applications.dvc", "103154", "103155"),
        "sign-off-void",
    );
    refused(
        "twice a day",
        &|root| {
            let bytes = fs::read_to_string(root.join(run)).unwrap().replace("T02:10", "T04:10");
            let other = "governance/runs/credit-nightly/2026-11-23b.yaml";
            write(root, other, &bytes);
            write(
                root,
                &format!("{other}.sig"),
                keys::sign("nightly", "aimsgate", bytes.as_bytes()),
            );
        },
        "2 runs on 2026-11-23, and at most 1 a day",
    );
    refused(
        "an incident",
        &edit(
            "docs/ai/credit-scoring/system.md",
            "| I-1, 2026-02-03 | A column was empty for a day | no decision changed",
            "| I-1, 2026-11-22 | A column was empty for a day | severity 2: wrong refusals",
        ),
        "stops the envelope",
    );
    let log = |row: &'static str| {
        edit(
            "docs/ai/credit-scoring/system.md",
            "| I-1, 2026-02-03 | A column was empty for a day | no decision changed",
            row,
        )
    };
    refused(
        "an incident of a day nobody can tell",
        &log("| I-1, 03/04/2026 | A column was empty | severity 2"),
        "on a day that cannot be told",
    );
    refused(
        "an incident nobody weighed",
        &log("| I-1, 2026-11-22 | A column was empty | wrong refusals"),
        "without a severity",
    );
}

#[test]
fn what_is_deployed_is_what_was_released() {
    let repository = example();
    let root = repository.path();
    let weights = "sha256:030123bbceae128e42881073ab938d5bee0ee2e75328913198919dab3ea3b0f3";
    let verify = |root: &Path, subject: &str| {
        aimsgate(
            root,
            &[
                "verify",
                "--system",
                "credit-scoring",
                "--subject",
                subject,
                "--today",
                "2026-11-22",
            ],
        )
    };
    let (exit, said) = verify(root, weights);
    assert!(
        exit == 0
            && said.contains(
                "covered by the release credit-4.2.0-release, until \
        2027-11-15"
            ),
        "{said}"
    );
    let (exit, said) = verify(root, &weights.replace("0301", "0302"));
    assert!(
        exit == 1 && said.contains("no release of credit-scoring that is here covers it"),
        "{said}"
    );
    let (exit, said) = verify(root, "sha256:abc");
    assert!(exit == 2 && said.contains("is no SHA-256"), "{said}");
    let late =
        ["verify", "--system", "credit-scoring", "--subject", weights, "--today", "2027-11-17"];
    let (exit, said) = aimsgate(root, &late);
    assert!(exit == 1 && said.contains("ended on 2027-11-15"), "{said}");
    // A revocation counts for what was merged before it as well.
    let edits: Vec<Edit> =
        serde_yaml::from_str("- {revoke: credit-4.2.0-release, by: dee, as: risk-lead}").unwrap();
    edits.iter().for_each(|edit| edit.apply(root));
    repository.commit_all("revoked");
    for head in ["HEAD", "HEAD~1"] {
        let arguments = [
            "verify",
            "--system",
            "credit-scoring",
            "--subject",
            weights,
            "--today",
            "2026-11-22",
            "--head",
            head,
        ];
        let (exit, said) = aimsgate(root, &arguments);
        assert!(exit == 1 && said.contains("was revoked by `dee`"), "{head}: {said}");
    }
    // What is not part of the default branch was not merged.
    let main = repository.git.head().unwrap().peel_to_commit().unwrap();
    repository.git.branch("change", &main, true).unwrap();
    repository.git.set_head("refs/heads/change").unwrap();
    repository.write("README.md", "more\n").commit_all("a change");
    let (exit, said) = verify(root, weights);
    assert!(exit == 2 && said.contains("is not part of main"), "{said}");
}

#[test]
fn a_condition_before_use_is_asked_for_by_the_deployment_and_not_by_the_merge() {
    let repository = example();
    let root = repository.path();
    let edits = r#"
- {prepare: release, system: credit-scoring, id: release-2}
- {replace: governance/signoffs/release-2.yaml, from: "expires:",
   to: "conditions:\n  - {id: C-1, must: Train the officers of the north, owner: ana, \
     due: 2027-01-15, before-use: true}\nexpires:"}
- {sign: release-2, by: ana, as: system-owner}
- {sign: release-2, by: fay, as: independent-validator}
- {sign: release-2, by: dee, as: risk-lead}
- {remove: governance/signoffs/credit-4.2.0-release.yaml}
- {remove: governance/signoffs/credit-4.2.0-release.ana.yaml}
- {remove: governance/signoffs/credit-4.2.0-release.ana.yaml.sig}
- {remove: governance/signoffs/credit-4.2.0-release.fay.yaml}
- {remove: governance/signoffs/credit-4.2.0-release.fay.yaml.sig}
- {remove: governance/signoffs/credit-4.2.0-release.dee.yaml}
- {remove: governance/signoffs/credit-4.2.0-release.dee.yaml.sig}
"#;
    let apply = |edits: &str| {
        let edits: Vec<Edit> = serde_yaml::from_str(edits).unwrap();
        edits.iter().for_each(|edit| edit.apply(root));
        commit_as(&repository.git, "ben@example.com", None);
    };
    apply(edits);
    let weights = "sha256:030123bbceae128e42881073ab938d5bee0ee2e75328913198919dab3ea3b0f3";
    let verify =
        ["verify", "--system", "credit-scoring", "--subject", weights, "--today", "2026-11-22"];
    assert_eq!(aimsgate(root, &["check", "--for", "release", "--today", "2026-11-22"]).0, 0);
    let (exit, said) = aimsgate(root, &verify);
    assert!(exit == 1 && said.contains("condition C-1 must be met before use"), "{said}");
    let (_, said) = aimsgate(root, &["status", "--today", "2026-11-22"]);
    assert!(said.contains("condition C-1, open, ana, until 2027-01-15, in 54 days"), "{said}");
    apply("- {close: release-2, condition: C-1, by: dee, as: risk-lead, evidence: README.md}\n");
    let (exit, said) = aimsgate(root, &verify);
    assert_eq!(exit, 0, "{said}");
    let (exit, said) = aimsgate(root, &["sign", "release-2", "--verify", "--today", "2026-11-22"]);
    assert!(exit == 0 && said.contains("the record stands"), "{said}");
}

#[test]
fn a_security_key_counts_where_it_was_touched() {
    for (is_touched, passes) in [(true, true), (false, false)] {
        let repository = example();
        let root = repository.path();
        let allowed = fs::read_to_string(root.join("governance/allowed_signers")).unwrap();
        let others: String = allowed
            .lines()
            .filter(|line| !line.starts_with("dee@"))
            .map(|line| format!("{line}\n"))
            .collect();
        write(root, "governance/allowed_signers", others + &keys::allowed_hardware("dee"));
        for statement in ["credit-4.2.0-risk.dee.yaml", "credit-4.2.0-release.dee.yaml"] {
            let name = format!("{FOLDER}/{statement}");
            let bytes = fs::read(root.join(&name)).unwrap();
            write(
                root,
                &format!("{name}.sig"),
                keys::sign_with_hardware("dee", is_touched, &bytes),
            );
        }
        commit_as(&repository.git, "ben@example.com", None);
        let (exit, said) = aimsgate(root, &["check", "--for", "release", "--today", "2026-11-22"]);
        assert_eq!(exit == 0, passes, "{said}");
        assert!(passes || said.contains("was not touched"), "{said}");
    }
}

#[test]
fn the_vectors_have_their_digests() {
    let folder = fixtures().join("digests");
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let names = ["b-c.txt", "b.txt", "sub/a.txt"];
    let listed =
        names.map(|name| (name, keys::sha256(&read(&format!("listing/{name}"))).parse().unwrap()));
    let names_in = |part: &str| {
        let entries = fs::read_dir(folder.join(part)).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| format!("{part}/{}", entry.unwrap().file_name().display()))
            .collect();
        names.sort();
        names
    };
    let mut found = String::new();
    for name in names_in("prose") {
        let text = String::from_utf8(read(&name)).unwrap();
        found += &format!("{name} {}\n", of_prose(&text));
    }
    for name in names_in("data") {
        let bytes = read(&name);
        let digest = of_configuration(&name.as_str().into(), &bytes);
        let digest = digest.map_or_else(|| keys::sha256(&bytes), |digest| digest.to_string());
        found += &format!("{name} {digest}\n");
    }
    let record = fs::read_to_string(
        fixtures().join("repos/credit-scoring").join(FOLDER).join("credit-4.2.0-risk.yaml"),
    )
    .unwrap();
    let covered = |entry: &str| {
        let line = record.lines().find(|line| line.contains(entry)).unwrap();
        line.rsplit("sha256: ").next().unwrap().trim_end_matches('}').to_owned()
    };
    found += &format!(
        "purpose {}\naccept-when {}\nlisting {}\nR-4 {}\nR-5 {}\n",
        covered("section: purpose,"),
        covered("section: accept-when,"),
        of_listing("**", listed),
        covered("id: R-4,"),
        covered("id: R-5,")
    );
    let risks =
        fs::read(fixtures().join("repos/credit-scoring/governance/risks/credit-scoring.yaml"))
            .unwrap();
    assert_eq!(risks, read("risks.yaml"), "the vectors hold the example's risks");
    snapbox::assert_data_eq!(
        found,
        snapbox::Data::read_from(&folder.join("expected.txt"), None).raw()
    );
}

#[test]
fn where_history_is_cut_off_nobody_can_say_who_wrote_what_is_signed() {
    let repository = example();
    let root = repository.path();
    let main = repository.git.head().unwrap().peel_to_commit().unwrap();
    repository.git.branch("change", &main, true).unwrap();
    repository.git.set_head("refs/heads/change").unwrap();
    let edits = "- {replace: config/decision.yaml, from: '0.42', to: '0.4'}\n- \
        {resign: credit-risk-2, system: credit-scoring}\n";
    let edits: Vec<Edit> = serde_yaml::from_str(edits).unwrap();
    edits.iter().for_each(|edit| edit.apply(root));
    let head = repository.commit_all("the change");
    let check = ["check", "--today", "2026-11-22"];
    assert_eq!(aimsgate(root, &check).0, 0);
    // As a checkout of the newest commits only leaves it.
    fs::write(repository.git.path().join("shallow"), format!("{}\n{head}\n", main.id())).unwrap();
    let (exit, said) = aimsgate(root, &check);
    assert!(exit == 2 && said.contains("fetch-depth: 0"), "{said}");
}

#[test]
fn an_emergency_is_not_granted_where_nobody_can_say_who_wrote_what_it_is_for() {
    let repository = example();
    let root = repository.path();
    let people = fs::read_to_string(root.join("governance/people.yaml")).unwrap();
    let people = people.replace(
        "may-accept: medium, from",
        "may-accept: medium, \
        may-grant-emergency: true, from",
    );
    write(root, "governance/people.yaml", people);
    repository.commit_all("somebody may grant one");
    let main = repository.git.head().unwrap().peel_to_commit().unwrap();
    repository.git.branch("change", &main, true).unwrap();
    repository.git.set_head("refs/heads/change").unwrap();
    let edits = r#"
- {replace: config/decision.yaml, from: '0.42', to: '0.37'}
- {emergency: threshold, by: dee, file: config/decision.yaml}
"#;
    let edits: Vec<Edit> = serde_yaml::from_str(edits).unwrap();
    edits.iter().for_each(|edit| edit.apply(root));
    let head = repository.commit_all("the change");
    let check = ["check", "--today", "2026-11-22"];
    let (exit, said) = aimsgate(root, &check);
    assert!(exit == 0 && said.contains("emergency: "), "{said}");
    fs::write(repository.git.path().join("shallow"), format!("{}\n{head}\n", main.id())).unwrap();
    let (exit, said) = aimsgate(root, &check);
    assert!(
        exit != 0
            && said.contains("could not decide[emergency-invalid]")
            && said.contains("nobody can say who wrote"),
        "{said}"
    );
}

#[test]
fn who_signs_sees_what_was_before() {
    let repository = example();
    let root = repository.path();
    repository
        .git
        .branch("change", &repository.git.head().unwrap().peel_to_commit().unwrap(), false)
        .unwrap();
    repository.git.set_head("refs/heads/change").unwrap();
    let edits = r#"
- {replace: config/decision.yaml, from: '0.42', to: '0.37'}
- {replace: reports/validation.json, from: "0.6839", to: "0.6702"}
- {replace: aims.yaml, from: "at-most: 0.03", to: "at-most: 0.02"}
- {prepare: accept-residual-risk, system: credit-scoring, id: risk-2}
"#;
    let edits: Vec<Edit> = serde_yaml::from_str(edits).unwrap();
    edits.iter().for_each(|edit| edit.apply(root));
    repository.commit_all("lower the threshold");
    let (_, said) = aimsgate(root, &["sign", "risk-2", "--verify", "--today", "2026-11-22"]);
    for line in [
        "      - threshold: 0.42\n      + threshold: 0.37\n",
        "  measured auc: 0.6702 (it was 0.6839), at least 0.65\n",
        "at most 0.02 (it was at most 0.03)\n",
    ] {
        assert!(said.contains(line), "{line}{said}");
    }
}

/// A release of a system of class limited that is to be signed, on `main`.
fn to_release(people: &[(&str, &str)]) -> TestRepository {
    let repository = TestRepository::of_example("support-chatbot");
    let file = repository.file("governance/people.yaml");
    let mut text = fs::read_to_string(&file).unwrap();
    for (from, to) in people {
        assert!(text.contains(from), "{text}");
        text = text.replace(from, to);
    }
    fs::write(file, text).unwrap();
    let register = repository.file("aims.yaml");
    let owned = fs::read_to_string(&register).unwrap().replace("owner: anna", "owner: ana");
    fs::write(register, owned).unwrap();
    // No more than class limited may accept.
    let risks = repository.file("governance/risks/support-chatbot.yaml");
    let text = fs::read_to_string(&risks).unwrap().replace("likelihood: 3", "likelihood: 1");
    fs::write(risks, text).unwrap();
    commit_as(&repository.git, "cho@example.com", None);
    repository
}

/// Has the release prepared by somebody; returns what is said.
fn prepare(repository: &TestRepository, address: &str) -> String {
    repository.git.config().unwrap().set_str("user.email", address).unwrap();
    let arguments =
        ["sign", "--prepare", "release", "--system", "support-chatbot", "--id", "release"];
    let more = ["--because", "It was tried out for a month.", "--today", "2026-11-22"];
    let (exit, said) = aimsgate(repository.path(), &[&arguments[..], &more[..]].concat());
    assert_eq!(exit, 0, "{said}");
    said
}

#[test]
fn who_signs_with_a_key_that_does_not_count_is_told_that_none_is_needed() {
    let repository = to_release(&[]);
    prepare(&repository, "ben@example.com");
    // It signs as a key would that no line of `allowed_signers` names.
    let program = repository.git.path().join("signs");
    let signature = repository.git.path().join("signature");
    fs::write(&signature, keys::sign("zoe", "aimsgate", b"another file")).unwrap();
    let script = format!(
        "#!/bin/sh\nfor file; do :; done\nexec /bin/cp {} \"$file.sig\"\n",
        signature.display()
    );
    fs::write(&program, script).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&program, executable).unwrap();
    let mut config = repository.git.config().unwrap();
    config.set_str("user.email", "ana@example.com").unwrap();
    let sign = ["sign", "release", "--yes", "--today", "2026-11-22"];
    // Without a key at all, nothing is written.
    let told = "class limited needs no key here: aimsgate sign release --unsigned";
    let (exit, said) = aimsgate(repository.path(), &sign);
    assert!(exit == 2 && said.contains(told), "{said}");
    config.set_str("user.signingkey", "any").unwrap();
    config.set_str("gpg.ssh.program", &program.to_string_lossy()).unwrap();
    let (exit, said) = aimsgate(repository.path(), &sign);
    assert!(
        exit == 2 && said.contains("it would not count: the signature is not that of"),
        "{said}"
    );
    assert!(said.contains(told), "{said}");
    let statement = format!("{FOLDER}/release.ana.yaml");
    for file in [statement.clone(), format!("{statement}.sig")] {
        assert!(!repository.file(&file).exists(), "{file}");
    }
    let (exit, said) = aimsgate(repository.path(), &[&sign[..], &["--unsigned"]].concat());
    assert!(exit == 0 && !said.contains("note:"), "{said}");
    let (_, said) = aimsgate(repository.path(), &["sign", "release", "--verify"]);
    assert!(said.contains("signed by ana as system owner"), "{said}");
}

#[test]
fn whom_the_people_do_not_hold_is_told_so() {
    let repository = to_release(&[("emails: [ana@example.com], ", "")]);
    let told = "you are ml@example.com, whom governance/people.yaml does not know; if you are ana, \
        add the address";
    let said = prepare(&repository, "ml@example.com");
    assert!(said.contains(&format!("note: {told}\n")), "{said}");
    for arguments in [
        &["sign", "release", "--yes", "--today", "2026-11-22"][..],
        &["status", "--today", "2026-11-22"],
        &["check", "--for", "release", "--today", "2026-11-22"],
    ] {
        let (_, said) = aimsgate(repository.path(), arguments);
        assert!(said.contains(told), "{arguments:?}: {said}");
    }
    // What a file or another format holds is the same for every reader.
    let (_, said) = aimsgate(repository.path(), &["check", "--for", "release", "--format", "json"]);
    assert!(!said.contains("ml@example.com, whom"), "{said}");
    repository.git.config().unwrap().set_str("user.email", "dee@example.com").unwrap();
    let (_, said) = aimsgate(repository.path(), &["status", "--today", "2026-11-22"]);
    assert!(!said.contains("whom"), "{said}");
}

#[test]
fn a_seat_that_nobody_can_fill_is_told_before_anybody_signs() {
    let repository = to_release(&[]);
    repository.write("prompts/system.txt", "Answer politely, and briefly.\n");
    commit_as(&repository.git, "ana@example.com", None);
    let said = prepare(&repository, "ana@example.com");
    let seats = "who can, one person to a seat:\n  \
        system owner: nobody can: `ana` is an author of what the record covers\n    \
        in a change before this one let the register name somebody else as `owner`, or let one \
        person decide alone (`solo` in governance/gate.yaml)\n";
    assert!(said.contains(seats), "{said}");
    assert!(said.contains(" or security lead: dee\n"), "{said}");
    let (_, said) =
        aimsgate(repository.path(), &["check", "--for", "release", "--today", "2026-11-22"]);
    let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for told in [
        "for the seat of system owner, nobody can: `ana` is an author of what the record covers",
        "for the seat of system owner: in a change before this one let the register name",
        "dee can sign it: aimsgate sign release",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
}
