//! The gate's own step in pipelines and hooks, and whether a change removes, narrows or downgrades
//! it.
//!
//! Pipelines are read as what they are, YAML: a step is the smallest mapping that names aimsgate,
//! or calls a file of the repository that does. Whatever else is said around it must stay as it is,
//! but for a few keys that change nothing about the verdict and versions that grow.

mod files;
mod pins;
mod runs;
mod step_names;
mod steps;
mod strictness;

use std::collections::BTreeSet;

use files::{MOST_FILES, gate_callers, is_hooks, is_of_github, may_be_pipeline, works_as};
pub(crate) use runs::{ActionPin, RunStep, runs};
use steps::{Step, steps};
use strictness::canonical;

use crate::change::{Change, Edit};
use crate::evidence::Documents;
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// A step that is no longer what it was.
#[derive(Debug)]
pub(crate) struct WeakenedStep {
    pub(crate) path: RepoPath,
    pub(crate) place: Place,
    /// What became of it, in words.
    pub(crate) text: String,
}

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
    let (mut before, mut now) = (Documents::default(), Documents::default());
    let files = tip.documents().map(|(entry, _)| &entry.path).filter(|path| may_be_pipeline(path));
    let files: Vec<&RepoPath> = files.take(MOST_FILES).collect();
    let names = gate_callers(tip, &files, &mut before);
    let mut found = Vec::new();
    for path in files {
        let Some(old) = before.load(tip, path) else { continue };
        let old_steps = steps(old, &names);
        let unread = old.damage().is_some() && old.source.contains("aimsgate");
        found.extend(called(path, &old_steps, tip, change, fallback));
        found.extend(overridden(path, &old_steps, [tip, judged], change, &mut before, &mut now));
        let is_changed = matches!(change.files.get(path), Some(Edit::Edited | Edit::Removed));
        if !is_changed || (old_steps.is_empty() && !unread) {
            continue;
        }
        let moved = change
            .moved_from
            .iter()
            .find(|(to, from)| *from == path && works_as(path, to))
            .map(|(to, _)| to);
        let Some(new) = now.load(judged, moved.unwrap_or(path)) else {
            let text = format!("`{path}` ran the gate and is gone");
            found.push(WeakenedStep { path: path.clone(), place: fallback.clone(), text });
            continue;
        };
        let place = |span| Place::bytes(new.path.clone(), span);
        if let Some(damage) = new.damage() {
            let text = format!("`{path}` ran the gate and cannot be read");
            found.push(WeakenedStep { path: path.clone(), place: place(damage.span), text });
        } else if unread {
            let text =
                format!("`{path}` names the gate, and could not be read on the target branch");
            found.push(WeakenedStep {
                path: path.clone(),
                place: Place::whole(new.path.clone()),
                text,
            });
        }
        let new_steps = steps(new, &names);
        for step in old_steps {
            let same = new_steps.iter().filter(|it| it.path == step.path);
            if let Some((span, what)) = weakened(&step, same) {
                let place = span.map_or_else(|| Place::whole(new.path.clone()), place);
                found.push(WeakenedStep {
                    path: path.clone(),
                    place,
                    text: format!("the gate's step in `{path}` {what}"),
                });
            }
        }
    }
    found
}

/// In what way none of the steps at its place is as strict as one that was there.
fn weakened<'a>(
    step: &Step,
    now: impl Iterator<Item = &'a Step>,
) -> Option<(Option<crate::span::Span>, String)> {
    let mut first = None;
    for other in now {
        let (span, what) = step.differs_from(other)?;
        first = first.or(Some((Some(span), what)));
    }
    Some(first.unwrap_or((None, "is gone".to_owned())))
}

/// Files of the repository that a job with the gate runs: what they do is part of the step.
fn called(
    path: &RepoPath,
    own: &[Step],
    tip: &View<'_>,
    change: &Change,
    fallback: &Place,
) -> Vec<WeakenedStep> {
    let words: BTreeSet<String> = own.iter().flat_map(Step::words).collect();
    let is_called = |file: &RepoPath| {
        let name = file.to_string();
        let of_action = ["/action.yml", "/action.yaml"].iter().any(|action| {
            // All files of a local action are its program.
            file.parent().ancestors_from_root().iter().filter(|folder| !folder.is_root()).any(
                |folder| {
                    words.contains(&folder.to_string())
                        && tip
                            .snapshot
                            .entry(&RepoPath::from(format!("{folder}{action}").as_str()))
                            .is_some()
                },
            )
        });
        words.contains(&name) || of_action
    };
    let changed =
        change.files.iter().filter(|(_, edit)| **edit != Edit::Added).map(|(file, _)| file);
    let called = changed.filter(|file| !may_be_pipeline(file) && is_called(file));
    let text = |file: &RepoPath| {
        format!("`{file}`, which the gate's job in `{path}` runs, is not what it was")
    };
    called
        .map(|file| WeakenedStep { path: path.clone(), place: fallback.clone(), text: text(file) })
        .collect()
}

/// Keys of a GitLab file that hold for the jobs of all files.
const FOR_ALL_JOBS: [&str; 7] =
    ["workflow", "default", "before_script", "after_script", "variables", "image", "services"];

/// A job of a file that is included elsewhere is overridden where another file names it too.
fn overridden(
    path: &RepoPath,
    own: &[Step],
    [tip, judged]: [&View<'_>; 2],
    change: &Change,
    before: &mut Documents,
    now: &mut Documents,
) -> Vec<WeakenedStep> {
    if own.is_empty() || is_of_github(path) || is_hooks(path) {
        return Vec::new();
    }
    let extended = own.iter().flat_map(Step::templates);
    let named = own
        .iter()
        .filter_map(|step| Some(step.path.trim_start_matches('/').split('/').next()?.to_owned()));
    let jobs: Vec<String> = named.chain(extended).collect();
    let mut found = Vec::new();
    let changed = change.files.keys().filter(|other| *other != path && may_be_pipeline(other));
    for other in changed.filter(|other| !is_of_github(other) && !is_hooks(other)) {
        let old = before.load(tip, other).and_then(|document| document.tree().ok().cloned());
        let Some(root) = now.load(judged, other).and_then(|document| document.tree().ok()) else {
            continue;
        };
        for job in jobs.iter().map(String::as_str).chain(FOR_ALL_JOBS) {
            let Some((key, value)) = root.entry(job) else { continue };
            let same = old
                .as_ref()
                .and_then(|root| root.get(job))
                .is_some_and(|old| canonical(old) == canonical(value));
            if !same {
                let text = format!(
                    "`{job}`, which the gate's job in `{path}` depends on, is not what it was"
                );
                found.push(WeakenedStep {
                    path: other.clone(),
                    place: Place::bytes(other.clone(), key.span),
                    text,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
