//! Records by what they are about: which took the place of which, and which confirm another.

use std::collections::BTreeMap;

use crate::ids::{RecordId, SystemId};
use crate::settings::gate::Decision;
use crate::signoff::files::{RecordFiles, SignOffStore};
use crate::signoff::terms::is_fresh;

/// The records of one decision about one system.
#[derive(Default)]
pub(crate) struct RecordCandidates<'a> {
    pub(crate) all: Vec<&'a RecordFiles>,
    /// Those that replace a record, by its id.
    replacing: BTreeMap<&'a RecordId, Vec<&'a RecordFiles>>,
    /// Those of the target branch that no other of it replaces.
    last: Vec<&'a RecordFiles>,
}

impl<'a> RecordCandidates<'a> {
    /// Returns these records with what replaces what among them.
    pub(crate) fn of(all: Vec<&'a RecordFiles>) -> Self {
        let mut candidates = Self { all, ..Self::default() };
        for record_files in &candidates.all {
            if let Some(replaced) = &record_files.record.value.replaces {
                candidates.replacing.entry(&replaced.value).or_default().push(record_files);
            }
        }
        for record_files in &candidates.all {
            let others = candidates.replacing(record_files);
            if !is_fresh(record_files) && others.iter().all(|other| is_fresh(other)) {
                candidates.last.push(record_files);
            }
        }
        candidates
    }

    /// Returns the records that replace another.
    pub(crate) fn replacing(&self, record_files: &RecordFiles) -> &[&'a RecordFiles] {
        let id = &record_files.record.value.id.value;
        self.replacing.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns the records of the target branch that no other of it replaces.
    pub(crate) fn last(&self) -> &[&'a RecordFiles] {
        &self.last
    }
}

/// All records, by decision and system and by the record they confirm.
pub(super) struct RecordIndex<'a> {
    candidates: BTreeMap<Decision, BTreeMap<&'a SystemId, RecordCandidates<'a>>>,
    confirming: BTreeMap<&'a RecordId, Vec<&'a RecordFiles>>,
}

impl<'a> RecordIndex<'a> {
    pub(super) fn of(store: &'a SignOffStore) -> Self {
        let mut by_system: BTreeMap<(Decision, &SystemId), Vec<&RecordFiles>> = BTreeMap::new();
        let mut confirming: BTreeMap<&RecordId, Vec<&RecordFiles>> = BTreeMap::new();
        for record_files in store.records.values() {
            let record = &record_files.record.value;
            let decision = record.decision.value;
            if let Some(system) = &record.system {
                by_system.entry((decision, &system.value)).or_default().push(record_files);
            }
            if let Some(confirmed) =
                record.confirms.as_ref().filter(|_| decision == Decision::Confirm)
            {
                confirming.entry(&confirmed.value).or_default().push(record_files);
            }
        }
        let mut candidates: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for ((decision, system), all) in by_system {
            candidates.entry(decision).or_default().insert(system, RecordCandidates::of(all));
        }
        Self { candidates, confirming }
    }

    pub(super) fn candidates(
        &self,
        decision: Decision,
        system: &SystemId,
    ) -> Option<&RecordCandidates<'a>> {
        self.candidates.get(&decision)?.get(system)
    }

    pub(super) fn confirming(&self, id: &RecordId) -> &[&'a RecordFiles] {
        self.confirming.get(id).map_or(&[], Vec::as_slice)
    }
}
