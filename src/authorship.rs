//! Who wrote commits, as git tells it.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::Fact;
use crate::snapshot::ObjectId;
use crate::span::RepoPath;

/// A commit: who took part in it, and what it touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Authored {
    /// The commit. None where it touches nothing that is asked for.
    pub(crate) id: Option<ObjectId>,
    pub(crate) authors: BTreeSet<Author>,
    /// Whether the commit names its author in no way that can be read.
    pub(crate) is_unreadable: bool,
    /// The files in which it differs from all of its parents.
    pub(crate) paths: BTreeSet<RepoPath>,
    /// The content of each of these before and after, where there was, or is, a file.
    pub(crate) contents_at: BTreeMap<RepoPath, [Option<ObjectId>; 2]>,
    /// For each path that it wrote with the content of a file it took away, that file.
    pub(crate) moved_from: BTreeMap<RepoPath, RepoPath>,
    /// The contents that it brings, but for those so small that two may be equal by accident.
    pub(crate) contents: BTreeSet<ObjectId>,
}

/// Somebody who took part in a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Author {
    /// The e-mail address, or the name where a trailer has none.
    pub(crate) name: String,
    /// The address that the target's `.mailmap` has instead.
    pub(crate) mapped: Option<String>,
    pub(crate) part: CommitPart,
}

/// How somebody took part in a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CommitPart {
    /// The commit's author.
    Wrote,
    /// Named by a trailer `Co-authored-by` or `Co-developed-by`.
    Helped,
    /// The committer, or named by a trailer `Signed-off-by`.
    PassedOn,
}

/// The history behind the judged change, which is asked where a decision depends on it.
pub(crate) trait History: Sync {
    /// Returns the commits of the target branch that touch one of `files` (paths, or folders with
    /// all in them), the newest first: those after `since` came to the branch, or all of them.
    /// Undecided where the history is cut off.
    fn wrote(&self, files: &BTreeSet<RepoPath>, since: Option<&RepoPath>) -> Fact<Vec<Authored>>;

    /// Returns the file that a commit copied to a path, edited or not. None where it copied none,
    /// or edited what stood at the path.
    fn copied_from(&self, commit: &Authored, path: &RepoPath) -> Option<RepoPath>;

    /// Returns a content of some commit. None where it is not here, or too large for a document.
    fn content(&self, id: &ObjectId) -> Option<Vec<u8>>;
}
