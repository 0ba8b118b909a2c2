//! Jobs of GitHub Actions, by the event that started them.
//! Source: GitHub Docs, "Events that trigger workflows", "Webhook events and payloads".
#![expect(clippy::disallowed_methods, reason = "the edge: reads the event's file")]

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::judges::{Job, Judges, of_branch};
use crate::settings::people::Forge;

/// Bytes of an event file; GitHub's own limit on a payload is 25 MB.
const LARGEST_EVENT: u64 = 25 << 20;

const BRANCHES: &str = "refs/heads/";

#[derive(Deserialize)]
struct PullRequestEvent {
    pull_request: PullRequest,
    repository: EventRepository,
}

#[derive(Deserialize)]
struct PullRequest {
    number: Option<u64>,
    head: Head,
    base: EventBranch,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
    repo: Option<NamedRef>,
}

#[derive(Deserialize)]
struct EventBranch {
    #[serde(rename = "ref")]
    name: String,
    sha: Option<String>,
}

#[derive(Deserialize)]
struct NamedRef {
    full_name: Option<String>,
}

#[derive(Deserialize)]
struct EventRepository {
    default_branch: String,
    full_name: Option<String>,
}

#[derive(Deserialize)]
struct MergeGroupEvent {
    merge_group: MergeGroup,
    repository: EventRepository,
}

#[derive(Deserialize)]
struct MergeGroup {
    head_sha: String,
    head_ref: String,
    base_sha: String,
    base_ref: String,
}

#[derive(Deserialize)]
struct PushEvent {
    #[serde(rename = "ref")]
    reference: String,
    before: String,
    repository: EventRepository,
}

/// A schedule's event may say no more than when.
#[derive(Deserialize)]
struct OtherEvent {
    repository: Option<EventRepository>,
}

/// The job that the environment tells of; nothing for an event that is about no content.
pub(super) fn job(set: &dyn Fn(&str) -> Option<String>) -> Option<Result<Job, String>> {
    let event = set("GITHUB_EVENT_NAME")?;
    let read: fn(&RunnerEvent<'_>) -> Result<Job, String> = match event.as_str() {
        "pull_request" | "pull_request_review" => pull_request,
        "pull_request_target" | "workflow_run" => untrusted,
        "merge_group" => merge_group,
        "push" => push,
        "schedule" | "workflow_dispatch" | "repository_dispatch" | "release" => standing,
        _ => return None,
    };
    let commit = match needed(set, "GITHUB_SHA") {
        Ok(commit) => commit,
        Err(why) => return Some(Err(why)),
    };
    Some(read(&RunnerEvent { set, event: &event, commit }))
}

fn needed(set: &dyn Fn(&str) -> Option<String>, name: &str) -> Result<String, String> {
    set(name).ok_or_else(|| format!("{name} is not set"))
}

/// The event that started the job, and the variables that the runner sets.
struct RunnerEvent<'t> {
    set: &'t dyn Fn(&str) -> Option<String>,
    event: &'t str,
    commit: String,
}

impl RunnerEvent<'_> {
    fn payload<T: DeserializeOwned>(&self) -> Result<T, String> {
        let unreadable = |why: String| format!("the event file could not be read: {why}");
        let file = needed(self.set, "GITHUB_EVENT_PATH")?;
        let file = Path::new(&file);
        let size = std::fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
        if size > LARGEST_EVENT {
            return Err(unreadable(format!("it is {size} bytes long")));
        }
        let bytes = std::fs::read(file).map_err(|error| unreadable(error.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))
    }

    fn job(&self, repository: Option<EventRepository>, judges: Judges) -> Job {
        let named = || (self.set)("GITHUB_REPOSITORY").unwrap_or_default();
        let reference = (self.set)("GITHUB_REF").unwrap_or_default();
        let default_branch = repository.as_ref().map(|it| it.default_branch.clone());
        Job {
            forge: Forge::GitHub,
            repository: repository.and_then(|it| it.full_name).unwrap_or_else(named),
            request: None,
            commit: self.commit.clone(),
            head: self.commit.clone(),
            base: None,
            // A schedule runs on the default branch.
            default_branch: default_branch
                .unwrap_or_else(|| reference.strip_prefix(BRANCHES).unwrap_or_default().to_owned()),
            reference,
            is_fork: false,
            judges,
        }
    }
}

