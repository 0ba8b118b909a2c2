//! What the record of a decision would cover, and which record it replaces.

use std::collections::BTreeSet;

use super::draft::SignInput;
use crate::catalog::Class;
use crate::settings::gate::Decision;
use crate::settings::register::System;
use crate::signoff::clearance::ReplacedFile;
use crate::signoff::files::RecordFiles;
use crate::signoff::inputs::{SignOffInputs, WrittenContent};
use crate::signoff::proof::{OpenSeat, seats_of};
use crate::signoff::scope::{CoveredItem, ItemForm, highest_level};
use crate::signoff::terms::{Benefits, decision_rule, is_fresh};
use crate::span::RepoPath;

/// What the record of a decision would cover, and the record it replaces.
pub(crate) struct Plan<'a> {
    pub(super) inputs: &'a SignOffInputs<'a>,
    pub(super) decision: Decision,
    pub(super) system: Option<&'a System>,
    pub(super) items: Vec<CoveredItem>,
    pub(super) replaced: Option<&'a RecordFiles>,
}

impl<'a> Plan<'a> {
    /// Plans a record of a decision about a system.
    ///
    /// # Errors
    /// Why it cannot be covered, in words.
    pub(crate) fn of_system(
        inputs: &'a SignOffInputs<'a>,
        decision: Decision,
        system: &'a System,
    ) -> Result<Self, String> {
        let terms = decision_rule(decision).terms(inputs.class(system));
        let mut items = inputs.items(system).to_vec();
        // What is covered for two reasons is written once.
        let mut seen = BTreeSet::new();
        items.retain(|item| {
            terms.covers.contains(&item.material)
                && seen.insert((item.form.clone(), item.digest.clone()))
        });
        let mut replaced = last_record(inputs, decision, system);
        if decision == Decision::Confirm {
            replaced = next_to_confirm(inputs, system);
            items.retain(|item| replaced.is_some_and(|confirmed| is_reworded(confirmed, item)));
            if items.is_empty() {
                let why = "no covered prose and no risk has other words than were signed, so there \
                    is nothing to confirm";
                return Err(why.to_owned());
            }
        }
        for item in &items {
            if let Err(why) = &item.digest {
                return Err(format!("{} cannot be covered: {why}", item.name()));
            }
        }
        for item in &items {
            if matches!(item.form, ItemForm::Risk { residual: None, .. }) {
                let name = item.name();
                return Err(format!("{name} has no rating, so nobody can say what remains of it"));
            }
        }
        Ok(Self { inputs, decision, system: Some(system), items, replaced })
    }

    /// Plans a record of a change of rules, or of what the register owes.
    pub(crate) fn of_rules(
        inputs: &'a SignOffInputs<'a>,
        decision: Decision,
        system: Option<&'a System>,
    ) -> Self {
        Self { inputs, decision, system, items: Vec::new(), replaced: None }
    }

    /// Returns what it is about, to ask who wrote it: what the system is made of, what a record of
    /// it that stands has of it, and these paths.
    pub(crate) fn written(&self, more: impl IntoIterator<Item = RepoPath>) -> WrittenContent<'_> {
        let of_system = |system| self.inputs.written(system);
        let is_of_content = !self.items.is_empty();
        let system = self.system.filter(|_| is_of_content);
        system.map_or_else(|| WrittenContent::at([]), of_system).and(more)
    }

    /// Returns its seats, each with the people who could fill it.
    /// `benefits` says what a change of rules gives whom.
    pub(crate) fn seats(
        &self,
        input: &SignInput,
        files: &[ReplacedFile],
        benefits: Benefits<'_>,
    ) -> Vec<OpenSeat> {
        let level = highest_level(&self.items);
        let required =
            self.inputs.required(self.decision, self.class(), level, input.authors.clone());
        let required = match self.system {
            Some(system) => required.owned_by(self.inputs.owners(system)),
            None => required,
        };
        let paths: Vec<String> = files.iter().map(|file| file.path.to_string()).collect();
        let required = self.inputs.for_files(required, paths.iter().map(String::as_str));
        let is_of_rules = self.decision == Decision::RuleChange;
        let required = match is_of_rules {
            true => self.inputs.for_first_keys(required.benefiting(benefits)),
            false => required,
        };
        seats_of(self.inputs, &[], &required)
    }

    /// Returns why a record like that can never stand, whoever signs it: more remains of a risk
    /// than anybody may accept.
    pub(crate) fn never_stands(&self) -> Vec<String> {
        let terms = decision_rule(self.decision).terms(self.class());
        let too_high = |item: &CoveredItem| match &item.form {
            ItemForm::Risk { id, residual: Some(level) } if *level > terms.highest => {
                Some(format!(
                    "risk `{id}` is {} after treatment, and at most {} may be accepted",
                    level.name(),
                    terms.highest.name()
                ))
            }
            _ => None,
        };
        self.items.iter().filter_map(too_high).collect()
    }

    /// Returns where the record lies that says who wrote what came before: a signed one that it
    /// takes the place of. None where all of history counts.
    pub(crate) fn signed_before(&self) -> Option<&'a RepoPath> {
        self.replaced.filter(|it| !is_fresh(it)).map(|it| &it.record.path)
    }

    pub(super) fn class(&self) -> Class {
        if self.decision == Decision::RuleChange {
            return self.inputs.class_of_rules();
        }
        self.system.map_or(Class::High, |system| self.inputs.class(system))
    }
}

/// Returns the last merged record of a decision about a system, whether or not it still holds. One
/// that only this change brings is a draft, and replaces nothing yet.
fn last_record<'a>(
    inputs: &SignOffInputs<'a>,
    decision: Decision,
    system: &System,
) -> Option<&'a RecordFiles> {
    let candidates = inputs.candidates(decision, &system.id.value)?;
    let mut merged = candidates.all.iter().copied().filter(|it| !it.record.is_new);
    merged.find(|it| candidates.replacing(it).iter().all(|other| other.record.is_new))
}

/// Returns the record whose rewording is to be confirmed, one after the other: first one that
/// nobody confirmed yet.
fn next_to_confirm<'a>(inputs: &SignOffInputs<'a>, system: &System) -> Option<&'a RecordFiles> {
    let both = [Decision::AcceptResidualRisk, Decision::Release];
    let last: Vec<&RecordFiles> =
        both.into_iter().filter_map(|decision| last_record(inputs, decision, system)).collect();
    let is_open = |it: &&RecordFiles| inputs.confirming(&it.record.value.id.value).is_empty();
    last.iter().copied().find(is_open).or(last.first().copied())
}

/// Whether an item is a section that a record covers in other words, or a risk with other entries
/// of which as much remains.
fn is_reworded(confirmed: &RecordFiles, item: &CoveredItem) -> bool {
    let covers = &confirmed.record.value.covers;
    match &item.form {
        ItemForm::Section { path, section } => covers.sections.iter().any(|it| {
            it.path.value == *path
                && it.section.value == *section
                && !item.is_digest(&it.sha256.value)
        }),
        ItemForm::Risk { id, residual } => covers.risks.iter().any(|it| {
            it.id.value == *id
                && Some(it.residual.value) == *residual
                && !item.is_digest(&it.sha256.value)
        }),
        ItemForm::File { .. } => false,
    }
}
