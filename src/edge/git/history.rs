//! What the history of a repository tells: merge bases and authors.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::author::{AddressMap, authors_of};
use super::repository::{Repository, object_id, parse_id};
use crate::authorship::{Authored, History};
use crate::canonical::of_configuration;
use crate::change::{SMALLEST_KNOWN, likeness};
use crate::document::Format;
use crate::fact::Fact;
use crate::snapshot::{ObjectId, ReadError};
use crate::span::RepoPath;

/// Commits that are looked at in a history that is cut off.
const MOST_COMMITS: usize = 10_000;

/// Commits of one change whose authors are looked up.
const MOST_AUTHORED: usize = 2_000;

/// Commits behind a change that are looked at for who wrote something.
const MOST_BEHIND: usize = 50_000;

/// Pairs of files of one commit that are compared, and bytes of the largest of them.
const MOST_PAIRS: usize = 2_500;
const LARGEST_COMPARED: usize = 1 << 20;

impl Repository {
    /// Where the histories of two commits part; `None` where no common commit is known here.
    pub(super) fn merge_base(
        &self,
        one: &ObjectId,
        other: &ObjectId,
    ) -> Result<Option<ObjectId>, ReadError> {
        self.with(|handle| match handle.merge_base(parse_id(one)?, parse_id(other)?) {
            // A shallow history names commits that it does not hold.
            Ok(base) => Ok(handle.find_commit(base).ok().map(|base| object_id(base.id()))),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(_) if handle.is_shallow() => Ok(None),
            Err(error) => Err(error),
        })
        .map(|base| base.or_else(|| self.ancestor(one, other)))
    }

    /// Which of two commits is an ancestor of the other, as far as a cut-off history tells.
    fn ancestor(&self, one: &ObjectId, other: &ObjectId) -> Option<ObjectId> {
        let is_ancestor = |of: &ObjectId, wanted: &ObjectId| {
            let mut open = vec![of.clone()];
            let mut seen = BTreeSet::new();
            while let Some(commit) = open.pop() {
                if commit == *wanted {
                    return true;
                }
                if seen.len() < MOST_COMMITS && seen.insert(commit.clone()) {
                    open.extend(self.parents(&commit).unwrap_or_default());
                }
            }
            false
        };
        // The older one must be here to be of any use.
        let (one_first, other_first) = (is_ancestor(other, one), is_ancestor(one, other));
        [(one_first, one), (other_first, other)]
            .into_iter()
            .find(|(is, _)| *is)
            .map(|(_, id)| id.clone())
    }

    /// Who wrote each commit that one tip has and another has not, and what it touches; the newest
    /// first.
    pub(super) fn authored(&self, head: &ObjectId, tip: &ObjectId) -> Fact<Vec<Authored>> {
        let all = |handle: &git2::Repository| {
            let mut walk = handle.revwalk()?;
            walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::TIME)?;
            walk.push(parse_id(head)?)?;
            walk.hide(parse_id(tip)?)?;
            let map = address_map(handle, tip)?;
            let cut =
                std::fs::read_to_string(handle.commondir().join("shallow")).unwrap_or_default();
            let cut: BTreeSet<&str> = cut.lines().collect();
            let mut found = Vec::new();
            for commit in walk {
                if found.len() == MOST_AUTHORED {
                    return Ok(None);
                }
                let commit = handle.find_commit(commit?)?;
                // Where history was cut off a commit looks as if it had written everything.
                if cut.contains(commit.id().to_string().as_str()) {
                    return Err(git2::Error::from_str(
                        "the history here is cut off before the change begins",
                    ));
                }
                found.push(authored(handle, &commit, &map, None)?);
            }
            Ok(Some(found))
        };
        match self.with(all) {
            Ok(Some(found)) => Fact::Known(found),
            Ok(None) => {
                Fact::Undecided(format!("the change has more than {MOST_AUTHORED} commits"))
            }
            Err(error) => Fact::Undecided(error.to_string()),
        }
    }

    /// Who wrote files, up to a commit; the newest first. Where `since` is a file, only what came
    /// after the commit that brought it.
    pub(super) fn wrote(
        &self,
        head: &ObjectId,
        files: &BTreeSet<RepoPath>,
        since: Option<&RepoPath>,
    ) -> Fact<Vec<Authored>> {
        if files.is_empty() {
            return Fact::Known(Vec::new());
        }
        if self.is_shallow() {
            return Fact::Undecided(
                "the history here is cut off; fetch it: git fetch --unshallow".to_owned(),
            );
        }
        let all = |handle: &git2::Repository| {
            let first = handle.find_commit(parse_id(head)?)?;
            let is_here = files.iter().any(|file| has(&first, file));
            if !is_here && since.is_none() {
                return Ok(Some(Vec::new()));
            }
            let map = address_map(handle, head)?;
            let mut walk = handle.revwalk()?;
            walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::TIME)?;
            walk.push(first.id())?;
            if let Some(since) = since {
                let Some(brought) = brought(first, since)? else { return Ok(None) };
                brought.into_iter().try_for_each(|id| walk.hide(id))?;
            }
            let mut found = Vec::new();
            for (at, commit) in walk.enumerate() {
                if at == MOST_BEHIND {
                    return Ok(None);
                }
                let commit = handle.find_commit(commit?)?;
                let commit = authored(handle, &commit, &map, Some(files))?;
                if !commit.paths.is_empty() {
                    found.push(commit);
                }
            }
            Ok(Some(found))
        };
        match self.with(all) {
            Ok(Some(found)) => Fact::Known(found),
            Ok(None) => Fact::Undecided(format!("there are more than {MOST_BEHIND} commits")),
            Err(error) => Fact::Undecided(error.to_string()),
        }
    }
}

