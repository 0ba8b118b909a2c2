//! What the history of a repository tells: merge bases and authors.

use std::collections::BTreeSet;
use std::path::Path;

use super::repository::{Repository, object_id, parse_id};
use crate::change::Authored;
use crate::fact::Fact;
use crate::snapshot::{ObjectId, ReadError};
use crate::span::RepoPath;

/// Commits that are looked at in a history that is cut off.
const MOST_COMMITS: usize = 10_000;

/// Commits of one change whose authors are looked up.
const MOST_AUTHORED: usize = 2_000;

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

    /// Who wrote each commit that one tip has and another has not, and what it touches.
    pub(super) fn authored(&self, head: &ObjectId, tip: &ObjectId) -> Fact<Vec<Authored>> {
        let all = |handle: &git2::Repository| {
            let mut walk = handle.revwalk()?;
            walk.push(parse_id(head)?)?;
            walk.hide(parse_id(tip)?)?;
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
                found.push(authored(handle, &commit)?);
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

    /// Whoever wrote files, from a commit back to the one that brought another file, or to the
    /// beginning.
    pub(super) fn wrote(
        &self,
        head: &ObjectId,
        files: &BTreeSet<RepoPath>,
        since: Option<&RepoPath>,
    ) -> Fact<BTreeSet<String>> {
        if self.is_shallow() {
            return Fact::Undecided(
                "the history here is cut off; fetch it: git fetch --unshallow".to_owned(),
            );
        }
        let all = |handle: &git2::Repository| {
            let mut walk = handle.revwalk()?;
            walk.push(parse_id(head)?)?;
            let mut authors = BTreeSet::new();
            for (at, commit) in walk.enumerate() {
                if at == MOST_COMMITS {
                    return Ok(None);
                }
                let commit = handle.find_commit(commit?)?;
                // What was signed last was written before the commit that brought its record.
                let has_it = |commit: &git2::Commit<'_>| {
                    let path = since.and_then(|path| path.to_str());
                    path.is_none_or(|path| {
                        commit.tree().is_ok_and(|tree| tree.get_path(Path::new(path)).is_ok())
                    })
                };
                if since.is_some() && !commit.parents().any(|parent| has_it(&parent)) {
                    continue;
                }
                let found = authored(handle, &commit)?;
                if found.paths.iter().any(|path| files.iter().any(|file| path.is_in(file))) {
                    authors.extend(found.authors);
                }
            }
            Ok(Some(authors))
        };
        match self.with(all) {
            Ok(Some(authors)) => Fact::Known(authors),
            Ok(None) => Fact::Undecided(format!("there are more than {MOST_COMMITS} commits")),
            Err(error) => Fact::Undecided(error.to_string()),
        }
    }
}

/// Who wrote a commit, and the files in which it differs from all of its parents.
fn authored(handle: &git2::Repository, commit: &git2::Commit<'_>) -> Result<Authored, git2::Error> {
    let mut authors: BTreeSet<String> =
        commit.author().email().map(str::to_owned).into_iter().collect();
    let message = commit.message().unwrap_or_default();
    for line in message.lines() {
        let (name, value) = line.split_once(':').unwrap_or_default();
        let email = value.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
        if name.trim().eq_ignore_ascii_case("co-authored-by") {
            authors.extend(email.map(|(email, _)| email.trim().to_owned()));
        }
    }
    let tree = commit.tree()?;
    let against = |parent: Option<git2::Tree<'_>>| -> Result<BTreeSet<RepoPath>, git2::Error> {
        let diff = handle.diff_tree_to_tree(parent.as_ref(), Some(&tree), None)?;
        let paths = diff
            .deltas()
            .flat_map(|delta| [delta.old_file().path_bytes(), delta.new_file().path_bytes()]);
        Ok(paths.flatten().map(RepoPath::new).collect())
    };
    let mut parents = commit.parents();
    let mut paths = against(parents.next().map(|parent| parent.tree()).transpose()?)?;
    for parent in parents {
        let others = against(Some(parent.tree()?))?;
        paths.retain(|path| others.contains(path));
    }
    Ok(Authored { authors, paths })
}
