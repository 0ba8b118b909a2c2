//! Whole runs in jobs of forges: what they post and read there, and that no token gets out.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::edits::Edit;
use crate::loopback::{Fault, Loopback};
use crate::requests::TOKEN;
use crate::support::{TestRepository, scratch};

/// A job's repository: a change of some code, in the merge commit of pull request 7.
struct Stage {
    repository: TestRepository,
    main: String,
    change: String,
    merge: String,
}

impl Stage {
    fn new(rules: &str) -> Self {
        let repository = TestRepository::of_example("credit-scoring");
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
        command
            .current_dir(self.repository.path())
            .env_clear()
            .env("HOME", home.path())
            .env("CI", "true");
        command
            .args(["check", "--today", "2026-11-22"])
            .args(arguments)
            .envs(environment.iter().copied());
        let output = command.output().unwrap();
        let said = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
        assert!(!said.contains(TOKEN), "{said}");
        (output.status.code().unwrap(), said)
    }

    fn github(&self, api: &str, arguments: &[&str]) -> (i32, String) {
        let pull_request = json!({
            "number": 7,
            "head": {"sha": self.change, "repo": {"full_name": "octo-org/octo-repo"}},
            "base": {"ref": "main"},
        });
        self.event(api, "pull_request", json!({"pull_request": pull_request}), arguments)
    }

    /// The job of the push that merged the change.
    fn pushed(&self, api: &str) -> (i32, String) {
        let payload = json!({"ref": "refs/heads/main", "before": self.main});
        self.event(api, "push", payload, &["--format", "terminal"])
    }

    /// The job of an event on GitHub, whose payload names the repository too.
    fn event(
        &self,
        api: &str,
        name: &str,
        mut payload: Value,
        arguments: &[&str],
    ) -> (i32, String) {
        payload["repository"] =
            json!({"default_branch": "main", "full_name": "octo-org/octo-repo"});
        let event = self.repository.git.path().join("event.json");
        fs::write(&event, payload.to_string()).unwrap();
        let environment = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", name),
            ("GITHUB_EVENT_PATH", event.to_str().unwrap()),
            ("GITHUB_SHA", &self.merge),
            ("GITHUB_API_URL", api),
            ("GITHUB_TOKEN", TOKEN),
        ];
        self.check(arguments, &environment)
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
    assert!(
        again.contains("check-run: updated") && again.contains("comment: says so already"),
        "{again}"
    );
    {
        let state = forge.state.lock().unwrap();
        assert_eq!(
            (state.check_runs.len(), state.comments.len(), state.uploads.len()),
            (1, 1, 2),
            "{said}"
        );
        assert_eq!(
            state.check_runs[0]["head_sha"],
            json!(stage.change),
            "the pull request's own \
            commit"
        );
        assert_eq!(state.uploads[0]["commit_sha"], json!(stage.merge));
        assert_eq!(state.uploads[0]["ref"], "refs/pull/7/merge");
        assert!(
            state
                .requests
                .iter()
                .all(|it| it.headers["authorization"] == format!("Bearer {TOKEN}"))
        );
    }
    let forge = Loopback::start();
    let publish = ["--publish", "commit-status", "--publish", "comment", "--publish", "threads"];
    let (exit, said) = stage.gitlab(&forge.address, &publish, "AIMSGATE_TOKEN");
    assert_eq!(exit, 0, "{said}");
    stage.gitlab(&forge.address, &publish, "AIMSGATE_TOKEN");
    let state = forge.state.lock().unwrap();
    assert_eq!((state.statuses.len(), state.comments.len()), (2, 1), "{said}");
    assert!(
        state.requests.iter().any(|it| it.target.contains(&format!("/statuses/{}", stage.change)))
    );
    assert!(state.requests.iter().all(|it| it.headers["private-token"] == TOKEN));
}

