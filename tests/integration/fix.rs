//! `aimsgate fix` on repositories with mistakes: what it claims to mend is gone, the rest stays,
//! and run again it changes nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{TestRepository, scratch};

const TODAY: &str = "2026-11-30";

fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let home = scratch();
    let output = Command::new(env!("CARGO_BIN_EXE_aimsgate"))
        .args(arguments)
        .args(["--today", TODAY])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout) + &text(output.stderr))
}

const REGISTER: &str = "schema: aimsgate/1\n# what we run\nsystems:\n- id: bot\n  name: Bot\n  \
    version: 1.0\n  owner: max  # builds it\n  purpose: Answers questions about orders\n  \
    our-role: provider\n  stage: design\n  risk-class: {value: limited, because: It decides \
    nothing, prohibited-practices: none apply, decided-by: rita, decided-on: 2026-11-20}\n  \
    paths: [bot]\n";

const PEOPLE: &str = "schema: aimsgate/1\npeople:\n- {id: max, emails: [max@example.com], \
    roles: [engineer], line: 1, from: 2026-01-01}\n- {id: rita, emails: \
    [rita.sato@example.com], roles: [risk-lead], line: 2, from: 2026-01-01}\n";

const POLICY: &str = "---\nstatus: approved\napproved-by: rita\napproved-on: \
    2026-11-20\nowner: max\n---\n# AI policy\n\n## Purpose\n\nWe build assistants that help \
    customers and that never decide about them.\n\n## Principles\n\nPeople are told that they \
    talk to a program, and reach a person whenever they ask for one.\n\n## Commitments\n\nWe \
    keep the law and the contracts with our customers, and improve how we work every \
    quarter.\n\n## Objectives\n\nEach year we set objectives for quality and safety, and \
    publish what became of them.\n\n## Roles and responsibilities\n\nThe owner of a system \
    answers for it, and the risk lead oversees all of them.\n\n## Related policies\n\nThe \
    privacy policy holds beside this one, and the stricter rule goes first.\n\n## \
    Exceptions\n\nThe risk lead may allow a deviation in writing, for at most ninety days \
    each.\n";

/// A repository of two commits on a branch, the second with an edit of one file.
fn broken(path: &str, text: Option<&str>) -> TestRepository {
    let repository = TestRepository::new();
    repository.git.set_head("refs/heads/main").unwrap();
    repository
        .write("aims.yaml", REGISTER)
        .write("governance/people.yaml", PEOPLE)
        .write("AI_POLICY.md", POLICY)
        .write("bot/bot.py", "import openai\nclient = openai.OpenAI()\n");
    let first = repository.commit_all("a");
    repository.git.branch("change", &repository.git.find_commit(first).unwrap(), true).unwrap();
    repository.git.set_head("refs/heads/change").unwrap();
    match text {
        Some(text) => {
            repository.write(path, text);
        }
        None => fs::remove_file(repository.file(path)).unwrap(),
    }
    repository.commit_all("b");
    repository
}

/// Mends once and again. Returns what the check said before and says afterwards, in lines.
fn mended(name: &str, repository: &TestRepository, path: &str) -> (String, String) {
    let folder = repository.path();
    let check =
        || run(folder, &["check", "--format", "concise", "--base", "main", "--for", "release"]).1;
    let before = check();
    let text = || fs::read(repository.file(path)).ok();
    let untouched = text();
    let (code, shown) = run(folder, &["fix", "--base", "main"]);
    assert_eq!((code, text()), (0, untouched), "{name} is only shown: {shown}");
    let (code, written) = run(folder, &["fix", "--write", "--base", "main"]);
    assert!(code == 0 && written.contains("Mended 1 file"), "{name}: {written}\n{before}");
    let (_, again) = run(folder, &["fix", "--write", "--base", "main"]);
    assert_eq!(again, "Nothing to mend.\n", "{name}");
    (before, check())
}

