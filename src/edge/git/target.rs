//! What a change is judged against: the tip of the branch it is to be merged into, and the merge.
//!
//! Rules come from the tip of the target branch, never from the merge base: whoever makes a change
//! picks its merge base by branching early. What is judged is what the target branch would hold
//! after the merge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::directory::DirectorySnapshot;
use super::job::{Judges, Surroundings};
use super::merge::{Merged, made_of_both, merge};
use super::remote::{Remote, RemoteSnapshot};
use super::repository::Repository;
use super::stored::StoredSnapshot;
use super::target_branch::{Choice, default_branch, named, of_job};
use super::{Content, PathLocation, Source, SourceError, locate, plain, refuse_empty, snapshot};
use crate::change::{Authored, Change, Unmerged};
use crate::date::Date;
use crate::fact::Fact;
use crate::signoff::Approval;
use crate::snapshot::{ObjectId, Revision, Snapshot};
use crate::span::RepoPath;

/// The content to judge and what it is judged against.
pub struct Comparison {
    pub judged: Source,
    /// Absent where nothing was committed yet, and for a folder that is no repository.
    pub target: Fact<Target>,
    /// The files that both sides changed, where the judged content is a merge made in memory.
    pub both: BTreeSet<RepoPath>,
    /// Why the judged content is not the merge result, where it should be and is not.
    pub unmerged: Option<Unmerged>,
    /// Who wrote the change; absent where it is none.
    pub commits: Fact<Vec<Authored>>,
    /// Who approved the change on its forge; absent where that was not asked.
    pub approvals: Fact<Vec<Approval>>,
    pub extent: Extent,
    /// What was asked for that could loosen the verdict. Such a run decides nothing.
    pub simulation: Vec<String>,
}

/// How much of the judged content counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What the change made, made worse or touches.
    Change,
    /// All of it, and what was pushed is compared with what was there before.
    Pushed,
    /// All of it: it is the target branch's own, now or earlier.
    Whole,
}

/// The tip of the branch a change is to be merged into.
pub struct Target {
    /// What the branch is called.
    pub name: String,
    pub tip: Box<dyn Snapshot>,
    /// The default branch, where the target is another: both its rules and the target's hold.
    pub default: Option<(String, Box<dyn Snapshot>)>,
}

