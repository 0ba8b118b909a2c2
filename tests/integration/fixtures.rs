//! Every case of every check, through the library: `fixtures/checks/CHECK/CASE/` against its
//! `expected.txt`. `SNAPSHOTS=overwrite cargo test` writes what it finds; review the difference.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use aimsgate::change::Unmerged;
use aimsgate::checks;
use aimsgate::decision::Verdict;
use aimsgate::edge::git::Comparison;
use aimsgate::fact::Fact;
use aimsgate::finding::{FindingKind, Gate};
use aimsgate::report::{Location, Report};
use aimsgate::run::judged;
use tempfile::TempDir;

use crate::edits::{Edit, TODAY};
use crate::support::{copy, scratch};

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Judges a folder as if it stood alone. A case with a file `onto` is the example repository that
/// it names, with what `change` holds written over it, without what `removed` lists, and with the
/// edits that `edits.yaml` lists. A case of a change is two folders: `tip`, what the target branch
/// holds (or `against`, which names an example), and `change`, what is written over it; `removed`
/// lists what the change removes, `both` what the target branch changed too; `unknown` says why the
/// target is not known, `unmerged` why the merge is not.
pub(crate) fn judge(folder: &Path) -> Report {
    let told = |file: &str| fs::read_to_string(folder.join(file)).ok();
    let against = told("against").map(|name| fixtures().join("repos").join(name.trim()));
    let tip = against.unwrap_or_else(|| folder.join("tip"));
    let content = content(folder);
    let comparison = if tip.is_dir() {
        Comparison::of_folders(&tip, content.path())
    } else {
        Comparison::of_folder(content.path())
    };
    let mut comparison = comparison.unwrap();
    if let Some(why) = told("unknown") {
        comparison.target = Fact::Undecided(why.trim().to_owned());
    }
    comparison.both = told("both").iter().flat_map(|files| files.lines()).map(Into::into).collect();
    comparison.unmerged = told("unmerged").map(|text| {
        let remedy = "rebase".to_owned();
        Unmerged { text: text.trim().to_owned(), remedy, path: Some("src/rank.py".into()) }
    });
    judged(&comparison, TODAY.parse().unwrap(), Gate::Merge)
}

/// The files that are judged in a case.
pub(crate) fn content(folder: &Path) -> Content {
    let base = match fs::read_to_string(folder.join("onto")) {
        Ok(name) => fixtures().join("repos").join(name.trim()),
        Err(_) => folder.join("tip"),
    };
    if !base.is_dir() {
        return Content::Folder(folder.to_owned());
    }
    let judged = scratch();
    copy(&base, judged.path());
    if folder.join("change").is_dir() {
        copy(&folder.join("change"), judged.path());
    }
    for path in fs::read_to_string(folder.join("removed")).unwrap_or_default().lines() {
        fs::remove_file(judged.path().join(path)).unwrap();
    }
    let edits = fs::read_to_string(folder.join("edits.yaml")).unwrap_or_default();
    let edits: Vec<Edit> =
        if edits.is_empty() { Vec::new() } else { serde_yaml::from_str(&edits).unwrap() };
    edits.iter().for_each(|edit| edit.apply(judged.path()));
    Content::Made(judged)
}

pub(crate) enum Content {
    Folder(PathBuf),
    Made(TempDir),
}

impl Content {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder,
            Self::Made(folder) => folder.path(),
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

#[test]
fn every_case_of_every_check_says_what_is_expected() {
    let mut wrong = Vec::new();
    for folder in folders(&fixtures().join("checks")) {
        let check = name(&folder);
        for case in folders(&folder) {
            let report = judge(&case);
            let found = described(&report, &check);
            snapbox::assert_data_eq!(
                found,
                snapbox::Data::read_from(&case.join("expected.txt"), None).raw()
            );
            let tally =
                &report.checks.iter().find(|summary| summary.id.name() == check).unwrap().tally;
            let fired = tally.failed + tally.waiting + tally.undecided;
            match name(&case).split('-').next().unwrap() {
                "fires" if fired == 0 => wrong.push(format!("{} is silent", case.display())),
                "passes" if fired > 0 || tally.passed == 0 => {
                    wrong.push(format!("{} fires or judges nothing", case.display()));
                }
                "fires" | "passes" => {}
                "damaged" if report.verdict == Verdict::Pass => {
                    wrong.push(format!("{}: damage passes", case.display()))
                }
                "damaged" => {}
                other => panic!(
                    "{}: a case begins with fires, passes or damaged, not {other}",
                    case.display()
                ),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_has_a_case_that_fires_one_that_passes_and_a_damaged_one() {
    let known: BTreeSet<String> = checks::ALL.iter().map(|check| check.id.to_string()).collect();
    let present: BTreeSet<String> =
        folders(&fixtures().join("checks")).iter().map(|folder| name(folder)).collect();
    assert_eq!(known, present, "each check has a folder of fixtures, and each folder a check");
    for check in known {
        let cases: BTreeSet<String> = folders(&fixtures().join("checks").join(&check))
            .iter()
            .map(|case| name(case))
            .collect();
        for case in ["fires", "passes", "damaged"] {
            assert!(cases.contains(case), "{check} has no case `{case}`");
        }
    }
}

#[test]
fn every_finding_of_every_fixture_lies_in_a_place_that_exists_and_has_its_own_identity() {
    let repositories = folders(&fixtures().join("repos"));
    let cases = folders(&fixtures().join("checks")).into_iter().flat_map(|folder| folders(&folder));
    for folder in repositories.into_iter().chain(cases) {
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
    let credit = verdict("credit-scoring");
    let found: Vec<&str> = credit.findings.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(
        (credit.verdict, found),
        (Verdict::Pass, vec![]),
        "complete under strict, sign-offs \
        excepted"
    );
    assert_eq!(verdict("support-chatbot").verdict, Verdict::Fail);
    let none = verdict("no-ai");
    assert!(none.findings.is_empty() && !none.inventory.uses_ai && none.verdict == Verdict::Pass);
}
