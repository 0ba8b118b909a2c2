//! Digests of the contents of files, each computed once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::digest::{Sha256, of_content};
use crate::snapshot::{Entry, ObjectId, Snapshot};
use crate::span::RepoPath;

/// Bytes of the largest file that is digested.
const LARGEST: u64 = 256 << 20;

/// Digests of contents by their git object ids, each computed once however many revisions have it.
///
/// The map lies behind a lock because one run evaluates up to three revisions, whose checks run in
/// parallel and mostly ask for the same contents. To digest every file before would read
/// repositories whole of which a decision covers a few files.
#[derive(Default)]
pub(crate) struct Digests(Mutex<BTreeMap<ObjectId, Result<Sha256, String>>>);

impl Digests {
    /// Returns the SHA-256 of a file's content.
    ///
    /// # Errors
    /// Why it has none: it is a link, or its content is not here.
    pub(crate) fn of(&self, snapshot: &dyn Snapshot, entry: &Entry) -> Result<Sha256, String> {
        if !entry.is_file() {
            return Err("it is a link or a submodule, which nobody can sign for".to_owned());
        }
        let id = snapshot.object_id(entry).map_err(|error| error.to_string())?;
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some(digest) = known {
            return digest;
        }
        let bytes = snapshot.read(entry, LARGEST).map_err(|error| error.to_string());
        let digest = bytes.map(|bytes| of_content(&bytes));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, digest.clone());
        digest
    }

    /// Returns the SHA-256 of the file at a path. None where there is none.
    ///
    /// # Errors
    /// As [`Digests::of`].
    pub(crate) fn at(
        &self,
        snapshot: &dyn Snapshot,
        path: &RepoPath,
    ) -> Option<Result<Sha256, String>> {
        Some(self.of(snapshot, snapshot.entry(path)?))
    }

    /// Whether the file at a path has exactly this content.
    pub(crate) fn is_at(&self, snapshot: &dyn Snapshot, path: &RepoPath, sha256: &Sha256) -> bool {
        self.at(snapshot, path).is_some_and(|digest| digest.is_ok_and(|digest| digest == *sha256))
    }
}
