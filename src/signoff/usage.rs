//! Whether something that a system is made of may be used now.

use super::content::ItemForm;
use super::court::SignOffEvaluator;
use super::flaw::SignOffFlaw;
use super::ledger::RecordFiles;
use crate::catalog::{Class, Stage};
use crate::finding::FindingKind;
use crate::settings::gate::Decision;
use crate::settings::material::Material;
use crate::settings::register::System;

/// What was found out about the use of a subject.
pub struct SubjectUse<'a> {
    /// The release that covers it.
    pub record: Option<&'a RecordFiles>,
    /// Why it may not be used.
    pub reasons: Vec<SignOffFlaw>,
    /// Conditions that are open: id, text, and whether they must be met before use.
    pub open: Vec<(String, String, bool)>,
    /// Other reasons, of the system.
    pub refused: Option<String>,
}

impl SubjectUse<'_> {
    /// Whether it may be used; nothing where that could not be decided.
    pub fn verdict(&self) -> Option<bool> {
        let is_open = self.open.iter().any(|(_, _, before_use)| *before_use);
        if self.refused.is_some() || self.record.is_none() || is_open {
            return Some(false);
        }
        match self.reasons.iter().map(|flaw| flaw.nature).min() {
            None => Some(true),
            Some(FindingKind::Undecided) => None,
            Some(FindingKind::Fail | FindingKind::Waiting) => Some(false),
        }
    }
}

impl<'a> SignOffEvaluator<'a> {
    /// Whether a release of the system that stands covers the subject.
    pub fn may_be_used(&self, system: &System, digest: &str) -> SubjectUse<'a> {
        let refused = if self.class(system) == Class::Prohibited {
            Some("its class is prohibited; nobody can release it".to_owned())
        } else if *system.stage == Stage::Retirement {
            Some("it is retired".to_owned())
        } else {
            None
        };
        let (record, reasons) = self.decided(system, Decision::Release);
        // What was evaluated with, or configures, is not what is used.
        let content = self.items(system);
        let is_used = |path: &str| {
            let form = ItemForm::File { path: path.to_owned() };
            let mut of_path = content.iter().filter(|item| item.form == form).peekable();
            of_path.peek().is_none()
                || of_path
                    .any(|item| matches!(item.material, Material::Weights | Material::Prompts))
        };
        let covers = |filed: &&RecordFiles| {
            let mut files = filed.record.value.covers.files.iter();
            files.any(|file| file.sha256.value == digest && is_used(&file.path.value))
        };
        let record = record.filter(covers);
        let is_asked = self.is_asked(system, Decision::AcceptResidualRisk);
        let (acceptance, accepted) = self.decided(system, Decision::AcceptResidualRisk);
        let (acceptance, accepted) =
            if is_asked { (acceptance, accepted) } else { (None, Vec::new()) };
        let mut open = Vec::new();
        for filed in record.into_iter().chain(acceptance) {
            let is_closed = |id: &str| self.closed(filed).any(|it| it == id);
            let conditions =
                filed.record.value.conditions.iter().filter(|it| !is_closed(&it.id.value));
            open.extend(
                conditions.map(|it| (it.id.value.clone(), it.must.value.clone(), it.before_use)),
            );
        }
        SubjectUse { record, reasons: reasons.into_iter().chain(accepted).collect(), open, refused }
    }
}
