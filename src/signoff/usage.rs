//! Whether something that a system is made of may be used now.

use super::evaluate::{closed_conditions_of, is_due, standing_record};
use super::files::RecordFiles;
use super::flaw::SignOffFlaw;
use super::inputs::SignOffInputs;
use super::subject::{UsedSubject, is_about};
use crate::catalog::{Class, Stage};
use crate::finding::FindingKind;
use crate::settings::gate::Decision;
use crate::settings::register::System;

/// What was found out about the use of a subject.
pub(crate) struct SubjectUse<'a> {
    /// The release that covers it.
    pub(crate) record: Option<&'a RecordFiles>,
    /// Why it may not be used.
    pub(crate) reasons: Vec<SignOffFlaw>,
    /// Conditions that are open: id, text, and whether they must be met before use.
    pub(crate) open: Vec<(String, String, bool)>,
    /// Other reasons, of the system.
    pub(crate) refused: Option<String>,
}

impl SubjectUse<'_> {
    /// Whether it may be used. None where that could not be decided.
    pub(crate) fn verdict(&self) -> Option<bool> {
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

/// Returns whether a release of the system that stands is about a subject.
pub(crate) fn subject_use<'a>(
    inputs: &SignOffInputs<'a>,
    system: &System,
    subject: &UsedSubject,
) -> SubjectUse<'a> {
    let refused = if inputs.class(system) == Class::Prohibited {
        Some("its class is prohibited; nobody can release it".to_owned())
    } else if *system.stage == Stage::Retirement {
        Some("it is retired".to_owned())
    } else {
        None
    };
    let (record, mut reasons) = standing_record(inputs, system, Decision::Release);
    let record = record.filter(|it| is_about(inputs, system, &it.record.value, subject));
    let mut acceptance = None;
    if is_due(inputs, system, Decision::AcceptResidualRisk) {
        let (accepted, flaws) = standing_record(inputs, system, Decision::AcceptResidualRisk);
        acceptance = accepted;
        reasons.extend(flaws);
    }
    let mut open = Vec::new();
    for record_files in record.into_iter().chain(acceptance) {
        let closed = closed_conditions_of(inputs, record_files);
        for condition in &record_files.record.value.conditions {
            let (id, must) = (&condition.id.value, &condition.must.value);
            if !closed.contains(id.as_str()) {
                open.push((id.clone(), must.clone(), condition.before_use));
            }
        }
    }
    SubjectUse { record, reasons, open, refused }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signoff::flaw::SignOffProperty;
    use crate::signoff::testing::merged;
    use crate::span::Place;

    #[test]
    fn a_subject_may_be_used_where_a_release_stands_and_nothing_is_open_before_use() {
        let release = merged("release", "");
        let flaw = |undecided: bool| {
            let place = Place::whole("a".into());
            let flaw = SignOffFlaw::new(SignOffProperty::InForce, place, "it ended");
            if undecided { flaw.undecided() } else { flaw }
        };
        let open = |before_use| vec![("C-1".to_owned(), "Train them.".to_owned(), before_use)];
        let cases = [
            (Some(&release), vec![], vec![], None, Some(true)),
            (Some(&release), vec![], open(false), None, Some(true)),
            (Some(&release), vec![], open(true), None, Some(false)),
            (Some(&release), vec![flaw(false)], vec![], None, Some(false)),
            (Some(&release), vec![flaw(true)], vec![], None, None),
            (Some(&release), vec![], vec![], Some("it is retired".to_owned()), Some(false)),
            (None, vec![], vec![], None, Some(false)),
        ];
        for (record, reasons, open, refused, expected) in cases {
            let found = SubjectUse { record, reasons, open, refused };
            assert_eq!(found.verdict(), expected);
        }
    }
}
