//! The edge that reads: finds the repository of a path and takes snapshots of it.
//!
//! Nothing that a repository holds is ever changed. Git is read as a library: no hook, no external
//! filter, no configured program of the repository runs. Of git's configuration only the
//! repository's own is read, so two users see the same bytes.
//!
//! # Design
//!
//! Of git's configuration only the repository's own is read, and files are listed by the
//! repository's own ignore rules. A user whose global `core.autocrlf` converts line endings states
//! that in `.gitattributes`; files that did not change are read from git's objects in any case.
#![expect(clippy::disallowed_methods, reason = "the edge: reads the file system")]

mod cache_file;
mod commit;
mod directory;
mod index;
mod job;
mod merge;
mod remote;
mod repository;
mod stored;
mod target;
mod target_branch;
mod working_tree;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use cache_file::CacheFile;
pub use directory::DirectorySnapshot;
pub use job::{Forge, Job, Judges, Surroundings};
pub use remote::Remote;
pub use repository::Repository;
pub use stored::StoredSnapshot;
pub use target::{Comparison, Extent, Target, compare, files_of};
pub use working_tree::WorkingTreeSnapshot;

use crate::document::{self, Document, LIMITS};
use crate::fact::Fact;
use crate::snapshot::{FileMode, Snapshot, View};
use crate::span::RepoPath;

/// Why no snapshot could be taken.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("`{}` is not a folder that can be read: {reason}", path.display())]
    NotAFolder { path: PathBuf, reason: String },
    #[error("`{}` cannot be read: {reason}", path.display())]
    NotAFile { path: PathBuf, reason: String },
    #[error("the repository could not be opened: {0}")]
    Repository(String),
    #[error("`{revision}` names no commit here: {reason}")]
    Revision { revision: String, reason: String },
    #[error("the files could not be listed: {0}")]
    Listing(String),
    #[error("`{scope}` holds no files in the {revision}: it is ignored, not there, or a submodule")]
    Empty { scope: RepoPath, revision: String },
    #[error("`{}` is no git repository, so it has no {what}", path.display())]
    NoRepository { path: PathBuf, what: String },
    #[error("`{path}` is in conflict in the index; finish the merge first")]
    Conflict { path: RepoPath },
}

/// One document on its own, wherever it lies.
///
/// # Errors
/// When there is no such file, or it cannot be read.
pub fn document(path: &Path) -> Result<Document, SourceError> {
    // One byte more than is read of any document shows that it is too long.
    let bytes = bytes(path, LIMITS.bytes + 1)?;
    Ok(document::parse(RepoPath::from(&*path.to_string_lossy()), bytes))
}

/// The first bytes of a file, as many as asked for at most.
///
/// # Errors
/// When there is no such file, or it cannot be read.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, SourceError> {
    use std::io::Read as _;

    let refused = |error: std::io::Error| SourceError::NotAFile {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let file = std::fs::File::open(path).map_err(refused)?;
    if !file.metadata().map_err(refused)?.is_file() {
        return Err(SourceError::NotAFile {
            path: path.to_owned(),
            reason: "not a file".to_owned(),
        });
    }
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).map_err(refused)?;
    Ok(bytes)
}

/// The files of this name below the folders of a file, from the repository's root down to it; none
/// outside of one.
///
/// # Errors
/// When one is there and cannot be read.
pub fn documents_above(file: &Path, name: &str) -> Result<Vec<Document>, SourceError> {
    let Ok(file) = file.canonicalize() else { return Ok(Vec::new()) };
    let folders: Vec<&Path> = file.ancestors().skip(1).collect();
    let Some(root) = folders.iter().position(|folder| folder.join(".git").exists()) else {
        return Ok(Vec::new());
    };
    let files =
        folders[..=root].iter().rev().map(|folder| folder.join(name)).filter(|file| file.exists());
    files.map(|file| document(&file)).collect()
}

/// A snapshot and which part of it the given path is.
pub struct Source {
    pub snapshot: Box<dyn Snapshot>,
    pub scope: RepoPath,
}

/// Which content of a repository is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The files as they are now; `HEAD` of a bare repository.
    WorkingTree,
    /// What the next commit would hold, from this index file or the repository's own.
    Index(Option<PathBuf>),
    /// A commit, named as `git rev-parse` reads it.
    Revision(String),
}

/// Takes a snapshot of the repository (or plain folder) that `path` lies in.
///
/// # Errors
/// When the path is no folder, or the repository, the revision or the files cannot be read.
pub fn open(path: &Path, content: &Content) -> Result<Source, SourceError> {
    match locate(path)? {
        PathLocation::Repository(repository, scope) => {
            let snapshot = snapshot(&repository, content)?;
            refuse_empty(&*snapshot, &scope)?;
            Ok(Source { snapshot, scope })
        }
        PathLocation::Folder(folder) => plain(path, &folder, content),
    }
}

