//! A condition of a decision is overdue, or was closed by nobody who may.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Severity};
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::ConditionOverdue,
    title: "A condition of a decision is overdue, or was closed by nobody who may",
    since: "0.1",
    controls: &["6.1.3", "8.3"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::NeverWaived,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each condition whose day has passed is closed, by somebody who signed the record or of the second line, who does
not own it, with evidence by its digest. Conditions `before-use` are asked for by `aimsgate verify`, before a deployment.

## Why it matters

What was accepted on a condition was not accepted without it.

## How to fix

Meet the condition and have it closed: `aimsgate sign RECORD --close ID --evidence FILE`.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Conditions)
}
