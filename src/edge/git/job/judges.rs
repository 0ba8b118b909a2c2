//! A job of a forge, and what it judges.

use crate::settings::people::Forge;

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

/// What a branch is judged as that nothing asks to merge: the default one by itself, another as
/// what may be merged into that.
pub(super) fn of_branch(branch: &str, default_branch: &str, before: Option<String>) -> Judges {
    if branch != default_branch {
        return Judges::Proposed { target: default_branch.to_owned() };
    }
    match before.filter(|before| before != NONE) {
        Some(before) => Judges::Pushed { before },
        None => Judges::Standing,
    }
}
