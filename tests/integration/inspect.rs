//! What `aimsgate inspect` reads in documents of every format, written for this test.

use std::process::Command;

use crate::fixtures::fixtures;

fn inspect(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = fixtures().join("inspect");
    let output = Command::new(env!("CARGO_BIN_EXE_aimsgate"))
        .arg("inspect")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn documents_of_every_format_are_read_for_what_they_say() {
    let files = [
        "AI_POLICY.md",
        "DATASHEET.md",
        "template.md",
        "table.md",
        "karte.md",
        "plan.rst",
        "oversight.adoc",
        "risks.csv",
        "risk-register.xlsx",
        "two-sheets.xlsx",
        "model-card.docx",
    ];
    let (code, text) = inspect(&files);
    assert_eq!(code, Some(0), "{text}");
    snapbox::assert_data_eq!(
        text,
        snapbox::Data::read_from(&fixtures().join("inspect/expected.txt"), None).raw()
    );
}

#[test]
fn the_json_form_says_kind_acceptance_and_each_element() {
    let (_, text) = inspect(&["--format", "json", "template.md", "AI_POLICY.md", "table.md"]);
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read[0]["kind"], "model-card");
    assert_eq!(
        (&read[0]["recognised"], &read[0]["completion"]),
        (&false.into(), &"template".into())
    );
    assert_eq!(read[1]["kind"], "look-alike:contribution-policy");
    assert_eq!(read[1]["recognised"], false);
    assert_eq!((&read[2]["kind"], &read[2]["recognised"]), (&"model-card".into(), &true.into()));
    let element = |key: &str| {
        read[2]["elements"].as_array().unwrap().iter().find(|it| it["key"] == key).unwrap().clone()
    };
    assert_eq!(element("owner")["via"], "table");
    assert_eq!(element("owner")["line"], 9);
    assert_eq!(element("training-data")["via"], "prose");
    assert_eq!(element("contact")["state"], "present");
    assert_eq!(element("ethics-bias")["state"], "missing");
}

#[test]
fn what_cannot_be_read_is_never_a_pass() {
    let (code, text) = inspect(&["protected.docx"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("no package of a word processor"), "{text}");
    let (code, text) = inspect(&["nothing.md"]);
    assert_eq!(code, Some(2), "{text}");
    let (code, text) = inspect(&["table.md", "--kind", "model-crad"]);
    assert!(code == Some(2) && text.contains("did you mean `model-card`"), "{text}");
}
