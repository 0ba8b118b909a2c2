//! Replaces a change by what the target branch would hold after its merge.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::comparison::{Comparison, Extent};
use super::error::SourceError;
use super::merge::{Merged, made_of_both, merge};
use super::repository::Repository;
use super::stored::StoredSnapshot;
use crate::change::{Change, Unmerged};
use crate::snapshot::{ObjectId, ReadError, Revision, Snapshot};
use crate::span::RepoPath;

/// Makes the judged content what the target branch would hold after the merge.
pub(super) fn bring_together(
    repository: &Arc<Repository>,
    comparison: &mut Comparison,
    head: &ObjectId,
    tip: &ObjectId,
) -> Result<(), SourceError> {
    let failed = |error: ReadError| SourceError::Listing(error.to_string());
    let judged = &*comparison.judged.snapshot;
    let untouched = || -> Result<bool, SourceError> {
        Ok(Change::between(&StoredSnapshot::commit(Arc::clone(repository), head.as_str())?, judged)
            .is_empty())
    };
    let base = repository.merge_base(head, tip).map_err(failed)?;
    // Only what is not committed yet can be a merge in progress.
    let merging = match judged.revision() {
        Revision::WorkingTree { .. } | Revision::Index { .. } => repository.merge_head(),
        Revision::Commit(_) | Revision::Merge { .. } | Revision::Directory => None,
    };
    let has_tip = |commit: &ObjectId| {
        repository.merge_base(commit, tip).is_ok_and(|base| base.as_ref() == Some(tip))
    };
    match base {
        Some(base) if base == *tip => {
            if head == tip && untouched()? {
                comparison.extent = Extent::Whole;
            }
            comparison.both = merged_by_commit(repository, judged, head, tip);
            return Ok(());
        }
        // An earlier commit of the target branch itself.
        Some(base) if base == *head && untouched()? => {
            comparison.extent = Extent::Whole;
            return Ok(());
        }
        // A merge in progress that brings the tip in.
        _ if merging.is_some_and(|other| has_tip(&other)) => return Ok(()),
        Some(_) => match merge(repository, judged, head, tip)? {
            Merged::Clean(merged, both) => {
                comparison.both = both;
                comparison.judged.snapshot = Box::new(merged);
            }
            Merged::Conflict(path) => comparison.unmerged = Some(conflict(path)),
        },
        None => comparison.unmerged = Some(unrelated(repository)),
    }
    Ok(())
}

/// Why a file that both sides changed in the same lines has no merge result.
fn conflict(path: RepoPath) -> Unmerged {
    Unmerged {
        text: format!(
            "`{path}` is in conflict with the target branch, so nobody can say what would be merged"
        ),
        remedy: "merge the target branch into yours, or rebase, and resolve the conflict"
            .to_owned(),
        path: Some(path),
    }
}

/// Why two commits without a known common ancestor have no merge result.
fn unrelated(repository: &Repository) -> Unmerged {
    let (text, remedy) = if repository.is_shallow() {
        (
            "the history here is cut off before the merge base, so the merge result is not known",
            "fetch it: git fetch --unshallow",
        )
    } else {
        ("the change and the target branch have no commit in common", "name the target with --base")
    };
    Unmerged { text: text.to_owned(), remedy: remedy.to_owned(), path: None }
}

/// What the judged commit, if it merges the tip with something, made of files that both changed.
fn merged_by_commit(
    repository: &Arc<Repository>,
    judged: &dyn Snapshot,
    head: &ObjectId,
    tip: &ObjectId,
) -> BTreeSet<RepoPath> {
    let parents = repository.parents(head).unwrap_or_default();
    let other = match parents.as_slice() {
        [first, other] if first == tip => other,
        [other, second] if second == tip => other,
        _ => return BTreeSet::new(),
    };
    let open = |commit: &ObjectId| StoredSnapshot::commit(Arc::clone(repository), commit.as_str());
    match (open(tip), open(other)) {
        (Ok(tip), Ok(other)) => made_of_both(judged, [&tip, &other]),
        // Without the other side nobody can say what it changed; a depth of 2 has it.
        _ => all_files(judged),
    }
}

/// Returns the files that both sides changed, where the checked-out commit merges a tip that only
/// the forge holds. That it merges this tip was seen when the tip was chosen.
pub(super) fn both_of_remote(
    judged: &dyn Snapshot,
    tip: &dyn Snapshot,
    other: Option<Result<Box<dyn Snapshot>, String>>,
) -> BTreeSet<RepoPath> {
    match other {
        None => BTreeSet::new(),
        Some(Ok(other)) => made_of_both(judged, [tip, &*other]),
        Some(Err(_)) => all_files(judged),
    }
}

fn all_files(snapshot: &dyn Snapshot) -> BTreeSet<RepoPath> {
    snapshot.entries().iter().map(|entry| entry.path.clone()).collect()
}
