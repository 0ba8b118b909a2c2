//! Every file of a sign-off there is: those the target branch has, and those the change brings.
//!
//! What the target branch has counts as it is there, whatever the change makes of it: a record is
//! written once.

use std::collections::{BTreeMap, BTreeSet};

use super::emergency::Emergency;
use super::envelope::Envelope;
use super::located::Located;
use super::record::Record;
use super::run::RunRecord;
use super::statement::{Closing, Revocation, Statement};
use crate::document::Damage;
use crate::ids::RecordId;
use crate::settings::Mistake;
use crate::settings::layout::OwnFile;
use crate::span::RepoPath;

/// Where sign-offs lie below the folder they are for.
pub(crate) const FOLDER: &str = OwnFile::SignOffs.path();

/// All files of sign-offs, by what they are.
#[derive(Debug, Default)]
pub(crate) struct SignOffStore {
    /// Records by their ids.
    pub(crate) records: BTreeMap<RecordId, RecordFiles>,
    /// The folders that were looked into.
    pub(crate) folders: BTreeSet<RepoPath>,
    /// Emergencies, each with the statements about it.
    pub(crate) emergencies: Vec<(Located<Emergency>, Vec<Located<Statement>>)>,
    pub(crate) runs: Vec<Located<RunRecord>>,
    pub(crate) envelopes: Vec<(RepoPath, Envelope)>,
    /// Files that say something else than on the target branch, or are gone.
    pub(crate) altered: Vec<AlteredFile>,
    /// Files that cannot be used.
    pub(crate) mistakes: Vec<Mistake>,
    pub(crate) unreadable: Vec<(RepoPath, Damage)>,
}

/// A record and all files about it.
#[derive(Debug)]
pub(crate) struct RecordFiles {
    pub(crate) record: Located<Record>,
    pub(crate) statements: Vec<Located<Statement>>,
    pub(crate) closings: Vec<Located<Closing>>,
    pub(crate) revocations: Vec<Located<Revocation>>,
}

impl RecordFiles {
    pub(super) fn of(record: Located<Record>) -> Self {
        Self { record, statements: Vec::new(), closings: Vec::new(), revocations: Vec::new() }
    }

    /// Returns the number of people who agreed, before this change, to the record as it is.
    pub(crate) fn merged_agreements(&self) -> usize {
        let mut people = BTreeSet::new();
        for located in &self.statements {
            let statement = &located.value;
            let is_of_record = statement.record.sha256.value == self.record.sha256;
            if !located.is_new && statement.agree.value && is_of_record {
                people.insert(&statement.signer.value);
            }
        }
        people.len()
    }
}

/// A merged file of a sign-off that is not as it was.
#[derive(Debug)]
pub(crate) struct AlteredFile {
    pub(crate) path: RepoPath,
    pub(crate) is_gone: bool,
}
