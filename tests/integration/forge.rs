//! Posting on forges: what is left there, what goes wrong, and that no token gets out.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{fs, thread};

use aimsgate::finding::Gate;
use aimsgate::forge::{GitHub, GitLab, Kind, Network, Notice, Patience, Token};
use aimsgate::report::Report;
use aimsgate::run::judged;
use aimsgate::settings::gate::Channel;
use aimsgate::source::{Comparison, Forge, Job, Judges};
use serde_json::{Value, json};

use crate::edits::Edit;
use crate::fixtures::fixtures;
use crate::loopback::{Fault, Loopback, State};
use crate::support::{TestRepository, copy, scratch};

const TOKEN: &str = "ghs_averysecretsecret";

/// The complete example, and the same without a document that the register names.
fn good_and_bad() -> (Report, Report) {
    let folder = scratch();
    copy(&fixtures().join("repos/credit-scoring"), folder.path());
    let judged = || {
        let comparison = Comparison::of_folder(folder.path()).unwrap();
        judged(&comparison, "2026-11-22".parse().unwrap(), Gate::Merge)
    };
    let good = judged();
    fs::remove_file(folder.path().join("docs/ai/credit-scoring/model-card.md")).unwrap();
    (good, judged())
}

fn network() -> Network {
    let patience = Patience {
        connect: Duration::from_millis(500),
        request: Duration::from_millis(400),
        attempts: 3,
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(100),
    };
    Network { patience, authorities: Vec::new() }
}

fn job(forge: Forge, judges: Judges) -> Job {
    Job {
        forge,
        repository: if forge == Forge::GitHub { "octo-org/octo-repo" } else { "7" }.to_owned(),
        request: (!matches!(judges, Judges::Standing)).then_some(7),
        commit: "c0".repeat(20),
        head: "d1".repeat(20),
        base: None,
        reference: "refs/pull/7/merge".to_owned(),
        default_branch: "main".to_owned(),
        is_fork: false,
        judges,
    }
}

/// Posts on one channel of a forge at an address.
fn post(address: &str, channel: Channel, report: &Report) -> Result<String, String> {
    let proposed = Judges::Proposed { target: "main".to_owned() };
    let notice = Notice { report, verdict: report.verdict };
    let token = Token::new(TOKEN.to_owned());
    let result = match channel {
        Channel::Threads | Channel::StatusCheck => {
            let job = job(Forge::GitLab, proposed);
            GitLab::of_job(address, token, Kind::Access, &job, &network()).map(|it| it.post(channel, &notice))
        }
        _ => {
            let judges = if channel == Channel::Issue { Judges::Standing } else { proposed };
            let job = job(Forge::GitHub, judges);
            GitHub::of_job(address, &token, &job, &network()).map(|it| it.post(channel, &notice))
        }
    };
    result.map_err(|trouble| trouble.to_string())?
}

const ALL: [Channel; 7] = [
    Channel::CheckRun,
    Channel::CommitStatus,
    Channel::StatusCheck,
    Channel::Comment,
    Channel::Threads,
    Channel::CodeScanning,
    Channel::Issue,
];

/// What a channel writes to, as a request that a fault meets.
fn written_to(channel: Channel) -> (&'static str, &'static str) {
    match channel {
        Channel::CheckRun => ("POST", "/check-runs"),
        Channel::CommitStatus => ("POST", "/statuses/"),
        Channel::StatusCheck => ("POST", "/status_check_responses"),
        Channel::Comment => ("POST", "/comments"),
        Channel::Threads => ("POST", "/discussions"),
        Channel::CodeScanning => ("POST", "/code-scanning/sarifs"),
        Channel::Issue => ("POST", "/issues"),
    }
}

/// What a channel reads first.
fn read_from(channel: Channel) -> Option<(&'static str, &'static str)> {
    match channel {
        Channel::CheckRun => Some(("GET", "/check-runs")),
        Channel::CommitStatus => None,
        Channel::StatusCheck => Some(("GET", "/status_checks")),
        Channel::Comment => Some(("GET", "/comments")),
        Channel::Threads => Some(("GET", "/discussions")),
        Channel::CodeScanning => Some(("GET", "/code-scanning/sarifs/")),
        Channel::Issue => Some(("GET", "/issues")),
    }
}

