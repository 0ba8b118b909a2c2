//! More risk remains than anybody may accept.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::Gate;
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::ResidualTooHigh,
    title: "More risk remains than anybody may accept",
    since: "0.1",
    controls: &["6.1.1", "6.1.3"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::NeverExcused,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether what remains of each risk after treatment is no more than may be accepted for the class at all: low for minimal,
medium for limited, high for high. `unacceptable` is accepted by nobody.

## Why it matters

Some risks are treated, avoided or given up with what causes them. A signature changes nothing about them.

## How to fix

Treat the risk further, avoid it, or stop.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Residual)
}
