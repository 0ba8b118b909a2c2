//! An organisation's own checks, as people use them: the examples, `checks test`, `explain`, SARIF.

use std::path::Path;
use std::process::Command;

use aimsgate::{Comparison, Gate, formats, judged};

use crate::documents::root;
use crate::edits::TODAY;
use crate::fixtures::fixtures;
use crate::support::{copy, scratch, write};

fn said(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_aimsgate"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_cases_of_every_example_come_out_as_expected() {
    let (code, text) = said(root(), &["checks", "test", "examples/checks"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.lines().all(|line| line.starts_with("ok ")), "{text}");
}

const CHECK: &str = "schema: aimsgate/1
id: acme/cost-centre-missing
title: A system has no cost centre
because: Finance asks who pays.
for-each: system
holds: has(system.x_cost_centre)
message: \"`{system.id}` names no cost centre\"
remedy: write x-cost-centre
controls: [A.4.2]
";

#[test]
fn an_own_check_is_told_of_as_any_other() {
    let folder = scratch();
    copy(&fixtures().join("repos/chatbot"), folder.path());
    write(folder.path(), "governance/checks/cost-centre.yaml", CHECK);
    let comparison = Comparison::of_folder(folder.path()).unwrap();
    let report = judged(&comparison, TODAY.parse().unwrap(), Gate::Merge);
    let found = report.findings.iter().find(|it| it.check.name() == "acme/cost-centre-missing");
    let found = found.unwrap();
    assert_eq!(found.text, "`support-chatbot` names no cost centre");
    assert_eq!(found.subject, "system:support-chatbot");
    let sarif: serde_json::Value = serde_json::from_str(&formats::sarif(&report)).unwrap();
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    let result = results.iter().find(|it| it["ruleId"] == "acme/cost-centre-missing").unwrap();
    let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], "acme/cost-centre-missing");
    let (code, text) = said(folder.path(), &["explain", "acme/cost-centre-missing"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("For each system: `has(system.x_cost_centre)`"), "{text}");
    // It has no case, so nobody knows that it works.
    let (code, text) = said(folder.path(), &["checks", "test"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("no case in which it fires"), "{text}");
    write(folder.path(), "governance/checks/cost-centre.yaml", "schema: aimsgate/1\n");
    let (code, text) = said(folder.path(), &["checks", "test"]);
    assert_eq!(code, Some(2), "{text}");
}
