//! The ways a verdict is published on a forge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a verdict is posted on a forge.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Deserialize,
    Serialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Channel {
    /// A check run at the newest commit, with its remarks (GitHub).
    CheckRun,
    /// A status of the newest commit.
    CommitStatus,
    /// An answer to the external status check of our name (GitLab).
    StatusCheck,
    /// The one comment on the pull or merge request, kept up to date.
    Comment,
    /// A thread on each line of the change that blocks (GitLab).
    Threads,
    /// Code scanning, as SARIF (GitHub).
    CodeScanning,
    /// An issue per system on what needs attention in the next thirty days (GitHub).
    Issue,
}

impl Channel {
    /// Returns the name in settings and on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }
}
