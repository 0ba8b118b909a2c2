//! Whether a forge really blocks the merge that the gate refuses: what its settings say, and the
//! command that mends each.
//!
//! Settings come in as the forge's API gives them; nothing is asked here.
//!
//! # Design
//!
//! `doctor` has two halves. The forge edge reads settings into types; this module judges the types
//! and makes no connection.

mod github;
mod gitlab;
mod workflow;

pub use github::GitHubSettings;
pub(crate) use github::of_github;
pub use github::{BranchProtection, BranchRule};
pub(crate) use gitlab::{ApprovalSettings, Project, of_gitlab};
pub use gitlab::{GitLabSettings, ProtectedBranch};
pub(crate) use workflow::{of_pins, of_workflows};

use crate::fact::Fact;

/// What was found out about one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum SettingState {
    /// It is as it must be.
    Ok,
    /// It is not.
    Not,
    /// It could not be seen.
    #[strum(serialize = "cannot see")]
    CannotSee,
}

impl SettingState {
    /// Its name on screen.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

/// One point.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) state: SettingState,
    /// What must hold.
    pub(crate) what: String,
    /// What was seen, or why nothing was.
    pub(crate) seen: String,
    /// The command or the setting that mends it.
    pub(crate) mend: String,
}

impl Point {
    fn new(
        state: SettingState,
        what: &str,
        seen: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self { state, what: what.to_owned(), seen: seen.into(), mend: mend.into() }
    }

    /// A point that holds or does not.
    fn holds(is: bool, what: &str, seen: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::new(if is { SettingState::Ok } else { SettingState::Not }, what, seen, mend)
    }
}

/// Judges a setting that may not be there or not be seen.
fn seen<T>(
    setting: &Fact<T>,
    judge: impl FnOnce(Option<&T>) -> Point,
    what: &str,
    mend: &str,
) -> Point {
    match setting {
        Fact::Known(value) => judge(Some(value)),
        Fact::Absent => judge(None),
        Fact::Undecided(why) => Point::new(SettingState::CannotSee, what, why.clone(), mend),
    }
}
