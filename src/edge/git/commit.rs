//! The snapshot of one commit: its tree, read from git's objects, without a checkout.

use std::sync::Arc;

use super::error::SourceError;
use super::repository::{Repository, object_id};
use super::stored::StoredSnapshot;
use crate::snapshot::{Entry, FileMode, Revision};
use crate::span::RepoPath;

/// Folders nested deeper than this are refused; git itself has no bound.
const DEEPEST_FOLDER: usize = 256;

impl StoredSnapshot {
    /// Lists the tree of the commit that `revision` names, as `git rev-parse` reads it.
    ///
    /// # Errors
    /// When it names no commit, or a tree on the way is missing.
    pub(crate) fn commit(repository: Arc<Repository>, revision: &str) -> Result<Self, SourceError> {
        let unknown =
            |reason: String| SourceError::Revision { revision: revision.to_owned(), reason };
        let commit = repository
            .with(|handle| Ok(object_id(handle.revparse_single(revision)?.peel_to_commit()?.id())))
            .map_err(|error| unknown(error.to_string()))?;
        let entries = repository
            .with(|handle| {
                let tree = handle.find_commit(commit.as_str().parse()?)?.tree()?;
                list(handle, tree)
            })
            .map_err(|error| SourceError::Listing(error.to_string()))?;
        Ok(Self::new(repository, Revision::Commit(commit), entries))
    }
}

fn list(handle: &git2::Repository, root: git2::Tree<'_>) -> Result<Vec<Entry>, git2::Error> {
    let mut entries = Vec::new();
    let mut folders = vec![(Vec::new(), 0, root.id())];
    while let Some((prefix, depth, id)) = folders.pop() {
        if depth > DEEPEST_FOLDER {
            return Err(git2::Error::from_str("folders are nested too deep"));
        }
        let tree = handle.find_tree(id)?;
        for item in &tree {
            let mut path: Vec<u8> = prefix.clone();
            path.extend_from_slice(item.name_bytes());
            if item.kind() == Some(git2::ObjectType::Tree) {
                path.push(b'/');
                folders.push((path, depth + 1, item.id()));
            } else {
                let known_id = Some(object_id(item.id()));
                entries.push(Entry {
                    path: RepoPath::new(path),
                    mode: mode(item.filemode()),
                    known_id,
                });
            }
        }
    }
    entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

/// Git's file mode bits as a [`FileMode`].
pub(super) fn mode(bits: i32) -> FileMode {
    match bits {
        0o160000 => FileMode::Submodule,
        0o120000 => FileMode::Symlink,
        bits if bits & 0o111 != 0 => FileMode::Executable,
        _ => FileMode::File,
    }
}