/// The history of a target branch.
pub(super) struct BranchHistory {
    pub(super) repository: Arc<Repository>,
    pub(super) tip: ObjectId,
}

impl History for BranchHistory {
    fn wrote(&self, files: &BTreeSet<RepoPath>, since: Option<&RepoPath>) -> Fact<Vec<Authored>> {
        self.repository.wrote(&self.tip, files, since)
    }

    fn copied_from(&self, commit: &Authored, path: &RepoPath) -> Option<RepoPath> {
        let id = commit.id.as_ref()?;
        let from = |handle: &git2::Repository| {
            Ok(copied_from(handle, &handle.find_commit(parse_id(id)?)?, path))
        };
        self.repository.with(from).ok().flatten()
    }

    fn content(&self, id: &ObjectId) -> Option<Vec<u8>> {
        self.repository.with(|handle| Ok(content(handle, parse_id(id)?))).ok().flatten()
    }
}

/// The addresses that the `.mailmap` of a commit has instead of others.
fn address_map(handle: &git2::Repository, at: &ObjectId) -> Result<AddressMap, git2::Error> {
    let tree = handle.find_commit(parse_id(at)?)?.tree()?;
    let file = tree.get_path(Path::new(".mailmap")).ok();
    let blob = file.and_then(|entry| entry.to_object(handle).ok()?.into_blob().ok());
    Ok(AddressMap::new(blob.as_ref().map(git2::Blob::content)))
}

/// Whether a commit has a file or a folder.
fn has(commit: &git2::Commit<'_>, path: &RepoPath) -> bool {
    let Some(path) = path.to_str() else { return false };
    path.is_empty() || commit.tree().is_ok_and(|tree| tree.get_path(Path::new(path)).is_ok())
}

/// Returns the commits that brought a file which this one has. None where there are too many to
/// look at.
fn brought(from: git2::Commit<'_>, file: &RepoPath) -> Result<Option<Vec<git2::Oid>>, git2::Error> {
    let (mut open, mut seen, mut found) = (vec![from], BTreeSet::new(), Vec::new());
    while let Some(commit) = open.pop() {
        if !seen.insert(commit.id()) {
            continue;
        }
        if seen.len() > MOST_BEHIND {
            return Ok(None);
        }
        let before = open.len();
        open.extend(commit.parents().filter(|parent| has(parent, file)));
        if open.len() == before && has(&commit, file) {
            found.push(commit.id());
        }
    }
    Ok(Some(found))
}

