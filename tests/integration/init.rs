//! `aimsgate init` as a newcomer runs it: on many kinds of repository, once and again.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{TestRepository, scratch, write};

const CLIENT: &str = "import openai\nclient = openai.OpenAI()\n";

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAumnVeZILDzElMFWj/VnvxZZdQ0Gl3PZ/eeZmCZKkeb";

/// Runs the program with a home of its own, in which git is told nothing.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let home = scratch();
    let output = Command::new(env!("CARGO_BIN_EXE_aimsgate"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path().join("xdg"))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn init(folder: &Path, further: &[&str]) -> (i32, String, String) {
    let mut arguments = vec!["init", "--yes", "--today", "2026-11-30"];
    arguments.extend(further);
    run(folder, &arguments)
}

/// Every file below a folder with its text, without git's own.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut open = vec![folder.to_owned()];
    let mut all = Vec::new();
    while let Some(next) = open.pop() {
        for item in fs::read_dir(next).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_none_or(|name| name != ".git") {
                    open.push(path);
                }
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                all.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}

/// A repository with one commit.
fn committed(files: &[(&str, &str)]) -> TestRepository {
    let repository = TestRepository::new();
    repository.git.set_head("refs/heads/main").unwrap();
    files.iter().for_each(|(path, text)| {
        repository.write(path, text);
    });
    repository.commit("a");
    repository
}

/// The repositories that are tried, each in the state it is found in.
fn odd() -> Vec<(&'static str, TestRepository)> {
    let mut all = vec![
        ("plain", committed(&[("app.py", CLIENT)])),
        (
            "CRLF",
            committed(&[("app.py", CLIENT), ("README.md", "# X\r\n\r\nIt answers things.\r\n")]),
        ),
        ("a governance for something else", {
            committed(&[("app.py", CLIENT), ("governance/board.md", "# The board\n")])
        }),
        ("people of another format", {
            committed(&[("app.py", CLIENT), ("governance/people.yaml", "a: b\n")])
        }),
        ("rules without a register", {
            let rules = "schema: aimsgate/1\nenforce: {mode: observe}\n";
            committed(&[("app.py", CLIENT), ("governance/gate.yaml", rules)])
        }),
        ("a register that cannot be read", {
            committed(&[("app.py", CLIENT), ("aims.yaml", "systems: [\n")])
        }),
        ("names with marks", committed(&[("a b[1]/[x] $(y).py", CLIENT)])),
    ];
    let services: Vec<(String, String)> = (1..=12)
        .map(|number| (format!("services/s{number}/src/a.py"), CLIENT.to_owned()))
        .collect();
    let services: Vec<(&str, &str)> =
        services.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    all.push(("twelve systems", committed(&services)));
    let empty = TestRepository::new();
    empty.write("app.py", CLIENT);
    all.push(("no commits", empty));
    let detached = committed(&[("app.py", CLIENT)]);
    let head = detached.git.head().unwrap().target().unwrap();
    detached.git.set_head_detached(head).unwrap();
    all.push(("a detached head", detached));
    let remote = committed(&[("app.py", CLIENT), (".gitlab-ci.yml", "build: {script: make}\n")]);
    remote.git.remote("origin", "git@gitlab.com:group/name.git").unwrap();
    all.push(("a remote with a pipeline", remote));
    all
}

#[test]
fn it_never_overwrites_and_has_nothing_to_do_when_run_again() {
    for (name, repository) in odd() {
        let before = files(repository.path());
        let (code, out, err) = init(repository.path(), &["--dry-run", "--documents"]);
        assert_eq!((code, err.as_str()), (0, ""), "{name}: {out}");
        assert_eq!(files(repository.path()), before, "{name}: a plan writes nothing");
        let (code, out, err) = init(repository.path(), &["--documents", "--adopt"]);
        assert_eq!(code, 0, "{name}: {out}{err}");
        let after = files(repository.path());
        assert!(before.iter().all(|file| after.contains(file)), "{name}: overwritten");
        assert!(after.len() > before.len(), "{name}: nothing written");
        let (code, out, err) = init(repository.path(), &["--documents", "--adopt"]);
        assert_eq!((code, err.as_str()), (0, ""), "{name}: {out}");
        assert!(out.ends_with("Nothing to write: each file is there already.\n"), "{name}: {out}");
        assert_eq!(files(repository.path()), after, "{name}: run again");
        let fix = || run(repository.path(), &["fix", "--write", "--today", "2026-11-30"]);
        let (code, out, err) = fix();
        assert_eq!(code, 0, "{name}: {out}{err}");
        let mended = files(repository.path());
        let (code, out, err) = fix();
        assert_eq!((code, err.as_str()), (0, ""), "{name}: {out}");
        assert_eq!(out.lines().last(), Some("Nothing to mend."), "{name}: {out}");
        assert_eq!(files(repository.path()), mended, "{name}: mended again");
    }
}

#[test]
fn what_is_written_is_refused_for_its_prompts_only() {
    let repository = committed(&[
        ("apps/bot/bot.py", CLIENT),
        ("apps/bot/README.md", "# Bot\n\nAnswers the questions of customers about orders.\n"),
    ]);
    repository.git.remote("origin", "https://github.com/example/shop.git").unwrap();
    let key = format!("ana={KEY}");
    let further = [
        "--owner",
        "ana=ana@example.com",
        "--solo",
        "--key",
        &key,
        "--class",
        "limited",
        "--because",
        "It decides nothing about people",
        "--fact",
        "generative=yes",
        "--fact",
        "talks-to-people=yes",
        "--fact",
        "personal-data=no",
        "--documents",
    ];
    let (code, out, err) = init(repository.path(), &further);
    assert_eq!(code, 0, "{out}{err}");
    let open = [
        "placeholder",
        "risk-class-undeclared",
        "risk-untreated",
        "risk-entry-incomplete",
        "document-unapproved",
        "version-floating",
        "supplier-unassessed",
        // No branch of the remote was fetched.
        "target-unknown",
    ];
    let found: Vec<&str> = out
        .lines()
        .filter(|line| {
            ["error[", "warning[", "waiting[", "could"].iter().any(|it| line.starts_with(it))
        })
        .filter_map(|line| line.split_once('[')?.1.split_once(']').map(|(check, _)| check))
        .collect();
    assert!(found.iter().all(|check| open.contains(check)), "{found:?}\n{out}");
    assert!(
        found.contains(&"risk-class-undeclared") && found.contains(&"placeholder"),
        "{found:?}"
    );
    let register = fs::read_to_string(repository.file("aims.yaml")).unwrap();
    assert!(register.contains("paths: [\"apps/bot/*.py\"]"), "{register}");
    assert!(register.contains("purpose: Answers the questions of customers"), "{register}");
    let workflow = fs::read_to_string(repository.file(".github/workflows/governance.yml")).unwrap();
    assert!(workflow.contains("branches: [main]"), "{workflow}");
    let signers = fs::read_to_string(repository.file("governance/allowed_signers")).unwrap();
    assert_eq!(signers, format!("ana@example.com namespaces=\"aimsgate\" {KEY}\n"));
}

#[test]
fn no_class_is_guessed_and_nobody_is_made_up() {
    let repository = committed(&[("app.py", CLIENT)]);
    let (_, out, _) = init(repository.path(), &[]);
    assert!(out.contains("error[risk-class-undeclared]"), "{out}");
    assert!(out.contains("nobody oversees: --second-line ID=E-MAIL, or --solo"), "{out}");
    let register = fs::read_to_string(repository.file("aims.yaml")).unwrap();
    assert!(!register.lines().any(|line| line.trim() == "risk-class:"), "{register}");
    assert!(register.contains("# limited: People talk to it"), "{register}");
}

#[test]
fn a_baseline_excuses_what_was_there_and_no_prompt() {
    let repository = committed(&[("app.py", CLIENT)]);
    let further = ["--owner", "ana=ana@example.com", "--solo", "--adopt"];
    let (_, out, _) = init(repository.path(), &further);
    assert!(out.contains("error[risk-class-undeclared]"), "{out}");
    assert!(!out.contains("[document-missing]"), "{out}");
    let baseline = fs::read_to_string(repository.file("governance/baseline.json")).unwrap();
    assert!(baseline.contains("document-missing"), "{baseline}");
    assert!(!baseline.contains("risk-class-undeclared"), "{baseline}");
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let repository = committed(&[("app.py", CLIENT), ("governance", "of the club\n")]);
    let before = files(repository.path());
    let (code, _, err) = init(repository.path(), &[]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("is no folder") && err.contains("nothing was written"), "{err}");
    assert_eq!(files(repository.path()), before);
    let bare = scratch();
    git2::Repository::init_bare(bare.path()).unwrap();
    assert_eq!(init(bare.path(), &[]).0, 2);
}

#[test]
fn without_a_terminal_nothing_is_asked_and_without_ai_nothing_is_needed() {
    let repository = committed(&[("app.py", CLIENT)]);
    let (code, _, err) = run(repository.path(), &["init"]);
    assert_eq!(code, 2);
    assert!(err.contains("`--yes` takes what is proposed"), "{err}");
    let none: TempDir = scratch();
    write(none.path(), "a.py", "print(1)\n");
    let (code, out, _) = init(none.path(), &[]);
    assert_eq!(code, 0);
    assert!(out.contains("Nothing is needed."), "{out}");
    assert_eq!(files(none.path()).len(), 1);
}

#[test]
fn names_of_kinds_controls_keys_and_words_are_explained() {
    let folder = scratch();
    let explained = |name: &str| run(folder.path(), &["explain", name]);
    let (_, out, _) = explained("model-card");
    assert!(out.contains("- intended-use, a main part: Intended use, "), "{out}");
    assert!(out.contains("A form: aimsgate template model-card"), "{out}");
    let (_, out, _) = explained("a.5.2");
    assert!(out.starts_with("# A.5.2 ") && out.contains("impact-assessment"), "{out}");
    let (_, out, _) = explained("6.1.4");
    assert!(out.starts_with("# 6.1.4 "), "{out}");
    let (_, out, _) = explained("risk-class");
    assert!(out.contains("# `risk-class` of aims.yaml"), "{out}");
    let (code, _, err) = explained("risk-clas");
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `risk-class`?"), "{err}");
}

#[test]
fn a_form_is_of_a_kind_that_can_be_owed() {
    let folder = scratch();
    let (_, out, _) = run(folder.path(), &["template", "model-card"]);
    assert!(out.contains("\n## Limitations\n\n<!-- Say ") && out.contains("\nTODO\n"), "{out}");
    let (code, _, err) = run(folder.path(), &["template", "modelcard"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `model-card`?"), "{err}");
    let (_, _, err) = run(folder.path(), &["template", "risk-signoff"]);
    assert!(err.contains("no document is asked for: governance/signoffs says it"), "{err}");
    let (_, out, _) = run(folder.path(), &["template", "model-card", "--language", "de"]);
    assert!(out.contains("# Modellkarte"), "{out}");
    let (code, _, _) = run(folder.path(), &["template", "model-card", "--system", "x"]);
    assert_eq!(code, 2);
}