/// What the forge kept, each thing once.
fn kept(channel: Channel, state: &State) -> usize {
    match channel {
        Channel::CheckRun => state.check_runs.len(),
        Channel::CommitStatus => state.statuses.len(),
        Channel::StatusCheck => state.answers.len(),
        Channel::Comment => state.comments.len(),
        Channel::Threads => state.threads.len(),
        Channel::CodeScanning => state.uploads.len(),
        Channel::Issue => state.issues.len(),
    }
}

#[test]
fn each_channel_is_written_once_and_then_kept_up_to_date() {
    let (good, bad) = good_and_bad();
    for channel in ALL {
        let forge = Loopback::start();
        let first = post(&forge.address, channel, &bad).unwrap();
        let count = kept(channel, &forge.state.lock().unwrap());
        let second = post(&forge.address, channel, &bad).unwrap();
        let again = kept(channel, &forge.state.lock().unwrap());
        let third = post(&forge.address, channel, &good).unwrap();
        let state = forge.state.lock().unwrap();
        // A status and an upload take the place of what was there by themselves.
        if !matches!(channel, Channel::CommitStatus | Channel::StatusCheck | Channel::CodeScanning) {
            assert_eq!(count, again, "{channel:?}: {first}, {second}");
        }
        match channel {
            Channel::Comment => {
                assert_eq!(
                    (first.as_str(), second.as_str(), third.as_str()),
                    ("written", "says so already", "updated")
                );
                let body = state.comments[0]["body"].as_str().unwrap();
                assert_eq!(body.lines().count(), 2, "one line where it passes: {body}");
            }
            Channel::CheckRun => {
                assert_eq!((first.as_str(), second.as_str()), ("written", "updated"));
                let conclusions: Vec<&Value> = state.check_runs.iter().map(|it| &it["conclusion"]).collect();
                assert_eq!(conclusions, [&json!("failure"), &json!("success")], "{third}");
            }
            Channel::Issue => assert_eq!(state.issues[0]["state"], "closed", "{first}, {second}, {third}"),
            Channel::Threads => {
                assert!(count > 0 && third.ends_with(&format!("{count} resolved")), "{first}, {second}, {third}");
            }
            _ => {}
        }
        for request in &state.requests {
            assert!(!request.target.contains(TOKEN) && !request.body.to_string().contains(TOKEN));
        }
    }
}

