//! Jobs of GitLab CI/CD, by its predefined variables.
//! Source: GitLab Docs, "Predefined CI/CD variables reference", "Merge request pipelines".

use super::judges::{Job, Judges, of_branch};
use crate::settings::people::Forge;

/// The job that the environment tells of.
pub(super) fn job(set: &dyn Fn(&str) -> Option<String>) -> Result<Job, String> {
    let needed = |name: &str| set(name).ok_or_else(|| format!("{name} is not set"));
    let commit = needed("CI_COMMIT_SHA")?;
    let default_branch = needed("CI_DEFAULT_BRANCH")?;
    let source = set("CI_PIPELINE_SOURCE").unwrap_or_default();
    let repository = set("CI_PROJECT_ID").unwrap_or_default();
    let reference = set("CI_COMMIT_REF_NAME").unwrap_or_default();
    let job = Job {
        forge: Forge::GitLab,
        repository,
        request: None,
        head: commit.clone(),
        commit,
        base: None,
        reference,
        default_branch,
        is_fork: false,
        judges: Judges::Standing,
    };
    if source == "merge_request_event" {
        return merge_request(job, set);
    }
    let judges = match set("CI_COMMIT_BRANCH") {
        Some(branch) => {
            let before = set("CI_COMMIT_BEFORE_SHA").filter(|_| source == "push");
            match of_branch(&branch, &job.default_branch, before) {
                // That it is the default branch's is seen from the branch that was fetched:
                // variables are the change's to set.
                Judges::Standing => Judges::Proposed { target: job.default_branch.clone() },
                judges => judges,
            }
        }
        // A tag.
        None => Judges::Proposed { target: job.default_branch.clone() },
    };
    Ok(Job { judges, ..job })
}

fn merge_request(job: Job, set: &dyn Fn(&str) -> Option<String>) -> Result<Job, String> {
    let needed = |name: &str| set(name).ok_or_else(|| format!("{name} is not set"));
    let target = needed("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")?;
    let request = needed("CI_MERGE_REQUEST_IID")?;
    let request =
        request.parse().map_err(|_| format!("CI_MERGE_REQUEST_IID is no number: `{request}`"))?;
    let is_fork =
        match (set("CI_MERGE_REQUEST_SOURCE_PROJECT_ID"), set("CI_MERGE_REQUEST_PROJECT_ID")) {
            (Some(source), Some(target)) => source != target,
            (None, _) | (_, None) => false,
        };
    let own = set("CI_MERGE_REQUEST_PROJECT_ID").is_none_or(|project| project == job.repository);
    let kind = set("CI_MERGE_REQUEST_EVENT_TYPE").unwrap_or_default();
    // Whether the commit is the branch's or merges it already, it is judged against the branch that
    // was fetched: a job's variables are the change's to set, and whoever makes a merge commit
    // picks its parents.
    if !matches!(kind.as_str(), "detached" | "merged_result" | "merge_train") {
        return Err(format!("`{kind}` is no kind of merge request pipeline that is known here"));
    }
    // A fork's own pipeline has fetched the fork's branch of that name, with whatever rules its
    // owner likes.
    let judges = if own {
        Judges::Proposed { target }
    } else {
        let why = "the pipeline runs in the fork, whose branches its owner writes; run it in the \
            project that is merged into";
        Judges::Nothing(why.to_owned())
    };
    // Approvals, notes and statuses are of the project that is merged into.
    let repository = set("CI_MERGE_REQUEST_PROJECT_ID").unwrap_or(job.repository);
    // It is set where the pipeline's commit merges the change, and empty else.
    let head = set("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA").unwrap_or(job.head);
    Ok(Job { repository, request: Some(request), head, is_fork, judges, ..job })
}
