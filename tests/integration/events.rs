//! What each event of a forge is judged as: head, target, what counts, exit code.
//!
//! With `AIMSGATE_EVENTS` naming a folder of recorded payloads, those are sent with this
//! repository's commits in them.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde_json::{Value, json};

use crate::support::{TestRepository, scratch};

const OBSERVE: &str = "schema: aimsgate/1\nrepository: example.com/bank/credit-scoring\nenforce: \
    {mode: observe}\n";
const NONE: &str = "0000000000000000000000000000000000000000";

/// `main`, a change that removes the model card and loosens the rules, and both ways to bring it
/// in.
struct Stage {
    repository: TestRepository,
    main: String,
    change: String,
    merge: String,
    squash: String,
}

impl Stage {
    fn new() -> Self {
        let repository = TestRepository::of_example("credit-scoring");
        repository.commit_all("start");
        let (main, change, merge, squash) = {
            let git = &repository.git;
            let main = git.head().unwrap().peel_to_commit().unwrap();
            git.branch("change", &main, true).unwrap();
            git.set_head("refs/heads/change").unwrap();
            fs::remove_file(repository.file("docs/ai/credit-scoring/model-card.md")).unwrap();
            repository.write("governance/gate.yaml", OBSERVE).commit_all("worse");
            let change = git.head().unwrap().peel_to_commit().unwrap();
            let tree = change.tree().unwrap();
            let merge = repository.commit_tree(&tree, &[&main, &change]).to_string();
            let squash = repository.commit_tree(&tree, &[&main]).to_string();
            git.set_head_detached(change.id()).unwrap();
            // A job has fetched what it was told to and no local branch.
            for branch in ["main", "change"] {
                git.find_reference(&format!("refs/heads/{branch}")).unwrap().delete().unwrap();
            }
            (main.id().to_string(), change.id().to_string(), merge, squash)
        };
        Self { repository, main, change, merge, squash }
    }

    fn fetched(&self) {
        self.at(&self.main);
    }

    /// The default branch as it was fetched stands at a commit.
    fn at(&self, commit: &str) {
        let commit = commit.parse().unwrap();
        self.repository.git.reference("refs/remotes/origin/main", commit, true, "").unwrap();
    }

    fn ask(&self, checked_out: &str, environment: &[(&str, &str)]) -> Said {
        self.ask_with(checked_out, environment, &[])
    }

    fn ask_with(
        &self,
        checked_out: &str,
        environment: &[(&str, &str)],
        arguments: &[&str],
    ) -> Said {
        self.repository.git.set_head_detached(checked_out.parse().unwrap()).unwrap();
        let out = scratch();
        let report = out.path().join("report.json");
        let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
        command.current_dir(self.repository.path()).env_clear().env("HOME", out.path());
        command.args(["check", "--today", "2026-11-22", "--format", "terminal"]).args(arguments);
        command.arg("--format").arg(format!("json={}", report.display()));
        let output = command.env("CI", "true").envs(environment.iter().copied()).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let report = fs::read_to_string(report)
            .map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
        Said { exit: output.status.code().unwrap(), report, text: String::from_utf8(text).unwrap() }
    }

    /// A job of GitHub Actions.
    fn github(&self, event: &str, payload: &Value, checked_out: &str, reference: &str) -> Said {
        self.github_with(event, payload, checked_out, reference, &[])
    }

    fn github_with(
        &self,
        event: &str,
        payload: &Value,
        checked_out: &str,
        reference: &str,
        arguments: &[&str],
    ) -> Said {
        let file = self.repository.git.path().join("event.json");
        fs::write(&file, payload.to_string()).unwrap();
        let environment = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", event),
            ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
            ("GITHUB_SHA", checked_out),
            ("GITHUB_REF", reference),
            ("GITHUB_REPOSITORY", "octo-org/octo-repo"),
        ];
        self.ask_with(checked_out, &environment, arguments)
    }

    /// A job of GitLab CI/CD.
    fn gitlab(&self, checked_out: &str, variables: &[(&str, &str)]) -> Said {
        let mut environment = vec![
            ("GITLAB_CI", "true"),
            ("CI_COMMIT_SHA", checked_out),
            ("CI_DEFAULT_BRANCH", "main"),
            ("CI_PROJECT_ID", "7"),
        ];
        environment.extend(variables);
        self.ask(checked_out, &environment)
    }
}

