//! The program itself, in a cleared environment: exit codes, formats, determinism, hostile input.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::fixtures::fixtures;
use crate::support::{TestRepository, copy, scratch, write};

/// Runs the program with nothing of this machine's environment.
fn aimsgate(folder: &Path, home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_aimsgate"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("xdg"))
        .output()
        .unwrap()
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = aimsgate(folder, folder, arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A copy of an example repository, outside of any other repository.
fn example(name: &str) -> TempDir {
    let folder = scratch();
    copy(&fixtures().join("repos").join(name), folder.path());
    folder
}

#[test]
fn exit_codes_are_0_1_and_2() {
    let pass = example("credit-scoring");
    assert_eq!(run(pass.path(), &["check", "--today", "2026-11-22"]).0, 0);
    let fail = example("support-chatbot");
    assert_eq!(run(fail.path(), &["check", "--today", "2026-11-22"]).0, 1);
    let undecided = example("no-ai");
    write(undecided.path(), "aims.yaml", "schema: aimsgate/1\nno-ai: {\n");
    let (code, out, _) = run(undecided.path(), &["check", "--today", "2026-11-22"]);
    assert_eq!(code, 2);
    assert!(out.ends_with("could not decide: 1 could not be decided\n"), "{out}");
}

#[test]
fn the_format_never_changes_the_exit_code() {
    for name in ["credit-scoring", "support-chatbot", "no-ai"] {
        let folder = example(name);
        let codes = ["terminal", "sarif", "json"].map(|format| {
            run(folder.path(), &["check", "--today", "2026-11-22", "--format", format]).0
        });
        assert!(codes.iter().all(|code| *code == codes[0]), "{name}: {codes:?}");
    }
}

#[test]
fn a_repository_without_ai_is_one_line_and_its_cause() {
    let (code, out, err) = run(example("no-ai").path(), &["check"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "passed: no AI found here, nothing to judge: no model, training code or hosted-model \
         client in 3 files; code read: Python 1\n"
    );
    let (_, out, _) = run(scratch().path(), &["check"]);
    assert!(out.starts_with("passed: no AI found here"), "{out}");
}

#[test]
fn it_says_less_or_more_as_asked_and_the_verdict_is_the_same() {
    let folder = example("support-chatbot");
    let said = |further: &[&str]| {
        let arguments = [&["check", "--today", "2026-11-30"], further].concat();
        run(folder.path(), &arguments)
    };
    let missing = |text: &str| text.matches("[document-missing]: ").count();
    let (code, usual, _) = said(&[]);
    let (quiet_code, quiet, _) = said(&["-q"]);
    assert_eq!(quiet.lines().count(), 1, "{quiet}");
    assert!(usual.lines().last().unwrap().starts_with(quiet.trim_end()), "{quiet}");
    let (full_code, full, _) = said(&["--full", "-v"]);
    assert_eq!([quiet_code, full_code], [code, code]);
    assert_eq!(missing(&usual), 2, "one table for the system, one for the organisation: {usual}");
    assert!(missing(&full) > 9, "{full}");
    assert!(usual.contains("who        kind "), "{usual}");
    assert!(full.contains("What was read:\n  files: ") && full.contains(" passed, "), "{full}");
    assert_eq!(usual.matches("more: aimsgate explain element-missing").count(), 1, "{usual}");
    let (code, said, _) = run(folder.path(), &["explain", "eu-ai-act art 26"]);
    assert!(code == 0 && said.contains("Article 26(1)"), "{said}");
}

#[test]
fn the_register_that_is_explained_is_one() {
    let repository = TestRepository::of_example("support-chatbot");
    let (_, out, _) = run(repository.path(), &["explain", "register-missing"]);
    let register = out.split_once("```yaml\n").unwrap().1.split_once("```").unwrap().0;
    repository.write("aims.yaml", register);
    let (_, out, _) = run(repository.path(), &["check"]);
    let is_refused = ["register-missing", "register-invalid", "settings-invalid"]
        .iter()
        .any(|check| out.contains(check));
    assert!(!is_refused && out.contains("support-chatbot"), "{out}");
}

#[test]
fn mistakes_on_the_command_line_are_one_clear_error_and_exit_2() {
    let folder = example("no-ai");
    let repository = TestRepository::new();
    repository
        .write(".gitignore", "built/\n")
        .write("built/app.py", "import openai\nopenai.OpenAI()\n")
        .commit("first");
    let (code, _, err) = run(repository.path(), &["check", "built"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("`built` holds no files"), "{err}");
    let cases: [(&[&str], &str); 7] = [
        (&["check", "nowhere"], "error: `nowhere` is not a folder that can be read"),
        (&["check", "--head", "main"], "is no git repository, so it has no revision `main`"),
        (&["check", "--format", "sarf"], "`sarf` is no format; known: terminal, concise"),
        (
            &["check", "--format", "sarif", "--format", "json"],
            "two formats would go to standard \
            output",
        ),
        (&["check", "--format", "json=README.md/out.json"], "could not be written"),
        (&["check", "--today", "22.11.2026"], "is not a date"),
        (&["explain", "placehodler"], "did you mean `placeholder`?"),
    ];
    for (arguments, message) in cases {
        let (code, _, err) = run(folder.path(), arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(err.contains(message), "{arguments:?}: {err}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_in_two_folders_with_two_homes() {
    let make = |home: &Path| {
        let repository = TestRepository::new();
        copy(&fixtures().join("repos/support-chatbot"), repository.path());
        repository.commit("first");
        repository.write("new.md", "# New\r\n");
        write(
            home,
            ".gitconfig",
            "[core]\n\tautocrlf = true\n\texcludesFile = \
            ~/ignore\n\tquotePath = true\n",
        );
        write(home, "ignore", "*.md\naims.yaml\n");
        repository
    };
    let plain = scratch();
    let homes = [scratch(), scratch()];
    let repositories = [make(homes[0].path()), make(plain.path())];
    fs::remove_file(plain.path().join(".gitconfig")).unwrap();
    for format in ["terminal", "sarif", "json"] {
        let arguments = ["check", "--today", "2026-11-22", "--format", format];
        let first = aimsgate(repositories[0].path(), homes[0].path(), &arguments).stdout;
        let again = aimsgate(repositories[0].path(), homes[0].path(), &arguments).stdout;
        let other = aimsgate(repositories[1].path(), plain.path(), &arguments).stdout;
        assert!(first.len() > 100);
        assert_eq!(first, again, "{format}: twice");
        assert_eq!(
            String::from_utf8(first).unwrap(),
            String::from_utf8(other).unwrap(),
            "{format}: elsewhere"
        );
    }
}

#[test]
fn a_commit_is_judged_without_its_checkout() {
    let repository = TestRepository::new();
    copy(&fixtures().join("repos/credit-scoring"), repository.path());
    repository.commit("complete");
    fs::remove_file(repository.file("docs/ai/credit-scoring/model-card.md")).unwrap();
    let check = |revision: &[&str]| {
        run(repository.path(), &[&["check", "--today", "2026-11-22"], revision].concat())
    };
    assert_eq!(check(&["--head", "HEAD"]).0, 0);
    let (code, out, _) = check(&[]);
    assert_eq!(code, 1);
    assert!(out.contains("docs/ai/credit-scoring/model-card.md"), "{out}");
}

#[test]
fn a_folder_is_judged_in_place_by_its_own_register_and_by_all_rules_above() {
    let repository = TestRepository::new();
    fs::create_dir_all(repository.file("examples/chat")).unwrap();
    copy(&fixtures().join("repos/support-chatbot"), &repository.file("examples/chat"));
    fs::create_dir_all(repository.file("governance")).unwrap();
    for file in ["governance/people.yaml", "governance/allowed_signers"] {
        let example = fixtures().join("repos/support-chatbot").join(file);
        fs::copy(example, repository.file(file)).unwrap();
    }
    repository
        .write("governance/gate.yaml", "schema: aimsgate/1\nenforce: {mode: strict}\n")
        .commit("first");
    let (code, out, _) =
        run(repository.path(), &["check", "examples/chat", "--today", "2026-11-22"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("Rules: governance/gate.yaml, examples/chat/governance/gate.yaml"),
        "{out}"
    );
    assert!(out.contains("error[placeholder]"), "the rules above are strict: {out}");
    assert!(out.contains("--> examples/chat/aims.yaml:6:12"), "paths are the repository's: {out}");
    let (code, out, _) = run(repository.path(), &["check", ".", "--today", "2026-11-22"]);
    assert_eq!((code, out.lines().count()), (0, 1), "an example is beside the product: {out}");
}

#[test]
fn reports_go_to_files_whole_and_never_through_a_link() {
    let folder = example("support-chatbot");
    let outside = scratch();
    let victim = outside.path().join("victim");
    fs::write(&victim, "untouched").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(&victim, folder.path().join("out.sarif")).unwrap();
    let arguments = [
        "check",
        "--format",
        "sarif=out.sarif",
        "--format",
        "json=out.json",
        "--format",
        "terminal",
    ];
    let (code, out, _) = run(folder.path(), &arguments);
    assert_eq!(code, 1);
    assert!(out.contains("blocked: "));
    for file in ["out.sarif", "out.json"] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }
    assert_eq!(fs::read_to_string(victim).unwrap(), "untouched");
}

#[test]
fn hostile_names_and_text_reach_no_terminal() {
    let folder = scratch();
    let register = "schema: aimsgate/1\nsystems:\n  - id: a\n    name: a\n    version: \
        1\n    owner: \"\\u001b[31m##[group]x\\u202e\\n::error::y\"\n    purpose: p\n    \
        our-role: provider\n    stage: design\n    paths: [\"**\"]\n    \"::add-mask::\": 1\n";
    write(folder.path(), "aims.yaml", register);
    let (_, out, err) = run(folder.path(), &["check", "--color", "never"]);
    let fixed = register.replace("    \"::add-mask::\": 1\n", "");
    write(folder.path(), "aims.yaml", fixed);
    write(
        folder.path(),
        "src/::error::\u{202e}.py",
        "import openai\nopenai.OpenAI() # \
        ##[error]\u{1b}]0;x\u{7}\n",
    );
    let (_, more, _) = run(folder.path(), &["check", "--color", "never"]);
    let (_, inventory, _) = run(folder.path(), &["inventory"]);
    for text in [&out, &err, &more, &inventory] {
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert!(!text.contains('\u{202e}') && !text.contains("##["), "{text:?}");
        assert!(
            !text.lines().any(|line| line.trim_start().starts_with("::")
                && !line.trim_start().starts_with("::: ")),
            "{text}"
        );
    }
    assert!(more.contains("::error::"), "shown, made harmless: {more}");
}

#[test]
fn color_is_asked_for_or_off() {
    let folder = example("support-chatbot");
    let colored =
        |choice: &str| run(folder.path(), &["check", "--color", choice]).1.contains('\u{1b}');
    assert!(colored("always"));
    assert!(!colored("auto"), "standard output is no terminal");
    assert!(!colored("never"));
}

#[test]
fn checks_and_their_explanations_are_told() {
    let folder = scratch();
    let (code, table, _) = run(folder.path(), &["checks"]);
    assert_eq!((code, table.lines().count()), (0, aimsgate::CHECKS.len()));
    for check in aimsgate::CHECKS {
        let (code, text, _) = run(folder.path(), &["explain", check.id.name()]);
        assert_eq!(code, 0);
        assert!(text.starts_with(&format!("# {}\n", check.id)) && text.contains("## How to fix"));
    }
}

#[test]
fn the_inventory_is_told_as_json() {
    let folder = example("support-chatbot");
    let (code, text, _) = run(folder.path(), &["inventory", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &json["uses_ai"]), (0, &serde_json::json!(true)));
    assert!(json["reason"].as_str().unwrap().contains("Helsinki-NLP/opus-mt-en-de"), "{json}");
    let kinds: Vec<&str> =
        json["assets"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    let rest = ["hub-model", "dependency", "dependency"];
    assert_eq!(kinds, [&["hosted-service", "hosted-model", "framework"], &rest[..]].concat());
    assert_eq!(json["models"][0]["uses"], serde_json::json!(["runs"]));
    assert!(json["assets"][0]["line"].is_u64() && json["assets"][0]["matched"].is_string());
    assert_eq!(json["frameworks"][0]["version"], ">=4.44");
}

#[cfg(unix)]
#[test]
fn a_reader_that_stops_is_no_error_message() {
    let folder = example("support-chatbot");
    let mut child = Command::new(env!("CARGO_BIN_EXE_aimsgate"))
        .args(["check", "--format", "json"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn content_that_is_not_there_is_never_a_pass() {
    let repository = TestRepository::new();
    copy(&fixtures().join("repos/credit-scoring"), repository.path());
    repository.commit("complete");
    let lose = |path: &str| {
        let id = git2::Oid::hash_file(git2::ObjectType::Blob, repository.file(path))
            .unwrap()
            .to_string();
        fs::remove_file(repository.git.path().join("objects").join(&id[..2]).join(&id[2..]))
            .unwrap();
    };
    lose("src/scoring/score.py");
    let (code, out, _) =
        run(repository.path(), &["check", "--head", "HEAD", "--today", "2026-11-22"]);
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("could not decide[undeclared-model]"), "{out}");
    lose("aims.yaml");
    let (code, out, _) =
        run(repository.path(), &["check", "--head", "HEAD", "--today", "2026-11-22"]);
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("could not decide[document-unreadable]"), "{out}");
}

#[test]
fn a_bare_repository_committed_into_a_folder_does_not_stand_in_for_it() {
    let repository = TestRepository::new();
    repository.write("sub/app.py", "import openai\nopenai.OpenAI()\n");
    for (path, text) in
        [("HEAD", "ref: refs/heads/main\n"), ("objects/.keep", ""), ("refs/.keep", "")]
    {
        repository.write(&format!("sub/{path}"), text);
    }
    repository.commit("first");
    let (code, out, _) = run(repository.path(), &["check", "sub"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("sub/app.py:2:1"), "{out}");
}

#[test]
fn a_folder_that_no_system_owns_is_told_by_its_ai() {
    let repository = TestRepository::new();
    copy(&fixtures().join("repos/credit-scoring"), repository.path());
    repository
        .write("sub/a.py", "import torch.nn as nn\nclass Net(nn.Module): pass\n")
        .commit("first");
    let (code, out, _) = run(repository.path(), &["check", "sub", "--today", "2026-11-22"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("no declared system owns this folder"), "{out}");
}

#[test]
fn governance_that_is_misnamed_or_behind_a_link_is_told() {
    let cases: [(&str, &str); 5] = [
        ("aims.yml", "its name must be `aims.yaml`"),
        ("AIMS.yaml", "its name must be `aims.yaml`"),
        ("governance/gate.yml", "its name must be `governance/gate.yaml`"),
        ("governance/People.yaml", "its name must be `governance/people.yaml`"),
        ("governance/gate.yaml/x", "must be a file and is a folder"),
    ];
    for (path, message) in cases {
        let folder = scratch();
        write(folder.path(), path, "schema: aimsgate/1\n");
        let (code, out, _) = run(folder.path(), &["check"]);
        assert_eq!(code, 1, "{path}: {out}");
        assert!(out.contains(message), "{path}: {out}");
    }
    #[cfg(unix)]
    {
        let folder = example("support-chatbot");
        fs::rename(folder.path().join("governance"), folder.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink("elsewhere", folder.path().join("governance")).unwrap();
        let (code, out, _) = run(folder.path(), &["check"]);
        assert!(code == 1 && out.contains("must be a folder"), "{out}");
    }
}

#[test]
fn a_path_that_looks_like_an_address_stays_a_path() {
    let folder = scratch();
    write(folder.path(), "https:/example.com/login.py", "import openai\nopenai.OpenAI()\n");
    let (_, out, _) = run(folder.path(), &["check", "--format", "sarif"]);
    let log: serde_json::Value = serde_json::from_str(&out).unwrap();
    let uri = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        ["uri"];
    assert_eq!(uri, "https%3A/example.com/login.py");
}