#[test]
fn whatever_goes_wrong_is_said_and_nothing_is_written_twice() {
    let faults: [(&str, Fault); 19] = [
        ("timeout before the write", Fault::SilentBefore),
        ("timeout after the write", Fault::SilentAfter),
        ("cut body", Fault::CutBody),
        ("401", Fault::Says(401, &[], "{\"message\": \"Bad credentials\"}")),
        ("403 permission", Fault::Says(403, &[], "{\"message\": \"Resource not accessible by integration\"}")),
        (
            "403 rate, reset by a clock a year ahead",
            Fault::Says(
                403,
                &[
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", "1826971201"),
                    ("date", "Wed, 24 Nov 2027 00:00:00 GMT"),
                ],
                "{\"message\": \"API rate limit exceeded\"}",
            ),
        ),
        ("403 rate, secondary", Fault::Says(403, &[("retry-after", "0")], "{\"message\": \"secondary rate limit\"}")),
        ("404", Fault::Says(404, &[], "{\"message\": \"Not Found\"}")),
        ("409", Fault::Says(409, &[], "{\"message\": \"Conflict\"}")),
        ("413", Fault::Says(413, &[], "{\"message\": \"Payload too large\"}")),
        ("422", Fault::Says(422, &[], "{\"message\": \"Validation Failed\\u001b[31m ::error::\"}")),
        ("429 with a header", Fault::Says(429, &[("retry-after", "0")], "{\"message\": \"slow down\"}")),
        ("429 without one", Fault::Says(429, &[], "")),
        ("500", Fault::Says(500, &[], "{\"message\": \"Server Error\"}")),
        ("502", Fault::Says(502, &[], "<html>bad gateway</html>")),
        ("HTML for JSON", Fault::Page),
        ("200 MB", Fault::Huge),
        ("a redirect to another host", Fault::Says(302, &[("location", "http://127.0.0.1:9/steal")], "")),
        ("slow-loris", Fault::Drip),
    ];
    let (_, bad) = &good_and_bad();
    let table: Vec<String> = thread::scope(|scope| {
        let all: Vec<_> = ALL.into_iter().map(|channel| scope.spawn(move || rows(channel, &faults, bad))).collect();
        all.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let text = table.concat();
    assert!(!text.contains(TOKEN) && !text.contains('\u{1b}'), "{text}");
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/forge/faults.txt");
    snapbox::assert_data_eq!(text, snapbox::Data::read_from(&expected, None).raw());
}

fn rows(channel: Channel, faults: &[(&str, Fault)], report: &Report) -> String {
    let mut out = format!("{}\n", channel.name());
    let alone = Loopback::start();
    post(&alone.address, channel, report).unwrap();
    let once = kept(channel, &alone.state.lock().unwrap());
    for (name, fault) in faults {
        let mut said: Vec<(String, String)> = Vec::new();
        let on = [("writing", Some(written_to(channel))), ("reading", read_from(channel))];
        for (what, meets) in on.into_iter().filter_map(|(what, meets)| Some((what, meets?))) {
            for (how_often, times) in [("once", 1), ("always", usize::MAX)] {
                let forge = Loopback::start();
                forge.fails(*fault, meets.0, meets.1, times);
                let outcome = match post(&forge.address, channel, report) {
                    Ok(done) => done,
                    Err(why) => format!("NOT POSTED: {why}"),
                };
                let state = forge.state.lock().unwrap();
                let count = kept(channel, &state);
                let replaces = matches!(channel, Channel::CommitStatus | Channel::StatusCheck | Channel::CodeScanning);
                assert!(count <= once || replaces, "{channel:?}, {name}, {what} {how_often}: {count}, {outcome}");
                assert!(state.requests.len() < 40, "{channel:?}, {name}: {} requests", state.requests.len());
                said.push((format!("{what} {how_often}"), outcome));
            }
        }
        let (_, first) = &said[0];
        if said.iter().all(|(_, other)| other == first) {
            let _ = writeln!(out, "  {name}: {first}");
            continue;
        }
        let _ = writeln!(out, "  {name}:");
        for (when, outcome) in &said {
            let _ = writeln!(out, "    {when}: {outcome}");
        }
    }
    out
}

/// A job's repository: a change of some code, in the merge commit of pull request 7.
struct Stage {
    repository: TestRepository,
    main: String,
    change: String,
    merge: String,
}

impl Stage {
    fn new(rules: &str) -> Self {
        let repository = TestRepository::new();
        repository.git.set_head("refs/heads/main").unwrap();
        copy(&fixtures().join("repos/credit-scoring"), repository.path());
        let gate = fs::read_to_string(repository.file("governance/gate.yaml")).unwrap();
        repository.write("governance/gate.yaml", gate + rules).commit_all("start");
        let (main, change, merge) = {
            let git = &repository.git;
            let main = git.head().unwrap().peel_to_commit().unwrap();
            git.branch("change", &main, true).unwrap();
            git.set_head("refs/heads/change").unwrap();
            repository.write("src/scoring/more.py", "x = 1\n").commit_all("change");
            let change = git.head().unwrap().peel_to_commit().unwrap();
            let merge = repository.commit_tree(&change.tree().unwrap(), &[&main, &change]);
            git.set_head_detached(merge).unwrap();
            (main.id().to_string(), change.id().to_string(), merge.to_string())
        };
        Self { repository, main, change, merge }
    }

    fn check(&self, arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String) {
        let home = scratch();
        let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
        command.current_dir(self.repository.path()).env_clear().env("HOME", home.path()).env("CI", "true");
        command.args(["check", "--today", "2026-11-22"]).args(arguments).envs(environment.iter().copied());
        let output = command.output().unwrap();
        let said = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
        assert!(!said.contains(TOKEN), "{said}");
        (output.status.code().unwrap(), said)
    }

    fn github(&self, api: &str, arguments: &[&str]) -> (i32, String) {
        let event = self.repository.git.path().join("event.json");
        let payload = json!({
            "pull_request": {
                "number": 7,
                "head": {"sha": self.change, "repo": {"full_name": "octo-org/octo-repo"}},
                "base": {"ref": "main"},
            },
            "repository": {"default_branch": "main", "full_name": "octo-org/octo-repo"},
        });
        fs::write(&event, payload.to_string()).unwrap();
        let environment = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
            ("GITHUB_SHA", &self.merge),
            ("GITHUB_API_URL", api),
            ("GITHUB_TOKEN", TOKEN),
        ];
        self.check(arguments, &environment)
    }

    /// The job of the push that merged the change.
    fn pushed(&self, api: &str) -> (i32, String) {
        let event = self.repository.git.path().join("event.json");
        let repository = json!({"default_branch": "main", "full_name": "octo-org/octo-repo"});
        let payload = json!({"ref": "refs/heads/main", "before": self.main, "repository": repository});
        fs::write(&event, payload.to_string()).unwrap();
        let environment = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "push"),
            ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
            ("GITHUB_SHA", &self.merge),
            ("GITHUB_API_URL", api),
            ("GITHUB_TOKEN", TOKEN),
        ];
        self.check(&["--format", "terminal"], &environment)
    }

    fn gitlab(&self, api: &str, arguments: &[&str], token: &str) -> (i32, String) {
        let main = self.main.parse().unwrap();
        self.repository.git.reference("refs/remotes/origin/main", main, true, "").unwrap();
        let environment = [
            ("GITLAB_CI", "true"),
            ("CI_COMMIT_SHA", self.merge.as_str()),
            ("CI_DEFAULT_BRANCH", "main"),
            ("CI_PROJECT_ID", "7"),
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_MERGE_REQUEST_IID", "3"),
            ("CI_MERGE_REQUEST_PROJECT_ID", "7"),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", self.change.as_str()),
            ("CI_MERGE_REQUEST_EVENT_TYPE", "merged_result"),
            ("CI_API_V4_URL", api),
            (token, TOKEN),
        ];
        self.check(arguments, &environment)
    }
}

