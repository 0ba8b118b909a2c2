//! The snapshot of an index: what the next commit would hold.

use std::path::Path;
use std::sync::Arc;

use super::SourceError;
use super::commit::{mode, stored};
use super::repository::{Repository, object_id};
use crate::snapshot::{Entry, ObjectId, ReadError, Revision, Snapshot};
use crate::span::RepoPath;

/// The files of an index.
pub struct IndexSnapshot {
    repository: Arc<Repository>,
    revision: Revision,
    entries: Vec<Entry>,
}

impl IndexSnapshot {
    /// Lists an index file, or the repository's own.
    ///
    /// `git commit PATH` and `git commit -a` make an index of their own and name it in
    /// `GIT_INDEX_FILE`; that one is what will be committed.
    ///
    /// # Errors
    /// When it cannot be read, or a merge left conflicts in it.
    pub fn open(repository: Arc<Repository>, file: Option<&Path>) -> Result<Self, SourceError> {
        let listing = |error: ReadError| SourceError::Listing(error.to_string());
        let head = repository.head().map_err(listing)?;
        let items: Vec<git2::IndexEntry> = repository
            .with(|handle| match file {
                Some(file) => Ok(git2::Index::open(file)?.iter().collect()),
                None => Ok(handle.index()?.iter().collect()),
            })
            .map_err(listing)?;
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            let path = RepoPath::new(&item.path);
            if item.flags & STAGE != 0 {
                return Err(SourceError::Conflict { path });
            }
            // A file that was only announced (`git add -N`) is not part of the commit.
            if item.flags_extended & git2::IndexEntryExtendedFlag::INTENT_TO_ADD.bits() == 0 {
                let mode = mode(i32::try_from(item.mode).unwrap_or_default());
                entries.push(Entry { path, mode, known_id: Some(object_id(item.id)) });
            }
        }
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { repository, revision: Revision::Index { head }, entries })
    }
}

/// The bits of an index entry's flags that say on which side of a conflict it stands.
pub(super) const STAGE: u16 = 0x3000;

impl Snapshot for IndexSnapshot {
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
