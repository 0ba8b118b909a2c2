//! The register names files that are not there.

use globset::{Candidate, GlobSet};

use crate::check_id::CheckId;
use crate::document::Spanned;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::covers;
use crate::settings::register::System;
use crate::snapshot::Snapshot;
use crate::wording::and_more;

pub(crate) const CHECK: Check = check(
    CheckId::DeclaredPathMissing,
    "The register names a file that is not in the repository",
    run,
)
.controls(&["A.4.2", "A.4.4"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("declared_path_missing.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    match context.register() {
        Ok(register) => register.systems.iter().map(|system| judge(context, system)).collect(),
        Err(outcomes) => outcomes,
    }
}

const REMEDY: &str = "correct the path; weights that are kept outside git are declared by \
    `pointer`, the \
    file in git that stands for them";

fn judge(context: &Context<'_>, system: &System) -> Outcome {
    let subject = Subject::System(system.id.value.clone());
    let mut patterns: Vec<(&str, &Spanned<String>)> =
        system.paths.iter().map(|path| ("path", path)).collect();
    let mut paths: Vec<(&str, &Spanned<String>)> = Vec::new();
    for model in &system.models {
        patterns.extend(model.path.iter().map(|path| ("model", path)));
        paths.extend(model.pointer.iter().map(|path| ("pointer", path)));
    }
    for dataset in &system.datasets {
        patterns.extend(dataset.path.iter().map(|path| ("dataset", path)));
        paths.extend(dataset.pointer.iter().map(|path| ("pointer", path)));
    }
    paths.extend(system.sheet.iter().map(|path| ("sheet", path)));
    paths.extend(system.accept_when.iter().map(|threshold| ("results", &threshold.results)));
    let snapshot = context.judged.view.snapshot;
    let matched = matched(system, &patterns, snapshot);
    let exists =
        |path: &str| system.base.join(path).is_ok_and(|path| snapshot.entry(&path).is_some());
    let mut missing: Vec<(&str, &Spanned<String>)> = patterns
        .into_iter()
        .zip(matched)
        .filter(|(_, matched)| !matched)
        .map(|(pattern, _)| pattern)
        .collect();
    missing.extend(paths.into_iter().filter(|(_, path)| !exists(&path.value)));
    missing.sort_by_key(|(_, path)| path.span);
    missing.dedup_by(|a, b| a.1 == b.1);
    let Some(((what, first), rest)) = missing.split_first().map(|(first, rest)| (*first, rest))
    else {
        return Outcome::pass(subject);
    };
    let more = and_more(rest.len(), "of this system");
    let text = format!("no file matches the {what} `{}`{more}", first.value);
    let names = std::iter::once(&first.value).chain(rest.iter().map(|(_, path)| &path.value));
    let parts = names.map(|name| Part::Path(name.clone()));
    let problem = Problem::new(system.place(first.span), system.class(), text)
        .label("matches nothing")
        .parts(parts);
    let problem = rest.iter().fold(problem, |problem, (what, path)| {
        problem.related(system.place(path.span), format!("no file matches this {what} either"))
    });
    Outcome::fail(subject, problem.remedy(Who::Author, REMEDY))
}

/// Which of the patterns match a file.
fn matched(
    system: &System,
    patterns: &[(&str, &Spanned<String>)],
    snapshot: &dyn Snapshot,
) -> Vec<bool> {
    let sets: Vec<GlobSet> =
        patterns.iter().map(|(_, it)| covers([(&system.base, it.value.as_str())])).collect();
    let mut matched = vec![false; sets.len()];
    let mut open: Vec<usize> = (0..sets.len()).collect();
    for entry in snapshot.entries() {
        if open.is_empty() {
            break;
        }
        let path = entry.path.to_string();
        let candidate = Candidate::new(&path);
        open.retain(|at| {
            matched[*at] = sets[*at].is_match_candidate(&candidate);
            !matched[*at]
        });
    }
    matched
}