#[test]
fn one_command_posts_on_both_forges_and_a_second_run_updates() {
    let stage = Stage::new("");
    let forge = Loopback::start();
    let publish = ["--publish", "check-run", "--publish", "comment", "--publish", "code-scanning"];
    let (exit, said) = stage.github(&forge.address, &publish);
    assert_eq!(exit, 0, "{said}");
    let (_, again) = stage.github(&forge.address, &publish);
    assert!(again.contains("check-run: updated") && again.contains("comment: says so already"), "{again}");
    {
        let state = forge.state.lock().unwrap();
        assert_eq!((state.check_runs.len(), state.comments.len(), state.uploads.len()), (1, 1, 2), "{said}");
        assert_eq!(state.check_runs[0]["head_sha"], json!(stage.change), "the pull request's own commit");
        assert_eq!(state.uploads[0]["commit_sha"], json!(stage.merge));
        assert_eq!(state.uploads[0]["ref"], "refs/pull/7/merge");
        assert!(state.requests.iter().all(|it| it.headers["authorization"] == format!("Bearer {TOKEN}")));
    }
    let forge = Loopback::start();
    let publish = ["--publish", "commit-status", "--publish", "comment", "--publish", "threads"];
    let (exit, said) = stage.gitlab(&forge.address, &publish, "AIMSGATE_TOKEN");
    assert_eq!(exit, 0, "{said}");
    stage.gitlab(&forge.address, &publish, "AIMSGATE_TOKEN");
    let state = forge.state.lock().unwrap();
    assert_eq!((state.statuses.len(), state.comments.len()), (2, 1), "{said}");
    assert!(state.requests.iter().any(|it| it.target.contains(&format!("/statuses/{}", stage.change))));
    assert!(state.requests.iter().all(|it| it.headers["private-token"] == TOKEN));
}

