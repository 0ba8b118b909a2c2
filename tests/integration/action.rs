//! The step of a GitHub Action and the commit hook: what their inputs mean, and what they leave
//! behind.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{TestRepository, scratch};

/// The runner's files beside the workspace.
struct Runner {
    repository: TestRepository,
    files: tempfile::TempDir,
}

impl Runner {
    fn new(fixture: &str) -> Self {
        let repository = TestRepository::of_example(fixture);
        repository.commit_all("start");
        let files = scratch();
        let event =
            r#"{"repository": {"default_branch": "main", "full_name": "octo-org/octo-repo"}}"#;
        fs::write(files.path().join("event.json"), event).unwrap();
        for name in ["output", "summary"] {
            fs::write(files.path().join(name), "before=1\n").unwrap();
        }
        Self { repository, files }
    }

    fn step(&self, inputs: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
        command.current_dir(self.repository.path()).env_clear().arg("github-action");
        command.env("HOME", self.files.path()).env("GITHUB_ACTIONS", "true").env("CI", "true");
        let commit = self.repository.git.head().unwrap().target().unwrap().to_string();
        command
            .env("GITHUB_EVENT_NAME", "schedule")
            .env("GITHUB_EVENT_PATH", self.files.path().join("event.json"));
        command.env("GITHUB_SHA", commit).env("GITHUB_REF", "refs/heads/main");
        command.env("GITHUB_OUTPUT", self.files.path().join("output"));
        command.env("GITHUB_STEP_SUMMARY", self.files.path().join("summary"));
        command.envs(inputs.iter().copied()).output().unwrap()
    }