/// Finds what the content of `path` is to be compared with and takes all snapshots.
///
/// `base` names the target where it is not the default branch; `today` is the day that was asked
/// for.
///
/// # Errors
/// When the content itself cannot be read. A target that cannot be found is a fact, not an error.
pub fn compare(
    path: &Path,
    content: &Content,
    base: Option<&str>,
    today: Option<Date>,
    around: &Surroundings,
) -> Result<Comparison, SourceError> {
    let (repository, scope) = match locate(path)? {
        PathLocation::Repository(repository, scope) => (repository, scope),
        PathLocation::Folder(folder) => {
            let comparison = Comparison::alone(plain(path, &folder, content)?);
            return Ok(without_target(comparison, around, "this folder is no git repository"));
        }
    };
    let job = around.job.as_ref();
    let is_named = *content != Content::WorkingTree;
    // In a job the commit is judged, not what earlier steps left beside it.
    let is_committed =
        around.ci && *content == Content::WorkingTree && repository.commit("HEAD").is_ok();
    let content = if is_committed || (job.is_some() && !is_named) {
        &Content::Revision("HEAD".to_owned())
    } else {
        content
    };
    let judged = snapshot(&repository, content)?;
    refuse_empty(&*judged, &scope)?;
    let mut comparison = Comparison::alone(Source { snapshot: judged, scope });
    let Some(head) = comparison.judged.snapshot.revision().commit().cloned() else {
        return Ok(without_target(comparison, around, "nothing was committed here yet"));
    };
    let known = match job {
        // Another commit than the job's is a simulation, told below.
        Some(Ok(job))
            if is_named
                && head.as_str() != job.commit
                && !matches!(job.judges, Judges::Nothing(_)) =>
        {
            default_branch(&repository, around.ci)
        }
        Some(Ok(job)) => of_job(&repository, around.remote.as_deref(), job, &head),
        Some(Err(why)) => Choice::Unknown(why.clone()),
        None => default_branch(&repository, around.ci),
    };
    let choice = match base {
        None => known,
        Some(base) => named(&repository, base, known, around.ci, &mut comparison.simulation)?,
    };
    if let Some(job) = around
        .job()
        .filter(|job| ![&job.commit, &job.head].into_iter().any(|it| it == head.as_str()))
    {
        let what = match job.request {
            Some(_) => format!("the {} would merge", job.forge.request()),
            None => "the job is for".to_owned(),
        };
        comparison.simulation.push(format!("what is judged is not what {what}"));
    }
    let (target, default, extent) = match choice {
        Choice::Branch { target, default } => (target, default, Extent::Change),
        Choice::Pushed(before) => (before, None, Extent::Pushed),
        Choice::Unknown(why) => {
            return Ok(undecided(comparison, why));
        }
    };
    let open = |commit: &ObjectId| opened(&repository, around.remote.as_ref(), commit);
    let tip = match open(&target.1) {
        Ok(tip) => tip,
        Err(why) => {
            return Ok(undecided(comparison, why));
        }
    };
    let default = match default
        .filter(|default| default.1 != target.1)
        .map(|(name, commit)| (name, open(&commit)))
    {
        None => None,
        Some((name, Ok(snapshot))) => Some((name, snapshot)),
        Some((name, Err(why))) => {
            return Ok(undecided(comparison, format!("the rules of {name} hold too: {why}")));
        }
    };
    // What merges a tip is younger than the tip, which a shallow copy lacks.
    let day = repository.day(&target.1).or_else(|_| repository.day(&head));
    if let (Some(today), Ok(day)) = (today, day)
        && today < day
    {
        comparison.simulation.push(format!(
            "`--today {today}` is before {day}, the day of the \
            target's tip"
        ));
    }
    if let Some(today) = today.filter(|today| *today > around.now) {
        comparison.simulation.push(format!("`--today {today}` is still to come"));
    }
    comparison.extent = extent;
    if extent == Extent::Change && repository.commit(target.1.as_str()).is_ok() {
        bring_together(&repository, &mut comparison, &head, &target.1)?;
    } else if extent == Extent::Change {
        // The checked-out commit merges a tip that only the forge holds, which was seen when it was
        // chosen.
        let parents = repository.named_parents(&head).unwrap_or_default();
        comparison.both = match parents.get(1).map(&open) {
            None => BTreeSet::new(),
            Some(Ok(other)) => made_of_both(&*comparison.judged.snapshot, [&*tip, &*other]),
            Some(Err(_)) => all_files(&*comparison.judged.snapshot),
        };
    }
    if comparison.extent != Extent::Whole {
        comparison.commits = repository.authored(&head, &target.1);
    }
    comparison.target = Fact::Known(Target { name: target.0, tip, default });
    Ok(comparison)
}

/// The files of a commit, from here or from the forge; why not, in words.
fn opened(
    repository: &Arc<Repository>,
    remote: Option<&Arc<dyn Remote>>,
    commit: &ObjectId,
) -> Result<Box<dyn Snapshot>, String> {
    match (repository.commit(commit.as_str()), remote) {
        (Ok(_), _) | (Err(_), None) => {
            let snapshot = StoredSnapshot::commit(Arc::clone(repository), commit.as_str());
            snapshot.map(|it| Box::new(it) as Box<dyn Snapshot>).map_err(|error| error.to_string())
        }
        (Err(_), Some(remote)) => {
            let snapshot = RemoteSnapshot::of(Arc::clone(repository), Arc::clone(remote), commit);
            snapshot.map(|it| Box::new(it) as Box<dyn Snapshot>).map_err(|why| {
                format!(
                    "{commit} is not in this shallow copy, and the forge does not give it: \
                    {why}; add `fetch-depth: 0` to the checkout step"
                )
            })
        }
    }
}

fn all_files(snapshot: &dyn Snapshot) -> BTreeSet<RepoPath> {
    snapshot.entries().iter().map(|entry| entry.path.clone()).collect()
}