#[test]
fn what_the_rules_count_must_be_posted_and_nothing_else() {
    let forge = Loopback::start();
    forge.fails(Fault::Says(403, &[], "{\"message\": \"no\"}"), "POST", "/check-runs", usize::MAX);
    let stage = Stage::new("");
    let (exit, said) = stage.github(&forge.address, &["--publish", "check-run"]);
    assert!(exit == 0 && said.contains("check-run was not posted: 403: no; the token needs `checks: write`"), "{said}");
    let named = Stage::new("must-publish: [check-run]\n");
    let (exit, said) = named.github(&forge.address, &[]);
    assert!(exit == 2 && said.contains("(`must-publish`)"), "{said}");
    let before = forge.state.lock().unwrap().requests.len();
    let (exit, said) = named.github(&forge.address, &["--offline"]);
    assert!(exit == 2 && said.contains("the run is --offline"), "{said}");
    let (exit, said) = stage.github(&forge.address, &["--offline", "--publish", "comment"]);
    assert!(exit == 0 && said.contains("comment was not posted: the run is --offline"), "{said}");
    assert_eq!(forge.state.lock().unwrap().requests.len(), before, "no connection is made");
    // A job's own token on GitLab is not even tried.
    let (exit, said) = stage.gitlab(&forge.address, &["--publish", "comment"], "CI_JOB_TOKEN");
    assert!(exit == 0 && said.contains("the token of a job may not"), "{said}");
    assert_eq!(forge.state.lock().unwrap().requests.len(), before);
    // Over the open net no token goes.
    let (exit, said) = stage.github("http://forge.example.com", &["--publish", "comment"]);
    assert!(exit == 0 && said.contains("over https only"), "{said}");
    let (exit, said) = stage.github("http://127.forge.example.com", &["--publish", "comment"]);
    assert!(exit == 0 && said.contains("over https only"), "{said}");
    // What the forge takes for the verdict is posted when it is known what became of the rest.
    let other = Loopback::start();
    other.fails(Fault::Says(403, &[], "{}"), "POST", "/comments", usize::MAX);
    let both = Stage::new("must-publish: [check-run, comment]\n");
    let (exit, said) = both.github(&other.address, &[]);
    assert!(exit == 2 && said.contains("check-run: written"), "{said}");
    assert_eq!(other.state.lock().unwrap().check_runs[0]["conclusion"], "failure", "{said}");
    let (exit, said) = both.check(&[], &[("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "issue_comment")]);
    assert!(exit == 2, "a job that posts nothing: {said}");
    let (exit, said) = stage.check(&["--publish", "comment"], &[]);
    assert!(exit == 2 && said.contains("from a job of GitHub Actions or GitLab CI/CD only"), "{said}");
}

/// A copy of one commit, as the checkout of a job makes it: its files, and nothing that came before.
fn shallow(of: &TestRepository, commit: &str) -> TestRepository {
    let copy = TestRepository::new();
    let bring = |id: git2::Oid| {
        let from = of.git.odb().unwrap();
        let object = from.read(id).unwrap();
        copy.git.odb().unwrap().write(object.kind(), object.data()).unwrap();
    };
    let commit = of.git.find_commit(commit.parse().unwrap()).unwrap();
    bring(commit.id());
    bring(commit.tree_id());
    let walk = |_: &str, entry: &git2::TreeEntry<'_>| {
        bring(entry.id());
        git2::TreeWalkResult::Ok
    };
    commit.tree().unwrap().walk(git2::TreeWalkMode::PreOrder, walk).unwrap();
    fs::write(copy.git.path().join("shallow"), format!("{}\n", commit.id())).unwrap();
    copy.git.set_head_detached(commit.id()).unwrap();
    copy.git.checkout_head(Some(git2::build::CheckoutBuilder::new().force())).unwrap();
    copy
}

#[test]
fn what_a_shallow_copy_lacks_comes_from_the_forge() {
    let mut stage = Stage::new("");
    // The change loosens the rules as well, which only the target's own show.
    let rules = "schema: aimsgate/1\nrepository: example.com/bank/credit-scoring\nenforce: {mode: observe}\n";
    let merge = {
        let git = &stage.repository.git;
        git.set_head("refs/heads/change").unwrap();
        fs::remove_file(stage.repository.file("docs/ai/credit-scoring/model-card.md")).unwrap();
        stage.repository.write("governance/gate.yaml", rules).commit_all("worse");
        let change = git.head().unwrap().peel_to_commit().unwrap();
        let main = git.find_commit(stage.main.parse().unwrap()).unwrap();
        stage.change = change.id().to_string();
        stage.repository.commit_tree(&change.tree().unwrap(), &[&main, &change]).to_string()
    };
    let forge = Loopback::start();
    forge.state.lock().unwrap().repository = Some(stage.repository.path().to_owned());
    let job = Stage {
        repository: shallow(&stage.repository, &merge),
        main: stage.main.clone(),
        change: stage.change.clone(),
        merge,
    };
    let (exit, said) = job.github(&forge.address, &[]);
    assert_eq!(exit, 1, "{said}");
    for check in ["document-missing", "rule-weakened"] {
        assert!(said.contains(&format!("error[{check}]")), "{check}: {said}");
    }
    assert!(said.contains("Rules: governance/gate.yaml of main"), "{said}");
    let asked = forge.state.lock().unwrap().requests.len();
    assert!(asked < 20, "{asked} requests");
    let (exit, said) = job.github(&forge.address, &["--offline"]);
    assert!(exit == 2 && said.contains("fetch-depth: 2"), "{said}");
    // A forge that lies about a file is no source of rules.
    forge.fails(
        Fault::Says(200, &[], "{\"content\": \"eA==\", \"encoding\": \"base64\"}"),
        "GET",
        "/git/blobs/",
        usize::MAX,
    );
    let (exit, said) = job.github(&forge.address, &[]);
    assert!(exit != 0 && !said.contains("Rules: governance/gate.yaml of main"), "{said}");
    forge.fails(Fault::Says(403, &[], "{\"message\": \"no\"}"), "GET", "/git/trees/", usize::MAX);
    let (exit, said) = job.github(&forge.address, &[]);
    assert!(exit == 2 && said.contains("the token needs `contents: read`"), "{said}");
}

const WORKFLOW: &str = "\
on:
  pull_request: {types: [opened, synchronize, reopened, edited]}
  merge_group:
  push: {branches: [main]}
permissions: {contents: read}
jobs:
  gate:
    name: AI governance
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10
      - run: aimsgate check
";

fn doctor(folder: &TestRepository, api: &str, arguments: &[&str]) -> (i32, String) {
    let home = scratch();
    let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
    command.current_dir(folder.path()).env_clear().env("HOME", home.path()).arg("doctor").args(arguments);
    command.env("GITHUB_API_URL", api).env("CI_API_V4_URL", api).env("AIMSGATE_TOKEN", TOKEN);
    let output = command.output().unwrap();
    let said = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
    assert!(!said.contains(TOKEN), "{said}");
    (output.status.code().unwrap(), said)
}

#[test]
fn the_doctor_sees_what_blocks_on_github() {
    let repository = TestRepository::new();
    repository.write(".github/workflows/gate.yml", WORKFLOW).write("aims.yaml", "schema: aimsgate/1\nsystems: []\n");
    repository.write(".github/CODEOWNERS", "/aims.yaml @octo/risk\n/governance/ @octo/risk\n/.github/ @octo/risk\n");
    repository.commit_all("start");
    let forge = Loopback::start();
    let named = ["--repository", "octo-org/octo-repo"];
    let says = |path: &str, value: Value| {
        forge.state.lock().unwrap().says.insert(format!("/repos/octo-org/octo-repo{path}"), value);
    };
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert!(exit == 2 && said.contains("cannot see  the rules of the default branch (404: Not Found)"), "{said}");
    says("", json!({"default_branch": "main"}));
    says("/rules/branches/main", json!([]));
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert_eq!(exit, 1, "{said}");
    let hidden = "cannot see  the gate's check is required (no ruleset does; the branch's protection: 404: Not Found)";
    assert!(said.contains(hidden), "an administrator may see more: {said}");
    let checks = |app: Value| {
        json!({"type": "required_status_checks", "ruleset_id": 4, "parameters": {
            "strict_required_status_checks_policy": true,
            "required_status_checks": [{"context": "AI governance", "integration_id": app}],
        }})
    };
    let reviews = json!({"type": "pull_request", "ruleset_id": 4, "parameters": {
        "dismiss_stale_reviews_on_push": true, "require_code_owner_review": true,
    }});
    let workflows = json!({"type": "workflows", "ruleset_id": 4, "parameters": {"workflows": []}});
    says("/rules/branches/main", json!([checks(json!(15368)), reviews, workflows]));
    says("/rulesets/4", json!({"name": "gate", "bypass_actors": []}));
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert!(exit == 0 && said.contains(" 0 not, 0 cannot be seen"), "{said}");
    // One by one, what is not as it must be.
    let scans = json!({"type": "code_scanning", "parameters": {"code_scanning_tools": [{"tool": "aimsgate"}]}});
    let all = |app: Value, other: Value| json!([checks(app), reviews, workflows, other]);
    for (rules, told) in [
        (all(Value::Null, json!({"type": "deletion"})), "not  only the app that runs the gate can set its check"),
        (all(json!(15368), scans), "not  no pull request of a fork waits for an upload that cannot come"),
        (json!([checks(json!(15368)), reviews]), "not  a change cannot drop the job"),
        (json!([checks(json!(15368)), workflows]), "code owners must review"),
    ] {
        says("/rules/branches/main", rules);
        let (exit, said) = doctor(&repository, &forge.address, &named);
        assert!(exit != 0 && said.contains(told), "{told}: {said}");
    }
    says("/rules/branches/main", all(json!(15368), json!({"type": "deletion"})));
    says("/rulesets/4", json!({"name": "gate", "bypass_actors": [{"actor_type": "RepositoryRole"}]}));
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert!(exit == 1 && said.contains("the ruleset `gate` lets 1 pass by"), "{said}");
    says("/rulesets/4", json!({"name": "gate"}));
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert!(exit == 2 && said.contains("only administrators see who may pass by"), "{said}");
    // The workflow itself, without a forge.
    for (from, to, told) in [
        ("  merge_group:\n", "", "not  it runs in a merge queue"),
        (", edited]", "]", "not  it runs again when a pull request gets another target"),
        ("types: [opened", "paths: [src/**], types: [opened", "not  it runs for every pull request"),
        ("permissions: {contents: read}\n", "", "not  the job's token may no more than it needs"),
        ("@df4cb1c069e1874edd31b4311f1884172cec0e10", "@v7", "actions/checkout@v7"),
        ("    runs-on", "    continue-on-error: true\n    runs-on", "not  a failure of the gate fails the job"),
        ("pull_request:", "pull_request_target:", "not  no change is judged with the default branch's rights"),
        ("synchronize, ", "", "not  it runs for every pull request"),
        ("    runs-on", "    if: github.actor != 'ben'\n    runs-on", "not  the job is never passed over"),
        ("aimsgate check", "true", "not  a workflow runs the gate"),
    ] {
        let text = WORKFLOW.replace(from, to);
        assert_ne!(text, WORKFLOW);
        repository.write(".github/workflows/gate.yml", text);
        let (exit, said) = doctor(&repository, &forge.address, &["--offline"]);
        assert!(exit == 1 && said.contains(told), "{told}: {said}");
    }
}

#[test]
fn the_doctor_sees_what_blocks_on_gitlab() {
    let repository = TestRepository::new();
    repository.write("aims.yaml", "schema: aimsgate/1\nsystems: []\n").commit_all("start");
    let forge = Loopback::start();
    let named = ["--project", "octo/repo"];
    let says = |path: &str, value: Value| {
        forge.state.lock().unwrap().says.insert(format!("/projects/octo%2Frepo{path}"), value);
    };
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert!(exit != 0 && said.contains("cannot see  a failed pipeline blocks the merge (404: Not Found)"), "{said}");
    let project = |succeeds: bool| {
        json!({
            "default_branch": "main", "only_allow_merge_if_pipeline_succeeds": succeeds,
            "allow_merge_on_skipped_pipeline": false, "merge_pipelines_enabled": true,
            "only_allow_merge_if_all_discussions_are_resolved": true,
        })
    };
    says("", project(true));
    let protected = json!({"push_access_levels": [{"access_level": 0}], "code_owner_approval_required": true});
    says("/protected_branches/main", protected);
    says("/approvals", json!({"reset_approvals_on_push": true, "merge_requests_author_approval": false}));
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert!(exit == 2 && said.contains("8 ok, 0 not, 1 cannot be seen"), "a policy is outside of it: {said}");
    says("", project(false));
    let (exit, said) = doctor(&repository, &forge.address, &named);
    let mend = "glab api --method PUT projects/octo%2Frepo --field only_allow_merge_if_pipeline_succeeds=true";
    assert!(exit == 1 && said.contains(mend), "{said}");
}

#[test]
fn an_approval_on_the_forge_proves_a_statement_at_exactly_its_commit() {
    let repository = TestRepository::new();
    repository.git.set_head("refs/heads/main").unwrap();
    copy(&fixtures().join("repos/support-chatbot"), repository.path());
    let edits = r#"
- {append: governance/gate.yaml, text: "checks: {proof-too-weak: {severity: error}}\nwho-signs:\n  treatment-plan: {people: 1, from: [system-owner], proof: reviewed}\n"}
- {replace: governance/risks/support-chatbot.yaml, from: "before: {likelihood: 3, impact: 4}\n", to: "before: {likelihood: 3, impact: 4}\n    after: {likelihood: 1, impact: 2}\n"}
"#;
    let apply = |edits: &str| {
        let edits: Vec<Edit> = serde_yaml::from_str(edits).unwrap();
        edits.iter().for_each(|edit| edit.apply(repository.path()));
    };
    apply(edits);
    repository.commit_all("start");
    let (main, change, merge) = {
        let git = &repository.git;
        let main = git.head().unwrap().peel_to_commit().unwrap();
        git.branch("change", &main, true).unwrap();
        git.set_head("refs/heads/change").unwrap();
        apply(
            r#"
- {prepare: treatment-plan, system: support-chatbot, id: plan-1}
- {sign: plan-1, by: ana, as: system-owner}
- {remove: governance/signoffs/plan-1.ana.yaml.sig}
"#,
        );
        repository.commit_all("a plan");
        let change = git.head().unwrap().peel_to_commit().unwrap();
        let merge = repository.commit_tree(&change.tree().unwrap(), &[&main, &change]);
        git.set_head_detached(merge).unwrap();
        (main.id().to_string(), change.id().to_string(), merge.to_string())
    };
    let stage = Stage { repository, main, change, merge };
    let forge = Loopback::start();
    let ask = |reviews: Value| {
        forge.state.lock().unwrap().says.insert("/repos/octo-org/octo-repo/pulls/7/reviews".to_owned(), reviews);
        stage.github(&forge.address, &["--format", "terminal"])
    };
    let review =
        |who: &str, state: &str, commit: &str| json!({"user": {"login": who}, "state": state, "commit_id": commit});
    let (change, main) = (stage.change.as_str(), stage.main.as_str());
    let refused = |about: &str, reviews: Value, told: &str| {
        let (exit, said) = ask(reviews);
        let is_told = said.contains("[proof-too-weak]") && said.contains(told);
        assert!(exit == 1 && is_told, "{about}: exit {exit}\n{said}");
    };
    let approved = review("Ana-Ex", "APPROVED", change);
    refused("nobody approved", json!([]), "`ana` has not approved the change on its forge");
    refused("somebody else", json!([review("ben-ex", "APPROVED", change)]), "has not approved");
    refused("before it was there", json!([review("ana-ex", "APPROVED", main)]), "was not what it is now");
    refused("taken back", json!([approved, review("Ana-Ex", "CHANGES_REQUESTED", change)]), "has not approved");
    refused("dismissed", json!([review("Ana-Ex", "dismissed", change)]), "has not approved");
    refused("a comment", json!([review("ana-ex", "COMMENTED", change)]), "has not approved");
    refused(
        "of a commit that is gone",
        json!([{"user": {"login": "ana-ex"}, "state": "APPROVED", "commit_id": null}]),
        "has not",
    );
    let (exit, said) = ask(json!([approved, review("ana-ex", "COMMENTED", main), {"user": null, "state": "APPROVED"}]));
    assert!(exit == 0 && !said.contains("proof-too-weak"), "{said}");
    // Once it is merged nobody is asked again: the push judges it against what was there before.
    let pushed = stage.pushed(&forge.address);
    assert!(pushed.0 != 2 && !pushed.1.contains("proof-too-weak"), "{}", pushed.1);
    forge.state.lock().unwrap().says.clear();
    let (exit, said) = stage.github(&forge.address, &[]);
    assert!(exit == 2 && said.contains("is not known here: 404"), "{said}");
    let (exit, said) = stage.github(&forge.address, &["--offline"]);
    assert!(exit == 2 && said.contains("the run is --offline"), "{said}");
}

#[test]
fn an_approval_on_gitlab_counts_only_of_what_is_judged() {
    let forge = Loopback::start();
    let job = job(Forge::GitLab, Judges::Proposed { target: "main".to_owned() });
    let gitlab = GitLab::of_job(&forge.address, Token::new(TOKEN.to_owned()), Kind::Access, &job, &network()).unwrap();
    let says = |path: &str, value: Value| forge.state.lock().unwrap().says.insert(format!("/projects/7{path}"), value);
    says("/approvals", json!({"reset_approvals_on_push": true}));
    says("/merge_requests/7", json!({"sha": job.head, "target_branch": "main"}));
    says("/merge_requests/7/approvals", json!({"approved_by": [{"user": {"username": "ana-ex"}}]}));
    let all = gitlab.approvals().unwrap();
    assert_eq!((all.len(), all[0].0.as_str(), all[0].1.as_str()), (1, "ana-ex", job.head.as_str()));
    for (path, value, told) in [
        ("/merge_requests/7", json!({"sha": job.commit, "target_branch": "main"}), "is not what the job judges"),
        ("/merge_requests/7", json!({"sha": job.head, "target_branch": "lax"}), "is not what the job judges"),
        ("/approvals", json!({"reset_approvals_on_push": false}), "stay whatever is pushed"),
    ] {
        says("/approvals", json!({"reset_approvals_on_push": true}));
        says("/merge_requests/7", json!({"sha": job.head, "target_branch": "main"}));
        says(path, value);
        let trouble = gitlab.approvals().unwrap_err().to_string();
        assert!(trouble.contains(told), "{trouble}");
    }
}
