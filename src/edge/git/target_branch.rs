//! Which branch a change is to be merged into, and where that branch stands: as the job's event,
//! the command line or the repository itself tells.
//!
//! # Design
//!
//! Without a remote and outside a job, the default branch is the local `main` or `master`, else the
//! only local branch. With a remote, or in a job, a local branch is no answer, because a job may
//! have fetched nothing but the change; for the same reason the only remote branch is not taken for
//! the default one.
//!
//! An event names one of five things to judge (`Judges`), and this module finds the branch for it.
//! A commit that is not the job's is never judged as if it were.

use super::error::SourceError;
use super::job::{Forge, Job, Judges};
use super::remote::Remote;
use super::repository::{BranchTip, Repository};
use crate::snapshot::ObjectId;

/// Which target was found.
pub(super) enum Choice {
    Branch {
        target: BranchTip,
        default: Option<BranchTip>,
    },
    /// The branch that was pushed, where it stood before.
    Pushed(BranchTip),
    Unknown(String),
}

/// The target that a job's event names.
pub(super) fn of_job(
    repository: &Repository,
    remote: Option<&dyn Remote>,
    job: &Job,
    head: &ObjectId,
) -> Choice {
    if let Judges::Nothing(why) = &job.judges {
        return Choice::Unknown(why.clone());
    }
    if head.as_str() != job.commit {
        let what = match job.request {
            Some(_) => format!("the {}'s merge commit", job.forge.request()),
            None => "the one that the job is for,".to_owned(),
        };
        return Choice::Unknown(format!(
            "the checked-out commit is not {what} {}; remove `ref:` from the checkout step, or \
             name --head and --base",
            job.commit
        ));
    }
    let tip = match &job.judges {
        Judges::Nothing(why) => return Choice::Unknown(why.clone()),
        Judges::Standing => {
            return Choice::Branch {
                target: (job.default_branch.clone(), head.clone()),
                default: None,
            };
        }
        Judges::Pushed { before } => return of_push(repository, remote, job, head, before),
        Judges::Merged { target, tip, change } => {
            match merged_tip(
                repository,
                remote,
                target,
                job,
                head,
                [tip.as_deref(), change.as_deref()],
            ) {
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
    let of_forge = |why: String| match remote {
        Some(remote) => remote.tip(&job.default_branch).map_err(|other| format!("{why} ({other})")),
        None => Err(why),
    };
    match fetched(repository, job, &job.default_branch).or_else(of_forge) {
        Ok(commit) => {
            Choice::Branch { target: tip, default: Some((job.default_branch.clone(), commit)) }
        }
        Err(why) => Choice::Unknown(format!("the rules of the default branch hold too, and {why}")),
    }
}

/// The target of a push to the default branch: that branch before the push.
fn of_push(
    repository: &Repository,
    remote: Option<&dyn Remote>,
    job: &Job,
    head: &ObjectId,
    before: &str,
) -> Choice {
    let name = &job.default_branch;
    // On GitLab a change may set what a job is told; what the fetched branch holds was merged.
    if job.forge == Forge::GitLab {
        let tip = match fetched(repository, job, name) {
            Ok(tip) => tip,
            Err(why) => return Choice::Unknown(why),
        };
        if !repository.merge_base(head, &tip).is_ok_and(|base| base.as_ref() == Some(head)) {
            return Choice::Branch { target: (name.clone(), tip), default: None };
        }
    }
    match repository.commit(before) {
        Ok(before) => Choice::Pushed((name.clone(), before)),
        Err(_) if remote.is_some() => Choice::Pushed((name.clone(), ObjectId::new(before))),
        Err(_) => Choice::Unknown(format!("where {name} stood before is {}", not_here(job))),
    }
}

/// What a commit merges a change into: its first parent, or the commit that the event names.
fn merged_tip(
    repository: &Repository,
    remote: Option<&dyn Remote>,
    target: &str,
    job: &Job,
    head: &ObjectId,
    [named, change]: [Option<&str>; 2],
) -> Result<ObjectId, String> {
    let parents = repository.named_parents(head).unwrap_or_default();
    let is_here = |commit: &ObjectId| repository.commit(commit.as_str()).is_ok();
    if let ([_, other], Some(change)) = (parents.as_slice(), change)
        && other.as_str() != change
    {
        return Err(format!(
            "the second parent of {head} is not the {}'s head {change}",
            job.forge.request()
        ));
    }
    if let Some(named) = named {
        let named = ObjectId::new(named.to_owned());
        let has =
            || repository.merge_base(head, &named).is_ok_and(|base| base.as_ref() == Some(&named));
        let is_first = remote.is_some() && parents.first() == Some(&named);
        let is_it = if is_here(&named) { has() } else { is_first };
        return if is_it {
            Ok(named)
        } else {
            Err(format!("the target branch's commit {named} is {}", not_here(job)))
        };
    }
    match parents.as_slice() {
        [tip, _] if remote.is_some() || is_here(tip) => {
            // A merge commit that was made before the pull request got another target has another
            // tip.
            let is_told = job.base.as_deref().is_none_or(|base| base == tip.as_str());
            let is_fetched = || {
                let branch = repository.reference(&format!("refs/remotes/origin/{target}"));
                branch.is_some_and(|branch| {
                    repository.merge_base(tip, &branch).is_ok_and(|base| base.as_ref() == Some(tip))
                })
            };
            let is_live =
                || remote.is_some_and(|remote| remote.tip(target).is_ok_and(|live| live == *tip));
            if is_told || is_fetched() || is_live() {
                Ok(tip.clone())
            } else {
                Err(format!(
                    "the merge commit was not made with {target} as the event tells of it; \
                    run the job again"
                ))
            }
        }
        [_, _] => Err(
            "the target branch is not in this shallow copy; add `fetch-depth: 2` to the checkout \
             step, or give the job a token with `contents: read`"
                .to_owned(),
        ),
        _ => Err(format!(
            "the job's commit {head} merges nothing, so what its {} would merge into is not known",
            job.forge.request()
        )),
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
            "`{branch}` is not in this copy; add the line: git fetch {depth}origin \
             {branch}:refs/remotes/origin/{branch}"
        )
    })
}

/// That a commit is missing, and what brings it.
fn not_here(job: &Job) -> &'static str {
    match job.forge {
        Forge::GitHub => {
            "not here: it was replaced by a forced push, or the checkout is shallow and needs \
             `fetch-depth: 0`"
        }
        Forge::GitLab => {
            "not here: it was replaced by a forced push, or the checkout is shallow and needs the \
             variable GIT_DEPTH set to 0"
        }
    }
}

