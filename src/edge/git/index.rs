//! The snapshot of an index: what the next commit would hold.

use std::path::Path;
use std::sync::Arc;

use super::commit::mode;
use super::error::SourceError;
use super::repository::{Repository, object_id};
use super::stored::StoredSnapshot;
use crate::snapshot::{Entry, ReadError, Revision};
use crate::span::RepoPath;

impl StoredSnapshot {
    /// Lists an index file, or the repository's own.
    ///
    /// `git commit PATH` and `git commit -a` make an index of their own and name it in
    /// `GIT_INDEX_FILE`; that one is what will be committed.
    ///
    /// # Errors
    /// When it cannot be read, or a merge left conflicts in it.
    pub(crate) fn index(
        repository: Arc<Repository>,
        file: Option<&Path>,
    ) -> Result<Self, SourceError> {
        let listing = |error: ReadError| SourceError::Listing(error.to_string());
        let head = repository.head().map_err(listing)?;
        let items: Vec<git2::IndexEntry> = repository
            .with(|handle| match file {
                Some(file) => Ok(git2::Index::open(file)?.iter().collect()),
                None => Ok(handle.index()?.iter().collect()),
            })
            .map_err(|error| repository.index_error(&error))?;
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
        Ok(Self::new(repository, Revision::Index { head }, entries))
    }
}

/// The bits of an index entry's flags that say on which side of a conflict it stands.
pub(super) const STAGE: u16 = 0x3000;
