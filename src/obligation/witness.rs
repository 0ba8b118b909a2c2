//! What is asked of the history and the sign-offs of a change: whether somebody who may do so set a
//! day, and whether a risk is signed.

use crate::document::Document;
use crate::ids::RiskId;
use crate::settings::people::Person;
use crate::settings::register::System;
use crate::span::RepoPath;

/// A day that a file states, and whose word it is.
pub(crate) struct StatedDay<'d> {
    /// The file, as it is judged.
    pub(crate) path: &'d RepoPath,
    /// Whether a person may say so.
    pub(crate) may: &'d dyn Fn(&Person) -> bool,
    /// Whether a file came to state the day by what a commit made of it.
    pub(crate) sets: &'d dyn Fn(Option<&Document>, &Document) -> bool,
}

/// Knows who wrote, approved and signed what the change brings.
pub(crate) trait Witness: Sync {
    /// Whether somebody who may say so set a day: a commit shows it, an approval on the forge or a
    /// signature. What is not committed yet shows nobody, and counts.
    fn shows(&self, stated: &StatedDay<'_>) -> bool;

    /// Whether people must sign a risk of a system as it is now before the merge, and signed it as
    /// it was: then a sign-off that does not cover it any more says all that changed.
    fn is_signed(&self, system: &System, risk: &RiskId) -> bool;
}

/// Whether a person oversees: who does may review what others own.
pub(super) fn oversees(person: &Person) -> bool {
    *person.line >= 2
}
