//! The two revisions that are compared, and an obligation that one of them lowers.

use super::strictness::is_as_strict;
use super::witness::Witness;
use crate::catalog::Class;
use crate::change::Change;
use crate::document::Spanned;
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::ids::SystemId;
use crate::model::{Declared, RepositoryModel, TipEvidence};
use crate::settings::gate::Rules;
use crate::settings::register::System;
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// An obligation that the target branch knows and the judged content does not, or less strictly.
#[derive(Debug)]
pub(crate) struct LoweredObligation {
    pub(crate) system: Option<SystemId>,
    /// What it is called: `risk-class`, `paths`, `risk R-4`.
    pub(crate) duty: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// Where it stands now, or should.
    pub(crate) place: Place,
    /// Files that are no longer governed.
    pub(crate) files: Vec<RepoPath>,
    pub(crate) class: Class,
}

/// The two revisions.
pub(crate) struct ComparedSides<'a> {
    pub(crate) tip: &'a Declared,
    pub(crate) tip_view: &'a View<'a>,
    pub(crate) tip_evidence: &'a TipEvidence,
    /// The rules that both sides are read by.
    pub(crate) rules: &'a Rules,
    pub(crate) judged: &'a RepositoryModel<'a>,
    pub(crate) change: &'a Change,
    pub(crate) cache: &'a FileCache,
    /// Who wrote, approved and signed what the change brings.
    pub(crate) witness: &'a dyn Witness,
    /// The place of what stands nowhere any more.
    pub(crate) fallback: &'a Place,
}

/// A system of the target branch and what became of it.
pub(super) struct Pair<'a> {
    pub(super) before: &'a System,
    /// The same system, perhaps under another id; `None` where it is gone.
    pub(super) now: Option<&'a System>,
}

/// Whether two entries name the same thing, where they name one.
pub(super) fn is_same(one: &Option<Spanned<String>>, other: &Option<Spanned<String>>) -> bool {
    one.is_some() && one == other
}

impl Pair<'_> {
    /// The class its assets must keep. Where the system itself was lowered, that is told once.
    pub(super) fn required(&self) -> Class {
        self.now.map_or(self.before.class(), |now| now.class().min(self.before.class()))
    }

    /// Whether a judged system asks for no less: what the system became, whose own lowering is told
    /// once, or another that is as strict. One that the change declares must have the same owner:
    /// whose it is decides who answers for it.
    pub(super) fn is_kept_by(&self, sides: &ComparedSides<'_>, system: &System) -> bool {
        let is_own = self.now.is_some_and(|now| now.id == system.id);
        let is_known = sides.tip.system(&system.id.value).is_some();
        let has_same_owner = system.owner.value == self.before.owner.value;
        is_own
            || (system.class() >= self.required()
                && is_as_strict(system, self.before)
                && (is_known || has_same_owner))
    }

    pub(super) fn place(&self, sides: &ComparedSides<'_>) -> Place {
        self.now.map_or_else(|| sides.register_place(), |now| now.place(now.id.span))
    }

    pub(super) fn lowered(
        &self,
        duty: impl Into<String>,
        from: String,
        to: String,
        place: Place,
    ) -> LoweredObligation {
        let system = Some(self.before.id.value.clone());
        LoweredObligation {
            system,
            duty: duty.into(),
            from,
            to,
            place,
            files: Vec::new(),
            class: self.before.class(),
        }
    }
}

impl ComparedSides<'_> {
    /// Somewhere in the register of the judged content.
    pub(super) fn register_place(&self) -> Place {
        match &self.judged.declared.register {
            Fact::Known(register) => Place::whole(register.path.clone()),
            Fact::Absent | Fact::Undecided(_) => self.fallback.clone(),
        }
    }
}
