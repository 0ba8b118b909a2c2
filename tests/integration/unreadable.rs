//! Repositories that cannot be read, and reports that are written to streams.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::fixtures::fixtures;
use crate::support::{TestRepository, scratch};

fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
    let output = command.current_dir(folder).env_clear().args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn a_repository_that_cannot_be_read_says_what_to_do() {
    let made = || {
        let repository = TestRepository::new();
        repository.write("a.py", "from openai import OpenAI\nc = OpenAI()\n");
        repository.commit("ai");
        repository
    };
    let judged = |repository: &TestRepository| run(repository.path(), &["check", "--offline"]);

    let repository = made();
    fs::remove_file(repository.git.path().join("index")).unwrap();
    fs::remove_file(repository.file("a.py")).unwrap();
    let (code, error) = judged(&repository);
    assert_eq!(code, 2, "{error}");
    assert!(error.contains("nothing is checked out here"), "{error}");

    let repository = made();
    fs::write(repository.git.path().join("sharedindex.0123"), "").unwrap();
    fs::write(repository.git.path().join("index"), "no index").unwrap();
    let (code, error) = judged(&repository);
    assert_eq!(code, 2, "{error}");
    assert!(error.contains("git update-index --no-split-index"), "{error}");

    let repository = made();
    let id = repository.git.head().unwrap().peel_to_tree().unwrap().id().to_string();
    let object = repository.git.path().join("objects").join(&id[..2]).join(&id[2..]);
    let bytes = fs::read(&object).unwrap();
    fs::remove_file(&object).unwrap();
    fs::write(&object, &bytes[..bytes.len() / 2]).unwrap();
    let (code, error) = judged(&repository);
    assert_eq!(code, 2, "{error}");
    assert!(error.contains(&id) && error.contains("git fsck"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_report_to_a_stream_leaves_the_stream_where_it_is() {
    let folder = scratch();
    std::os::unix::fs::symlink("/proc/self/fd/1", folder.path().join("stdout")).unwrap();
    let format = format!("json={}", folder.path().join("stdout").display());
    let no_ai = fixtures().join("repos/no-ai");
    let (code, error) = run(&no_ai, &["check", "--offline", "--format", &format]);
    assert_eq!(code, 0, "{error}");
    assert!(fs::symlink_metadata(folder.path().join("stdout")).unwrap().is_symlink());
}