/// Who wrote a commit, and the files in which it differs from all of its parents; of these only
/// the ones among `files`, where it is said.
fn authored(
    handle: &git2::Repository,
    commit: &git2::Commit<'_>,
    map: &AddressMap,
    files: Option<&BTreeSet<RepoPath>>,
) -> Result<Authored, git2::Error> {
    let tree = commit.tree()?;
    let against = |parent: Option<&git2::Commit<'_>>, files: Option<&BTreeSet<RepoPath>>| {
        let parent = parent.map(git2::Commit::tree).transpose()?;
        let mut options = git2::DiffOptions::new();
        let files = files.filter(|files| !files.contains(&RepoPath::root()));
        for file in files.into_iter().flatten().filter_map(RepoPath::to_str) {
            options.disable_pathspec_match(true).pathspec(file);
        }
        Ok::<_, git2::Error>(Edits::of(&handle.diff_tree_to_tree(
            parent.as_ref(),
            Some(&tree),
            Some(&mut options),
        )?))
    };
    let mut parents = commit.parents();
    let first = parents.next();
    let mut edits = against(first.as_ref(), files)?;
    for parent in parents {
        let others = against(Some(&parent), files)?;
        edits.paths.retain(|path| others.paths.contains(path));
    }
    if edits.paths.is_empty() {
        return Ok(Authored::default());
    }
    let (authors, is_read) = authors_of(commit, map);
    // A file that came from elsewhere is told by all that the commit did.
    let all = if files.is_some() { against(first.as_ref(), None)? } else { edits.clone() };
    let moved_from = all.moved_from(handle, &edits.paths);
    let is_known = |id: &git2::Oid| {
        let size = handle.odb().and_then(|objects| objects.read_header(*id));
        size.is_ok_and(|(size, _)| size as u64 >= SMALLEST_KNOWN)
    };
    let brought = edits.new.iter().filter(|(path, id)| edits.paths.contains(*path) && is_known(id));
    let contents = brought.map(|(_, id)| object_id(*id)).collect();
    let id_at = |ids: &BTreeMap<RepoPath, git2::Oid>, path| ids.get(path).map(|id| object_id(*id));
    let contents_at = edits
        .paths
        .iter()
        .map(|path| (path.clone(), [id_at(&edits.old, path), id_at(&edits.new, path)]));
    let contents_at = contents_at.collect();
    let is_unreadable = !is_read;
    let id = Some(object_id(commit.id()));
    Ok(Authored {
        id,
        authors,
        is_unreadable,
        paths: edits.paths,
        contents_at,
        moved_from,
        contents,
    })
}

/// What a commit did to files.
#[derive(Clone, Default)]
struct Edits {
    paths: BTreeSet<RepoPath>,
    /// The content of each file that it wrote.
    new: BTreeMap<RepoPath, git2::Oid>,
    /// The content of each file that it edited or took away, as it was.
    old: BTreeMap<RepoPath, git2::Oid>,
    /// The content of each file that it took away.
    gone: BTreeMap<RepoPath, git2::Oid>,
}

impl Edits {
    fn of(diff: &git2::Diff<'_>) -> Self {
        let mut edits = Self::default();
        for delta in diff.deltas() {
            let (old, new) = (delta.old_file(), delta.new_file());
            let path = |file: &git2::DiffFile<'_>| file.path_bytes().map(RepoPath::new);
            edits.paths.extend([path(&old), path(&new)].into_iter().flatten());
            if delta.status() != git2::Delta::Added {
                edits.old.extend(path(&old).map(|path| (path, old.id())));
            }
            if delta.status() == git2::Delta::Deleted {
                edits.gone.extend(path(&old).map(|path| (path, old.id())));
            } else {
                edits.new.extend(path(&new).map(|path| (path, new.id())));
            }
        }
        edits
    }

