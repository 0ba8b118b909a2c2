//! What a change is judged against: the tip of the branch it is to be merged into, and the merge.
//!
//! Rules come from the tip of the target branch, never from the merge base: whoever makes a change
//! picks its merge base by branching early. What is judged is what the target branch would hold
//! after the merge.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::comparison::{Comparison, Extent, Target};
use super::error::SourceError;
use super::history::BranchHistory;
use super::job::{Judges, Surroundings};
use super::merge_result::{both_of_remote, bring_together};
use super::remote::{Remote, RemoteSnapshot};
use super::repository::{BranchTip, Repository};
use super::source::{Content, PathLocation, Source, locate, plain, refuse_empty, snapshot};
use super::stored::StoredSnapshot;
use super::target_branch::{Choice, default_branch, named, of_job};
use crate::date::Date;
use crate::fact::Fact;
use crate::snapshot::{Entry, ObjectId, Snapshot};
use crate::span::RepoPath;

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
    let judged = snapshot(&repository, &judged_content(&repository, content, around))?;
    refuse_empty(&*judged, &scope)?;
    let mut comparison = Comparison::alone(Source { snapshot: judged, scope });
    let Some(head) = comparison.judged.snapshot.revision().commit().cloned() else {
        return Ok(without_target(comparison, around, "nothing was committed here yet"));
    };
    let is_named = *content != Content::WorkingTree;
    let known = known_branch(&repository, around, is_named, &head);
    let choice = match base {
        None => known,
        Some(base) => named(&repository, base, known, around.ci, &mut comparison.simulation)?,
    };
    comparison.simulation.extend(other_commit(around, &head));
    let (branch, default, extent) = match choice {
        Choice::Branch { target, default } => (target, default, Extent::Change),
        Choice::Pushed(before) => (before, None, Extent::Pushed),
        Choice::Unknown(why) => return Ok(undecided(comparison, why)),
    };
    let commit = branch.1.clone();
    let remote = around.remote.as_ref();
    let target = match target(&repository, remote, branch, default) {
        Ok(target) => target,
        Err(why) => return Ok(undecided(comparison, why)),
    };
    comparison.simulation.extend(other_day(&repository, today, around.now, [&commit, &head]));
    comparison.extent = extent;
    if extent == Extent::Change && repository.commit(commit.as_str()).is_ok() {
        bring_together(&repository, &mut comparison, &head, &commit)?;
    } else if extent == Extent::Change {
        let parents = repository.named_parents(&head).unwrap_or_default();
        let other = parents.get(1).map(|other| opened(&repository, remote, other));
        comparison.both = both_of_remote(&*comparison.judged.snapshot, &*target.tip, other);
    }
    if comparison.extent != Extent::Whole {
        comparison.commits = repository.authored(&head, &commit);
        let tip = commit;
        comparison.history = Some(Box::new(BranchHistory { repository, tip }));
    }
    comparison.target = Fact::Known(target);
    Ok(comparison)
}

/// Returns what is judged. In a job that is the commit, not what earlier steps left beside it.
fn judged_content(repository: &Repository, content: &Content, around: &Surroundings) -> Content {
    let is_named = *content != Content::WorkingTree;
    let is_of_job = around.job.is_some() || (around.ci && repository.commit("HEAD").is_ok());
    if is_of_job && !is_named { Content::Revision("HEAD".to_owned()) } else { content.clone() }
}

/// Returns the target that the job, else the repository names.
fn known_branch(
    repository: &Repository,
    around: &Surroundings,
    is_named: bool,
    head: &ObjectId,
) -> Choice {
    let job = match &around.job {
        Some(Ok(job)) => job,
        Some(Err(why)) => return Choice::Unknown(why.clone()),
        None => return default_branch(repository, around.ci),
    };
    let is_other = is_named && head.as_str() != job.commit;
    if is_other && !matches!(job.judges, Judges::Nothing(_)) {
        // Another commit than the job's is a simulation, which `other_commit` says.
        return default_branch(repository, around.ci);
    }
    of_job(repository, around.remote.as_deref(), job, head)
}

/// Says that the judged commit is not the job's; `None` where it is, or where there is no job.
fn other_commit(around: &Surroundings, head: &ObjectId) -> Option<String> {
    let job = around.job()?;
    if [&job.commit, &job.head].into_iter().any(|it| it == head.as_str()) {
        return None;
    }
    let what = match job.request {
        Some(_) => format!("the {} would merge", job.forge.request()),
        None => "the job is for".to_owned(),
    };
    Some(format!("what is judged is not what {what}"))
}

/// Says in what way the day that was asked for cannot be the day of the run.
fn other_day(
    repository: &Repository,
    today: Option<Date>,
    now: Date,
    [tip, head]: [&ObjectId; 2],
) -> Vec<String> {
    let Some(today) = today else { return Vec::new() };
    let mut found = Vec::new();
    // What merges a tip is younger than the tip, which a shallow copy lacks.
    if let Ok(day) = repository.day(tip).or_else(|_| repository.day(head))
        && today < day
    {
        found.push(format!("`--today {today}` is before {day}, the day of the target's tip"));
    }
    if today > now {
        found.push(format!("`--today {today}` is still to come"));
    }
    found
}

/// Takes the snapshots of a target and, where that is another, of the default branch.
///
/// # Errors
/// Why one of them cannot be read, in words.
fn target(
    repository: &Arc<Repository>,
    remote: Option<&Arc<dyn Remote>>,
    (name, commit): BranchTip,
    default: Option<BranchTip>,
) -> Result<Target, String> {
    let tip = opened(repository, remote, &commit)?;
    let default = match default.filter(|default| default.1 != commit) {
        None => None,
        Some((name, commit)) => match opened(repository, remote, &commit) {
            Ok(snapshot) => Some((name, snapshot)),
            Err(why) => return Err(format!("the rules of {name} hold too: {why}")),
        },
    };
    Ok(Target { name, tip, default })
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

/// The files of a commit with their ids, from here or from the forge.
///
/// # Errors
/// Why they are not known, in words.
pub(crate) fn files_of(
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
    let id = |entry: &Entry| Some((entry.path.clone(), snapshot.object_id(entry).ok()?));
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
            format!("{why}, so its own rules would judge it; check it out with git"),
        )
    } else {
        comparison
    }
}
