//! Somebody who approves a change, as a forge tells.

use super::error::ForgeError;
use crate::fact::Fact;
use crate::snapshot::ObjectId;

/// Whoever approves a change.
#[derive(Debug)]
pub struct Approver {
    pub login: String,
    /// The commit they approved.
    pub commit: ObjectId,
    /// Whether the account may write to the repository, as that of somebody who works on it may.
    /// Forges take an approval from whoever can see the change, and hand out the name of an account
    /// that is gone again.
    pub may_write: Fact<bool>,
}

/// Whether an account is one that may sign here. Of others nothing is asked.
pub(crate) type KnownPermissions<'k> = &'k dyn Fn(&str) -> bool;

/// What is known of a right that only some tokens may read.
pub(super) fn right(read: Result<bool, ForgeError>) -> Fact<bool> {
    read.map_or_else(|error| Fact::Undecided(error.to_string()), Fact::Known)
}
