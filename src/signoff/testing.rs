//! Values for the tests of the rules: people, records and inputs made of a few lines.

use serde::de::DeserializeOwned;

use super::files::{Located, Record, RecordFiles, SignOffStore, Statement};
use super::inputs::SignOffInputs;
use super::scope::Digests;
use crate::digest::sha256;
use crate::document::parse;
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::model::{Governance, RepositoryModel};
use crate::settings::people::{self, People};
use crate::settings::read;
use crate::snapshot::View;
use crate::snapshot::memory::MemorySnapshot;
use crate::span::RepoPath;

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
        let mut statement: Located<Statement> = about(&record_files, name, role, "agree: true\n");
        statement.is_new = false;
        record_files.statements.push(statement);
    }
    record_files
}

/// Returns a new file about a record, unsigned and of 2026-11-20.
pub(crate) fn about<T: DeserializeOwned>(
    record_files: &RecordFiles,
    signer: &str,
    role: &str,
    rest: &str,
) -> Located<T> {
    let (id, sha256) = (&record_files.record.value.id.value, &record_files.record.sha256);
    let text = format!(
        "record: {{id: {id}, sha256: {sha256}}}\nsigner: {signer}\nacting-as: {role}\n\
         signed-on: 2026-11-20\n{rest}"
    );
    let path = RepoPath::from(format!("governance/signoffs/{id}.{signer}.yaml").as_str());
    let value = read(&parse(path.clone(), text.clone().into_bytes())).unwrap();
    let (bytes, sha256) = (text.into_bytes(), SHA.parse().unwrap());
    Located { value, path, bytes, sha256, signature: None, is_new: true }
}

/// Hands a test the inputs of 2026-11-22 for a repository that has a page and these people.
pub(crate) fn with_inputs<T>(list: &str, test: impl FnOnce(SignOffInputs<'_>) -> T) -> T {
    let snapshot = MemorySnapshot::new([("README.md", "# A page\n")]);
    let view = || View::new(&snapshot, RepoPath::root());
    let mut governance = Governance::load(&view());
    governance.people = Fact::Known(people(list));
    let repo = RepositoryModel::load(view(), &governance.rules, &FileCache::default());
    let (store, digests, commits) = (SignOffStore::default(), Digests::default(), Fact::Absent);
    let today = "2026-11-22".parse().unwrap();
    test(SignOffInputs::new(&repo, &governance, &store, None, &digests, &commits, today))
}
