//! What the process was started in: a job of a forge, known by its event alone, or a commit hook.
//!
//! The runner sets these, not the change. Nothing here loosens a verdict.
//!
//! # Design
//!
//! A job is told by its event alone, and what it judges is one of five things (`Judges`).

mod github;
mod gitlab;
mod judges;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

pub use judges::{Job, Judges};

use super::remote::Remote;
use crate::date::Date;
pub use crate::settings::people::Forge;

/// What the environment says.
pub struct Surroundings {
    /// The day by the system's clock, in UTC.
    pub(crate) now: Date,
    /// Whether a CI job runs this.
    pub(crate) ci: bool,
    /// The job of a forge, or why its event could not be read.
    pub(crate) job: Option<Result<Job, String>>,
    /// The index that a commit in progress is made from.
    pub(crate) index_file: Option<PathBuf>,
    /// What holds the history that a shallow copy lacks, where it may be asked.
    pub(crate) remote: Option<Arc<dyn Remote>>,
}

impl Surroundings {
    /// No job and no hook, on a day.
    pub fn none(now: Date) -> Self {
        Self { now, ci: false, job: None, index_file: None, remote: None }
    }

    /// Reads the environment of this process.
    pub(crate) fn of_this_process(now: Date) -> Self {
        Self::of(&|name| std::env::var_os(name), now)
    }

    /// Reads an environment: the value of each variable, by its name.
    pub fn of(variable: &dyn Fn(&str) -> Option<OsString>, now: Date) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
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
    pub(crate) fn job(&self) -> Option<&Job> {
        self.job.as_ref()?.as_ref().ok()
    }
}
