//! The snapshot of files that are all objects of the repository: a commit's, or an index's.

use std::sync::Arc;

use super::repository::Repository;
use crate::snapshot::{Entry, FileMode, ObjectId, ReadError, Revision, Snapshot};

/// Files whose contents are objects of a repository.
pub(crate) struct StoredSnapshot {
    repository: Arc<Repository>,
    revision: Revision,
    entries: Vec<Entry>,
}

impl StoredSnapshot {
    /// Of entries that are sorted by their paths.
    pub(super) fn new(
        repository: Arc<Repository>,
        revision: Revision,
        entries: Vec<Entry>,
    ) -> Self {
        Self { repository, revision, entries }
    }
}

/// The id of an entry whose content is a stored object.
pub(super) fn stored(entry: &Entry) -> Result<&ObjectId, ReadError> {
    if entry.mode == FileMode::Submodule {
        return Err(ReadError::Submodule);
    }
    entry.known_id.as_ref().ok_or(ReadError::Missing)
}

impl Snapshot for StoredSnapshot {
    fn revision(&self) -> &Revision {
        &self.revision
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, entry: &Entry) -> Result<u64, ReadError> {
        self.repository.blob_size(stored(entry)?)
    }

    fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.repository.blob(stored(entry)?, limit)
    }

    fn head(&self, entry: &Entry, length: usize) -> Result<Vec<u8>, ReadError> {
        self.repository.blob_head(stored(entry)?, length)
    }

    fn object_id(&self, entry: &Entry) -> Result<ObjectId, ReadError> {
        entry.known_id.clone().ok_or(ReadError::Missing)
    }
}
