//! A read-only view of a repository's content at one moment, whatever it is taken from.
//!
//! A [`Snapshot`] lists paths and gives bytes on demand, under a bound the caller chooses. It knows
//! nothing of documents. The edge implements it for a commit, a working tree and a plain folder;
//! one conformance test holds all of them to the contract below.

mod attributes;
mod file_index;
pub(crate) mod memory;
mod view;

use std::fmt;

pub(crate) use attributes::is_in_lfs;
use serde::{Deserialize, Serialize};
pub use view::View;

use crate::span::RepoPath;

/// What git would record of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileMode {
    File,
    Executable,
    /// Its bytes are the target's path. It is never followed.
    Symlink,
    /// Another repository's commit; it has no bytes here.
    Submodule,
}

/// One path of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub path: RepoPath,
    pub mode: FileMode,
    /// The object id, where the listing already knows it; else [`Snapshot::object_id`] computes it.
    pub(crate) known_id: Option<ObjectId>,
}

impl Entry {
    /// Whether it holds bytes of its own to read as a document or a model.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.mode, FileMode::File | FileMode::Executable)
    }
}

/// A git object id in hexadecimal: what `git hash-object` prints for the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(Box<str>);

impl ObjectId {
    pub fn new(hex: impl Into<Box<str>>) -> Self {
        Self(hex.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a snapshot was taken from, for the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revision {
    /// A commit.
    Commit(ObjectId),
    /// The tracked files of a working tree as they are now, and those not tracked and not ignored.
    WorkingTree { head: Option<ObjectId> },
    /// What the next commit would hold.
    Index { head: Option<ObjectId> },
    /// What a merge of one into the other would give; no such commit exists.
    Merge { head: Box<Revision>, target: ObjectId },
    /// A folder that is no repository.
    Directory,
}

impl Revision {
    /// The commit it is or stands on.
    pub(crate) fn commit(&self) -> Option<&ObjectId> {
        match self {
            Self::Commit(id) => Some(id),
            Self::WorkingTree { head } | Self::Index { head } => head.as_ref(),
            Self::Merge { head, .. } => head.commit(),
            Self::Directory => None,
        }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(id) => write!(f, "commit {id}"),
            Self::WorkingTree { head: Some(head) } => write!(f, "working tree on {head}"),
            Self::WorkingTree { head: None } => f.write_str("working tree without a commit"),
            Self::Index { head: Some(head) } => write!(f, "index on {head}"),
            Self::Index { head: None } => f.write_str("index without a commit"),
            Self::Merge { head, target } => write!(f, "{head} merged into {target}"),
            Self::Directory => f.write_str("folder that is no repository"),
        }
    }
}

/// Why the bytes of an entry could not be had. Never the same as "there is nothing".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("it is {size} bytes long; at most {limit} are read")]
    TooLarge { size: u64, limit: u64 },
    #[error(
        "its content is not in this copy of the repository; fetch it, for example with `git \
        fetch --refetch --no-filter`"
    )]
    Missing,
    #[error("it is a submodule; its content belongs to another repository")]
    Submodule,
    #[error("it could not be read: {0}")]
    Failed(String),
}

/// Read-only content at one moment.
///
/// The contract, held by `tests/integration/snapshots.rs`: entries are sorted by the bytes of their
/// paths, none twice, none below `.git`; `read` gives the bytes git would store, so line endings
/// are those of the repository and not of the checkout; symlinks give their target and are never
/// followed; `size`, `read` and `object_id` agree.
pub trait Snapshot: Send + Sync {
    fn revision(&self) -> &Revision;

    fn entries(&self) -> &[Entry];

    /// How many bytes `read` would give.
    ///
    /// # Errors
    /// When the content is not there or cannot be read.
    fn size(&self, entry: &Entry) -> Result<u64, ReadError>;

    /// All bytes, if there are at most `limit`.
    ///
    /// # Errors
    /// When there are more, or they are not there, or cannot be read.
    fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError>;

    /// The first `length` bytes, or all if there are fewer.
    ///
    /// # Errors
    /// As `read`; a source that can only give whole contents refuses very large ones.
    fn head(&self, entry: &Entry, length: usize) -> Result<Vec<u8>, ReadError>;

    /// The git object id of the bytes.
    ///
    /// # Errors
    /// As `read`.
    fn object_id(&self, entry: &Entry) -> Result<ObjectId, ReadError>;

    /// The entry of a path.
    fn entry(&self, path: &RepoPath) -> Option<&Entry> {
        let entries = self.entries();
        entries.binary_search_by(|entry| entry.path.cmp(path)).ok().map(|at| &entries[at])
    }
}
