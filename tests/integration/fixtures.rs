//! Every case of every check, through the library: `fixtures/checks/CHECK/cases.yaml` describes
//! them, and `CASE/expected.txt` beside it holds what the check says. `SNAPSHOTS=overwrite cargo
//! test` writes what it finds; review the difference.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use aimsgate::CHECKS;
use aimsgate::Comparison;
use aimsgate::Fact;
use aimsgate::Unmerged;
use aimsgate::Verdict;
use aimsgate::judged;
use aimsgate::{FindingKind, Gate};
use aimsgate::{Location, Report, Style, formats};
use serde::Deserialize;
use tempfile::TempDir;

use crate::edits::{Edit, TODAY};
use crate::support::{copy, scratch};

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A case of a check, as `fixtures/checks/CHECK/cases.yaml` describes it: an example repository
/// with edits. What cannot be written there lies in the folder `CASE/change` beside it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Case {
    /// The folder of `fixtures/repos` it starts from.
    onto: String,
    /// What the target branch holds beyond that. A case that has this, be it empty, is a change.
    tip: Option<Vec<Edit>>,
    /// What is judged beyond that.
    #[serde(default)]
    edits: Vec<Edit>,
    /// The files that the target branch changed meanwhile too.
    #[serde(default)]
    both: Vec<String>,
    /// Why the target is not known.
    unknown: Option<String>,
    /// Why the change cannot be merged.
    unmerged: Option<String>,
}

fn cases(check: &Path) -> BTreeMap<String, Case> {
    let file = check.join("cases.yaml");
    let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("no {}", file.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The case that a folder of `fixtures/checks` stands for; `None` for an example repository.
fn case(folder: &Path) -> Option<Case> {
    let check = folder.parent().unwrap();
    check.join("cases.yaml").exists().then(|| cases(check).remove(&name(folder)).unwrap())
}

/// Whether a folder stands for a case that is signed anew whenever it is made.
pub(crate) fn is_signed_anew(folder: &Path) -> bool {
    case(folder).is_some_and(|case| case.edits.iter().any(|edit| !edit.is_plain()))
}

/// The folders of all cases, there or not: `fixtures/checks/CHECK/CASE`.
pub(crate) fn every_case() -> Vec<PathBuf> {
    let checks = folders(&fixtures().join("checks")).into_iter();
    checks.flat_map(|check| cases(&check).into_keys().map(move |case| check.join(case))).collect()
}

/// Judges an example repository, or a case of a check, as if it stood alone.
pub(crate) fn judge(folder: &Path) -> Report {
    let content = content(folder);
    let case = case(folder);
    let mut comparison = match &content {
        Content::Change { tip, judged } => Comparison::of_folders(tip.path(), judged.path()),
        _ => Comparison::of_folder(content.path()),
    }
    .unwrap();
    if let Some(case) = case {
        if let Some(why) = case.unknown {
            comparison.target = Fact::Undecided(why);
        }
        comparison.both = case.both.iter().map(|file| file.as_str().into()).collect();
        comparison.unmerged = case.unmerged.map(|text| {
            let remedy = "rebase".to_owned();
            Unmerged { text, remedy, path: Some("src/rank.py".into()) }
        });
    }
    judged(&comparison, TODAY.parse().unwrap(), Gate::Merge)
}

/// The files that are judged of an example repository or in a case.
pub(crate) fn content(folder: &Path) -> Content {
    let Some(case) = case(folder) else {
        return Content::Folder(folder.to_owned());
    };
    let judged = scratch();
    copy(&fixtures().join("repos").join(&case.onto), judged.path());
    let tip = case.tip.map(|edits| {
        edits.iter().for_each(|edit| edit.apply(judged.path()));
        let tip = scratch();
        copy(judged.path(), tip.path());
        tip
    });
    if folder.join("change").is_dir() {
        copy(&folder.join("change"), judged.path());
    }
    case.edits.iter().for_each(|edit| edit.apply(judged.path()));
    match tip {
        Some(tip) => Content::Change { tip, judged },
        None => Content::Made(judged),
    }
}

pub(crate) enum Content {
    Folder(PathBuf),
    Made(TempDir),
    Change { tip: TempDir, judged: TempDir },
}

impl Content {
    /// Where the files are that are judged.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder,
            Self::Made(judged) | Self::Change { judged, .. } => judged.path(),
        }
    }
}

