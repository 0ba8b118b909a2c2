//! The tables of changes under `tests/changes`, brought to their target branch in every usual form
//! and judged. `SNAPSHOTS=overwrite cargo test` writes what it finds; review the
//! difference.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use aimsgate::{CheckArgs, Surroundings, Verdict, checked, formats};
use clap::Parser;
use serde::Deserialize;
use serde_json::Value;

use crate::edits::Edit;
use crate::support::{TestRepository, scratch, write};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Row {
    id: String,
    #[serde(rename = "about")]
    _about: String,
    repository: String,
    #[serde(default)]
    setup: Vec<Edit>,
    #[serde(default)]
    first: Vec<Edit>,
    first_exit: Option<i32>,
    change: Vec<Edit>,
    #[serde(default)]
    meanwhile: Vec<Edit>,
    #[serde(default)]
    arguments: Vec<String>,
    #[serde(default)]
    ci: bool,
    forms: Option<Forms>,
}

/// What a row says about the forms it is brought in.
#[derive(Deserialize)]
#[serde(untagged)]
enum Forms {
    Named(Named),
    Listed(Vec<Form>),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Named {
    All,
}

/// How a change is brought to its target branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Form {
    Branch,
    MergeRef,
    Squash,
    Rebase,
    WorkingTree,
    Staged,
}

const FORMS: [Form; 6] =
    [Form::Branch, Form::MergeRef, Form::Squash, Form::Rebase, Form::WorkingTree, Form::Staged];

/// The day of every row that names none.
const TODAY: &str = "2026-11-22";

/// The command line of `check`, as the program reads it.
#[derive(Parser)]
struct CheckLine {
    #[command(flatten)]
    check: CheckArgs,
}

/// What the gate said.
struct Said {
    exit: i32,
    first_line: String,
    report: Value,
}

impl Said {
    /// What must not depend on how the change was brought.
    fn essence(&self) -> Vec<String> {
        let findings = self.report["findings"].as_array().unwrap().iter();
        let mut lines: Vec<String> = findings
            .map(|it| {
                format!(
                    "{} {} {} {} {}",
                    it["check"], it["subject"], it["cause"], it["severity"], it["counts"]
                )
            })
            .collect();
        lines.sort();
        lines.push(format!("exit {}", self.exit));
        lines
    }

    fn described(&self, id: &str) -> String {
        let mut text = format!("{id}: exit {}\n  {}\n", self.exit, self.first_line);
        let findings = self.report["findings"].as_array().unwrap().iter();
        for it in findings.filter(|it| it["counts"] == true) {
            let plain = |value: &Value| value.as_str().unwrap_or("none").to_owned();
            text += &format!(
                "  - {} {}: {}\n",
                plain(&it["check"]),
                plain(&it["subject"]),
                plain(&it["cause"])
            );
            for remedy in it["remedies"].as_array().unwrap() {
                text += &format!("    {}: {}\n", plain(&remedy["who"]), plain(&remedy["text"]));
            }
        }
        text
    }
}

/// A repository in the state that a row begins with.
struct Case {
    repository: TestRepository,
    home: tempfile::TempDir,
}

impl Case {
    fn new(row: &Row) -> Self {
        let repository = TestRepository::of_example(&row.repository);
        row.setup.iter().for_each(|edit| edit.apply(repository.path()));
        repository.commit_all("start");
        Self { repository, home: scratch() }
    }

    fn apply(&self, edits: &[Edit]) {
        edits.iter().for_each(|edit| edit.apply(self.repository.path()));
    }

    fn switch(&self, branch: &str) {
        let git = &self.repository.git;
        git.set_head(&format!("refs/heads/{branch}")).unwrap();
        let mut force = git2::build::CheckoutBuilder::new();
        git.checkout_head(Some(force.force().remove_untracked(true))).unwrap();
    }

    fn branch(&self, name: &str) {
        let head = self.repository.git.head().unwrap().peel_to_commit().unwrap();
        self.repository.git.branch(name, &head, true).unwrap();
        self.switch(name);
    }