    fn left(&self, name: &str) -> String {
        fs::read_to_string(self.files.path().join(name)).unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_step_leaves_remarks_the_log_a_summary_outputs_and_reports() {
    // Inputs that are not set come as empty ones; hyphens stay, or are lost in a shell.
    let runner = Runner::new("no-ai");
    let done = runner.step(&[
        ("INPUT_PATH", ""),
        ("INPUT_FOR", ""),
        ("INPUT_CHECK-RUN", "false"),
        ("INPUT_UPLOAD", ""),
    ]);
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert!(
        text(&done.stdout).ends_with('\n')
            && text(&done.stdout).contains(
                "passed: no AI found \
        here"
            )
    );
    assert!(
        runner.left("output").starts_with("before=1\noutcome=pass\nto-fix=0\n"),
        "{}",
        runner.left("output")
    );
    let runner = Runner::new("support-chatbot");
    let done = runner.step(&[("INPUT_FORMATS", "sarif\n json=out.json , junit\n\n")]);
    let log = text(&done.stdout);
    assert_eq!(done.status.code(), Some(1), "{log}");
    assert!(
        log.contains("::error file=") && log.lines().last().unwrap().starts_with("blocked: "),
        "{log}"
    );
    assert!(
        runner.left("summary").starts_with("before=1\n")
            && runner.left("summary").contains("blocked")
    );
    let outputs = runner.left("output");
    assert!(
        outputs.contains("outcome=fail\n")
            && outputs.contains("sarif=aimsgate.sarif\njson=out.json\njunit="),
        "{outputs}"
    );
    for name in ["aimsgate.sarif", "out.json", "aimsgate-junit.xml"] {
        assert!(runner.repository.file(name).is_file(), "{name}");
    }
}

#[test]
fn an_input_that_is_none_is_said_and_decides_nothing() {
    let runner = Runner::new("no-ai");
    std::os::unix::fs::symlink("/tmp", runner.repository.file("away")).unwrap();
    for (name, value, told) in [
        ("INPUT_FOR", "nothing", "the input `for` is `merge` or `release`"),
        ("INPUT_COMMENT", "yes", "the input `comment` is `true` or `false`"),
        ("INPUT_CHECK_RUN", "1", "the input `check-run` is `true` or `false`"),
        ("INPUT_PATH", "a\nb", "the input `path` is one line"),
        ("INPUT_PATH", "--today=2020-01-01", "--today=2020-01-01"),
        ("INPUT_PATH", "..", "is not below the workspace"),
        ("INPUT_PATH", "away", "is not below the workspace"),
        ("INPUT_FORMATS", "json=.git/config", "is no file to write"),
        ("INPUT_FORMATS", "pdf", "`pdf` is no format"),
        ("INPUT_FORMATS", "terminal", "is in the log"),
        ("INPUT_FORMATS", "sarif,sarif=b", "names `sarif=b` twice"),
        ("INPUT_FORMATS", "json=../out.json", "is not below"),
        ("INPUT_FORMATS", "json=/tmp/out.json", "is not below"),
        ("INPUT_FORMATS", "json=away/out.json", "is not below"),
        ("INPUT_CA-FILE", "none.pem", "none.pem"),
    ] {
        let done = runner.step(&[(name, value)]);
        let log = text(&done.stdout);
        assert!(
            done.status.code() == Some(2) && text(&done.stderr).contains(told),
            "{name}={value}: {done:?}"
        );
        assert!(
            log.lines().last().unwrap().starts_with("::error title=aimsgate::"),
            "{name}={value}: {log}"
        );
        assert!(runner.left("output").ends_with("outcome=undecided\n"));
    }
    // Whatever is wrong with the inputs, a report that the change brings is not left to be taken
    // for this one's.
    for wrong in [("INPUT_FOR", "nothing"), ("INPUT_FORMATS", "sarif, pdf")] {
        runner.repository.write("aimsgate.sarif", "{}");
        let done = runner.step(&[("INPUT_FORMATS", "sarif"), wrong]);
        assert!(
            done.status.code() == Some(2) && !runner.repository.file("aimsgate.sarif").exists(),
            "{wrong:?}"
        );
    }
    // What was asked for and could not be posted stands beside the findings, and blocks nothing.
    let done = runner.step(&[("INPUT_COMMENT", "true")]);
    let told = text(&done.stdout).lines().any(|line| {
        line.starts_with(
            "::warning title=aimsgate::comment \
            was not posted: ",
        )
    });
    assert!(done.status.code() == Some(0) && told, "{done:?}");
    // Whoever may not write what the runner reads is told, and the verdict stands.
    fs::remove_file(runner.files.path().join("summary")).unwrap();
    let done = runner.step(&[]);
    assert!(
        done.status.code() == Some(0)
            && text(&done.stderr).contains(
                "GITHUB_STEP_SUMMARY \
        could not be written"
            )
    );
}

/// The inputs and outputs that the metadata names are those that are read and written.
#[test]
fn the_metadata_names_what_the_step_reads_and_writes() {
    let source =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/run/action.rs"))
            .unwrap();
    for file in ["action.yml", "action/binary/action.yml"] {
        let metadata =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let metadata: serde_yaml::Value = serde_yaml::from_str(&metadata).unwrap();
        let names = |key: &str| -> Vec<String> {
            metadata[key]
                .as_mapping()
                .unwrap()
                .keys()
                .map(|it| it.as_str().unwrap().to_owned())
                .collect()
        };
        for input in names("inputs") {
            let is_read = source.contains(&format!("\"{input}\""))
                || ["token", "image"].contains(&input.as_str());
            assert!(is_read || input.starts_with("binary-"), "{file}: {input}");
        }
        let runner = Runner::new("no-ai");
        runner.step(&[("INPUT_FORMATS", "sarif, json, markdown, code-quality, junit")]);
        let written = runner.left("output");
        let written: Vec<&str> =
            written.lines().skip(1).filter_map(|line| Some(line.split_once('=')?.0)).collect();
        assert_eq!(names("outputs"), written, "{file}");
    }
}

fn run_hook(
    repository: &TestRepository,
    arguments: &[&str],
    more: &[(&str, &str)],
) -> (i32, String) {
    let home = scratch();
    let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
    command
        .current_dir(repository.path())
        .env_clear()
        .env("HOME", home.path())
        .envs(more.iter().copied())
        .args(arguments);
    let done = command.output().unwrap();
    (done.status.code().unwrap(), text(&done.stdout))
}

fn stage(repository: &TestRepository, path: &str, content: Option<&str>) {
    let mut index = repository.git.index().unwrap();
    match content {
        Some(content) => {
            repository.write(path, content);
            index.add_path(Path::new(path)).unwrap();
        }
        None => index.remove_path(Path::new(path)).unwrap(),
    }
    index.write().unwrap();
}

#[test]
fn a_commit_costs_what_it_changes_and_the_gate_itself_remembers_nothing() {
    let repository = TestRepository::of_example("credit-scoring");
    repository.write("src/scoring/plain.py", "import os\n");
    repository.commit_all("start");
    let (hook, kept) = (["pre-commit"], repository.file(".git/aimsgate-seen.json"));
    let first = run_hook(&repository, &hook, &[]);
    let seen = fs::read_to_string(&kept).unwrap();
    assert_eq!(run_hook(&repository, &hook, &[]), first, "the same is said from memory");
    assert_eq!(fs::read_to_string(&kept).unwrap(), seen);
    // A memory that is wrong shows who reads it.
    let nothing = r#"["src/scoring/plain.py","file","@",{"detections":[]"#;
    let id = repository
        .git
        .index()
        .unwrap()
        .get_path(Path::new("src/scoring/plain.py"), 0)
        .unwrap()
        .id
        .to_string();
    let nothing = nothing.replace('@', &id);
    assert!(seen.contains(&nothing), "{seen}");
    let client = concat!(
        r#"{"kind":"hosted-service","name":"openai","strength":"evidence","#,
        r#""span":{"start":0,"end":1}}"#
    );
    let wrong = seen.replace(&nothing, &nothing.replace("[]", &format!("[{client}]")));
    fs::write(&kept, &wrong).unwrap();
    let found = |arguments: &[&str], more: &[(&str, &str)]| {
        run_hook(&repository, arguments, more).1.contains("openai")
    };
    assert!(found(&hook, &[]), "the hook recalls");
    assert!(!found(&hook, &[("CI", "true")]), "a job does not");
    assert!(!found(&["check", "--staged"], &[]), "the gate does not");
    // Of another program, or cut off, it is not used and is replaced.
    for useless in
        [wrong.replace("\"by\":\"", "\"by\":\"another "), wrong[..wrong.len() - 2].to_owned()]
    {
        fs::write(&kept, useless).unwrap();
        assert!(!found(&hook, &[]));
        assert_eq!(fs::read_to_string(&kept).unwrap(), seen);
    }
    // What is staged now was never seen.
    stage(&repository, "src/scoring/plain.py", Some("import openai\nclient = openai.OpenAI()\n"));
    assert!(found(&hook, &[]) && fs::read_to_string(&kept).unwrap() != seen);
}

#[test]
fn a_baseline_that_a_shell_has_emptied_keeps_its_days() {
    let repository = TestRepository::of_example("support-chatbot");
    let taken = |day: &str| run_hook(&repository, &["baseline", "--today", day], &[]).1;
    let first = taken("2026-11-20");
    repository.write("governance/baseline.json", &first).commit_all("adopt");
    // As `aimsgate baseline > governance/baseline.json` leaves it before the program starts.
    repository.write("governance/baseline.json", "");
    let entries =
        |text: &str| text.split_once("\"entries\"").map(|(_, entries)| entries.to_owned()).unwrap();
    assert!(first.contains("2026-11-20"), "{first}");
    assert_eq!(entries(&taken("2026-11-22")), entries(&first));
}

#[test]
fn a_commit_is_refused_for_what_its_author_can_clear_only() {
    let repository = TestRepository::of_example("credit-scoring");
    repository.commit_all("start");
    let hook = || run_hook(&repository, &["pre-commit"], &[]);
    let stage = |path: &str, content: Option<&str>| stage(&repository, path, content);
    // What is not staged is not committed.
    repository.write("config/decision.yaml", "threshold: 0.1\n");
    let (exit, said) = hook();
    assert_eq!(exit, 0, "{said}");
    // A threshold that moved waits for those who signed it; the commit does not.
    stage("config/decision.yaml", Some("threshold: 0.37\n"));
    let (exit, said) = hook();
    assert!(
        exit == 0
            && said.contains("waiting[sign-off-void]")
            && said.contains(
                "nothing for you \
        to fix"
            ),
        "{said}"
    );
    let card = fs::read_to_string(repository.file("docs/ai/credit-scoring/model-card.md")).unwrap();
    stage("docs/ai/credit-scoring/model-card.md", None);
    let (exit, said) = hook();
    assert!(
        exit == 1 && said.contains("error[document-missing]") && said.contains("refused: "),
        "{said}"
    );
    stage("docs/ai/credit-scoring/model-card.md", Some(&card));
    let (exit, said) = hook();
    assert_eq!(exit, 0, "{said}");
    // Whoever takes away what somebody else owes can bring it back.
    stage("governance/pointers/ai-policy.yaml", None);
    stage("governance/ai-policy.md", None);
    let (exit, said) = hook();
    assert!(exit == 1 && said.contains("which this change takes away"), "{said}");
}

/// A page shows an example as the file holds it, which linters judge; so what is copied from a page
/// works.
#[test]
fn the_pages_show_the_examples_as_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut shown = Vec::new();
    for page in ["github-action.md", "gitlab.md", "pre-commit.md"] {
        let text = fs::read_to_string(root.join("docs").join(page)).unwrap();
        for part in text.split("](../examples/").skip(1) {
            let (name, rest) = part.split_once("):\n\n```yaml\n").unwrap();
            let (block, _) = rest.split_once("```\n").unwrap();
            assert_eq!(
                block,
                fs::read_to_string(root.join("examples").join(name)).unwrap(),
                "{page}: {name}"
            );
            shown.push(name.to_owned());
        }
    }
    for folder in ["github", "gitlab"] {
        for entry in fs::read_dir(root.join("examples").join(folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
            assert!(shown.contains(&name), "no page shows {name}");
        }
    }
}