pub(crate) fn place(location: &Location) -> String {
    match location.region {
        Some(region) => format!("{}:{}:{}", location.path, region.start_line, region.start_column),
        None => location.path.clone(),
    }
}

pub(crate) fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|item| item.unwrap().path()).collect();
    all.retain(|path| path.is_dir());
    all.sort();
    all
}

pub(crate) fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

/// What one check said in a case, and what the gate made of it.
fn described(report: &Report, check: &str) -> String {
    let mut text = String::new();
    for entry in report.findings.iter().filter(|entry| entry.check.name() == check) {
        let nature = match entry.nature {
            FindingKind::Undecided => "undecided",
            FindingKind::Waiting => "waiting",
            FindingKind::Fail => entry.severity.name(),
        };
        text +=
            &format!("{nature} {} [{}]\n  {}\n", place(&entry.location), entry.subject, entry.text);
        for related in &entry.related {
            text += &format!("  - {} {}\n", place(&related.location), related.text);
        }
    }
    let tally = &report.checks.iter().find(|summary| summary.id.name() == check).unwrap().tally;
    let waiting =
        if tally.waiting > 0 { format!(", waiting {}", tally.waiting) } else { String::new() };
    text + &format!(
        "passed {}, failed {}{waiting}, undecided {}, not applicable {}, silent {}; verdict {:?}\n",
        tally.passed,
        tally.failed,
        tally.undecided,
        tally.not_applicable,
        tally.silent,
        report.verdict
    )
}

/// What is wrong with a case, whose name says what the check must make of it.
fn mistake(folder: &Path, check: &str, report: &Report) -> Option<&'static str> {
    let tally = &report.checks.iter().find(|summary| summary.id.name() == check).unwrap().tally;
    let fired = tally.failed + tally.waiting + tally.undecided;
    let passes = report.verdict == Verdict::Pass;
    match name(folder).split('-').next().unwrap() {
        "fires" if fired == 0 => Some("is silent"),
        "passes" if fired > 0 || tally.passed == 0 => Some("fires or judges nothing"),
        "passes" if !passes => Some("the gate does not pass"),
        "damaged" if passes => Some("damage passes"),
        "fires" | "passes" | "damaged" => None,
        _ => Some("a case begins with fires, passes or damaged"),
    }
}