    /// Brings the change to `main` in a form and asks the gate.
    fn judge(row: &Row, form: Form) -> Said {
        let case = Self::new(row);
        if !row.first.is_empty() {
            case.branch("first");
            case.apply(&row.first);
            case.repository.commit_all("first");
            let said = case.ask(row, &["--head", "first", "--base", "main"], None);
            assert_eq!(
                Some(said.exit),
                row.first_exit,
                "{}: the first step\n{}",
                row.id,
                said.described("first")
            );
            case.repository.git.reference("refs/heads/main", case.head(), true, "merge").unwrap();
            case.switch("main");
        }
        match form {
            Form::Branch | Form::MergeRef => {
                case.branch("change");
                case.apply(&row.change);
                case.repository.commit_all("change");
                let change = case.head();
                case.switch("main");
                write(
                    case.repository.path(),
                    "NOTES.txt",
                    "Something else was merged meanwhile.\n",
                );
                case.apply(&row.meanwhile);
                case.repository.commit_all("meanwhile");
                if form == Form::Branch {
                    return case.ask(row, &["--head", "change", "--base", "main"], None);
                }
                let merge = case.merge(change);
                case.ask(row, &[], Some((merge, change)))
            }
            Form::Squash => {
                case.branch("change");
                case.apply(&row.change);
                case.repository.commit_all("squashed");
                case.ask(row, &["--head", "change"], None)
            }
            Form::Rebase => {
                case.branch("change");
                for edit in &row.change {
                    edit.apply(case.repository.path());
                    case.repository.commit_all("one of several");
                }
                case.ask(row, &["--head", "HEAD", "--base", "main"], None)
            }
            Form::WorkingTree => {
                case.apply(&row.change);
                case.ask(row, &[], None)
            }
            Form::Staged => {
                case.apply(&row.change);
                case.repository.stage_all();
                case.ask(row, &["--staged"], None)
            }
        }
    }

    fn head(&self) -> git2::Oid {
        self.repository.git.head().unwrap().target().unwrap()
    }

    /// The merge commit a forge makes of `main` and a change, checked out without a branch.
    fn merge(&self, change: git2::Oid) -> git2::Oid {
        let git = &self.repository.git;
        let (ours, theirs) =
            (git.find_commit(self.head()).unwrap(), git.find_commit(change).unwrap());
        let mut index = git.merge_commits(&ours, &theirs, None).unwrap();
        let tree = git.find_tree(index.write_tree_to(git).unwrap()).unwrap();
        let merge = self.repository.commit_tree(&tree, &[&ours, &theirs]);
        git.set_head_detached(merge).unwrap();
        let mut force = git2::build::CheckoutBuilder::new();
        git.checkout_head(Some(force.force())).unwrap();
        merge
    }

