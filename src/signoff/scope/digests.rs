//! Digests of the contents of files, each computed once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::pointers::Pointers;
use crate::canonical::of_configuration;
use crate::digest::{LfsPointer, Sha256, lfs_pointer, sha256};
use crate::document::{Format, LIMITS};
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
pub(crate) struct Digests {
    contents: Mutex<BTreeMap<ObjectId, Result<ContentDigest, String>>>,
    pointers: Pointers,
}

/// What the bytes of a file are, whatever its path.
#[derive(Clone)]
struct ContentDigest {
    sha256: Sha256,
    pointer: Option<LfsPointer>,
}

impl Digests {
    /// Returns no digest yet. What is known of pointers says which of them stand for objects.
    pub(crate) fn new(pointers: Pointers) -> Self {
        Self { contents: Mutex::default(), pointers }
    }

    /// Returns the SHA-256 of a file's content: that of the object where the file is a Git LFS
    /// pointer that stands for it.
    ///
    /// # Errors
    /// Why it has none: it is a link, or its content is not here.
    pub(crate) fn of(&self, snapshot: &dyn Snapshot, entry: &Entry) -> Result<Sha256, String> {
        if !entry.is_file() {
            return Err("it is a link or a submodule, which nobody can sign for".to_owned());
        }
        let ContentDigest { sha256, pointer } = self.content(snapshot, entry)?;
        let stands = |it: &LfsPointer| self.pointers.stands_for_object(snapshot, &entry.path, it);
        Ok(pointer.filter(stands).map_or(sha256, |pointer| pointer.object))
    }

    /// Returns the SHA-256 of the bytes that git holds of a file, a pointer's own among them. None
    /// where it is a link, or its content is not here.
    pub(crate) fn of_bytes(&self, snapshot: &dyn Snapshot, entry: &Entry) -> Option<Sha256> {
        let content = entry.is_file().then(|| self.content(snapshot, entry).ok()).flatten()?;
        Some(content.sha256)
    }

    fn content(&self, snapshot: &dyn Snapshot, entry: &Entry) -> Result<ContentDigest, String> {
        let id = snapshot.object_id(entry).map_err(|error| error.to_string())?;
        let known = self.contents.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some(digest) = known {
            return digest;
        }
        let bytes = snapshot.read(entry, LARGEST).map_err(|error| error.to_string());
        let digest = bytes
            .map(|bytes| ContentDigest { sha256: sha256(&bytes), pointer: lfs_pointer(&bytes) });
        self.contents.lock().unwrap_or_else(PoisonError::into_inner).insert(id, digest.clone());
        digest
    }

    /// Returns the SHA-256 of what a file of data says, without comments and layout. None where it
    /// counts by its bytes: it is no YAML or JSON that everybody reads alike, or a pointer.
    pub(crate) fn content_of(&self, snapshot: &dyn Snapshot, entry: &Entry) -> Option<Sha256> {
        let is_data = matches!(Format::of(&entry.path), Some(Format::Yaml | Format::Json));
        let is_small = is_data && snapshot.size(entry).is_ok_and(|size| size <= LIMITS.bytes);
        let by_bytes = is_small.then(|| self.of(snapshot, entry).ok()).flatten()?;
        let bytes = snapshot.read(entry, LARGEST).ok()?;
        let is_itself = sha256(&bytes) == by_bytes;
        is_itself.then(|| of_configuration(&entry.path, &bytes)).flatten()
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

    /// Whether the file at a path has this content: exactly, or as data that says the same.
    pub(crate) fn is_at(&self, snapshot: &dyn Snapshot, path: &RepoPath, sha256: &Sha256) -> bool {
        let Some(entry) = snapshot.entry(path) else { return false };
        self.of(snapshot, entry).is_ok_and(|digest| digest == *sha256)
            || self.content_of(snapshot, entry).is_some_and(|digest| digest == *sha256)
    }
}