#[test]
fn what_it_claims_to_mend_is_gone_and_the_file_is_as_it_should_be() {
    let register = |right: &str, wrong: &str| REGISTER.replace(right, wrong);
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let rows = [
        ("a key", "aims.yaml", register("owner:", "ownr:"), "register-invalid", REGISTER.into()),
        (
            "a key in a file with CRLF",
            "aims.yaml",
            crlf(&register("owner:", "ownr:")),
            "register-invalid",
            crlf(REGISTER),
        ),
        (
            "a stage and a day",
            "aims.yaml",
            register("design", "desing").replace("2026-11-20", "20.11.2026"),
            "register-invalid",
            REGISTER.into(),
        ),
        (
            "a text with a colon",
            "aims.yaml",
            register("Answers questions", "Answers: questions"),
            "document-unreadable",
            register("Answers questions about orders", "\"Answers: questions about orders\""),
        ),
        (
            "a text with a comma",
            "aims.yaml",
            register("It decides nothing", "It decides nothing, it writes"),
            "register-invalid",
            register("It decides nothing", "\"It decides nothing, it writes\""),
        ),
        (
            "a role",
            "governance/people.yaml",
            PEOPLE.replace("risk-lead", "risk-leed"),
            "settings-invalid",
            PEOPLE.into(),
        ),
        (
            "an approver by name",
            "AI_POLICY.md",
            POLICY.replace("approved-by: rita", "approved-by: Rita Sato"),
            "[document-unapproved] the AI policy says `Rita Sato`",
            POLICY.into(),
        ),
    ];
    for (name, path, wrong, check, right) in rows {
        let repository = broken(path, Some(&wrong));
        let (before, after) = mended(name, &repository, path);
        assert!(before.contains(check), "{name}: {before}");
        assert!(!after.contains(check), "{name}: {after}");
        assert_eq!(fs::read_to_string(repository.file(path)).unwrap(), right, "{name}");
    }
}

#[test]
fn what_a_change_took_away_comes_back_and_what_a_document_leaves_out_is_asked() {
    let gone = broken("AI_POLICY.md", None);
    let (before, after) = mended("a document", &gone, "AI_POLICY.md");
    assert!(before.contains("the AI policy is missing"), "{before}");
    assert!(!after.contains("the AI policy is missing"), "{after}");
    assert_eq!(fs::read_to_string(gone.file("AI_POLICY.md")).unwrap(), POLICY);

    let thin_text = POLICY.split_once("\n## Exceptions").unwrap().0;
    let thin = broken("AI_POLICY.md", Some(thin_text));
    let (before, after) = mended("headings", &thin, "AI_POLICY.md");
    assert!(before.contains("[element-missing] the AI policy"), "{before}");
    assert!(!after.contains("[element-missing] the AI policy"), "{after}");
    assert!(after.contains("[placeholder]"), "a prompt is no answer: {after}");
    let text = fs::read_to_string(thin.file("AI_POLICY.md")).unwrap();
    assert!(text.starts_with(thin_text) && text.ends_with("TODO\n"), "{text}");
}

#[test]
fn only_the_named_checks_are_mended() {
    let repository = broken("aims.yaml", Some(&REGISTER.replace("owner:", "ownr:")));
    let (_, none) = run(repository.path(), &["fix", "settings-invalid", "--write"]);
    assert_eq!(none, "Nothing to mend.\n");
    let (code, unknown) = run(repository.path(), &["fix", "settings-invalld"]);
    assert!(code == 2 && unknown.contains("did you mean `settings-invalid`?"), "{unknown}");
    let bare = scratch();
    git2::Repository::init_bare(bare.path()).unwrap();
    assert_eq!(run(bare.path(), &["fix", "--write"]).0, 2);
}

#[cfg(unix)]
#[test]
fn a_file_that_must_not_be_written_stays_and_the_reason_is_told() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let wrong = REGISTER.replace("owner:", "ownr:");
    let repository = broken("aims.yaml", Some(&wrong));
    let file = repository.file("aims.yaml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
    let fix = || run(repository.path(), &["fix", "--write"]).1;
    let told = fix();
    assert!(told.starts_with("not mended: aims.yaml: permission denied\n"), "{told}");
    assert_eq!(fs::read_to_string(&file).unwrap(), wrong);
    // A link names another file, which the run did not judge.
    let other = scratch();
    let target = other.path().join("aims.yaml");
    fs::rename(&file, &target).unwrap();
    symlink(&target, &file).unwrap();
    let told = fix();
    assert!(!told.contains("Mended"), "{told}");
    assert_eq!(fs::read_to_string(&target).unwrap(), wrong);
}