/// The target that a revision on the command line names, beside the one that is known without it.
/// Of both the stricter rules hold; that the change will be merged there is only said.
pub(super) fn named(
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
        Choice::Branch { target, default } if target.1 == named.1 => {
            Choice::Branch { target: named, default }
        }
        Choice::Branch { target, .. } | Choice::Pushed(target) => {
            simulation.push(format!(
                "`--base {base}` is not {}, the target that is known here",
                target.0
            ));
            Choice::Branch { target: named, default: Some(target) }
        }
        // In a job nobody stands behind what the command line says.
        Choice::Unknown(why) if ci => Choice::Unknown(why),
        Choice::Unknown(_) => Choice::Branch { target: named, default: None },
    })
}

/// The default branch: what the remote calls so, else its `main` or `master`, if it has but one of
/// them; where there is no remote, the local one of that name, else the only branch.
///
/// With a remote, and in a job, a local branch is no answer: a job may have fetched nothing but the
/// change.
pub(super) fn default_branch(repository: &Repository, ci: bool) -> Choice {
    let branch =
        |name: &str, commit| Choice::Branch { target: (name.to_owned(), commit), default: None };
    const LOCAL: &str = "refs/heads/";
    // Where a remote has both, one of them is not it, and may have been pushed to be taken for it.
    let find = |prefix: &str| {
        let tip = |name: &str| repository.reference(&format!("{prefix}{name}"));
        let shown = |name: &str| {
            format!(
                "{}{name}",
                prefix.trim_start_matches("refs/remotes/").trim_start_matches("refs/heads/")
            )
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
        "which branch is the default one is not known here; fetch it and say so: git fetch origin \
         && git remote set-head origin --auto"
    } else {
        "which branch is the default one is not known here; name it: --base BRANCH, or run git \
         remote set-head origin --auto"
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
