//! The dates of a signature cannot be.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Severity};
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignOffDatesImpossible,
    title: "The dates of a signature cannot be",
    since: "0.1",
    controls: &["A.6.2.5", "7.5"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::NeverExcused,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each statement was signed before the record ended and not on a day to come, no more than 14 days before the
change that brings it, and each condition closed after it was made.

## Why it matters

A date is the signer's own word. One that comes long after it was written may have been written to fit.

## How to fix

Sign it again, today.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Dates)
}
