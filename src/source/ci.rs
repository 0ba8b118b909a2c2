//! What the process was started in: a CI job, a pull request's event, a commit hook.
//!
//! The runner sets these, not the change. Nothing here loosens a verdict.

use std::path::PathBuf;

use serde::Deserialize;

use crate::date::Date;

/// Bytes of an event file; GitHub's own limit on a payload is 25 MB.
const LARGEST_EVENT: u64 = 25 << 20;

/// What the environment says.
#[derive(Debug)]
pub struct Surroundings {
    /// The day by the system's clock, in UTC.
    pub now: Date,
    /// Whether a CI job runs this.
    pub ci: bool,
    /// The pull request whose merge commit is checked out, or why its event could not be read.
    pub(super) pull_request: Option<Result<PullRequest, String>>,
    /// The index that a commit in progress is made from.
    pub index_file: Option<PathBuf>,
}

/// What GitHub says of a pull request.
#[derive(Clone, Debug)]
pub(super) struct PullRequest {
    /// The commit that merges it into its target (`GITHUB_SHA`).
    pub(super) merge: String,
    pub(super) head: String,
    /// The branch it is to be merged into.
    pub(super) target: String,
    pub(super) default_branch: String,
}

#[derive(Deserialize)]
struct Event {
    pull_request: EventPullRequest,
    repository: EventRepository,
}

#[derive(Deserialize)]
struct EventPullRequest {
    head: EventCommit,
    base: EventBranch,
}

#[derive(Deserialize)]
struct EventCommit {
    sha: String,
}

#[derive(Deserialize)]
struct EventBranch {
    #[serde(rename = "ref")]
    name: String,
}

#[derive(Deserialize)]
struct EventRepository {
    default_branch: String,
}

impl Surroundings {
    /// No job and no hook, on a day.
    pub fn none(now: Date) -> Self {
        Self { now, ci: false, pull_request: None, index_file: None }
    }

    /// Reads the environment of this process.
    pub fn of_this_process(now: Date) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let is = |name: &str, values: &[&str]| set(name).is_some_and(|it| values.iter().any(|value| it == *value));
        let ci = set("CI").is_some_and(|value| value != "false" && value != "0");
        let on_merge_ref =
            is("GITHUB_ACTIONS", &["true"]) && is("GITHUB_EVENT_NAME", &["pull_request", "pull_request_review"]);
        Self {
            now,
            ci,
            pull_request: on_merge_ref.then(|| {
                let file = set("GITHUB_EVENT_PATH").ok_or("GITHUB_EVENT_PATH is not set")?;
                let merge = set("GITHUB_SHA").and_then(|sha| sha.into_string().ok()).ok_or("GITHUB_SHA is not set")?;
                pull_request(&PathBuf::from(file), merge)
            }),
            index_file: set("GIT_INDEX_FILE").map(PathBuf::from),
        }
    }
}

fn pull_request(file: &std::path::Path, merge: String) -> Result<PullRequest, String> {
    let unreadable = |why: String| format!("the event file could not be read: {why}");
    let size = std::fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len();
    if size > LARGEST_EVENT {
        return Err(unreadable(format!("it is {size} bytes long")));
    }
    let bytes = std::fs::read(file).map_err(|error| unreadable(error.to_string()))?;
    let event: Event = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
    Ok(PullRequest {
        merge,
        head: event.pull_request.head.sha,
        target: event.pull_request.base.name,
        default_branch: event.repository.default_branch,
    })
}
