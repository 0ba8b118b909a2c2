//! Finds the repository or the folder of a path and takes a snapshot of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::directory::DirectorySnapshot;
use super::error::SourceError;
use super::paths::repo_path;
use super::repository::Repository;
use super::stored::StoredSnapshot;
use super::working_tree::WorkingTreeSnapshot;
use crate::authorship::{Author, Authored, CommitPart};
use crate::change::Change;
use crate::fact::Fact;
use crate::snapshot::{FileMode, ObjectId, Snapshot, View};
use crate::span::RepoPath;

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
pub(crate) fn root(path: &Path) -> Result<(PathBuf, RepoPath), SourceError> {
    match locate(path)? {
        PathLocation::Repository(repository, scope) => match repository.working_tree() {
            Some(root) => Ok((root.to_owned(), scope)),
            None => Err(SourceError::NoRepository {
                path: path.to_owned(),
                what: "files checked out".to_owned(),
            }),
        },
        PathLocation::Folder(folder) => Ok((folder, RepoPath::root())),
    }
}

/// The commit that a revision names.
///
/// # Errors
/// When the path lies in no repository, or there is no such commit.
pub(crate) fn commit(path: &Path, revision: &str) -> Result<ObjectId, SourceError> {
    let PathLocation::Repository(repository, _) = locate(path)? else {
        let what = format!("revision `{revision}`");
        return Err(SourceError::NoRepository { path: path.to_owned(), what });
    };
    repository.commit(revision).map_err(|error| SourceError::Revision {
        revision: revision.to_owned(),
        reason: error.to_string(),
    })
}

/// Who wrote files since one of them was there, the newest first: the commits, and `own` where some
/// of it is not committed.
///
/// # Errors
/// When the path is no folder.
pub(crate) fn wrote(
    path: &Path,
    files: &BTreeSet<RepoPath>,
    since: Option<&RepoPath>,
    own: Option<&str>,
) -> Result<Fact<Vec<Authored>>, SourceError> {
    let PathLocation::Repository(repository, _) = locate(path)? else { return Ok(Fact::Absent) };
    let Ok(Some(head)) = repository.head() else { return Ok(Fact::Absent) };
    let mut commits = match repository.wrote(&head, files, since) {
        Fact::Known(commits) => commits,
        unknown => return Ok(unknown),
    };
    commits.splice(0..0, uncommitted_since(&repository, &head, files, own)?);
    Ok(Fact::Known(commits))
}

/// What was written to files since the last commit, by `own`. None where they are as it has them.
///
/// # Errors
/// When the path is no folder.
pub(crate) fn uncommitted(
    path: &Path,
    files: &BTreeSet<RepoPath>,
    own: Option<&str>,
) -> Result<Option<Authored>, SourceError> {
    let PathLocation::Repository(repository, _) = locate(path)? else { return Ok(None) };
    let Ok(Some(head)) = repository.head() else { return Ok(None) };
    uncommitted_since(&repository, &head, files, own)
}

fn uncommitted_since(
    repository: &Arc<Repository>,
    head: &ObjectId,
    files: &BTreeSet<RepoPath>,
    own: Option<&str>,
) -> Result<Option<Authored>, SourceError> {
    let committed = StoredSnapshot::commit(Arc::clone(repository), head.as_str())?;
    let now = snapshot(repository, &Content::WorkingTree)?;
    let change = Change::between(&committed, &*now);
    let edited = change.files.into_keys().filter(|path| files.iter().any(|file| path.is_in(file)));
    let paths: BTreeSet<RepoPath> = edited.collect();
    Ok(own.filter(|_| !paths.is_empty()).map(|own| {
        let author = Author { name: own.to_owned(), mapped: None, part: CommitPart::Wrote };
        let authors = BTreeSet::from([author]);
        Authored { authors, paths, ..Authored::default() }
    }))
}

/// Where a path of the command line lies.
pub(super) enum PathLocation {
    /// In a repository, and which part of it the path is.
    Repository(Arc<Repository>, RepoPath),
    /// In none.
    Folder(PathBuf),
}

pub(super) fn locate(path: &Path) -> Result<PathLocation, SourceError> {
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

pub(super) fn snapshot(
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

pub(super) fn plain(path: &Path, folder: &Path, content: &Content) -> Result<Source, SourceError> {
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
pub(super) fn refuse_empty(snapshot: &dyn Snapshot, scope: &RepoPath) -> Result<(), SourceError> {
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