    fn ask(&self, row: &Row, arguments: &[&str], merge: Option<(git2::Oid, git2::Oid)>) -> Said {
        let is_first = arguments.contains(&"first");
        let own: Vec<&str> =
            row.arguments.iter().filter(|_| !is_first).map(String::as_str).collect();
        let named = |name: &str| own.contains(&name);
        let mut line = vec!["check", "--offline"];
        line.extend(&own);
        line.extend(arguments.chunks(2).filter(|pair| !named(pair[0])).flatten());
        if !named("--today") {
            line.extend(["--today", TODAY]);
        }
        let mut check = CheckLine::parse_from(line).check;
        check.path = self.repository.path().join(&check.path);
        let mut variables: BTreeMap<&str, OsString> = BTreeMap::new();
        if row.ci || merge.is_some() {
            // What a job has of its target is what it fetched.
            let main = self.repository.git.revparse_single("main").unwrap().id();
            self.repository
                .git
                .reference("refs/remotes/origin/main", main, true, "fetched")
                .unwrap();
            variables.insert("CI", "true".into());
        }
        if let Some((merge, change)) = merge {
            let event = self.home.path().join("event.json");
            let payload = serde_json::json!({
                "pull_request": {"head": {"sha": change.to_string()}, "base": {"ref": "main"}},
                "repository": {"default_branch": "main"},
            });
            fs::write(&event, payload.to_string()).unwrap();
            variables.insert("GITHUB_ACTIONS", "true".into());
            variables.insert("GITHUB_EVENT_NAME", "pull_request".into());
            variables.insert("GITHUB_EVENT_PATH", event.into());
            variables.insert("GITHUB_SHA", merge.to_string().into());
        }
        let around = Surroundings::of(&|name| variables.get(name).cloned(), TODAY.parse().unwrap());
        let (verdict, report) =
            checked(&check, around).unwrap_or_else(|error| panic!("{}: {error}", row.id));
        let text = formats::terminal(&report, crate::reports::STYLE);
        Said {
            exit: match verdict {
                Verdict::Pass => 0,
                Verdict::Fail => 1,
                Verdict::Undecided => 2,
            },
            first_line: text.lines().next().unwrap_or_default().to_owned(),
            report: serde_json::to_value(&report).unwrap(),
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/changes")
}

fn rows(table: &str) -> Vec<Row> {
    let text = fs::read_to_string(folder().join(format!("{table}.yaml"))).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

/// The rows of a table that are to be run: where `ROWS` is set, those whose id holds one of its
/// words.
fn wanted(table: &str) -> Vec<Row> {
    let mut rows = rows(table);
    if let Ok(wanted) = std::env::var("ROWS") {
        rows.retain(|row| wanted.split_whitespace().any(|word| row.id.contains(word)));
    }
    rows
}

impl Row {
    /// The forms that the row is brought in. A row that names none is brought in those of its
    /// table: the attacks on sign-offs, which are many, squashed only.
    fn forms(&self, table: &str) -> Vec<Form> {
        let forms: &[Form] = match &self.forms {
            Some(Forms::Named(Named::All)) => &FORMS,
            Some(Forms::Listed(forms)) => forms,
            None if table == "sign-offs" => &[Form::Squash],
            None => &[Form::MergeRef, Form::Squash],
        };
        // One edit is one commit, so rebased it is what it is squashed.
        let is_new = |form: &Form| *form != Form::Rebase || self.change.len() > 1;
        forms.iter().copied().filter(is_new).collect()
    }

    /// Which of several tests runs the row: told by its id (FNV-1a), so that a row more or less
    /// moves no other.
    fn shard(&self, shards: u32) -> u32 {
        let hash = self
            .id
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        hash % shards
    }
}

/// Judges a row in each of its forms, which must all come out the same, and describes the verdict.
fn judged(table: &str, row: &Row) -> String {
    let forms = row.forms(table).into_iter();
    let said: Vec<(Form, Said)> = forms.map(|form| (form, Case::judge(row, form))).collect();
    let (first, rest) = said.split_first().unwrap();
    for (form, other) in rest {
        let (one, two) = (first.1.essence(), other.essence());
        assert_eq!(one, two, "{}: {:?} and {form:?} differ", row.id, first.0);
    }
    let passes = first.1.exit == 0;
    assert_eq!(passes, table == "honest", "{}", first.1.described(&row.id));
    first.1.described(&row.id)
}

/// Judges the rows of a table that are in a shard and compares each with its own snapshot.
fn compare(table: &str, shard: u32, shards: u32) {
    for row in wanted(table).iter().filter(|row| row.shard(shards) == shard) {
        let expected = folder().join(table).join(format!("{}.txt", row.id));
        let expected = snapbox::Data::read_from(&expected, None).raw();
        snapbox::assert_data_eq!(judged(table, row), expected);
    }
}

#[test]
fn attacks_never_pass_1() {
    compare("attacks", 0, 4);
}

#[test]
fn attacks_never_pass_2() {
    compare("attacks", 1, 4);
}

#[test]
fn attacks_never_pass_3() {
    compare("attacks", 2, 4);
}

#[test]
fn attacks_never_pass_4() {
    compare("attacks", 3, 4);
}

#[test]
fn attacks_on_sign_offs_never_pass_1() {
    compare("sign-offs", 0, 2);
}

#[test]
fn attacks_on_sign_offs_never_pass_2() {
    compare("sign-offs", 1, 2);
}

#[test]
fn honest_changes_always_pass_1() {
    compare("honest", 0, 2);
}

#[test]
fn honest_changes_always_pass_2() {
    compare("honest", 1, 2);
}

#[test]
fn the_tables_are_as_long_as_they_should_be_and_every_row_has_its_name() {
    let (attacks, honest) = (rows("attacks"), rows("honest"));
    let on_sign_offs = rows("sign-offs");
    assert!(on_sign_offs.len() >= 50, "{}", on_sign_offs.len());
    assert!(attacks.len() >= 35 && honest.len() >= 20, "{} and {}", attacks.len(), honest.len());
    let mut ids: Vec<&str> =
        attacks.iter().chain(&honest).chain(&on_sign_offs).map(|row| row.id.as_str()).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "an id stands twice");
    for (table, rows) in [("attacks", &attacks), ("honest", &honest), ("sign-offs", &on_sign_offs)]
    {
        let files = fs::read_dir(folder().join(table)).unwrap();
        let found: BTreeSet<String> =
            files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
        let known: BTreeSet<String> = rows.iter().map(|row| format!("{}.txt", row.id)).collect();
        assert_eq!(found, known, "each row has its snapshot, and each snapshot a row");
    }
    assert!(attacks.iter().filter(|row| !row.first.is_empty()).count() >= 4, "two-step attacks");
}
