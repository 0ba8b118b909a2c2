//! The edge that reads: finds the repository of a path and takes snapshots of it.
//!
//! Nothing of a repository is ever changed. Git is read as a library: no hook, no external filter, no configured
//! program of the repository runs. Of git's configuration only the repository's own is read, so
//! two users see the same bytes.
#![expect(clippy::disallowed_methods, reason = "the edge: reads the file system")]

mod commit;
mod directory;
mod repository;
mod working_tree;

use std::path::{Path, PathBuf};

pub use commit::CommitSnapshot;
pub use directory::DirectorySnapshot;
pub use repository::Repository;
pub use working_tree::WorkingTreeSnapshot;

use crate::snapshot::{Mode, Snapshot, View};
use crate::span::RepoPath;

/// Why no snapshot could be taken.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("`{}` is not a folder that can be read: {reason}", path.display())]
    NotAFolder { path: PathBuf, reason: String },
    #[error("the repository could not be opened: {0}")]
    Repository(String),
    #[error("`{revision}` names no commit here: {reason}")]
    Revision { revision: String, reason: String },
    #[error("the files could not be listed: {0}")]
    Listing(String),
    #[error("`{scope}` holds no files in the {revision}: it is ignored, not there, or a submodule")]
    Empty { scope: RepoPath, revision: String },
    #[error("`{}` is no git repository, so it has no revision `{revision}`", path.display())]
    NoRepository { path: PathBuf, revision: String },
}

/// A snapshot and which part of it the given path is.
pub struct Source {
    pub snapshot: Box<dyn Snapshot>,
    pub scope: RepoPath,
}

/// Takes a snapshot of the repository (or plain folder) that `path` lies in.
///
/// Without `revision` this is the working tree, or `HEAD` of a bare repository.
///
/// # Errors
/// When the path is no folder, or the repository, the revision or the files cannot be read.
pub fn open(path: &Path, revision: Option<&str>) -> Result<Source, SourceError> {
    let not_a_folder = |reason: String| SourceError::NotAFolder { path: path.to_owned(), reason };
    let folder = path.canonicalize().map_err(|error| not_a_folder(error.to_string()))?;
    if !folder.is_dir() {
        return Err(not_a_folder("it is a file".to_owned()));
    }
    let Some(repository) = Repository::discover(&folder)? else {
        if let Some(revision) = revision {
            return Err(SourceError::NoRepository { path: path.to_owned(), revision: revision.to_owned() });
        }
        let snapshot = Box::new(DirectorySnapshot::open(&folder)?);
        return Ok(Source { snapshot, scope: RepoPath::root() });
    };
    let scope = match repository.working_tree() {
        Some(root) => repo_path(folder.strip_prefix(root).unwrap_or(Path::new(""))),
        None => RepoPath::root(),
    };
    let snapshot: Box<dyn Snapshot> = match (revision, repository.working_tree()) {
        (Some(revision), _) => Box::new(CommitSnapshot::open(repository, revision)?),
        (None, None) => Box::new(CommitSnapshot::open(repository, "HEAD")?),
        (None, Some(_)) => Box::new(WorkingTreeSnapshot::open(repository)?),
    };
    if !scope.is_root()
        && View::new(&*snapshot, scope.clone()).entries().iter().all(|entry| entry.mode == Mode::Submodule)
    {
        return Err(SourceError::Empty { scope, revision: snapshot.revision().to_string() });
    }
    Ok(Source { snapshot, scope })
}

/// A path of the file system, relative to the snapshot's root, as git writes it.
#[cfg(unix)]
fn repo_path(relative: &Path) -> RepoPath {
    use std::os::unix::ffi::OsStrExt;
    RepoPath::new(relative.as_os_str().as_bytes())
}

/// A path of the file system, relative to the snapshot's root, as git writes it.
#[cfg(not(unix))]
fn repo_path(relative: &Path) -> RepoPath {
    RepoPath::new(relative.to_string_lossy().replace('\\', "/"))
}

/// The path in the file system that a snapshot's path stands for.
#[cfg(unix)]
fn file_path(root: &Path, path: &RepoPath) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    root.join(std::ffi::OsStr::from_bytes(path.as_bytes()))
}

/// The path in the file system that a snapshot's path stands for.
#[cfg(not(unix))]
fn file_path(root: &Path, path: &RepoPath) -> PathBuf {
    root.join(path.to_string())
}