/// The files of a commit with their ids, from here or from the forge.
///
/// # Errors
/// Why they are not known, in words.
pub fn files_of(
    path: &Path,
    remote: Option<&Arc<dyn Remote>>,
    commit: &ObjectId,
) -> Result<BTreeMap<RepoPath, ObjectId>, String> {
    let PathLocation::Repository(repository, _) =
        locate(path).map_err(|error| error.to_string())?
    else {
        return Err("this folder is no git repository".to_owned());
    };
    let snapshot = opened(&repository, remote, commit)?;
    let id = |entry: &crate::snapshot::Entry| {
        Some((entry.path.clone(), snapshot.object_id(entry).ok()?))
    };
    Ok(snapshot.entries().iter().filter_map(id).collect())
}

/// A comparison with a target that is not known.
fn undecided(comparison: Comparison, why: String) -> Comparison {
    Comparison { target: Fact::Undecided(why), extent: Extent::Change, ..comparison }
}

/// Content without a target is judged by its own rules; a job that does so is set up wrongly.
fn without_target(comparison: Comparison, around: &Surroundings, why: &str) -> Comparison {
    if around.ci {
        undecided(
            comparison,
            format!(
                "{why}, so its own rules would judge it; check it out with \
            git"
            ),
        )
    } else {
        comparison
    }
}

/// Makes the judged content what the target branch would hold after the merge.
fn bring_together(
    repository: &Arc<Repository>,
    comparison: &mut Comparison,
    head: &ObjectId,
    tip: &ObjectId,
) -> Result<(), SourceError> {
    let failed = |error: crate::snapshot::ReadError| SourceError::Listing(error.to_string());
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
            Merged::Conflict(path) => {
                comparison.unmerged = Some(Unmerged {
                    text: format!(
                        "`{path}` is in conflict with the target branch, so nobody can say what \
                         would be merged"
                    ),
                    remedy: "merge the target branch into yours, or rebase, and resolve the \
                        conflict"
                        .to_owned(),
                    path: Some(path),
                });
            }
        },
        None => {
            let (text, remedy) = if repository.is_shallow() {
                (
                    "the history here is cut off before the merge base, so the merge result is not \
                     known",
                    "fetch it: git fetch --unshallow",
                )
            } else {
                (
                    "the change and the target branch have no commit in common",
                    "name the target \
                    with --base",
                )
            };
            comparison.unmerged =
                Some(Unmerged { text: text.to_owned(), remedy: remedy.to_owned(), path: None });
        }
    }
    Ok(())
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

impl Comparison {
    /// A folder judged against another, for tests of what a change does.
    ///
    /// # Errors
    /// When a folder cannot be listed.
    pub fn of_folders(tip: &Path, judged: &Path) -> Result<Self, SourceError> {
        let open = |folder: &Path| {
            DirectorySnapshot::open(folder).map(|it| Box::new(it) as Box<dyn Snapshot>)
        };
        Ok(Self {
            judged: Source { snapshot: open(judged)?, scope: RepoPath::root() },
            target: Fact::Known(Target { name: "main".to_owned(), tip: open(tip)?, default: None }),
            both: BTreeSet::new(),
            unmerged: None,
            commits: Fact::Absent,
            approvals: Fact::Absent,
            extent: Extent::Change,
            simulation: Vec::new(),
        })
    }

    /// A folder judged by itself.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub fn of_folder(judged: &Path) -> Result<Self, SourceError> {
        let judged = Source {
            snapshot: Box::new(DirectorySnapshot::open(judged)?),
            scope: RepoPath::root(),
        };
        Ok(Self::alone(judged))
    }

    /// Content judged by itself, by its own rules.
    pub fn alone(judged: Source) -> Self {
        Self {
            judged,
            target: Fact::Absent,
            both: BTreeSet::new(),
            unmerged: None,
            commits: Fact::Absent,
            approvals: Fact::Absent,
            extent: Extent::Whole,
            simulation: Vec::new(),
        }
    }
}
