//! The files of a commit that a shallow copy lacks, as the forge lists them.
//!
//! # Design
//!
//! A shallow copy asks the forge for listings and never for verdicts. The files of the target
//! branch come as object ids and paths, and contents only where they are not here. Each content is
//! compared with its id.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::repository::Repository;
use super::stored::stored;
use crate::snapshot::{Entry, ObjectId, ReadError, Revision, Snapshot};

/// A forge that holds what a shallow copy lacks. Each answer is an error in words where it cannot
/// be given.
pub trait Remote: Send + Sync {
    /// All files of a commit.
    ///
    /// # Errors
    /// When they cannot be listed, or not all of them.
    fn files(&self, commit: &ObjectId) -> Result<Vec<Entry>, String>;

    /// The content of a file.
    ///
    /// # Errors
    /// When it cannot be had.
    fn content(&self, id: &ObjectId) -> Result<Vec<u8>, String>;

    /// The commit a branch stands at.
    ///
    /// # Errors
    /// When there is no such branch, or nobody says.
    fn tip(&self, branch: &str) -> Result<ObjectId, String>;
}

/// Contents that are asked for at most: a forge counts requests.
const MOST_CONTENTS: usize = 300;

/// The files of a commit, read here where they are here too.
pub(super) struct RemoteSnapshot {
    repository: Arc<Repository>,
    remote: Arc<dyn Remote>,
    revision: Revision,
    entries: Vec<Entry>,
    /// What was asked for.
    had: Mutex<BTreeMap<ObjectId, Arc<Vec<u8>>>>,
}

impl RemoteSnapshot {
    pub(super) fn of(
        repository: Arc<Repository>,
        remote: Arc<dyn Remote>,
        commit: &ObjectId,
    ) -> Result<Self, String> {
        let mut entries = remote.files(commit)?;
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        let revision = Revision::Commit(commit.clone());
        Ok(Self { repository, remote, revision, entries, had: Mutex::default() })
    }

    fn whole(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        let id = stored(entry)?;
        match self.repository.blob(id, limit) {
            Err(ReadError::Missing) => {}
            here => return here,
        }
        let bytes = self.asked_for(id)?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { size: bytes.len() as u64, limit });
        }
        Ok(bytes.to_vec())
    }

    fn asked_for(&self, id: &ObjectId) -> Result<Arc<Vec<u8>>, ReadError> {
        let mut had = self.had.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = had.get(id) {
            return Ok(Arc::clone(bytes));
        }
        if had.len() == MOST_CONTENTS {
            let text = format!(
                "more than {MOST_CONTENTS} files are not in this shallow copy; add `fetch-depth: 0`"
            );
            return Err(ReadError::Failed(text));
        }
        let bytes = self.remote.content(id).map_err(ReadError::Failed)?;
        // What came must be what the commit names.
        let given = git2::Oid::hash_object(git2::ObjectType::Blob, &bytes).map(|it| it.to_string());
        if given.ok().as_deref() != Some(id.as_str()) {
            return Err(ReadError::Failed(
                "the forge gave other bytes than the commit holds".to_owned(),
            ));
        }
        let bytes = Arc::new(bytes);
        had.insert(id.clone(), Arc::clone(&bytes));
        Ok(bytes)
    }
}

impl Snapshot for RemoteSnapshot {
    fn revision(&self) -> &Revision {
        &self.revision
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, entry: &Entry) -> Result<u64, ReadError> {
        Ok(self.whole(entry, u64::MAX)?.len() as u64)
    }

    fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.whole(entry, limit)
    }

    fn head(&self, entry: &Entry, length: usize) -> Result<Vec<u8>, ReadError> {
        let mut bytes = self.whole(entry, u64::MAX)?;
        bytes.truncate(length);
        Ok(bytes)
    }

    fn object_id(&self, entry: &Entry) -> Result<ObjectId, ReadError> {
        entry.known_id.clone().ok_or(ReadError::Missing)
    }
}
