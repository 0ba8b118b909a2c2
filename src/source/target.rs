//! What a change is judged against: the tip of the branch it is to be merged into, and the merge.
//!
//! Rules come from the tip of the target branch, never from the merge base: whoever makes a change
//! picks its merge base by branching early. What is judged is what the target branch would hold after
//! the merge.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::directory::DirectorySnapshot;
use super::job::{Forge, Job, Judges, Surroundings};
use super::merge::{Merged, made_of_both, merge};
use super::repository::Repository;
use super::stored::StoredSnapshot;
use super::{Content, Location, Source, SourceError, locate, plain, refuse_empty, snapshot};
use crate::change::{Authored, Change, Unmerged};
use crate::date::Date;
use crate::fact::Fact;
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

/// A branch's name and the commit it stands at.
pub(super) type Branch = (String, ObjectId);

/// Which target was found.
enum Choice {
    Branch {
        target: Branch,
        default: Option<Branch>,
    },
    /// The branch that was pushed, where it stood before.
    Pushed(Branch),
    Unknown(String),
}

/// Finds what the content of `path` is to be compared with and takes all snapshots.
///
/// `base` names the target where it is not the default branch; `today` is the day that was asked for.
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
        Location::Repository(repository, scope) => (repository, scope),
        Location::Folder(folder) => {
            let comparison = Comparison::alone(plain(path, &folder, content)?);
            return Ok(without_target(comparison, around, "this folder is no git repository"));
        }
    };
    let job = around.job.as_ref().filter(|_| *content == Content::WorkingTree);
    // In a job the commit is judged, not what earlier steps left beside it.
    let is_committed = around.ci && *content == Content::WorkingTree && repository.commit("HEAD").is_ok();
    let content = if is_committed || job.is_some() { &Content::Revision("HEAD".to_owned()) } else { content };
    let judged = snapshot(&repository, content)?;
    refuse_empty(&*judged, &scope)?;
    let mut comparison = Comparison::alone(Source { snapshot: judged, scope });
    let Some(head) = comparison.judged.snapshot.revision().commit().cloned() else {
        return Ok(without_target(comparison, around, "nothing was committed here yet"));
    };
    let known = match job {
        Some(Ok(job)) => of_job(&repository, job, &head),
        Some(Err(why)) => Choice::Unknown(why.clone()),
        None => default_branch(&repository, around.ci),
    };
    let choice = match base {
        None => known,
        Some(base) => named(&repository, base, known, around.ci, &mut comparison.simulation)?,
    };
    if let Some(job) = around.job().filter(|job| ![&job.commit, &job.head].into_iter().any(|it| it == head.as_str())) {
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
            comparison.target = Fact::Undecided(why);
            comparison.extent = Extent::Change;
            return Ok(comparison);
        }
    };
    let open = |commit: &ObjectId| StoredSnapshot::commit(Arc::clone(&repository), commit.as_str());
    if let (Some(today), Ok(day)) = (today, repository.day(&target.1))
        && today < day
    {
        comparison.simulation.push(format!("`--today {today}` is before {day}, the day of the target's tip"));
    }
    if let Some(today) = today.filter(|today| *today > around.now) {
        comparison.simulation.push(format!("`--today {today}` is still to come"));
    }
    comparison.extent = extent;
    if extent == Extent::Change {
        bring_together(&repository, &mut comparison, &head, &target.1)?;
    }
    if comparison.extent != Extent::Whole {
        comparison.commits = repository.authored(&head, &target.1);
    }
    comparison.target = Fact::Known(Target {
        tip: Box::new(open(&target.1)?),
        default: match default.filter(|default| default.1 != target.1) {
            Some((name, commit)) => Some((name, Box::new(open(&commit)?))),
            None => None,
        },
        name: target.0,
    });
    Ok(comparison)
}

