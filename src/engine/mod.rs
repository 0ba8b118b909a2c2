//! What a check is, what it sees, and how all of them are run.

mod check;
mod context;
mod evaluate;
mod outcome;

pub use check::{ByClass, CheckRow, HEADINGS, RULE_SET, Suppressibility};
pub use context::{Check, Context, Run, TargetContext, check};
pub use evaluate::{Evaluation, Tally, evaluate};
pub use outcome::{CheckResult, Outcome};