struct Said {
    exit: i32,
    report: Value,
    text: String,
}

impl Said {
    /// Exit code, what was judged, the target's tip, and whether all of it counts.
    fn is(&self, about: &str, exit: i32, judged: &str, tip: &str, whole: bool) -> &Self {
        let inputs = &self.report["inputs"];
        let target = &inputs["target"];
        let revision = inputs["revision"].as_str().unwrap();
        assert!(revision.contains(judged), "{about}: {revision} is not {judged}\n{}", self.text);
        assert!(
            target["revision"].as_str().unwrap_or_default().contains(tip),
            "{about}: {target}\n{}",
            self.text
        );
        assert_eq!((self.exit, &target["whole"]), (exit, &json!(whole)), "{about}: {}", self.text);
        self
    }

    fn finds(&self, check: &str) -> bool {
        let findings = self.report["findings"].as_array().unwrap();
        findings.iter().any(|it| it["check"] == check && it["counts"] == true)
    }

    /// It could not decide, with these words.
    fn could_not(&self, about: &str, words: &str) {
        assert!(
            self.exit == 2 && self.finds("target-unknown") && self.text.contains(words),
            "{about}: {}",
            self.text
        );
    }
}

/// A payload with the fields that matter, in the recorded one where there is one.
fn payload(recorded: &str, own: Value) -> Value {
    let Some(folder) = env::var_os("AIMSGATE_EVENTS") else { return own };
    let text = fs::read_to_string(Path::new(&folder).join(recorded)).unwrap();
    let mut whole: Value = serde_json::from_str(&text).unwrap();
    merge(&mut whole, own);
    whole
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn pull_request(stage: &Stage) -> Value {
    json!({
        "pull_request": {
            "number": 7,
            "head": {
                "sha": stage.change, "ref": "change", "repo": {"full_name": "octo-org/octo-repo"},
            },
            "base": {"ref": "main", "sha": stage.main},
        },
        "repository": {"default_branch": "main", "full_name": "octo-org/octo-repo"},
    })
}

fn push(reference: &str, before: &str, after: &str) -> Value {
    let own = json!({
        "ref": reference, "before": before, "after": after,
        "repository": {"default_branch": "main", "full_name": "octo-org/octo-repo"},
    });
    payload("push.json", own)
}

#[test]
fn pull_requests_on_github() {
    let stage = Stage::new();
    let reference = "refs/pull/7/merge";
    let recorded = [
        ("pull_request", "pull_request.opened.json"),
        ("pull_request", "pull_request.synchronize.json"),
        ("pull_request_review", "pull_request_review.submitted.json"),
        ("pull_request_review", "pull_request_review.dismissed.json"),
    ];
    for (event, recorded) in recorded {
        let said =
            stage.github(event, &payload(recorded, pull_request(&stage)), &stage.merge, reference);
        let said = said.is(recorded, 1, &stage.merge, &stage.main, false);
        assert!(
            said.finds("document-missing") && said.finds("rule-weakened"),
            "{recorded}: {}",
            said.text
        );
    }
    // The default branch's rights and the change's content do not go together.
    for checked_out in [&stage.main, &stage.change, &stage.merge] {
        let said = stage.github(
            "pull_request_target",
            &pull_request(&stage),
            checked_out,
            "refs/heads/main",
        );
        said.could_not(checked_out, "start it with `on: pull_request`");
        let said = stage.github_with(
            "pull_request_target",
            &pull_request(&stage),
            checked_out,
            "refs/heads/main",
            &["--head", "HEAD"],
        );
        said.could_not(checked_out, "start it with `on: pull_request`");
    }
    // A pull request that got another target before its merge commit did.
    let mut retargeted = pull_request(&stage);
    retargeted["pull_request"]["base"]["sha"] = json!(stage.squash);
    let said = stage.github("pull_request", &retargeted, &stage.merge, reference);
    said.could_not("merged with another branch", "run the job again");
    stage.fetched();
    let said = stage.github("pull_request", &retargeted, &stage.merge, reference);
    said.is("merged with an earlier commit of its target", 1, &stage.merge, &stage.main, false);
}

#[test]
fn merge_queues_on_github() {
    let stage = Stage::new();
    let queue = "refs/heads/gh-readonly-queue/main/pr-7-929f8209";
    let group = |head: &str, base: &str| {
        let own = json!({
            "merge_group": {
                "head_sha": head, "head_ref": queue,
                "base_sha": base, "base_ref": "refs/heads/main",
            },
            "repository": {"default_branch": "main", "full_name": "octo-org/octo-repo"},
        });
        payload("merge_group.checks_requested.json", own)
    };
    for head in [&stage.merge, &stage.squash] {
        let said = stage.github("merge_group", &group(head, &stage.main), head, queue);
        assert!(
            said.is("merge group", 1, head, &stage.main, false).finds("rule-weakened"),
            "{}",
            said.text
        );
    }
    let said =
        stage.github("merge_group", &group(&stage.squash, &stage.change), &stage.squash, queue);
    said.could_not("a base that it was not built on", "fetch-depth: 0");
    let said = stage.github("merge_group", &group(&stage.squash, NONE), &stage.squash, queue);
    said.could_not("a base that is not here", "fetch-depth: 0");
}

#[test]
fn pushes_and_schedules_on_github() {
    let stage = Stage::new();
    let main = "refs/heads/main";
    let after = stage.github("push", &push(main, &stage.main, &stage.squash), &stage.squash, main);
    let after = after.is("a push to the default branch", 1, &stage.squash, &stage.main, true);
    assert!(after.finds("rule-weakened") && after.finds("document-missing"), "{}", after.text);
    let quiet = stage.github("push", &push(main, NONE, &stage.main), &stage.main, main);
    quiet.is("a new default branch", 0, &stage.main, &stage.main, true);
    let missing = "1234567890123456789012345678901234567890";
    let said = stage.github("push", &push(main, missing, &stage.main), &stage.main, main);
    said.could_not("what stood there before is not here", "fetch-depth: 0");
    let said = stage.github(
        "push",
        &push("refs/heads/change", NONE, &stage.change),
        &stage.change,
        "refs/heads/change",
    );
    said.could_not(
        "the default branch is not here",
        "git fetch origin \
        main:refs/remotes/origin/main",
    );
    let other = json!({"schedule": "0 5 * * *"});
    let said = stage.github("schedule", &other, &stage.main, main);
    said.is("a schedule", 0, &stage.main, &stage.main, true);
    stage.fetched();
    for reference in ["refs/heads/change", "refs/tags/v1"] {
        let said =
            stage.github("push", &push(reference, NONE, &stage.change), &stage.change, reference);
        assert!(said.is(reference, 1, &stage.change, &stage.main, false).finds("rule-weakened"));
    }
    let dispatch =
        json!({"repository": {"default_branch": "main", "full_name": "octo-org/octo-repo"}});
    let said = stage.github("workflow_dispatch", &dispatch, &stage.change, "refs/heads/change");
    said.is("dispatched on a branch", 1, &stage.change, &stage.main, false);
    let said = stage.github("workflow_dispatch", &dispatch, &stage.main, main);
    said.is("dispatched on the default branch", 0, &stage.main, &stage.main, true);
}

#[test]
fn a_job_is_judged_by_what_it_has_checked_out() {
    let stage = Stage::new();
    let file = stage.repository.git.path().join("event.json");
    fs::write(&file, push("refs/heads/main", &stage.main, &stage.squash).to_string()).unwrap();
    let environment = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
        ("GITHUB_SHA", stage.squash.as_str()),
        ("GITHUB_REF", "refs/heads/main"),
    ];
    stage.ask(&stage.main, &environment).could_not(
        "another commit",
        "is not the one that the job \
        is for",
    );
    fs::write(&file, "{").unwrap();
    stage.ask(&stage.squash, &environment).could_not(
        "a damaged event",
        "the event file could not \
        be read",
    );
}