#[test]
fn every_case_of_every_check_says_what_is_expected() {
    let mut wrong = Vec::new();
    for folder in every_case() {
        let check = name(folder.parent().unwrap());
        let report = judge(&folder);
        fs::create_dir_all(&folder).unwrap();
        let expected = snapbox::Data::read_from(&folder.join("expected.txt"), None).raw();
        snapbox::assert_data_eq!(described(&report, &check), expected);
        let mistake = mistake(&folder, &check, &report);
        wrong.extend(mistake.map(|mistake| format!("{}: {mistake}", folder.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_of_a_case_has_a_case() {
    let all: BTreeSet<PathBuf> = every_case().into_iter().collect();
    for check in folders(&fixtures().join("checks")) {
        for folder in folders(&check) {
            assert!(all.contains(&folder), "{}: cases.yaml has none", folder.display());
            for item in fs::read_dir(&folder).unwrap() {
                let item = item.unwrap().file_name();
                assert!(
                    item == "change" || item == "expected.txt",
                    "{}: {item:?}",
                    folder.display()
                );
            }
        }
    }
}

#[test]
fn every_check_has_a_case_that_fires_one_that_passes_and_a_damaged_one() {
    let known: BTreeSet<String> = CHECKS.iter().map(|check| check.id.to_string()).collect();
    let present: BTreeSet<String> =
        folders(&fixtures().join("checks")).iter().map(|folder| name(folder)).collect();
    assert_eq!(known, present, "each check has a folder of fixtures, and each folder a check");
    for check in known {
        let cases = cases(&fixtures().join("checks").join(&check));
        for case in ["fires", "passes", "damaged"] {
            assert!(cases.contains_key(case), "{check} has no case `{case}`");
        }
    }
}

#[test]
fn every_finding_of_every_fixture_lies_in_a_place_that_exists_and_has_its_own_identity() {
    let repositories = folders(&fixtures().join("repos"));
    for folder in repositories.into_iter().chain(every_case()) {
        let mut seen = BTreeSet::new();
        let content = content(&folder);
        for entry in judge(&folder).findings {
            assert!(
                seen.insert(entry.fingerprint.clone()),
                "{}: {} twice",
                folder.display(),
                entry.subject
            );
            assert!(!entry.text.is_empty() && !entry.text.ends_with('.'), "{}", entry.text);
            assert!(
                !entry.remedies.is_empty(),
                "{}: {} has no way out",
                folder.display(),
                entry.text
            );
            for location in
                std::iter::once(&entry.location).chain(entry.related.iter().map(|it| &it.location))
            {
                let file = content.path().join(&location.path);
                let bytes =
                    fs::read(&file).unwrap_or_else(|_| panic!("{} does not exist", file.display()));
                if let Some(region) = location.region {
                    let text = String::from_utf8(bytes).unwrap();
                    let line = text
                        .lines()
                        .chain([""])
                        .nth(region.start_line - 1)
                        .unwrap_or_else(|| panic!("{}", place(location)));
                    assert!(region.start_column <= line.chars().count() + 1, "{}", place(location));
                }
            }
        }
    }
}

#[test]
fn the_example_repositories_are_what_they_teach() {
    let verdict = |name: &str| judge(&fixtures().join("repos").join(name));
    assert_eq!(verdict("support-chatbot").verdict, Verdict::Fail);
    // A repository without documents evidences nothing.
    let style = Style { color: false, unicode: false, width: 100 };
    let nothing = formats::terminal(&verdict("ranker"), style);
    assert!(nothing.contains("Controls of Annex A: 0 evidenced"), "{nothing}");
    let none = verdict("no-ai");
    assert!(none.findings.is_empty() && !none.inventory.uses_ai && none.verdict == Verdict::Pass);
}

/// A twin of a complete example: it lacks one thing, and the gate says exactly that.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Twin {
    onto: String,
    /// Edits that make the example complete, where it is not.
    #[serde(default)]
    first: Vec<Edit>,
    edits: Vec<Edit>,
    /// The texts of all findings but those that only a release asks for.
    says: Vec<String>,
}

#[test]
fn a_complete_example_passes_and_a_twin_that_lacks_one_thing_says_exactly_that() {
    let text = fs::read_to_string(fixtures().join("twins.yaml")).unwrap();
    let twins: BTreeMap<String, Twin> = serde_yaml::from_str(&text).unwrap();
    let said = |folder: &Path| -> (Verdict, Vec<String>) {
        let report = judge(folder);
        let asked = report.findings.into_iter().filter(|entry| entry.gate == Gate::Merge);
        (report.verdict, asked.map(|entry| entry.text).collect())
    };
    for (name, twin) in &twins {
        let folder = scratch();
        copy(&fixtures().join("repos").join(&twin.onto), folder.path());
        twin.first.iter().for_each(|edit| edit.apply(folder.path()));
        assert_eq!(said(folder.path()), (Verdict::Pass, vec![]), "{name}");
        twin.edits.iter().for_each(|edit| edit.apply(folder.path()));
        assert_eq!(said(folder.path()), (Verdict::Fail, twin.says.clone()), "{name}");
    }
}
