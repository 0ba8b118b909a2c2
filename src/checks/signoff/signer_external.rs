//! Somebody from outside decided.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::Gate;
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignerExternal,
    title: "Somebody from outside decided",
    since: "0.1",
    controls: &["5.3", "6.1.3"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::NeverWaived,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether whoever accepts a risk, classifies, releases or changes rules is an employee. People from outside may validate.

## Why it matters

What an organisation accepts, it accepts itself (6.1.3: designated management).

## How to fix

Have it signed by somebody of the organisation.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Affiliation)
}