    /// Returns for each of these paths the file whose content it took over: the same, one of which
    /// at least half is the same, or data that say the same.
    fn moved_from(
        &self,
        handle: &git2::Repository,
        paths: &BTreeSet<RepoPath>,
    ) -> BTreeMap<RepoPath, RepoPath> {
        let mut moved = BTreeMap::new();
        let new: Vec<_> = self.new.iter().filter(|(path, _)| paths.contains(*path)).collect();
        let is_compared = new.len().saturating_mul(self.gone.len()) <= MOST_PAIRS;
        for (path, id) in new {
            let same = self.gone.iter().find(|(_, old)| *old == id);
            let alike = || {
                let now = content(handle, *id).filter(|_| is_compared)?;
                self.gone.iter().find(|(old, before)| {
                    content(handle, **before)
                        .is_some_and(|before| taken_over((old, &before), (path, &now)).is_some())
                })
            };
            let from = same.or_else(alike).map(|(from, _)| from.clone());
            moved.extend(from.map(|from| (path.clone(), from)));
        }
        moved
    }
}

/// Returns a content. None where it is too large to be compared.
fn content(handle: &git2::Repository, id: git2::Oid) -> Option<Vec<u8>> {
    let (size, _) = handle.odb().and_then(|objects| objects.read_header(id)).ok()?;
    let blob = (size <= LARGEST_COMPARED).then(|| handle.find_blob(id).ok()).flatten()?;
    Some(blob.content().to_vec())
}

/// Returns how much a file has of the content of another one: all, where it says the same as data.
/// None where that is less than half.
fn taken_over(before: (&RepoPath, &[u8]), now: (&RepoPath, &[u8])) -> Option<u64> {
    let said = |(path, bytes): (&RepoPath, &[u8])| of_configuration(path, bytes);
    let is_same = said(now).is_some_and(|digest| said(before) == Some(digest));
    if is_same { Some(now.1.len() as u64) } else { likeness(before.1, now.1) }
}

/// Returns the files of a tree.
fn files_of(tree: &git2::Tree<'_>) -> Vec<(RepoPath, git2::Oid)> {
    let mut files = Vec::new();
    let walked = tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
        if entry.kind() == Some(git2::ObjectType::Blob) {
            let path = [folder.as_bytes(), entry.name_bytes()].concat();
            files.push((RepoPath::new(&path), entry.id()));
        }
        git2::TreeWalkResult::Ok
    });
    // A folder whose name is no text cannot be walked; what was found before is compared.
    drop(walked);
    files
}

/// Returns the file of the commit before that a commit copied to a path, edited or not: of files of
/// the same ending, and of all data where it is data, the one it has most of. None where it has
/// more of what stood at the path.
fn copied_from(
    handle: &git2::Repository,
    commit: &git2::Commit<'_>,
    path: &RepoPath,
) -> Option<RepoPath> {
    let id_in = |tree: &git2::Tree<'_>| Some(tree.get_path(Path::new(path.to_str()?)).ok()?.id());
    let (tree, before) = (commit.tree().ok()?, commit.parent(0).ok()?.tree().ok()?);
    let id = id_in(&tree)?;
    let now = content(handle, id).filter(|now| now.len() as u64 >= SMALLEST_KNOWN)?;
    let taken_from = |other: &RepoPath, before: git2::Oid| {
        taken_over((other, &content(handle, before)?), (path, &now))
    };
    let own = id_in(&before).and_then(|old| taken_from(path, old));
    // An edit of a few lines, as most are, copies nothing: histories have thousands of them.
    if own.is_some_and(|own| own * 4 >= now.len() as u64 * 3) {
        return None;
    }
    let is_data = |path: &RepoPath| matches!(Format::of(path), Some(Format::Yaml | Format::Json));
    let may_be = |(other, before): &(RepoPath, git2::Oid)| {
        let size = handle.odb().and_then(|objects| objects.read_header(*before));
        let is_of_size = |size: usize| size / 4 <= now.len() && now.len() / 4 <= size;
        (other.extension() == path.extension() || (is_data(path) && is_data(other)))
            && size.is_ok_and(|(size, _)| is_of_size(size))
    };
    let files = files_of(&before);
    let same = files.iter().find(|(other, before)| other != path && *before == id);
    let most = || {
        let others = files.iter().filter(|it| it.0 != *path && may_be(it)).take(MOST_PAIRS);
        let found = others.filter_map(|(other, id)| Some((taken_from(other, *id)?, other)));
        found.filter(|(bytes, _)| own.is_none_or(|own| *bytes > own)).max_by_key(|it| it.0)
    };
    same.map(|(other, _)| other).or_else(|| Some(most()?.1)).cloned()
}
