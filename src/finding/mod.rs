//! What a check says about one subject, and how one finding is told from another for ever.
//!
//! # Design
//!
//! The fingerprint of a finding is made of its check and its [`Subject`] alone. No line number and
//! no wording is part of it, so the finding stays the same finding while the file around it
//! changes.
//!
//! A [`Problem`] cannot be made without a [`Place`], and a place is a file that exists in the
//! judged content. Where several places are possible, the offending line comes first, then the line
//! of the register, then the asset that makes the obligation, then README, then the first file. A
//! flaw in a file that only the target branch has is shown at another place that exists.
//!
//! A finding has parts. The baseline has one entry per part, so that mending one part revives no
//! other. A change makes a finding worse where it adds a part that the target branch does not have.

mod mend;
mod problem;
mod subject;

use std::collections::BTreeMap;

pub(crate) use mend::{Mend, MendStep, TextEdit};
pub use problem::Who;
pub(crate) use problem::{Problem, UnwrittenDocument};
use serde::{Deserialize, Serialize};
pub(crate) use subject::{Subject, fingerprint};

use crate::check_id::CheckId;
use crate::ids::SystemId;
use crate::part::{Measure, Part, Piece};
use crate::span::RepoPath;

/// How heavy a finding is. Only an error blocks.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Which gate asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    Merge,
    Release,
}

/// Whether a check saw a flaw, waits for people, or could not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    Fail,
    /// Nothing can be mended: people must decide.
    Waiting,
    Undecided,
}

/// One statement of one check about one subject.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) check: CheckId,
    pub(crate) subject: Subject,
    pub(crate) nature: FindingKind,
    pub(crate) gate: Gate,
    pub(crate) problem: Problem,
}

impl Finding {
    pub(crate) fn fingerprint(&self) -> String {
        fingerprint(self.check, &self.subject)
    }

    /// What exactly is wrong, each piece once; the finding as such where it has no pieces.
    pub(crate) fn pieces(&self) -> BTreeMap<Part, Piece> {
        if self.problem.parts.is_empty() {
            return BTreeMap::from([(Part::Whole, Part::Whole.into())]);
        }
        let pieces = self.problem.parts.iter();
        pieces.map(|piece| (piece.part.clone(), piece.clone())).collect()
    }

    /// Whether everything that is wrong was wrong in another finding, and no value is worse.
    pub(crate) fn adds_nothing_to(&self, before: &Self) -> bool {
        let known = before.pieces();
        self.pieces().into_iter().all(|(part, piece)| {
            known.get(&part).is_some_and(|known| Measure::holds(piece.measure, known.measure))
        })
    }

    /// Whether it is the same as another finding but for values that came closer to their bounds.
    pub(crate) fn improves_on(&self, before: &Self) -> bool {
        let now = self.pieces();
        let is_better = |(part, known): (Part, Piece)| {
            now.get(&part).is_some_and(|it| it.measure != known.measure)
        };
        self.adds_nothing_to(before) && before.pieces().into_iter().any(is_better)
    }

    /// The systems it concerns.
    pub(crate) fn systems(&self) -> impl Iterator<Item = &SystemId> {
        self.subject.system().into_iter().chain(&self.problem.systems)
    }

    /// The files the flaw itself is in: where it stands, and further places of the same.
    pub(crate) fn own_paths(&self) -> impl Iterator<Item = &RepoPath> {
        let further = self.problem.related.iter().filter(|related| related.same);
        std::iter::once(&self.problem.place.path).chain(further.map(|related| &related.place.path))
    }

    /// The files it points to.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        std::iter::once(&self.problem.place.path)
            .chain(self.problem.related.iter().map(|related| &related.place.path))
    }
}