#[test]
fn merge_requests_on_gitlab() {
    let stage = Stage::new();
    let request = |kind: &'static str| {
        vec![
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_MERGE_REQUEST_IID", "3"),
            ("CI_MERGE_REQUEST_PROJECT_ID", "7"),
            ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "7"),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ("CI_MERGE_REQUEST_EVENT_TYPE", kind),
        ]
    };
    for (kind, commit) in [
        ("detached", &stage.change),
        ("merged_result", &stage.merge),
        ("merge_train", &stage.merge),
    ] {
        let said = stage.gitlab(commit, &request(kind));
        said.could_not(kind, "git fetch origin main:refs/remotes/origin/main");
    }
    stage.fetched();
    for (kind, commit) in [
        ("detached", &stage.change),
        ("merged_result", &stage.merge),
        ("merge_train", &stage.merge),
    ] {
        let said = stage.gitlab(commit, &request(kind));
        let said = said.is(kind, 1, commit, &stage.main, false);
        assert!(
            said.finds("rule-weakened") && said.finds("document-missing"),
            "{kind}: {}",
            said.text
        );
    }
    // A merge that the change's author made, of the change into a branch with lax rules.
    let lax = {
        let git = &stage.repository.git;
        let commit = |id: &str| git.find_commit(id.parse().unwrap()).unwrap();
        let (squash, change) = (commit(&stage.squash), commit(&stage.change));
        stage.repository.commit_tree(&change.tree().unwrap(), &[&squash, &change]).to_string()
    };
    for kind in ["merged_result", "merge_train"] {
        let said = stage.gitlab(&lax, &request(kind));
        assert!(
            said.is("its own merge", 1, &lax, &stage.main, false).finds("rule-weakened"),
            "{kind}: {}",
            said.text
        );
    }
    // A fork's own pipeline has the fork's branches.
    let mut fork = request("detached");
    fork.push(("CI_PROJECT_ID", "8"));
    stage.gitlab(&stage.change, &fork).could_not(
        "in the fork",
        "run it in the project that is \
        merged into",
    );
    stage.gitlab(&stage.merge, &request("other")).could_not(
        "another kind",
        "is no kind of merge \
        request pipeline",
    );
}