/// Content without a target is judged by its own rules; a job that does so is set up wrongly.
fn without_target(mut comparison: Comparison, around: &Surroundings, why: &str) -> Comparison {
    if around.ci {
        comparison.target = Fact::Undecided(format!("{why}, so its own rules would judge it; check it out with git"));
        comparison.extent = Extent::Change;
    }
    comparison
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
        Ok(Change::between(&StoredSnapshot::commit(Arc::clone(repository), head.as_str())?, judged).is_empty())
    };
    let base = repository.merge_base(head, tip).map_err(failed)?;
    // Only what is not committed yet can be a merge in progress.
    let merging = match judged.revision() {
        Revision::WorkingTree { .. } | Revision::Index { .. } => repository.merge_head(),
        Revision::Commit(_) | Revision::Merge { .. } | Revision::Directory => None,
    };
    let has_tip = |commit: &ObjectId| repository.merge_base(commit, tip).is_ok_and(|base| base.as_ref() == Some(tip));
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
                        "`{path}` is in conflict with the target branch, so nobody can say what would be merged"
                    ),
                    remedy: "merge the target branch into yours, or rebase, and resolve the conflict".to_owned(),
                    path: Some(path),
                });
            }
        },
        None => {
            let (text, remedy) = if repository.is_shallow() {
                (
                    "the history here is cut off before the merge base, so the merge result is not known",
                    "fetch it: git fetch --unshallow",
                )
            } else {
                ("the change and the target branch have no commit in common", "name the target with --base")
            };
            comparison.unmerged = Some(Unmerged { text: text.to_owned(), remedy: remedy.to_owned(), path: None });
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
        _ => judged.entries().iter().map(|entry| entry.path.clone()).collect(),
    }
}

/// The target that a job's event names.
fn of_job(repository: &Repository, job: &Job, head: &ObjectId) -> Choice {
    if let Judges::Nothing(why) = &job.judges {
        return Choice::Unknown(why.clone());
    }
    if head.as_str() != job.commit {
        let what = match job.request {
            Some(_) => format!("the {}'s merge commit", job.forge.request()),
            None => "the one that the job is for,".to_owned(),
        };
        return Choice::Unknown(format!(
            "the checked-out commit is not {what} {}; remove `ref:` from the checkout step, or name --head and --base",
            job.commit
        ));
    }
    let tip = match &job.judges {
        Judges::Nothing(why) => return Choice::Unknown(why.clone()),
        Judges::Standing => {
            return Choice::Branch { target: (job.default_branch.clone(), head.clone()), default: None };
        }
        Judges::Pushed { before } => {
            return match repository.commit(before) {
                Ok(before) => Choice::Pushed((job.default_branch.clone(), before)),
                Err(_) => Choice::Unknown(format!("where {} stood before is {}", job.default_branch, not_here(job))),
            };
        }
        Judges::Merged { target, tip, change } => {
            match merged_tip(repository, job, head, tip.as_deref(), change.as_deref()) {
                Ok(tip) => (target.clone(), tip),
                Err(why) => return Choice::Unknown(why),
            }
        }
        Judges::Proposed { target } => match fetched(repository, job, target) {
            Ok(tip) => (target.clone(), tip),
            Err(why) => return Choice::Unknown(why),
        },
    };
    if tip.0 == job.default_branch {
        return Choice::Branch { target: tip, default: None };
    }
    match fetched(repository, job, &job.default_branch) {
        Ok(commit) => Choice::Branch { target: tip, default: Some((job.default_branch.clone(), commit)) },
        Err(why) => Choice::Unknown(format!("the rules of the default branch hold too, and {why}")),
    }
}

/// What a commit merges a change into: its first parent, or the commit that the event names.
fn merged_tip(
    repository: &Repository,
    job: &Job,
    head: &ObjectId,
    named: Option<&str>,
    change: Option<&str>,
) -> Result<ObjectId, String> {
    let parents = repository.parents(head).unwrap_or_default();
    let is_here = |commit: &str| repository.commit(commit).ok();
    if let ([_, other], Some(change)) = (parents.as_slice(), change)
        && other.as_str() != change
        && parents.first().is_some_and(|commit| is_here(commit.as_str()).is_some())
    {
        return Err(format!("the second parent of {head} is not the {}'s head {change}", job.forge.request()));
    }
    if let Some(named) = named {
        let has = |tip: &ObjectId| repository.merge_base(head, tip).is_ok_and(|base| base.as_ref() == Some(tip));
        let tip = is_here(named).filter(has);
        return tip.ok_or_else(|| format!("the target branch's commit {named} is {}", not_here(job)));
    }
    match parents.as_slice() {
        [tip, _] if is_here(tip.as_str()).is_some() => Ok(tip.clone()),
        _ if job.forge == Forge::GitHub => {
            Err("the target branch is not in this shallow copy; add `fetch-depth: 2` to the checkout step".to_owned())
        }
        _ => Err(format!("the target branch is {}", not_here(job))),
    }
}

/// Where the target's tip was fetched to.
fn fetched(repository: &Repository, job: &Job, branch: &str) -> Result<ObjectId, String> {
    let found = repository.reference(&format!("refs/remotes/origin/{branch}"));
    found.ok_or_else(|| {
        let depth = match job.forge {
            Forge::GitHub if matches!(job.judges, Judges::Merged { .. }) => "--depth=1 ",
            Forge::GitHub | Forge::GitLab => "",
        };
        format!(
            "`{branch}` is not in this copy; add the line: git fetch {depth}origin {branch}:refs/remotes/origin/{branch}"
        )
    })
}

