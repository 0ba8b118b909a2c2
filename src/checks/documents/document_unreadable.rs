//! A document that could not be read, so that nothing about it can be decided.

use std::collections::BTreeMap;

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::document::{Damage, Format, LIMITS, quotes};
use crate::engine::{Check, Context, Outcome, check};
use crate::evidence::Answer;
use crate::finding::{Mend, MendStep, Problem, Subject, Who};
use crate::ids::SystemId;
use crate::part::Part;
use crate::span::{Place, RepoPath, Span};

pub(crate) const CHECK: Check =
    check(CheckId::DocumentUnreadable, "A governance document could not be read", run)
        .controls(&["7.5"])
        .floor()
        .explained(include_str!("document_unreadable.md"));

/// A file that could not be read, and whom that concerns.
struct Lost<'a> {
    damage: &'a Damage,
    class: Class,
    systems: Vec<SystemId>,
}

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let repo = context.judged;
    let mut damaged: BTreeMap<&RepoPath, Lost<'_>> = BTreeMap::new();
    let trusted = context.proposed.unreadable.iter().chain(&repo.declared.unreadable);
    for (path, damage) in
        repo.register_damage().into_iter().chain(trusted.map(|(path, damage)| (path, damage)))
    {
        damaged.insert(path, Lost { damage, class: Class::High, systems: Vec::new() });
    }
    for (need, answer) in &repo.evidence {
        if let Answer::Unreadable(path, damage) = answer {
            let lost = damaged.entry(path).or_insert(Lost {
                damage,
                class: need.class,
                systems: Vec::new(),
            });
            lost.class = lost.class.max(need.class);
            lost.systems.extend(need.system.clone());
        }
    }
    let mut outcomes: Vec<Outcome> = repo
        .documents
        .iter()
        .filter(|document| !damaged.contains_key(&document.path) && document.damage().is_none())
        .map(|document| Outcome::pass(Subject::File(document.path.clone())))
        .collect();
    outcomes.extend(damaged.into_iter().map(|(path, Lost { damage, class, systems })| {
        let place = if damage.span == Span::default() {
            Place::whole(path.clone())
        } else {
            Place::bytes(path.clone(), damage.span)
        };
        let problem =
            Problem::new(place, class, format!("this could not be read: {}", damage.reason))
                .label("reading stopped here")
                .parts(content(context, path))
                .systems(systems)
                .remedy(Who::Author, "repair the file")
                .mended_by(quoted(context, path));
        Outcome::undecided(Subject::File(path.clone()), problem)
    }));
    outcomes
}

/// Whether quotes alone make a YAML file readable.
fn quoted(context: &Context<'_>, path: &RepoPath) -> Option<Mend> {
    if Format::of(path) != Some(Format::Yaml) {
        return None;
    }
    let snapshot = context.judged.view.snapshot;
    let bytes = snapshot.read(snapshot.entry(path)?, LIMITS.bytes).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    (!quotes(&text).is_empty()).then(|| Mend::new(path.clone(), MendStep::Quote))
}

/// What cannot be read, by its content: a file that is damaged otherwise is another finding.
fn content(context: &Context<'_>, path: &RepoPath) -> Option<Part> {
    let snapshot = context.judged.view.snapshot;
    let content = snapshot.entry(path).and_then(|entry| snapshot.object_id(entry).ok())?;
    Some(Part::Found { path: path.to_string(), content: Some(content.to_string()) })
}
