//! Which record took the place of which.

use std::collections::BTreeMap;

use super::flaw::{SignOffFlaw, SignOffProperty};
use super::ledger::RecordFiles;

/// The records of one decision about one system.
#[derive(Default)]
pub(super) struct RecordCandidates<'a> {
    pub(super) all: Vec<&'a RecordFiles>,
    /// Those that replace a record, by its id.
    pub(super) replacing: BTreeMap<&'a str, Vec<&'a RecordFiles>>,
    /// Those of the target branch that no other of it replaces.
    last: Vec<&'a RecordFiles>,
}

impl<'a> RecordCandidates<'a> {
    pub(super) fn of(records: impl Iterator<Item = &'a RecordFiles>) -> Self {
        let all: Vec<&'a RecordFiles> = records.collect();
        let mut replacing: BTreeMap<&str, Vec<&RecordFiles>> = BTreeMap::new();
        for filed in &all {
            if let Some(replaced) = &filed.record.value.replaces {
                replacing.entry(&replaced.value).or_default().push(filed);
            }
        }
        let is_last = |filed: &&&RecordFiles| {
            let others = replacing.get(filed.record.value.id.value.as_str()).into_iter().flatten();
            !filed.is_fresh() && others.into_iter().all(|other| other.is_fresh())
        };
        let last = all.iter().filter(is_last).copied().collect();
        Self { all, replacing, last }
    }
}

/// A new record beside one that stands says which one it takes the place of.
pub(super) fn unnamed_predecessor(
    filed: &RecordFiles,
    candidates: &RecordCandidates<'_>,
) -> Option<SignOffFlaw> {
    let held = &filed.record;
    let first = candidates.last.first().filter(|_| filed.is_fresh())?;
    let named = held.value.replaces.as_ref();
    let is_named = candidates.last.iter().any(|filed| named == Some(&filed.record.value.id));
    let text =
        format!("the record does not say that it `replaces` `{}`", first.record.value.id.value);
    (!is_named).then(|| SignOffFlaw::at(SignOffProperty::Valid, held, held.value.id.span, text))
}