#[test]
fn what_the_rules_count_must_be_posted_and_nothing_else() {
    let forge = Loopback::start();
    forge.fails(Fault::Says(403, &[], "{\"message\": \"no\"}"), "POST", "/check-runs", usize::MAX);
    let stage = Stage::new("");
    let (exit, said) = stage.github(&forge.address, &["--publish", "check-run"]);
    assert!(
        exit == 0
            && said.contains(
                "check-run was not posted: 403: no; the token needs \
        `checks: write`"
            ),
        "{said}"
    );
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
    let (exit, said) =
        both.check(&[], &[("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "issue_comment")]);
    assert!(exit == 2, "a job that posts nothing: {said}");
    let (exit, said) = stage.check(&["--publish", "comment"], &[]);
    assert!(
        exit == 2 && said.contains("from a job of GitHub Actions or GitLab CI/CD only"),
        "{said}"
    );
}

/// A copy of one commit, as the checkout of a job makes it: its files, and nothing that came
/// before.
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
    let rules = "schema: aimsgate/1\nrepository: example.com/bank/credit-scoring\nenforce: \
        {mode: observe}\n";
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
    command
        .current_dir(folder.path())
        .env_clear()
        .env("HOME", home.path())
        .arg("doctor")
        .args(arguments);
    command.env("GITHUB_API_URL", api).env("CI_API_V4_URL", api).env("AIMSGATE_TOKEN", TOKEN);
    let output = command.output().unwrap();
    let said = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
    assert!(!said.contains(TOKEN), "{said}");
    (output.status.code().unwrap(), said)
}

#[test]
fn the_doctor_sees_what_blocks_on_github() {
    let repository = TestRepository::new();
    repository
        .write(".github/workflows/gate.yml", WORKFLOW)
        .write("aims.yaml", "schema: aimsgate/1\nsystems: []\n");
    repository.write(
        ".github/CODEOWNERS",
        "/aims.yaml @octo/risk\n/governance/ \
        @octo/risk\n/.github/ @octo/risk\n",
    );
    repository.commit_all("start");
    let forge = Loopback::start();
    let named = ["--repository", "octo-org/octo-repo"];
    let says = |path: &str, value: Value| {
        forge.state.lock().unwrap().says.insert(format!("/repos/octo-org/octo-repo{path}"), value);
    };
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert!(
        exit == 2
            && said.contains(
                "cannot see  the rules of the default branch (404: Not \
        Found)"
            ),
        "{said}"
    );
    says("", json!({"default_branch": "main"}));
    says("/rules/branches/main", json!([]));
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert_eq!(exit, 1, "{said}");
    let hidden = "cannot see  the gate's check is required (no ruleset does; the branch's \
        protection: 404: Not Found)";
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
    let scans = json!({
        "type": "code_scanning",
        "parameters": {"code_scanning_tools": [{"tool": "aimsgate"}]}
    });
    let all = |app: Value, other: Value| json!([checks(app), reviews, workflows, other]);
    for (rules, told) in [
        (
            all(Value::Null, json!({"type": "deletion"})),
            "not  only the app that runs the gate can \
            set its check",
        ),
        (
            all(json!(15368), scans),
            "not  no pull request of a fork waits for an upload that cannot \
            come",
        ),
        (json!([checks(json!(15368)), reviews]), "not  a change cannot drop the job"),
        (json!([checks(json!(15368)), workflows]), "code owners must review"),
    ] {
        says("/rules/branches/main", rules);
        let (exit, said) = doctor(&repository, &forge.address, &named);
        assert!(exit != 0 && said.contains(told), "{told}: {said}");
    }
    says("/rules/branches/main", all(json!(15368), json!({"type": "deletion"})));
    says(
        "/rulesets/4",
        json!({"name": "gate", "bypass_actors": [{"actor_type": "RepositoryRole"}]}),
    );
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert!(exit == 1 && said.contains("the ruleset `gate` lets 1 pass by"), "{said}");
    says("/rulesets/4", json!({"name": "gate"}));
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert!(exit == 2 && said.contains("only administrators see who may pass by"), "{said}");
    // The workflow itself, without a forge.
    for (from, to, told) in [
        ("  merge_group:\n", "", "not  it runs in a merge queue"),
        (", edited]", "]", "not  it runs again when a pull request gets another target"),
        (
            "types: [opened",
            "paths: [src/**], types: [opened",
            "not  it runs for every pull request",
        ),
        ("permissions: {contents: read}\n", "", "not  the job's token may no more than it needs"),
        ("@df4cb1c069e1874edd31b4311f1884172cec0e10", "@v7", "actions/checkout@v7"),
        (
            "    runs-on",
            "    continue-on-error: true\n    runs-on",
            "not  a failure of the gate \
            fails the job",
        ),
        (
            "pull_request:",
            "pull_request_target:",
            "not  no change is judged with the default \
            branch's rights",
        ),
        ("synchronize, ", "", "not  it runs for every pull request"),
        (
            "    runs-on",
            "    if: github.actor != 'ben'\n    runs-on",
            "not  the job is never \
            passed over",
        ),
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
fn the_doctor_compares_a_commit_with_the_tag_that_is_said_of_it() {
    let commit = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32";
    let repository = TestRepository::new();
    let pinned = format!("      - uses: example/aimsgate@{commit} # v0.2.0\n");
    let text = WORKFLOW.replace("      - run: aimsgate check\n", &pinned);
    repository.write(".github/workflows/gate.yml", text);
    repository.write("aims.yaml", "schema: aimsgate/1\nsystems: []\n").commit_all("start");
    let forge = Loopback::start();
    let says = |path: &str, value: Value| {
        forge.state.lock().unwrap().says.insert(format!("/repos/example/aimsgate{path}"), value);
    };
    let told = |arguments: &[&str]| {
        let (_, said) = doctor(&repository, &forge.address, arguments);
        let line = said.lines().find(|line| line.contains("the commit is that of the version"));
        line.map_or(said.clone(), str::to_owned)
    };
    let named = ["--repository", "octo-org/octo-repo"];
    let is = |state: &str, arguments: &[&str]| {
        let line = told(arguments);
        assert!(line.trim_start().starts_with(state), "{state}: {line}");
    };
    is("cannot see", &["--offline"]);
    is("cannot see", &named);
    says("", json!({"default_branch": "main"}));
    is("not", &named);
    says("/git/ref/tags%2Fv0.2.0", json!({"object": {"type": "commit", "sha": commit}}));
    is("ok", &named);
    says("/git/ref/tags%2Fv0.2.0", json!({"object": {"type": "tag", "sha": "1111"}}));
    says("/git/tags/1111", json!({"object": {"type": "commit", "sha": "2222"}}));
    is("not", &named);
    says("/git/tags/1111", json!({"object": {"type": "commit", "sha": commit}}));
    is("ok", &named);
}

#[test]
fn the_doctor_has_nothing_against_the_examples() {
    for name in ["smallest.yml", "gate.yml", "without-docker.yml"] {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/github").join(name);
        let repository = TestRepository::new();
        repository.write(".github/workflows/gate.yml", fs::read_to_string(example).unwrap());
        repository.write("aims.yaml", "schema: aimsgate/1\nsystems: []\n").commit_all("start");
        let (exit, said) = doctor(&repository, "http://127.0.0.1:9", &["--offline"]);
        assert!(exit == 2 && said.contains("9 ok, 0 not, 3 cannot be seen"), "{name}: {said}");
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
    assert!(
        exit != 0
            && said.contains(
                "cannot see  a failed pipeline blocks the merge (404: Not \
        Found)"
            ),
        "{said}"
    );
    let project = |succeeds: bool| {
        json!({
            "default_branch": "main", "only_allow_merge_if_pipeline_succeeds": succeeds,
            "allow_merge_on_skipped_pipeline": false, "merge_pipelines_enabled": true,
            "only_allow_merge_if_all_discussions_are_resolved": true,
        })
    };
    says("", project(true));
    let protected =
        json!({"push_access_levels": [{"access_level": 0}], "code_owner_approval_required": true});
    says("/protected_branches/main", protected);
    says(
        "/approvals",
        json!({"reset_approvals_on_push": true, "merge_requests_author_approval": false}),
    );
    let (exit, said) = doctor(&repository, &forge.address, &named);
    assert!(
        exit == 2 && said.contains("8 ok, 0 not, 1 cannot be seen"),
        "a policy is outside of \
        it: {said}"
    );
    says("", project(false));
    let (exit, said) = doctor(&repository, &forge.address, &named);
    let mend = "glab api --method PUT projects/octo%2Frepo --field \
        only_allow_merge_if_pipeline_succeeds=true";
    assert!(exit == 1 && said.contains(mend), "{said}");
}

#[test]
fn an_approval_on_the_forge_proves_a_statement_at_exactly_its_commit() {
    let repository = TestRepository::of_example("support-chatbot");
    let edits = r#"
- {append: governance/gate.yaml,
   text: "checks: {proof-too-weak: {severity: error}}\nwho-signs:\n  \
     treatment-plan: {people: 1, from: [system-owner], proof: reviewed}\n"}
- {replace: aims.yaml, from: "owner: anna", to: "owner: ana"}
- {replace: governance/risks/support-chatbot.yaml, from: "before: {likelihood: 3, impact: 4}\n",
   to: "before: {likelihood: 3, impact: 4}\n    after: {likelihood: 1, impact: 2}\n"}
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
        forge
            .state
            .lock()
            .unwrap()
            .says
            .insert("/repos/octo-org/octo-repo/pulls/7/reviews".to_owned(), reviews);
        stage.github(&forge.address, &["--format", "terminal"])
    };
    let review = |who: &str, state: &str, commit: &str| {
        let user = json!({"login": who});
        json!({"user": user, "state": state, "commit_id": commit})
    };
    let (change, main) = (stage.change.as_str(), stage.main.as_str());
    let refused = |about: &str, reviews: Value, told: &str| {
        let (exit, said) = ask(reviews);
        let is_told = said.contains("[proof-too-weak]") && said.contains(told);
        assert!(exit == 1 && is_told, "{about}: exit {exit}\n{said}");
    };
    let approved = review("Ana-Ex", "APPROVED", change);
    refused("nobody approved", json!([]), "`ana` has not approved the change on its forge");
    refused("somebody else", json!([review("ben-ex", "APPROVED", change)]), "has not approved");
    refused(
        "before it was there",
        json!([review("ana-ex", "APPROVED", main)]),
        "was not what it \
        is now",
    );
    refused(
        "taken back",
        json!([approved, review("Ana-Ex", "CHANGES_REQUESTED", change)]),
        "has not approved",
    );
    refused("dismissed", json!([review("Ana-Ex", "dismissed", change)]), "has not approved");
    refused("a comment", json!([review("ana-ex", "COMMENTED", change)]), "has not approved");
    refused(
        "of a commit that is gone",
        json!([{"user": {"login": "ana-ex"}, "state": "APPROVED", "commit_id": null}]),
        "has not",
    );
    let (exit, said) = ask(
        json!([approved, review("ana-ex", "COMMENTED", main), {"user": null, "state": "APPROVED"}]),
    );
    assert!(exit == 0 && !said.contains("proof-too-weak"), "{said}");
    // A stranger may have taken the name of an account that is gone.
    let asked = "/repos/octo-org/octo-repo/collaborators/Ana-Ex/permission";
    forge.state.lock().unwrap().says.insert(asked.to_owned(), json!({"permission": "read"}));
    refused(
        "who may only read",
        json!([approved]),
        "an account that may not write to the \
        repository",
    );
    forge.state.lock().unwrap().says.remove(asked);
    forge.fails(Fault::Says(403, &[], "{\"message\": \"no\"}"), "GET", asked, 1);
    let (exit, said) = ask(json!([approved]));
    assert!(exit == 2 && said.contains("cannot be verified: 403: no"), "{said}");
    // Once it is merged nobody is asked again: the push judges it against what was there before.
    let pushed = stage.pushed(&forge.address);
    assert!(pushed.0 != 2 && !pushed.1.contains("proof-too-weak"), "{}", pushed.1);
    forge.state.lock().unwrap().says.clear();
    let (exit, said) = stage.github(&forge.address, &[]);
    assert!(exit == 2 && said.contains("is not known here: 404"), "{said}");
    let (exit, said) = stage.github(&forge.address, &["--offline"]);
    assert!(exit == 2 && said.contains("the run is --offline"), "{said}");
}
