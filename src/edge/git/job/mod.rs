//! What the process was started in: a job of a forge, told by its event alone, or a commit hook.
//!
//! The runner sets these, not the change. Nothing here loosens a verdict.
//!
//! # Design
//!
//! A job is told by its event alone, and what it judges is one of five things (`Judges`).

mod github;
mod gitlab;

use std::path::PathBuf;
use std::sync::Arc;

use super::Remote;
use crate::date::Date;
pub use crate::settings::people::Forge;

/// What the environment says.
pub struct Surroundings {
    /// The day by the system's clock, in UTC.
    pub now: Date,
    /// Whether a CI job runs this.
    pub ci: bool,
    /// The job of a forge, or why its event could not be read.
    pub job: Option<Result<Job, String>>,
    /// The index that a commit in progress is made from.
    pub index_file: Option<PathBuf>,
    /// What holds the history that a shallow copy lacks, where it may be asked.
    pub remote: Option<Arc<dyn Remote>>,
}

/// What a job of a forge is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub forge: Forge,
    /// `OWNER/NAME` on GitHub, the project's number on GitLab; empty where the event does not say.
    pub repository: String,
    /// The number of the pull or merge request.
    pub request: Option<u64>,
    /// The commit that the job has checked out.
    pub commit: String,
    /// The commit that the forge shows results at: the newest of the pull or merge request, else
    /// the same.
    pub head: String,
    /// Where the target stood when the event was sent, where the event says so.
    pub base: Option<String>,
    /// The git reference that results are for.
    pub reference: String,
    pub default_branch: String,
    /// Whether the change comes from another repository, whose jobs may write nothing.
    pub is_fork: bool,
    pub judges: Judges,
}

/// What a job judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judges {
    /// What would be merged into a branch: a commit made of the branch's tip and the change. Tip
    /// and change are those named here, where the event names them; without a name the tip is the
    /// commit's first parent.
    Merged { target: String, tip: Option<String>, change: Option<String> },
    /// A commit that is to be merged into a branch, which was fetched.
    Proposed { target: String },
    /// What was pushed to the default branch, which stood there before.
    Pushed { before: String },
    /// The default branch as it is.
    Standing,
    /// Nothing, and why.
    Nothing(String),
}

/// The reference that stands for no commit: a branch that was not there before.
const NONE: &str = "0000000000000000000000000000000000000000";

impl Surroundings {
    /// No job and no hook, on a day.
    pub fn none(now: Date) -> Self {
        Self { now, ci: false, job: None, index_file: None, remote: None }
    }

    /// Reads the environment of this process.
    pub fn of_this_process(now: Date) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let text = |name: &str| set(name).and_then(|value| value.into_string().ok());
        let is = |name: &str| set(name).is_some_and(|value| value == "true");
        // Jobs set `CI: false` for the sake of other programs; they are jobs all the same.
        let ci = set("CI").is_some_and(|value| value != "false" && value != "0")
            || is("GITHUB_ACTIONS")
            || is("GITLAB_CI");
        let job = if is("GITHUB_ACTIONS") {
            github::job(&text)
        } else if is("GITLAB_CI") {
            Some(gitlab::job(&text))
        } else {
            None
        };
        Self { now, ci, job, index_file: set("GIT_INDEX_FILE").map(PathBuf::from), remote: None }
    }

    /// The job, where its event could be read.
    pub fn job(&self) -> Option<&Job> {
        self.job.as_ref()?.as_ref().ok()
    }
}

/// What a branch is judged as that nothing asks to merge: the default one by itself, another as
/// what may be merged into that.
fn of_branch(branch: &str, default_branch: &str, before: Option<String>) -> Judges {
    if branch != default_branch {
        return Judges::Proposed { target: default_branch.to_owned() };
    }
    match before.filter(|before| before != NONE) {
        Some(before) => Judges::Pushed { before },
        None => Judges::Standing,
    }
}