#[test]
fn branches_tags_and_schedules_on_gitlab() {
    let stage = Stage::new();
    let pushed = |branch, before| {
        [
            ("CI_PIPELINE_SOURCE", "push"),
            ("CI_COMMIT_BRANCH", branch),
            ("CI_COMMIT_BEFORE_SHA", before),
        ]
    };
    stage.at(&stage.squash);
    let said = stage.gitlab(&stage.squash, &pushed("main", &stage.main));
    assert!(
        said.is("the default branch", 1, &stage.squash, &stage.main, true).finds("rule-weakened")
    );
    let said =
        stage.gitlab(&stage.main, &pushed("main", "1234567890123456789012345678901234567890"));
    said.could_not("what stood there before is not here", "GIT_DEPTH");
    stage.fetched();
    let said = stage
        .gitlab(&stage.main, &[("CI_PIPELINE_SOURCE", "schedule"), ("CI_COMMIT_BRANCH", "main")]);
    said.is("a schedule", 0, &stage.main, &stage.main, true);
    // What a change says of itself makes it none of the default branch's.
    for source in ["schedule", "push"] {
        let said = stage.gitlab(
            &stage.change,
            &[
                ("CI_PIPELINE_SOURCE", source),
                ("CI_COMMIT_BRANCH", "main"),
                ("CI_COMMIT_BEFORE_SHA", &stage.change),
            ],
        );
        assert!(
            said.is(source, 1, &stage.change, &stage.main, false).finds("rule-weakened"),
            "{}",
            said.text
        );
    }
    let said = stage.gitlab(&stage.change, &pushed("change", NONE));
    said.is("another branch", 1, &stage.change, &stage.main, false);
    let said =
        stage.gitlab(&stage.change, &[("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_TAG", "v1")]);
    said.is("a tag", 1, &stage.change, &stage.main, false);
}
