//! The gate's own step in pipelines and hooks, and whether a change removes, narrows or downgrades
//! it.
//!
//! Pipelines are read as what they are, YAML: a step is the smallest mapping that names aimsgate,
//! or calls a file of the repository that does. Whatever else is said around it must stay as it is,
//! but for a few keys that change nothing about the verdict and versions that grow.

mod artifacts;
mod called;
mod commands;
mod definitions;
mod files;
mod follow;
mod gitlab;
mod includes;
mod pins;
mod program_text;
mod rules;
mod runs;
mod sessions;
mod sides;
mod step_names;
mod steps;
mod strictness;
mod twins;

use std::collections::BTreeSet;

use artifacts::handed;
use called::called;
use files::{MOST_FILES, gate_callers, is_hooks, is_of_github, may_be_pipeline, works_as};
use includes::{included, overridden};
use program_text::Programs;
pub(crate) use runs::{ActionPin, RunStep, runs};
use sides::{Pipelines, Sides};
pub(crate) use sides::{WeakenedKind, WeakenedStep};
use step_names::StepNames;
use steps::{Step, StepDifference, steps};
use twins::twins;

use crate::change::{Change, Edit};
use crate::document::Document;
use crate::evidence::Documents;
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// Every step of the gate that the change removes or weakens.
pub(crate) fn weakened_steps(
    tip: &View<'_>,
    judged: &View<'_>,
    change: &Change,
    fallback: &Place,
) -> Vec<WeakenedStep> {
    if change.is_empty() {
        return Vec::new();
    }
    let sides = Sides {
        tip,
        judged,
        change,
        tip_programs: Programs::new(tip),
        judged_programs: Programs::new(judged),
        fallback,
    };
    let (mut before, mut now) = (Documents::default(), Documents::default());
    let files = tip.documents().map(|(entry, _)| &entry.path).filter(|path| may_be_pipeline(path));
    let mut all: BTreeSet<RepoPath> = files.take(MOST_FILES).cloned().collect();
    let of_tip = included(tip, &mut before);
    all.extend(of_tip.iter().cloned());
    let files: Vec<&RepoPath> = all.iter().collect();
    let names = gate_callers(&sides.tip_programs, &files, &mut before);
    let mut gate = Vec::new();
    for path in &all {
        let Some(document) = before.load(tip, path) else { continue };
        let own = steps(document, &names);
        if !own.is_empty() {
            gate.push((path.clone(), own));
        }
    }
    let with_gate = gate.iter().map(|(path, _)| path.clone()).collect();
    let now_included = included(judged, &mut now);
    let pipelines = Pipelines { all, with_gate, before: of_tip, now: now_included };
    let mut found = Vec::new();
    for path in &pipelines.all {
        let own = gate.iter().find(|(file, _)| file == path);
        let own = own.map_or([].as_slice(), |(_, own)| own.as_slice());
        if !own.is_empty() {
            found.extend(called(path, own, &sides, &pipelines));
        }
        // Jobs of one file depend on other files on GitLab only.
        if !own.is_empty() && !is_of_github(path) && !is_hooks(path) {
            found.extend(overridden(path, own, &sides, &pipelines, &mut before, &mut now));
            found.extend(handed(path, own, &sides, &pipelines, &mut before, &mut now));
        }
        found.extend(left_out(path, own, &sides, &pipelines));
        let Some(old) = before.load(tip, path) else { continue };
        found.extend(edited(old, own, &names, &sides, &mut now));
    }
    found.extend(twins(&gate, &names, &sides, &mut before, &mut now));
    found
}

/// A file with the gate that the pipeline no longer includes.
fn left_out(
    path: &RepoPath,
    own: &[Step],
    sides: &Sides<'_>,
    pipelines: &Pipelines,
) -> Option<WeakenedStep> {
    let is_left_out = !own.is_empty()
        && pipelines.before.contains(path)
        && !pipelines.now.contains(path)
        && !sides.change.files.contains_key(path);
    is_left_out.then(|| {
        let file = pipelines.changed(path, path, sides.change);
        WeakenedStep {
            place: sides.place_of(&file),
            path: file,
            text: format!("`{path}`, which runs the gate, is no longer included"),
            kind: WeakenedKind::Step,
        }
    })
}

/// What becomes of the steps of a file that the change edits or removes.
fn edited(
    old: &Document,
    own: &[Step],
    names: &StepNames,
    sides: &Sides<'_>,
    now: &mut Documents,
) -> Vec<WeakenedStep> {
    let path = &old.path;
    let mut found = Vec::new();
    let mut tell = |place: Place, text: String, is_before: bool| {
        let kind = if is_before { WeakenedKind::Before } else { WeakenedKind::Step };
        found.push(WeakenedStep { path: path.clone(), place, text, kind });
    };
    let unread = old.damage().is_some() && old.source.contains("aimsgate");
    let is_changed = matches!(sides.change.files.get(path), Some(Edit::Edited | Edit::Removed));
    if !is_changed || (own.is_empty() && !unread) {
        return found;
    }
    let moved = sides
        .change
        .moved_from
        .iter()
        .find(|(to, from)| *from == path && works_as(path, to))
        .map(|(to, _)| to);
    let Some(new) = now.load(sides.judged, moved.unwrap_or(path)) else {
        tell(sides.fallback.clone(), format!("`{path}` ran the gate and is gone"), false);
        return found;
    };
    let place = |span| Place::bytes(new.path.clone(), span);
    if let Some(damage) = new.damage() {
        let text = format!("`{path}` ran the gate and cannot be read");
        tell(place(damage.span), text, false);
    } else if unread {
        let text = format!("`{path}` names the gate, and could not be read on the target branch");
        tell(Place::whole(new.path.clone()), text, false);
    }
    let new_steps = steps(new, names);
    for step in own {
        let same = new_steps.iter().filter(|it| it.path == step.path);
        match weakened(step, same) {
            None => {}
            Some(None) => {
                let text = format!("the gate's step in `{path}` is gone");
                tell(Place::whole(new.path.clone()), text, false);
            }
            Some(Some(StepDifference { span, what, is_before })) => {
                tell(place(span), format!("the gate's step in `{path}` {what}"), is_before);
            }
        }
    }
    found
}

/// In what way none of the steps at its place is as strict as one that was there; the inner `None`
/// where there is none at its place.
fn weakened<'a>(
    step: &Step,
    now: impl Iterator<Item = &'a Step>,
) -> Option<Option<StepDifference>> {
    let mut first = None;
    for other in now {
        let difference = step.differs_from(other)?;
        first = first.or(Some(difference));
    }
    Some(first)
}

#[cfg(test)]
mod tests;
