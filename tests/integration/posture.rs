//! How a branch stood, commit by commit, compared with a run of `check` for each.

use std::fs;

use serde_json::Value;

use crate::evidence::aimsgate;
use crate::support::TestRepository;

/// Commits everything on a day of November 2026.
fn commit_on(repository: &TestRepository, day: i64) {
    repository.stage_all();
    let mut index = repository.git.index().unwrap();
    let tree = repository.git.find_tree(index.write_tree().unwrap()).unwrap();
    let noon = git2::Time::new(1_793_534_400 + (day - 1) * 86_400, 0);
    let who = git2::Signature::new("A Tester", "ben@example.com", &noon).unwrap();
    let parent = repository.git.head().ok().map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    repository.git.commit(Some("HEAD"), &who, &who, "a day", &tree, &parents).unwrap();
}

/// Twelve days: a card goes and comes back, code and rules change, a policy goes for good.
fn history() -> TestRepository {
    let repository = TestRepository::of_example("credit-scoring");
    let card = "docs/ai/credit-scoring/model-card.md";
    let kept = fs::read(repository.file(card)).unwrap();
    for day in 19..=30 {
        match day {
            21 => fs::remove_file(repository.file(card)).unwrap(),
            24 => drop(repository.write(card, &kept)),
            27 => fs::remove_file(repository.file("governance/ai-policy.md")).unwrap(),
            29 => {
                let rules = repository.file("governance/gate.yaml");
                let text = fs::read_to_string(&rules).unwrap();
                fs::write(&rules, text.replace("mode: strict", "mode: introduce")).unwrap();
            }
            _ => drop(repository.write("src/scoring/more.py", format!("x = {day}\n"))),
        }
        commit_on(&repository, day);
    }
    repository
}

fn rows(out: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(out).unwrap()["rows"].as_array().unwrap().clone()
}

#[test]
fn a_history_is_what_a_run_for_each_commit_says() {
    let repository = history();
    let root = repository.path();
    let arguments = ["posture", "--since", "2026-11-19", "--format", "json"];
    let (code, out, said) = aimsgate(root, &arguments);
    assert_eq!(code, 0, "{said}");
    let rows = rows(&out);
    let of = |rules: &str, system: Option<&str>| {
        let is_it = |row: &&Value| row["rules"] == rules && row["system"].as_str() == system;
        rows.iter().filter(is_it).collect::<Vec<_>>()
    };
    let now = of("now", None);
    assert_eq!((now.len(), of("then", Some("credit-scoring")).len()), (12, 12));
    for row in &now {
        let (commit, day) = (row["commit"].as_str().unwrap(), row["on"].as_str().unwrap());
        let arguments =
            ["check", "--head", commit, "--today", day, "--offline", "--format", "json"];
        let report: Value = serde_json::from_str(&aimsgate(root, &arguments).1).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let count = |severity: &str| {
            let found = findings.iter().filter(|it| it["excuse"].is_null());
            found.filter(|it| it["severity"] == severity).count()
        };
        let counted = [&row["errors"], &row["warnings"], &row["notes"]];
        let counted = counted.map(|it| usize::try_from(it.as_u64().unwrap()).unwrap());
        assert_eq!(counted, ["error", "warning", "note"].map(count), "{day}");
        assert_eq!(row["verdict"], report["verdict"], "{day}");
    }
    // What the rules of a day said is what an attestation of the commit says.
    let then = of("then", None);
    for row in [then[0], then[3], then[11]] {
        let (commit, day) = (row["commit"].as_str().unwrap(), row["on"].as_str().unwrap());
        let (_, out, _) = aimsgate(root, &["attest", "--head", commit, "--today", day]);
        let statement: Value = serde_json::from_str(&out).unwrap();
        let verdict = &statement["predicate"]["urn:aimsgate:verdict:1"]["verdict"];
        assert_eq!(row["verdict"], *verdict, "{day}");
    }
    assert_eq!(then[4]["oldest-days"], 2, "the card was gone for two days: {:#}", then[4]);
    assert_eq!(then[5]["errors"], then[1]["errors"], "it came back");
}

#[test]
fn a_history_begins_where_it_is_said_and_is_written_for_each_reader() {
    let repository = history();
    let root = repository.path();
    let posture = |since: &str, format: &str| {
        aimsgate(root, &["posture", "--since", since, "--format", format])
    };
    let (code, csv, said) = posture("HEAD~1", "csv");
    assert_eq!((code, csv.lines().count()), (0, 1 + 2 * 4), "{csv}{said}");
    assert!(csv.starts_with("commit,on,rules,system,verdict,errors,"), "{csv}");
    let (_, page, _) = posture("2026-11-28", "html");
    assert!(page.contains("<polyline class=\"then\"") && page.contains("default-src 'none'"));
    for forbidden in ["<script", "src=", "href=", "url("] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert_eq!(posture("2026-12-24", "terminal").1, "no commit since then\n");
    let (code, _, said) = posture("nothing", "csv");
    assert!(code == 2 && said.contains("`nothing` names no commit here"), "{said}");
}