/// That a commit is missing, and what brings it.
fn not_here(job: &Job) -> &'static str {
    match job.forge {
        Forge::GitHub => "not in this shallow copy; add `fetch-depth: 0` to the checkout step",
        Forge::GitLab => "not in this shallow copy; set the variable GIT_DEPTH of the job to 0",
    }
}

/// The target that a revision on the command line names, beside the one that is known without it. Of both
/// the stricter rules hold; that the change will be merged there is only said.
fn named(
    repository: &Repository,
    base: &str,
    known: Choice,
    ci: bool,
    simulation: &mut Vec<String>,
) -> Result<Choice, SourceError> {
    let unknown = |error: crate::snapshot::ReadError| SourceError::Revision {
        revision: base.to_owned(),
        reason: error.to_string(),
    };
    let named = (base.to_owned(), repository.branch_or_commit(base).map_err(unknown)?);
    Ok(match known {
        Choice::Branch { target, default } if target.1 == named.1 => Choice::Branch { target: named, default },
        Choice::Branch { target, .. } | Choice::Pushed(target) => {
            simulation.push(format!("`--base {base}` is not {}, the target that is known here", target.0));
            Choice::Branch { target: named, default: Some(target) }
        }
        // In a job nobody stands behind what the command line says.
        Choice::Unknown(why) if ci => Choice::Unknown(why),
        Choice::Unknown(_) => Choice::Branch { target: named, default: None },
    })
}

/// The default branch: what the remote calls so, else its `main` or `master`, if it has but one of them; where
/// there is no remote, the local one of that name, else the only branch.
///
/// With a remote, and in a job, a local branch is no answer: a job may have fetched nothing but the change.
fn default_branch(repository: &Repository, ci: bool) -> Choice {
    let branch = |name: &str, commit| Choice::Branch { target: (name.to_owned(), commit), default: None };
    const LOCAL: &str = "refs/heads/";
    // Where a remote has both, one of them is not it, and may have been pushed to be taken for it.
    let find = |prefix: &str| {
        let tip = |name: &str| repository.reference(&format!("{prefix}{name}"));
        let shown = |name: &str| {
            format!("{}{name}", prefix.trim_start_matches("refs/remotes/").trim_start_matches("refs/heads/"))
        };
        match (tip("main"), tip("master")) {
            (Some(commit), None) => Some(branch(&shown("main"), commit)),
            (None, Some(commit)) => Some(branch(&shown("master"), commit)),
            // Without a remote nobody but the reader has pushed here.
            (Some(commit), Some(_)) if prefix == LOCAL => Some(branch(&shown("main"), commit)),
            _ => None,
        }
    };
    if let Some((name, commit)) = repository.remote_default() {
        return branch(&name, commit);
    }
    if let Some(found) = find("refs/remotes/origin/") {
        return found;
    }
    let unknown = if ci {
        "which branch is the default one is not known here; fetch it and say so: git fetch origin && git remote set-head origin --auto"
    } else {
        "which branch is the default one is not known here; name it: --base BRANCH, or run git remote set-head origin --auto"
    };
    if ci || repository.has_remote() {
        return Choice::Unknown(unknown.to_owned());
    }
    match (find(LOCAL), repository.branches(git2::BranchType::Local).as_slice()) {
        (Some(found), _) => found,
        (None, [(name, commit)]) => branch(name, commit.clone()),
        (None, _) => Choice::Unknown(unknown.to_owned()),
    }
}

impl Comparison {
    /// A folder judged against another, for tests of what a change does.
    ///
    /// # Errors
    /// When a folder cannot be listed.
    pub fn of_folders(tip: &Path, judged: &Path) -> Result<Self, SourceError> {
        let open = |folder: &Path| DirectorySnapshot::open(folder).map(|it| Box::new(it) as Box<dyn Snapshot>);
        Ok(Self {
            judged: Source { snapshot: open(judged)?, scope: RepoPath::root() },
            target: Fact::Known(Target { name: "main".to_owned(), tip: open(tip)?, default: None }),
            both: BTreeSet::new(),
            unmerged: None,
            commits: Fact::Absent,
            extent: Extent::Change,
            simulation: Vec::new(),
        })
    }

    /// A folder judged by itself.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub fn of_folder(judged: &Path) -> Result<Self, SourceError> {
        let judged = Source { snapshot: Box::new(DirectorySnapshot::open(judged)?), scope: RepoPath::root() };
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
            extent: Extent::Whole,
            simulation: Vec::new(),
        }
    }
}
