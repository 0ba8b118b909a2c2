//! Values for the tests of the rules: people and records made of a few lines.

use super::files::{Located, Record, RecordFiles};
use crate::digest::sha256;
use crate::document::parse;
use crate::settings::people::{self, People};
use crate::settings::read;

/// A digest.
pub(crate) const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// Returns the people of a list in YAML. Each is there since 2026.
pub(crate) fn people(list: &str) -> People {
    let list = list.replace("line:", "from: 2026-01-01, line:");
    let text = format!("schema: aimsgate/1\npeople:\n{list}");
    people::read(&parse("governance/people.yaml".into(), text.into_bytes())).unwrap()
}

/// Returns a record of a decision with further keys, which take the place of the usual ones.
pub(crate) fn record(decision: &str, rest: &str) -> Located<Record> {
    let usual = [
        "schema: aimsgate/1",
        "repository: example.com/team/name",
        "id: example-1",
        "system: example",
        "because: It was weighed.",
        "expires: 2027-05-01",
    ];
    let mut text = format!("decision: {decision}\n");
    for line in usual {
        let key = line.split(':').next().unwrap();
        if !rest.lines().any(|other| other.starts_with(&format!("{key}:"))) {
            text += &format!("{line}\n");
        }
    }
    text += rest;
    let path = "governance/signoffs/example.yaml";
    let value: Record = read(&parse(path.into(), text.clone().into_bytes())).unwrap();
    let (bytes, sha256) = (text.clone().into_bytes(), sha256(text.as_bytes()));
    Located { value, path: path.into(), bytes, sha256, signature: None, is_new: true }
}

/// Returns a record that the change brings, which nobody signed.
pub(crate) fn new_record(decision: &str, rest: &str) -> RecordFiles {
    let record = record(decision, rest);
    RecordFiles { record, statements: vec![], closings: vec![], revocations: vec![] }
}

/// Returns a record that the target branch has, with the statements of three people.
pub(crate) fn merged(decision: &str, rest: &str) -> RecordFiles {
    let mut record_files = new_record(decision, rest);
    record_files.record.is_new = false;
    for (name, role) in [("ana", "risk-lead"), ("ben", "risk-acceptor"), ("cem", "system-owner")] {
        let sha256 = &record_files.record.sha256;
        let text = format!(
            "record: {{id: example-1, sha256: {sha256}}}\nsigner: {name}\nacting-as: {role}\n\
             signed-on: 2026-11-20\nagree: true\n"
        );
        let path = format!("governance/signoffs/example.{name}.yaml");
        let value = read(&parse(path.as_str().into(), text.clone().into_bytes())).unwrap();
        record_files.statements.push(Located {
            value,
            path: path.as_str().into(),
            bytes: text.into_bytes(),
            sha256: SHA.to_owned(),
            signature: None,
            is_new: false,
        });
    }
    record_files
}
