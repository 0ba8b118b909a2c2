//! What a check is, what it sees, and how all of them are run.

mod check;
mod context;
mod evaluate;
mod outcome;
mod witness;

pub use check::CheckRow;
pub(crate) use check::{ByClass, RULE_SET, Suppressibility};
pub use context::{Check, Context};
pub(crate) use context::{TargetContext, check, own_check};
pub use evaluate::Tally;
pub(crate) use evaluate::{Evaluation, evaluate};
pub(crate) use outcome::CheckResult;
pub use outcome::Outcome;
pub(crate) use witness::is_proven;
