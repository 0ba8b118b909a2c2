//! What is compared: the target branch's tip, the judged content, and the pipelines of both; and
//! what is told of them.

use std::collections::BTreeSet;

use super::program_text::Programs;
use crate::change::Change;
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// Both sides of a change.
pub(super) struct Sides<'a> {
    pub(super) tip: &'a View<'a>,
    pub(super) judged: &'a View<'a>,
    pub(super) change: &'a Change,
    pub(super) tip_programs: Programs<'a>,
    pub(super) judged_programs: Programs<'a>,
    pub(super) fallback: &'a Place,
}

impl Sides<'_> {
    /// A file as a whole, where it is still there.
    pub(super) fn place_of(&self, path: &RepoPath) -> Place {
        if self.judged_programs.has(path) {
            Place::whole(path.clone())
        } else {
            self.fallback.clone()
        }
    }
}

/// The pipelines of both sides.
pub(super) struct Pipelines {
    /// Those of the tip.
    pub(super) all: BTreeSet<RepoPath>,
    /// Those of the tip with a step of the gate.
    pub(super) with_gate: BTreeSet<RepoPath>,
    /// What the pipeline of GitLab includes, on the tip and in the judged content.
    pub(super) before: BTreeSet<RepoPath>,
    pub(super) now: BTreeSet<RepoPath>,
}

impl Pipelines {
    pub(super) fn is_gitlab(&self) -> bool {
        !self.before.is_empty() || !self.now.is_empty()
    }

    /// Whether a file is part of the pipeline of a side.
    pub(super) fn counts(&self, side: &BTreeSet<RepoPath>, path: &RepoPath) -> bool {
        !self.is_gitlab() || side.contains(path)
    }

    /// The file that the change edits where another one says something else: that one, or one that
    /// includes it or no longer does.
    pub(super) fn changed(&self, other: &RepoPath, path: &RepoPath, change: &Change) -> RepoPath {
        if change.files.contains_key(other) {
            return other.clone();
        }
        let mut all = self.before.union(&self.now);
        all.find(|file| change.files.contains_key(*file)).unwrap_or(path).clone()
    }
}

/// A step that is no longer what it was.
#[derive(Debug)]
pub(crate) struct WeakenedStep {
    /// The file of the change that does it.
    pub(crate) path: RepoPath,
    pub(crate) place: Place,
    /// What became of it, in words.
    pub(crate) text: String,
    pub(crate) kind: WeakenedKind,
}

/// In what way a step is no longer what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WeakenedKind {
    /// It, or what it runs, is another.
    Step,
    /// Something else runs before it in its job.
    Before,
    /// Another job may pass in its place.
    Twin,
}