/// The root of the files that a path lies among, and which part of them it is.
///
/// # Errors
/// When the path is no folder, or the repository has no files checked out.
pub fn root(path: &Path) -> Result<(PathBuf, RepoPath), SourceError> {
    match locate(path)? {
        PathLocation::Repository(repository, scope) => match repository.working_tree() {
            Some(root) => Ok((root.to_owned(), scope)),
            None => Err(SourceError::NoRepository {
                path: path.to_owned(),
                what: "files checked \
                out"
                .to_owned(),
            }),
        },
        PathLocation::Folder(folder) => Ok((folder, RepoPath::root())),
    }
}

/// Whoever wrote files since one of them was there: the authors of commits, and `own` where some
/// are not committed.
///
/// # Errors
/// When the path is no folder.
pub fn wrote(
    path: &Path,
    files: &BTreeSet<RepoPath>,
    since: Option<&RepoPath>,
    own: Option<&str>,
) -> Result<Fact<BTreeSet<String>>, SourceError> {
    let PathLocation::Repository(repository, _) = locate(path)? else { return Ok(Fact::Absent) };
    let Ok(Some(head)) = repository.head() else { return Ok(Fact::Absent) };
    let mut authors = match repository.wrote(&head, files, since) {
        Fact::Known(authors) => authors,
        unknown => return Ok(unknown),
    };
    let committed = StoredSnapshot::commit(Arc::clone(&repository), head.as_str())?;
    let now = snapshot(&repository, &Content::WorkingTree)?;
    let change = crate::change::Change::between(&committed, &*now);
    if change.files.keys().any(|path| files.iter().any(|file| path.is_in(file))) {
        authors.extend(own.map(str::to_owned));
    }
    Ok(Fact::Known(authors))
}

/// Where a path of the command line lies.
enum PathLocation {
    /// In a repository, and which part of it the path is.
    Repository(Arc<Repository>, RepoPath),
    /// In none.
    Folder(PathBuf),
}

fn locate(path: &Path) -> Result<PathLocation, SourceError> {
    let not_a_folder = |reason: String| SourceError::NotAFolder { path: path.to_owned(), reason };
    let folder = path.canonicalize().map_err(|error| not_a_folder(error.to_string()))?;
    if !folder.is_dir() {
        return Err(not_a_folder("it is a file".to_owned()));
    }
    refuse_links(path)?;
    let Some(repository) = Repository::discover(&folder)? else {
        return Ok(PathLocation::Folder(folder));
    };
    let scope = match repository.working_tree() {
        Some(root) => repo_path(folder.strip_prefix(root).unwrap_or(Path::new(""))),
        None => RepoPath::root(),
    };
    Ok(PathLocation::Repository(Arc::new(repository), scope))
}

/// A link that a repository holds can lead to another part of it, or out of it: a change could name
/// what is judged.
fn refuse_links(path: &Path) -> Result<(), SourceError> {
    let unread = |error: std::io::Error| SourceError::NotAFolder {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let mut so_far = PathBuf::new();
    for part in std::path::absolute(path).map_err(unread)?.components() {
        let parent = so_far.clone();
        so_far.push(part);
        let is_link = so_far.symlink_metadata().map_err(unread)?.is_symlink();
        if is_link && Repository::discover(&parent.canonicalize().map_err(unread)?)?.is_some() {
            let reason =
                format!("`{}` is a link in a repository; name the folder itself", so_far.display());
            return Err(SourceError::NotAFolder { path: path.to_owned(), reason });
        }
    }
    Ok(())
}

fn snapshot(
    repository: &Arc<Repository>,
    content: &Content,
) -> Result<Box<dyn Snapshot>, SourceError> {
    let repository = Arc::clone(repository);
    Ok(match content {
        Content::Revision(revision) => Box::new(StoredSnapshot::commit(repository, revision)?),
        Content::Index(file) => Box::new(StoredSnapshot::index(repository, file.as_deref())?),
        Content::WorkingTree if repository.working_tree().is_none() => {
            Box::new(StoredSnapshot::commit(repository, "HEAD")?)
        }
        Content::WorkingTree => Box::new(WorkingTreeSnapshot::open(repository)?),
    })
}

fn plain(path: &Path, folder: &Path, content: &Content) -> Result<Source, SourceError> {
    let what = match content {
        Content::WorkingTree => None,
        Content::Index(_) => Some("index".to_owned()),
        Content::Revision(revision) => Some(format!("revision `{revision}`")),
    };
    match what {
        Some(what) => Err(SourceError::NoRepository { path: path.to_owned(), what }),
        None => Ok(Source {
            snapshot: Box::new(DirectorySnapshot::open(folder)?),
            scope: RepoPath::root(),
        }),
    }
}

/// A folder that was named and holds nothing is a mistake, not a folder without AI.
fn refuse_empty(snapshot: &dyn Snapshot, scope: &RepoPath) -> Result<(), SourceError> {
    let is_empty = || {
        View::new(snapshot, scope.clone())
            .entries()
            .iter()
            .all(|entry| entry.mode == FileMode::Submodule)
    };
    if !scope.is_root() && is_empty() {
        return Err(SourceError::Empty {
            scope: scope.clone(),
            revision: snapshot.revision().to_string(),
        });
    }
    Ok(())
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
