//! What the gate's job runs out of the repository, and whether a change makes it something else.

use std::collections::BTreeSet;

use super::commands::RunTool;
use super::definitions::definition;
use super::files::is_workflow;
use super::follow::reach;
use super::pins::{Pinned, Where, is_same_or_newer};
use super::program_text::{is_requirements, requirements};
use super::rules::CalledPart;
use super::sides::{Pipelines, Sides, WeakenedKind, WeakenedStep};
use super::steps::Step;
use crate::change::Edit;
use crate::settings::layout::OwnFile;
use crate::span::RepoPath;

/// Files that a command names and that decide nothing about the gate.
const FREE: [&str; 21] = [
    "package.json",
    "pyproject.toml",
    "setup.cfg",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "uv.lock",
    "Pipfile.lock",
    "Cargo.lock",
    "Gemfile.lock",
    "go.sum",
    "go.mod",
    "Cargo.toml",
    ".python-version",
    ".nvmrc",
    ".node-version",
    ".ruby-version",
    ".tool-versions",
    "LICENSE",
];

/// Files of the repository that a job with the gate runs: what they do is part of the step.
pub(super) fn called(
    path: &RepoPath,
    own: &[Step],
    sides: &Sides<'_>,
    pipelines: &Pipelines,
) -> Vec<WeakenedStep> {
    let texts: Vec<String> = own.iter().flat_map(Step::texts).collect();
    let reach = reach(&sides.tip_programs, texts, &[RepoPath::root()]);
    let mut changed: BTreeSet<RepoPath> = BTreeSet::new();
    let mut of_tools: BTreeSet<RepoPath> = BTreeSet::new();
    for call in &reach.calls {
        let before = definition(&sides.tip_programs, call);
        let now = definition(&sides.judged_programs, call);
        let files: BTreeSet<&RepoPath> = before.keys().chain(now.keys()).collect();
        of_tools.extend(files.iter().map(|file| (*file).clone()));
        let differs = |file: &RepoPath| match (before.get(file), now.get(file)) {
            (Some(before), Some(now)) => !is_same(before, now),
            (before, now) => before.is_some() != now.is_some(),
        };
        if !files.iter().any(|file| differs(file)) {
            continue;
        }
        // Files that are read as one, and a file in the place of what would be made.
        let is_one = matches!(call.tool, RunTool::Make | RunTool::Just);
        let is_made = |file: &RepoPath| call.names.contains(&file.file_name());
        let edited = sides.change.files.keys().filter(|file| {
            (files.contains(file) && (is_one || differs(file))) || (is_one && is_made(file))
        });
        changed.extend(edited.cloned());
    }
    for (file, edit) in &sides.change.files {
        let is_of_action = file
            .ancestors_from_root()
            .iter()
            .any(|folder| folder != file && reach.actions.contains(folder));
        let is_called = reach.files.contains(file) || is_of_action;
        // What it says is compared step by step, target by target, or as a file that is included.
        let is_apart = pipelines.with_gate.contains(file)
            || of_tools.contains(file)
            || (!is_of_action && (pipelines.all.contains(file) || is_workflow(file)));
        if is_called && !is_apart && !is_free(file) && is_another(file, *edit, sides) {
            changed.insert(file.clone());
        }
    }
    let text = |file: &RepoPath| {
        format!("`{file}`, which the gate's job in `{path}` runs, is not what it was")
    };
    let step = |file: RepoPath| WeakenedStep {
        place: sides.place_of(&file),
        text: text(&file),
        path: file,
        kind: WeakenedKind::Step,
    };
    changed.into_iter().map(step).collect()
}

/// Whether a file is a page for people, a list that a program keeps, or judged by other checks.
fn is_free(path: &RepoPath) -> bool {
    let is_page = ["md", "rst", "adoc"].contains(&path.extension().as_str());
    is_page || FREE.contains(&&*path.file_name()) || OwnFile::at(path).is_some()
}

/// Whether a file does something else than it did.
fn is_another(file: &RepoPath, edit: Edit, sides: &Sides<'_>) -> bool {
    if edit == Edit::Edited && is_requirements(file) {
        let lines = |text: Option<String>| Pinned {
            text: requirements(&text.unwrap_or_default()),
            comment: String::new(),
        };
        let (before, now) = (sides.tip_programs.text(file), sides.judged_programs.text(file));
        return !is_same_or_newer(&lines(before), &lines(now), Where::InCommand);
    }
    sides.tip_programs.meaning(file) != sides.judged_programs.meaning(file)
}

/// Whether what counts is the same, but for a newer gate.
fn is_same(before: &CalledPart, now: &CalledPart) -> bool {
    let pinned = |text: &str| Pinned { text: text.to_owned(), comment: String::new() };
    [(&before.own, &now.own), (&before.around, &now.around)]
        .iter()
        .all(|(before, now)| is_same_or_newer(&pinned(before), &pinned(now), Where::InCommand))
}
