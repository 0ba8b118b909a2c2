//! What a check is, what it sees, and how all of them are run.

mod check;
mod context;
mod evaluate;
mod outcome;

pub(crate) use check::{ByClass, RULE_SET, Suppressibility};
pub(crate) use context::{Check, Context, TargetContext, check};
pub(crate) use evaluate::{Evaluation, Tally, evaluate};
pub(crate) use outcome::{CheckResult, Outcome};
