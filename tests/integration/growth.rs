//! How time grows with the number of records: no faster than they do.

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::keys;
use crate::support::{TestRepository, commit_as, write};

const FOLDER: &str = "governance/signoffs";
const SIGNERS: [(&str, &str); 3] =
    [("ana", "system-owner"), ("fay", "independent-validator"), ("dee", "risk-lead")];

/// The signed example with a chain of releases, each in the place of the one before and signed by
/// three people.
fn with_releases(count: usize) -> TestRepository {
    let repository = TestRepository::of_example("credit-scoring");
    let root = repository.path();
    let first = "credit-4.2.0-release";
    let text = std::fs::read_to_string(root.join(format!("{FOLDER}/{first}.yaml"))).unwrap();
    let mut before = first.to_owned();
    for number in 1..=count {
        let id = format!("release-{number}");
        let mut record = text.replace(&format!("id: {first}"), &format!("id: {id}"));
        let _ = writeln!(record, "replaces: {before}");
        write(root, &format!("{FOLDER}/{id}.yaml"), &record);
        let sha256 = keys::sha256(record.as_bytes());
        for (name, role) in SIGNERS {
            let statement = format!(
                "record: {{id: {id}, sha256: {sha256}}}\nsigner: {name}\nacting-as: \
                 {role}\nsigned-on: 2026-11-21\nagree: true\n"
            );
            let file = format!("{FOLDER}/{id}.{name}.yaml");
            let signature = keys::sign(name, "aimsgate", statement.as_bytes());
            write(root, &format!("{file}.sig"), signature);
            write(root, &file, statement);
        }
        before = id;
    }
    repository.git.set_head("refs/heads/main").unwrap();
    commit_as(&repository.git, "ben@example.com", None);
    repository
}

fn time_of_check(count: usize) -> Duration {
    let repository = with_releases(count);
    let begin = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
    let command = command.current_dir(repository.path()).env_clear();
    let output =
        command.args(["check", "--for", "release", "--today", "2026-11-22"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    begin.elapsed()
}

#[test]
#[ignore = "it measures time: cargo test growth -- --ignored, with nothing else running"]
fn three_thousand_records_take_no_longer_than_their_number_says() {
    let (few, many) = (time_of_check(300), time_of_check(3_000));
    println!("300 records: {few:?}, 3,000 records: {many:?}");
    assert!(many < few * 20, "{few:?} for 300 records, {many:?} for 3,000");
}
