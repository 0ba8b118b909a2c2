//! The snapshot of a merge that was not made: what the target branch would hold afterwards.
//!
//! The merge is git's own, done in memory; nothing is written to the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::commit::mode;
use super::error::SourceError;
use super::repository::{LARGEST_OBJECT, Repository, object_id, parse_id};
use super::stored::{StoredSnapshot, stored};
use crate::snapshot::{Entry, FileMode, ObjectId, ReadError, Revision, Snapshot};
use crate::span::RepoPath;

/// The files of a merge result.
pub(super) struct MergedSnapshot {
    repository: Arc<Repository>,
    revision: Revision,
    entries: Vec<Entry>,
    /// Contents that are in no object of the repository.
    made: BTreeMap<ObjectId, Vec<u8>>,
}

/// What came of a merge.
pub(super) enum Merged {
    /// The result, and the files that both sides changed.
    Clean(MergedSnapshot, BTreeSet<RepoPath>),
    /// The first file that both sides changed in ways that exclude each other.
    Conflict(RepoPath),
}

/// Merges `ours`, which stands on the commit `head`, into the commit `target`.
///
/// # Errors
/// When an object that is needed is not here.
pub(super) fn merge(
    repository: &Arc<Repository>,
    ours: &dyn Snapshot,
    head: &ObjectId,
    target: &ObjectId,
) -> Result<Merged, SourceError> {
    let theirs = StoredSnapshot::commit(Arc::clone(repository), target.as_str())?;
    let stored: BTreeSet<&ObjectId> = ours
        .entries()
        .iter()
        .chain(theirs.entries())
        .filter_map(|entry| entry.known_id.as_ref())
        .collect();
    let merged = repository
        .with_new(|handle| {
            handle.odb()?.add_new_mempack_backend(1000)?;
            let ours = as_commit(handle, ours, head)?;
            let theirs = handle.find_commit(parse_id(target)?)?;
            let index = handle.merge_commits(&ours, &theirs, None)?;
            if let Some(conflict) = index.conflicts()?.next() {
                let conflict = conflict?;
                let side = conflict.our.or(conflict.their).or(conflict.ancestor);
                return Ok(Err(side.map_or_else(RepoPath::root, |side| RepoPath::new(side.path))));
            }
            let mut entries = Vec::with_capacity(index.len());
            let mut made = BTreeMap::new();
            for item in index.iter() {
                let id = object_id(item.id);
                let mode = mode(i32::try_from(item.mode).unwrap_or_default());
                if mode != FileMode::Submodule && !stored.contains(&id) {
                    made.insert(id.clone(), handle.odb()?.read(item.id)?.data().to_vec());
                }
                entries.push(Entry { path: RepoPath::new(item.path), mode, known_id: Some(id) });
            }
            entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            Ok(Ok((entries, made)))
        })
        .map_err(|error| SourceError::Listing(error.to_string()))?;
    let (entries, made) = match merged {
        Ok(merged) => merged,
        Err(path) => return Ok(Merged::Conflict(path)),
    };
    let revision =
        Revision::Merge { head: Box::new(ours.revision().clone()), target: target.clone() };
    let merged = MergedSnapshot { repository: Arc::clone(repository), revision, entries, made };
    let both = made_of_both(&merged, [ours, &theirs]);
    Ok(Merged::Clean(merged, both))
}

/// The content of a snapshot as a commit on `head`; the commit itself where they are the same.
fn as_commit<'h>(
    handle: &'h git2::Repository,
    ours: &dyn Snapshot,
    head: &ObjectId,
) -> Result<git2::Commit<'h>, git2::Error> {
    let parent = handle.find_commit(parse_id(head)?)?;
    if matches!(ours.revision(), Revision::Commit(_)) {
        return Ok(parent);
    }
    let odb = handle.odb()?;
    let mut index = git2::Index::new()?;
    for entry in ours.entries() {
        let id = match &entry.known_id {
            Some(id) => parse_id(id)?,
            None => {
                let failed =
                    |error: ReadError| git2::Error::from_str(&format!("{}: {error}", entry.path));
                odb.write(
                    git2::ObjectType::Blob,
                    &ours.read(entry, LARGEST_OBJECT).map_err(failed)?,
                )?
            }
        };
        index.add(&index_entry(entry, id))?;
    }
    let tree = handle.find_tree(index.write_tree_to(handle)?)?;
    // Neither name nor time is ever seen: the commit lives as long as the merge.
    let nobody = git2::Signature::new("aimsgate", "aimsgate", &git2::Time::new(0, 0))?;
    let id = handle.commit(None, &nobody, &nobody, "", &tree, &[&parent])?;
    handle.find_commit(id)
}

fn index_entry(entry: &Entry, id: git2::Oid) -> git2::IndexEntry {
    let mode = match entry.mode {
        FileMode::File => 0o100_644,
        FileMode::Executable => 0o100_755,
        FileMode::Symlink => 0o120_000,
        FileMode::Submodule => 0o160_000,
    };
    let never = git2::IndexTime::new(0, 0);
    git2::IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: entry.path.as_bytes().to_vec(),
    }
}

/// The files of a merge whose content is in neither of its sides: both changed them.
pub(super) fn made_of_both(merged: &dyn Snapshot, sides: [&dyn Snapshot; 2]) -> BTreeSet<RepoPath> {
    let contents: BTreeSet<ObjectId> = sides
        .into_iter()
        .flat_map(|side| side.entries().iter().filter_map(move |entry| side.object_id(entry).ok()))
        .collect();
    let new = merged
        .entries()
        .iter()
        .filter(|entry| entry.known_id.as_ref().is_some_and(|id| !contents.contains(id)));
    new.map(|entry| entry.path.clone()).collect()
}

impl Snapshot for MergedSnapshot {
    fn revision(&self) -> &Revision {
        &self.revision
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, entry: &Entry) -> Result<u64, ReadError> {
        let id = stored(entry)?;
        self.made
            .get(id)
            .map_or_else(|| self.repository.blob_size(id), |bytes| Ok(bytes.len() as u64))
    }

    fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        let id = stored(entry)?;
        match self.made.get(id) {
            Some(bytes) if bytes.len() as u64 > limit => {
                Err(ReadError::TooLarge { size: bytes.len() as u64, limit })
            }
            Some(bytes) => Ok(bytes.clone()),
            None => self.repository.blob(id, limit),
        }
    }

    fn head(&self, entry: &Entry, length: usize) -> Result<Vec<u8>, ReadError> {
        let id = stored(entry)?;
        match self.made.get(id) {
            Some(bytes) => Ok(bytes[..length.min(bytes.len())].to_vec()),
            None => self.repository.blob_head(id, length),
        }
    }

    fn object_id(&self, entry: &Entry) -> Result<ObjectId, ReadError> {
        entry.known_id.clone().ok_or(ReadError::Missing)
    }
}