fn pull_request(event: &RunnerEvent<'_>) -> Result<Job, String> {
    let PullRequestEvent { pull_request, repository } = event.payload()?;
    let is_fork = match (pull_request.head.repo.and_then(|it| it.full_name), &repository.full_name)
    {
        (Some(head), Some(own)) => head != *own,
        // What the change came from may be gone.
        (None, Some(_)) => true,
        (_, None) => false,
    };
    let head = pull_request.head.sha;
    let judges = Judges::Merged {
        target: pull_request.base.name.clone(),
        tip: None,
        change: Some(head.clone()),
    };
    let mut job = event.job(Some(repository), judges);
    if let Some(number) = pull_request.number {
        job.reference = format!("refs/pull/{number}/merge");
    }
    Ok(Job { request: pull_request.number, head, base: pull_request.base.sha, is_fork, ..job })
}

/// Such jobs hold the repository's secrets, and what is checked out beside them is somebody else's.
fn untrusted(event: &RunnerEvent<'_>) -> Result<Job, String> {
    let why = format!(
        "a job of `{}` has the default branch's rights, so the change's content is not judged \
         there; start it with `on: pull_request`",
        event.event
    );
    let repository = event.payload::<OtherEvent>()?.repository;
    Ok(event.job(repository, Judges::Nothing(why)))
}

fn merge_group(event: &RunnerEvent<'_>) -> Result<Job, String> {
    let MergeGroupEvent { merge_group, repository } = event.payload()?;
    let target =
        merge_group.base_ref.strip_prefix(BRANCHES).unwrap_or(&merge_group.base_ref).to_owned();
    let judges = Judges::Merged { target, tip: Some(merge_group.base_sha), change: None };
    let job = event.job(Some(repository), judges);
    let request = number_in(&merge_group.head_ref);
    Ok(Job {
        request,
        commit: merge_group.head_sha.clone(),
        head: merge_group.head_sha,
        reference: merge_group.head_ref,
        ..job
    })
}

/// The pull request's number in `refs/heads/gh-readonly-queue/BRANCH/pr-NUMBER-COMMIT`.
fn number_in(head_ref: &str) -> Option<u64> {
    let (_, last) = head_ref.rsplit_once("/pr-")?;
    last.split_once('-')?.0.parse().ok()
}

fn push(event: &RunnerEvent<'_>) -> Result<Job, String> {
    let PushEvent { reference, before, repository } = event.payload()?;
    let judges = match reference.strip_prefix(BRANCHES) {
        Some(branch) => of_branch(branch, &repository.default_branch, Some(before)),
        None => Judges::Proposed { target: repository.default_branch.clone() },
    };
    Ok(Job { reference, ..event.job(Some(repository), judges) })
}

fn standing(event: &RunnerEvent<'_>) -> Result<Job, String> {
    let repository = event.payload::<OtherEvent>()?.repository;
    let mut job = event.job(repository, Judges::Standing);
    if let Some(branch) = job.reference.strip_prefix(BRANCHES) {
        job.judges = of_branch(branch, &job.default_branch, None);
    } else {
        job.judges = Judges::Proposed { target: job.default_branch.clone() };
    }
    Ok(job)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_queued_pull_request_stands_in_its_branch() {
        assert_eq!(number_in("refs/heads/gh-readonly-queue/main/pr-104-929f8209d40f"), Some(104));
        assert_eq!(number_in("refs/heads/gh-readonly-queue/release/pr-7-x/pr-12-929f"), Some(12));
        assert_eq!(number_in("refs/heads/main"), None);
        assert_eq!(number_in("refs/heads/gh-readonly-queue/main/pr-x-9"), None);
    }
}
