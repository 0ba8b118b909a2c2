//! What a change is judged against, in the repositories and jobs that there are.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::fixtures::fixtures;
use crate::support::{TestRepository, copy, scratch, write};

const STRICT: &str = "schema: aimsgate/1\nenforce: {mode: strict}\n";
const OBSERVE: &str = "schema: aimsgate/1\nenforce: {mode: observe}\n";

/// A repository whose default branch `main` holds the complete example.
fn repository() -> TestRepository {
    let repository = TestRepository::of_example("credit-scoring");
    repository.commit_all("start");
    repository
}

/// Exit code, report and messages of a run.
struct Ran {
    exit: i32,
    report: Value,
    text: String,
    errors: String,
}

impl Ran {
    fn says(&self, check: &str) -> bool {
        self.report["findings"]
            .as_array()
            .is_some_and(|all| all.iter().any(|it| it["check"] == check && it["counts"] == true))
    }
}

fn run_with(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let out = scratch();
    let report = out.path().join("report.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
    command.current_dir(folder).env_clear().env("HOME", out.path()).arg("check").args(arguments);
    if !arguments.contains(&"--today") {
        command.args(["--today", "2026-11-22"]);
    }
    command
        .arg("--format")
        .arg(format!("json={}", report.display()))
        .args(["--format", "terminal"]);
    let output = command.envs(environment.iter().copied()).output().unwrap();
    let report =
        fs::read_to_string(report).map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    Ran {
        exit: output.status.code().unwrap(),
        report,
        text: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    run_with(folder, arguments, &[])
}

/// Takes a commit away as a shallow clone lacks it, whose history begins after it.
fn cut_off(repository: &TestRepository, commit: &str, first: &str) {
    let objects = repository.git.path().join("objects");
    fs::remove_file(objects.join(&commit[..2]).join(&commit[2..])).unwrap();
    fs::write(repository.git.path().join("shallow"), format!("{first}\n")).unwrap();
}

#[test]
fn the_default_branch_is_what_the_remote_calls_so() {
    let repository = repository();
    let git = &repository.git;
    let tip = git.head().unwrap().target().unwrap();
    // Whoever may push may make such a branch; it is not the default one for its last part.
    git.reference("refs/remotes/origin/aaa/main", tip, true, "").unwrap();
    let alone = run(repository.path(), &[]);
    assert_eq!(alone.exit, 2, "{}", alone.text);
    assert!(
        alone.says("target-unknown") && alone.text.contains("git remote set-head origin --auto"),
        "{}",
        alone.text
    );
    git.reference("refs/remotes/origin/main", tip, true, "").unwrap();
    assert_eq!(run(repository.path(), &[]).report["inputs"]["target"]["name"], "origin/main");
    git.reference("refs/remotes/origin/trunk", tip, true, "").unwrap();
    git.reference_symbolic("refs/remotes/origin/HEAD", "refs/remotes/origin/trunk", true, "")
        .unwrap();
    let told = run(repository.path(), &[]);
    assert_eq!(
        (told.exit, &told.report["inputs"]["target"]["name"]),
        (0, &json!("origin/trunk")),
        "{}",
        told.text
    );
    assert_eq!(told.report["inputs"]["target"]["whole"], true, "it is the branch's own content");
}

#[test]
fn without_a_remote_the_only_branch_is_the_default_one() {
    let repository = TestRepository::new();
    repository.git.set_head("refs/heads/trunk").unwrap();
    repository.write("a", "1").commit_all("start");
    assert_eq!(run(repository.path(), &[]).report["inputs"]["target"]["name"], "trunk");
    let head = repository.git.head().unwrap().peel_to_commit().unwrap();
    repository.git.branch("topic", &head, true).unwrap();
    let two = run(repository.path(), &[]);
    assert_eq!(two.exit, 2, "{}", two.text);
    assert_eq!(run(repository.path(), &["--base", "trunk"]).exit, 0, "named, it is known");
}

#[test]
fn with_another_target_both_branches_rules_hold() {
    let repository = repository();
    repository.write("governance/gate.yaml", STRICT).commit_all("strict");
    let git = &repository.git;
    let main = git.head().unwrap().peel_to_commit().unwrap();
    git.branch("release", &main, true).unwrap();
    git.set_head("refs/heads/release").unwrap();
    repository.write("governance/gate.yaml", OBSERVE).commit_all("a branch with lax rules");
    let lax = git.head().unwrap().peel_to_commit().unwrap();
    git.branch("change", &lax, true).unwrap();
    git.set_head("refs/heads/change").unwrap();
    fs::remove_file(repository.file("docs/ai/credit-scoring/model-card.md")).unwrap();
    repository.commit_all("no card");
    let ran = run(repository.path(), &["--head", "change", "--base", "release"]);
    assert_eq!(ran.exit, 1, "{}", ran.text);
    assert!(ran.says("document-missing"), "{}", ran.text);
    assert_eq!(ran.report["inputs"]["mode"], "strict");
    assert_eq!(ran.report["inputs"]["target"]["default-branch"], "main");
}

#[test]
fn the_job_of_a_pull_request_is_judged_by_its_first_parent_and_only_if_it_is_that_job() {
    let repository = repository();
    let git = &repository.git;
    let main = git.head().unwrap().peel_to_commit().unwrap();
    git.branch("change", &main, true).unwrap();
    git.set_head("refs/heads/change").unwrap();
    fs::remove_file(repository.file("docs/ai/credit-scoring/model-card.md")).unwrap();
    repository.write("governance/gate.yaml", OBSERVE).commit_all("worse");
    let change = git.head().unwrap().peel_to_commit().unwrap();
    let merge = repository.commit_tree(&change.tree().unwrap(), &[&main, &change]);
    git.set_head_detached(merge).unwrap();
    // A job has fetched that commit and nothing else.
    for branch in ["main", "change"] {
        git.find_reference(&format!("refs/heads/{branch}")).unwrap().delete().unwrap();
    }
    git.reference("refs/remotes/pull/7/merge", merge, true, "").unwrap();
    let event = repository.git.path().join("event.json");
    let job = |head: &str, target: &str, sha: &str| {
        let payload = json!({
            "pull_request": {"number": 7, "head": {"sha": head}, "base": {"ref": target}},
            "repository": {"default_branch": "main"},
        });
        fs::write(&event, payload.to_string()).unwrap();
        let event = event.to_str().unwrap();
        let environment = [
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_EVENT_PATH", event),
            ("GITHUB_SHA", sha),
        ];
        run_with(repository.path(), &[], &environment)
    };
    let (change, merge) = (change.id().to_string(), merge.to_string());
    let judged = job(&change, "main", &merge);
    assert_eq!(judged.exit, 1, "{}", judged.text);
    assert!(judged.says("document-missing") && judged.says("rule-weakened"), "{}", judged.text);
    for (told, ran) in [
        ("is not the pull request's merge commit", job(&change, "main", &change)),
        ("is not the pull request's head", job(&merge, "main", &merge)),
        ("git fetch --depth=1 origin main", job(&change, "release", &merge)),
    ] {
        assert!(ran.says("target-unknown") && ran.text.contains(told), "{told}: {}", ran.text);
    }
    // An event that names the target's own tip, as somebody who tries the gate may write it.
    git.set_head_detached(main.id()).unwrap();
    let unmerged = job(&change, "main", &main.id().to_string());
    assert!(
        unmerged.says("target-unknown") && unmerged.text.contains("merges nothing"),
        "{}",
        unmerged.text
    );
    git.set_head_detached(git2::Oid::from_str(&merge).unwrap()).unwrap();
    // What was checked out without its parents.
    cut_off(&repository, &main.id().to_string(), &merge);
    let shallow = job(&change, "main", &merge);
    assert!(
        shallow.says("target-unknown") && shallow.text.contains("fetch-depth: 2"),
        "{}",
        shallow.text
    );
}

#[test]
fn a_history_that_is_cut_off_says_what_mends_it() {
    let repository = repository();
    let git = &repository.git;
    let main = git.head().unwrap().peel_to_commit().unwrap();
    git.branch("change", &main, true).unwrap();
    let newer = repository.write("NOTES.md", "newer\n").commit_all("newer");
    git.set_head("refs/heads/change").unwrap();
    fs::remove_file(repository.file("NOTES.md")).unwrap();
    let change = repository.write("src/scoring/more.py", "x = 1\n").commit_all("change");
    assert_eq!(run(repository.path(), &["--head", "change"]).exit, 0);
    cut_off(&repository, &main.id().to_string(), &format!("{change}\n{newer}"));
    let ran = run(repository.path(), &["--head", "change"]);
    assert_eq!(ran.exit, 2, "{}", ran.text);
    assert!(
        ran.says("merge-undecided") && ran.text.contains("git fetch --unshallow"),
        "{}{}",
        ran.text,
        ran.errors
    );
}

#[test]
fn a_folder_that_is_no_repository_is_judged_by_itself_and_never_in_a_job() {
    let folder = scratch();
    copy(&fixtures().join("repos/credit-scoring"), folder.path());
    let ran = run(folder.path(), &[]);
    assert_eq!(
        (ran.exit, &ran.report["inputs"]["rules-from"]),
        (0, &json!("judged-content")),
        "{}",
        ran.text
    );
    let ran = run_with(folder.path(), &[], &[("CI", "true")]);
    assert_eq!(ran.exit, 2, "{}", ran.text);
    assert!(ran.says("target-unknown"), "{}", ran.text);
    // Jobs set `CI: false` for the sake of other programs.
    let ran = run_with(folder.path(), &[], &[("CI", "false"), ("GITHUB_ACTIONS", "true")]);
    assert_eq!(ran.exit, 2, "{}", ran.text);
}

/// The folder that a job names is judged, and not what a change makes of its name.
#[test]
fn a_link_is_no_folder_to_judge() {
    let repository = TestRepository::new();
    repository.git.set_head("refs/heads/main").unwrap();
    repository
        .write("docs/a.md", "# A\n")
        .write("services/credit/b.md", "# B\n")
        .commit_all("start");
    let judge = |path: &Path| {
        let done = Command::new(env!("CARGO_BIN_EXE_aimsgate"))
            .arg("check")
            .arg(path)
            .env("CI", "true")
            .output()
            .unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let named = repository.file("services/credit");
    let outside = scratch();
    for target in [Path::new("../docs"), outside.path()] {
        fs::rename(&named, repository.file("moved")).unwrap();
        symlink(target, &named).unwrap();
        for path in [named.clone(), named.join(".")] {
            let (exit, said) = judge(&path);
            assert!(
                exit == Some(2) && said.contains("is a link in a repository"),
                "{}: {said}",
                path.display()
            );
        }
        fs::remove_file(&named).unwrap();
        fs::rename(repository.file("moved"), &named).unwrap();
    }
    // A link beside the repository is that of whoever runs it.
    let beside = outside.path().join("beside");
    symlink(repository.path(), &beside).unwrap();
    assert!(!judge(&beside.join("services/credit")).1.contains("is a link"));
}

#[test]
fn a_first_run_uses_the_changes_own_rules_and_every_format_says_so() {
    let repository = TestRepository::new();
    repository.git.set_head("refs/heads/main").unwrap();
    repository.write("README.md", "# Shop\n").commit_all("start");
    copy(&fixtures().join("repos/support-chatbot"), repository.path());
    let ran = run(repository.path(), &["--format", "sarif=target.sarif"]);
    assert_eq!(ran.report["inputs"]["rules-from"], "first-run");
    assert!(
        ran.text.contains("governance/gate.yaml of the change itself, for main has none yet"),
        "{}",
        ran.text
    );
    let sarif = fs::read_to_string(repository.file("target.sarif")).unwrap();
    assert!(sarif.contains("\"rulesFrom\": \"first-run\""));
}

#[test]
fn a_linked_worktree_has_its_own_files_and_index_and_the_same_branches() {
    let repository = repository();
    let folder = scratch();
    let path = folder.path().join("linked");
    repository.git.worktree("linked", &path, None).unwrap();
    assert_eq!(run(&path, &[]).exit, 0);
    fs::remove_file(path.join("docs/ai/credit-scoring/model-card.md")).unwrap();
    assert_eq!(run(&path, &[]).exit, 1, "the working tree lacks it");
    assert_eq!(run(&path, &["--staged"]).exit, 0, "the index does not");
    assert_eq!(run(repository.path(), &[]).exit, 0);
    let linked = git2::Repository::open(&path).unwrap();
    let mut index = linked.index().unwrap();
    index.remove_path(Path::new("docs/ai/credit-scoring/model-card.md")).unwrap();
    index.write().unwrap();
    assert_eq!(run(&path, &["--staged"]).exit, 1);
    assert_eq!(run(repository.path(), &["--staged"]).exit, 0);
}

#[test]
fn the_index_that_a_commit_is_made_from_is_judged() {
    let repository = repository();
    let card = "docs/ai/credit-scoring/model-card.md";
    fs::remove_file(repository.file(card)).unwrap();
    assert_eq!(run(repository.path(), &["--staged"]).exit, 0, "not staged");
    // As `git commit -a` does: an index of its own beside the repository's.
    let own = repository.git.path().join("index");
    let other = repository.git.path().join("next-index-1.lock");
    fs::copy(&own, &other).unwrap();
    let mut index = git2::Index::open(&other).unwrap();
    index.remove_path(Path::new(card)).unwrap();
    index.write().unwrap();
    let named = [("GIT_INDEX_FILE", other.to_str().unwrap())];
    assert_eq!(run_with(repository.path(), &["--staged"], &named).exit, 1);
    assert_eq!(run(repository.path(), &["--staged"]).exit, 0);
}

#[test]
fn an_index_in_conflict_and_a_merge_in_progress() {
    let repository = repository();
    let git = &repository.git;
    let main = git.head().unwrap().peel_to_commit().unwrap();
    git.branch("change", &main, true).unwrap();
    let text = fs::read_to_string(repository.file("src/scoring/score.py")).unwrap();
    repository
        .write("src/scoring/score.py", text.replace("import math", "import math  # one"))
        .commit_all("one");
    let tip = git.head().unwrap().peel_to_commit().unwrap();
    git.set_head("refs/heads/change").unwrap();
    repository
        .write("src/scoring/score.py", text.replace("import math", "import math  # two"))
        .commit_all("two");
    let annotated = git.find_annotated_commit(tip.id()).unwrap();
    git.merge(&[&annotated], None, None).unwrap();
    let ran = run(repository.path(), &["--staged"]);
    assert_eq!(ran.exit, 2);
    assert!(
        ran.errors.contains("`src/scoring/score.py` is in conflict in the index"),
        "{}",
        ran.errors
    );
    repository
        .write("src/scoring/score.py", text.replace("import math", "import math  # both"))
        .stage_all();
    let ran = run(repository.path(), &["--staged"]);
    assert_eq!(
        ran.exit, 0,
        "the merge brings the tip in, so nothing need be merged: {}{}",
        ran.text, ran.errors
    );
}

#[test]
fn formats_of_repositories_that_cannot_be_read_are_told_with_what_to_do() {
    for (config, told) in [
        ("[extensions]\n\tobjectformat = sha256\n", "judge a SHA-1 copy"),
        ("[extensions]\n\trefstorage = reftable\n", "git refs migrate --ref-format=files"),
        ("[extensions]\n\tpartialclone = origin\n", "clone it without --filter"),
    ] {
        let repository = repository();
        let file = repository.git.path().join("config");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(
            &file,
            text.replace("repositoryformatversion = 0", "repositoryformatversion = 1") + config,
        )
        .unwrap();
        let ran = run(repository.path(), &[]);
        assert_eq!(ran.exit, 2, "{config}");
        assert!(ran.errors.contains(told), "{config}: {}", ran.errors);
    }
}

#[test]
fn a_simulation_says_so_first_and_decides_nothing_in_a_job() {
    let repository = repository();
    repository.write("README.md", "more\n").commit_all("more");
    let tip = repository.git.head().unwrap().target().unwrap();
    repository.git.reference("refs/remotes/origin/main", tip, true, "").unwrap();
    for (arguments, exit) in
        [(["--today", "2026-11-12"], 1), (["--base", "main~1"], 0), (["--today", "2020-01-01"], 1)]
    {
        let ran = run(repository.path(), &arguments);
        assert!(ran.text.starts_with("simulation: "), "{arguments:?}: {}", ran.text);
        assert_eq!(ran.exit, exit, "what it would be: {}", ran.text);
        let ran = run_with(repository.path(), &arguments, &[("CI", "true")]);
        assert_eq!(ran.exit, 2, "{arguments:?}");
    }
}

#[test]
fn a_job_judges_the_commit_and_trusts_no_local_branch() {
    let repository = repository();
    let card = "docs/ai/credit-scoring/model-card.md";
    let text = fs::read(repository.file(card)).unwrap();
    let main = repository.git.head().unwrap().peel_to_commit().unwrap();
    repository.git.branch("change", &main, true).unwrap();
    repository.git.set_head("refs/heads/change").unwrap();
    fs::remove_file(repository.file(card)).unwrap();
    repository.commit_all("no card");
    repository.write(card, text);
    let job = |arguments: &[&str]| run_with(repository.path(), arguments, &[("CI", "true")]);
    for arguments in [&[][..], &["--base", "main"], &["--base", "change"]] {
        let ran = job(arguments);
        assert!(ran.exit != 0 && ran.says("target-unknown"), "{arguments:?}: {}", ran.text);
    }
    repository.git.reference("refs/remotes/origin/main", main.id(), true, "").unwrap();
    let ran = job(&[]);
    assert!(
        ran.exit == 1 && ran.says("document-missing"),
        "what lies beside the commit is not it: \
        {}",
        ran.text
    );
    assert_eq!(run(repository.path(), &[]).exit, 0, "in a working tree it is");
    repository.git.reference("refs/remotes/origin/master", main.id(), true, "").unwrap();
    assert!(job(&[]).says("target-unknown"), "one of both is not it");
}

#[test]
fn an_earlier_commit_of_the_target_is_no_change_to_it() {
    let repository = repository();
    let first = repository.git.head().unwrap().target().unwrap().to_string();
    let register = fs::read_to_string(repository.file("aims.yaml")).unwrap();
    repository
        .write("aims.yaml", register.replace("at-least: 0.65", "at-least: 0.7"))
        .commit_all("more is asked");
    let ran = run(repository.path(), &["--head", &first]);
    assert_eq!(ran.exit, 0, "{}", ran.text);
    assert_eq!(ran.report["inputs"]["target"]["whole"], true);
}

#[test]
fn a_release_asks_everything_of_the_content() {
    let repository = repository();
    let git = &repository.git;
    fs::remove_file(repository.file("docs/ai/credit-scoring/model-card.md")).unwrap();
    repository.commit_all("red");
    let red = git.head().unwrap().peel_to_commit().unwrap();
    git.branch("change", &red, true).unwrap();
    git.set_head("refs/heads/change").unwrap();
    repository.write("README.md", "more\n").commit_all("a page");
    let merge = run(repository.path(), &["--head", "change", "--base", "main"]);
    assert_eq!(merge.exit, 0, "{}", merge.text);
    assert!(merge.text.contains("Not blocking here: 2 already on main"), "{}", merge.text);
    let release =
        run(repository.path(), &["--head", "change", "--base", "main", "--for", "release"]);
    assert_eq!(release.exit, 1, "{}", release.text);
}

#[cfg(unix)]
#[test]
fn nothing_is_read_through_a_linked_folder() {
    let repository = repository();
    let outside = scratch();
    write(outside.path(), "gate.yaml", OBSERVE);
    write(outside.path(), "people.yaml", "schema: aimsgate/1\npeople: []\n");
    fs::remove_dir_all(repository.file("governance")).unwrap();
    std::os::unix::fs::symlink(outside.path(), repository.file("governance")).unwrap();
    let ran = run(repository.path(), &[]);
    assert_eq!(ran.exit, 1, "{}", ran.text);
    assert!(ran.says("rule-weakened") && ran.says("settings-invalid"), "{}", ran.text);
}
