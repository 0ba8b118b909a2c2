//! The work tree as it would be with the planned files, for a plan that nothing is written for.

use std::collections::BTreeMap;

use crate::adoption::PlannedFile;
use crate::digest::sha256;
use crate::snapshot::{Entry, FileMode, ObjectId, ReadError, Revision, Snapshot};
use crate::span::RepoPath;

/// A snapshot with further files.
pub(super) struct PlannedTree<'s> {
    below: &'s dyn Snapshot,
    entries: Vec<Entry>,
    planned: BTreeMap<RepoPath, Vec<u8>>,
}

impl<'s> PlannedTree<'s> {
    /// Adds planned files, whose paths are relative to a folder. What is there already stays.
    pub(super) fn new(below: &'s dyn Snapshot, scope: &RepoPath, files: &[PlannedFile]) -> Self {
        let mut planned = BTreeMap::new();
        for file in files {
            let Ok(path) = scope.join(&file.path) else { continue };
            if below.entry(&path).is_none() {
                planned.insert(path, file.text.clone().into_bytes());
            }
        }
        let mut entries = below.entries().to_vec();
        entries.extend(planned.keys().map(|path| Entry {
            path: path.clone(),
            mode: FileMode::File,
            known_id: None,
        }));
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Self { below, entries, planned }
    }
}

impl Snapshot for PlannedTree<'_> {
    fn revision(&self) -> &Revision {
        self.below.revision()
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, entry: &Entry) -> Result<u64, ReadError> {
        match self.planned.get(&entry.path) {
            Some(bytes) => Ok(bytes.len() as u64),
            None => self.below.size(entry),
        }
    }

    fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        match self.planned.get(&entry.path) {
            Some(bytes) if bytes.len() as u64 > limit => {
                Err(ReadError::TooLarge { size: bytes.len() as u64, limit })
            }
            Some(bytes) => Ok(bytes.clone()),
            None => self.below.read(entry, limit),
        }
    }

    fn head(&self, entry: &Entry, length: usize) -> Result<Vec<u8>, ReadError> {
        match self.planned.get(&entry.path) {
            Some(bytes) => Ok(bytes[..length.min(bytes.len())].to_vec()),
            None => self.below.head(entry, length),
        }
    }

    fn object_id(&self, entry: &Entry) -> Result<ObjectId, ReadError> {
        match self.planned.get(&entry.path) {
            Some(bytes) => Ok(ObjectId::new(sha256(bytes).to_string())),
            None => self.below.object_id(entry),
        }
    }
}
