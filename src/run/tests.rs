//! Every element of every document of the example of class high: once it is left blank, or taken
//! out, the gate says so once, where it was.
#![expect(clippy::disallowed_methods, reason = "a test edits a copy of the example")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::judged;
use crate::check_id::CheckId;
use crate::document;
use crate::edge::git::{Comparison, DirectorySnapshot};
use crate::evidence::{Answer, State};
use crate::file_cache::FileCache;
use crate::finding::Gate;
use crate::model::RepositoryModel;
use crate::settings::gate::{self, Mode, Rules};
use crate::snapshot::View;
use crate::span::{RepoPath, Span};

const TODAY: &str = "2026-11-22";

/// An element of a document: its kind, the model or dataset it is about, its key.
type Name = (String, Option<String>, String);

/// Every element of every document that was read, each document once, with where it is said.
fn said(folder: &Path) -> BTreeMap<Name, Option<(String, Span)>> {
    let snapshot = DirectorySnapshot::open(folder).unwrap();
    let world = RepositoryModel::load(
        View::new(&snapshot, RepoPath::root()),
        &Rules::default(),
        &FileCache::default(),
    );
    let mut seen = BTreeSet::new();
    let mut all = BTreeMap::new();
    for (need, answer) in &world.evidence {
        let Answer::Read(reading) = answer else { continue };
        if !seen.insert((need.kind.id.clone(), reading.path.clone(), reading.heading)) {
            continue;
        }
        for element in &reading.elements {
            let name = (need.kind.id.to_string(), need.object.clone(), element.element.key.clone());
            let at = element.span.filter(|_| element.state == State::Present);
            all.insert(name, at.map(|span| (reading.path.to_string(), span)));
        }
    }
    all
}

fn copy(from: &Path, to: &Path) {
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.path().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&item.path(), &target);
        } else {
            fs::copy(item.path(), target).unwrap();
        }
    }
}

/// What is done to an element.
#[derive(Clone, Copy, Debug)]
enum Done {
    /// What it says is replaced by a placeholder.
    Blanked,
    /// Its label is taken out with it, or its heading with the whole section; what has no line of
    /// its own is blanked.
    Removed,
}

/// Does it wherever the document says the element, and tells the lines that were touched.
fn without(folder: &Path, name: &Name, done: Done) -> (String, Vec<usize>) {
    let (mut file, mut lines) = (String::new(), Vec::new());
    while let Some(Some((path, span))) = said(folder).get(name).cloned() {
        let text = fs::read_to_string(folder.join(&path)).unwrap();
        lines.push(text[..span.start].matches('\n').count() + 1);
        assert!(lines.len() < 12, "{name:?} is said without end");
        let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let is_label = text[line..].starts_with("- **") || text[line..].starts_with("**");
        let (start, end, held) = match done {
            Done::Removed if is_label => {
                let end = text[span.end..].find('\n').map_or(text.len(), |at| span.end + at + 1);
                (line, end, "")
            }
            Done::Removed if let Some(section) = section(&text, line) => {
                (section.start, section.end, "")
            }
            _ if path.ends_with(".json") => (span.start, span.end, "\"TBD\""),
            _ => (span.start, span.end, "TBD"),
        };
        fs::write(folder.join(&path), format!("{}{held}{}", &text[..start], &text[end..])).unwrap();
        file = path;
    }
    (file, lines)
}

/// A section below the title whose first line of text this is: from its heading to the next.
fn section(text: &str, line: usize) -> Option<std::ops::Range<usize>> {
    let above = text[..line].trim_end();
    let start = above.rfind('\n').map_or(0, |at| at + 1);
    let end = text[line..].find("\n#").map_or(text.len(), |at| line + at + 1);
    above[start..].starts_with("##").then_some(start..end)
}

#[test]
fn an_element_left_blank_or_taken_out_is_one_finding_in_its_place() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos/credit-scoring");
    let names = said(&example);
    assert!(names.len() > 100, "only {} elements", names.len());
    assert!(names.values().all(Option::is_some), "the example leaves something open");
    let judged = |(name, done): (&Name, Done)| -> Option<String> {
        let folder = TempDir::new().unwrap();
        copy(&example, folder.path());
        let (file, lines) = without(folder.path(), name, done);
        // One text may answer elements of two documents; then both lost it.
        let lost = said(folder.path()).values().filter(|at| at.is_none()).count();
        let today = TODAY.parse().unwrap();
        let report = judged(&Comparison::of_folder(folder.path()).unwrap(), today, Gate::Merge);
        let about = report
            .findings
            .iter()
            .filter(|it| matches!(it.check, CheckId::Placeholder | CheckId::ElementMissing));
        let found: Vec<String> = about
            .map(|it| {
                format!(
                    "{} {}:{}",
                    it.check,
                    it.location.path,
                    it.location.region.map_or(0, |at| at.start_line)
                )
            })
            .collect();
        // A label or a heading may stand on the line before what it says.
        let is_there = |text: &String| {
            lines.iter().any(|line| {
                (line.saturating_sub(2)..=*line)
                    .any(|near| text.ends_with(&format!(" {file}:{near}")))
            })
        };
        let in_file = |text: &String| text.contains(&format!(" {file}:"));
        // What is not there at all is told at the document, with all else that is not there.
        let is_placed =
            found.iter().any(|it| is_there(it) || it.starts_with("element-missing") && in_file(it));
        let right = is_placed && (1..=lost).contains(&found.len());
        (!right).then(|| format!("{name:?} {done:?}, {lost} lost in {file} {lines:?}: {found:?}"))
    };
    let all: Vec<(&Name, Done)> =
        names.keys().flat_map(|name| [(name, Done::Blanked), (name, Done::Removed)]).collect();
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let halves = all.chunks(all.len().div_ceil(2)).map(|half| {
            scope.spawn(|| half.iter().copied().filter_map(judged).collect::<Vec<_>>())
        });
        halves.collect::<Vec<_>>().into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), names.len(), wrong.join("\n"));
}

#[test]
fn other_rules_judge_in_a_simulation_and_the_own_ones_are_compared() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos/ranker");
    let copied = TempDir::new().unwrap();
    copy(&example, copied.path());
    let rules = copied.path().join("governance/gate.yaml");
    fs::write(&rules, "schema: aimsgate/1\nrepository: example.com/shop/ranker\n").unwrap();
    let observing = b"schema: aimsgate/1\nenforce: {mode: observe}\n".to_vec();
    let document = document::parse("other.yaml".into(), observing);
    let judged = |other: bool| {
        let mut comparison = Comparison::of_folders(&example, copied.path()).unwrap();
        comparison.what_if = other
            .then(|| Rules::compose(vec![("other.yaml".into(), gate::read(&document).unwrap())]));
        let report = judged(&comparison, TODAY.parse().unwrap(), Gate::Merge);
        let weakened = report.findings.iter().any(|it| it.check == CheckId::RuleWeakened);
        (report.inputs.mode, weakened)
    };
    assert_eq!(judged(false), (Mode::Strict, true));
    // That the change weakens the rules is told whatever the simulation is about.
    assert_eq!(judged(true), (Mode::Observe, true));
}
