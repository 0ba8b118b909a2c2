//! Who set a day: what commits, approvals on a forge and signatures say of it.

use crate::authorship::{Authored, CommitPart};
use crate::document::parse;
use crate::fact::Fact;
use crate::ids::RiskId;
use crate::obligation::{StatedDay, Witness};
use crate::settings::people::{People, Person};
use crate::settings::register::System;
use crate::signoff::{SignOffInputs, has_approved, has_signed, is_signed_risk};
use crate::snapshot::ObjectId;
use crate::span::RepoPath;

impl Witness for SignOffInputs<'_> {
    fn shows(&self, stated: &StatedDay<'_>) -> bool {
        let Some(people) = self.governance.people.known() else { return true };
        let commits = match self.commits {
            Fact::Known(commits) => commits,
            Fact::Absent => return true,
            // Where the history here is cut off, no commit shows anything.
            Fact::Undecided(_) => return is_proven(self, stated),
        };
        let setting = setting(self, commits, stated);
        if setting.is_empty() && !is_committed(self, commits, stated.path) {
            return true;
        }
        setting.iter().any(|commit| writers(people, commit).any(stated.may))
            || is_proven(self, stated)
    }

    fn is_signed(&self, system: &System, risk: &RiskId) -> bool {
        is_signed_risk(self, system, risk)
    }
}

/// Whether somebody who may say so approved the change on its forge with the file as it is, or
/// signed what it says.
pub(crate) fn is_proven(inputs: &SignOffInputs<'_>, stated: &StatedDay<'_>) -> bool {
    let people = inputs.governance.people.known().map_or(&[][..], |people| &people.people);
    people.iter().filter(|person| (stated.may)(person)).any(|person| {
        has_approved(inputs, person, stated.path) || has_signed(inputs, person, stated.path)
    })
}

/// The people who wrote a commit. Whom a trailer names may know nothing of it.
fn writers<'p>(people: &'p People, commit: &Authored) -> impl Iterator<Item = &'p Person> {
    let wrote = commit.authors.iter().filter(|author| author.part == CommitPart::Wrote);
    wrote.flat_map(|author| people.people.iter().filter(|person| person.is_author(author)))
}

/// The commits that made the file state the day, wherever it stood then.
fn setting<'c>(
    inputs: &SignOffInputs<'_>,
    commits: &'c [Authored],
    stated: &StatedDay<'_>,
) -> Vec<&'c Authored> {
    let read =
        |path: &RepoPath, id: &ObjectId| Some(parse(path.clone(), inputs.history?.content(id)?));
    let mut path = stated.path;
    let mut found = Vec::new();
    for commit in commits {
        if let Some([before, Some(after)]) = commit.contents_at.get(path) {
            let before = before.as_ref().map(|id| read(path, id));
            // A content that cannot be read may state anything.
            let sets = match (read(path, after), &before) {
                (None, _) | (_, Some(None)) => true,
                (Some(after), None) => (stated.sets)(None, &after),
                (Some(after), Some(before)) => (stated.sets)(before.as_ref(), &after),
            };
            found.extend(sets.then_some(commit));
        }
        path = commit.moved_from.get(path).unwrap_or(path);
    }
    found
}

/// Whether the newest commit of a file left it as it is judged.
fn is_committed(inputs: &SignOffInputs<'_>, commits: &[Authored], path: &RepoPath) -> bool {
    let snapshot = inputs.repo.view.snapshot;
    let now = snapshot.entry(path).and_then(|entry| snapshot.object_id(entry).ok());
    let last = commits.iter().find_map(|commit| commit.contents_at.get(path));
    last.is_some_and(|[_, after]| *after == now)
}
