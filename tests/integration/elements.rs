//! Every element of every document of the example of class high: once it is left blank, or taken out, the gate
//! says so once, where it was.

use std::collections::BTreeMap;
use std::fs;

use aimsgate::evidence::{Answer, State};
use aimsgate::snapshot::View;
use aimsgate::source::{Comparison, DirectorySnapshot};
use aimsgate::span::{RepoPath, Span};
use aimsgate::{detect, run, world};
use tempfile::TempDir;

use crate::fixtures::fixtures;
use crate::support::copy;

const TODAY: &str = "2026-11-22";

/// A place that answers elements: where it stands, and which elements of which kinds it answers.
type Answers = BTreeMap<(String, usize, usize), Vec<String>>;

/// What the documents of the example answer, by place; each document once.
fn answers() -> Answers {
    let folder = fixtures().join("repos/credit-scoring");
    let snapshot = DirectorySnapshot::open(&folder).unwrap();
    let world = world::World::load(View::new(&snapshot, RepoPath::root()), &detect::Memory::default());
    let mut answers = Answers::new();
    for (need, answer) in &world.evidence {
        let Answer::Read(reading) = answer else { continue };
        for element in &reading.elements {
            assert_eq!(element.state, State::Present, "{} {}", need.kind.id, element.element.key);
            let Span { start, end } = element.span.unwrap();
            let name = format!("{} {}", need.kind.id, element.element.key);
            let names = answers.entry((reading.path.to_string(), start, end)).or_default();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    answers
}

/// The findings about content after one text was replaced, each with its line.
fn findings(path: &str, start: usize, end: usize, with: &str) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    copy(&fixtures().join("repos/credit-scoring"), folder.path());
    let file = folder.path().join(path);
    let text = fs::read_to_string(&file).unwrap();
    let line = text[..start].matches('\n').count() + 1;
    fs::write(&file, format!("{}{with}{}", &text[..start], &text[end..])).unwrap();
    let report = run::judged(
        &Comparison::of_folder(folder.path()).unwrap(),
        TODAY.parse().unwrap(),
        aimsgate::finding::Gate::Merge,
    );
    let about = |entry: &&aimsgate::report::Entry| matches!(entry.check, "placeholder" | "element-missing");
    let found = report.findings.iter().filter(about).map(|entry| {
        let at = entry.location.region.map_or(0, |region| region.start_line);
        let near = if entry.check == "placeholder" && at.abs_diff(line) > 1 { " far" } else { "" };
        format!("{}{near} {} {}", entry.check, entry.location.path, entry.subject)
    });
    found.collect()
}

#[test]
fn an_element_left_blank_is_one_finding_in_its_place() {
    let answers = answers();
    assert!(answers.len() > 100, "only {} places answer something", answers.len());
    let mut wrong = Vec::new();
    for ((path, start, end), names) in &answers {
        let found = findings(path, *start, *end, "TBD");
        // A text that answers elements of two kinds is missed by both.
        let once = found.len() == names.len() && found.iter().all(|it| it.contains(path) && !it.contains(" far"));
        if !once {
            wrong.push(format!("{path}:{start} {names:?}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), answers.len(), wrong.join("\n"));
}
