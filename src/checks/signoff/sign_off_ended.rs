//! A decision has ended, was revoked, or would hold for too long.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::Gate;
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignOffEnded,
    title: "A decision has ended, was revoked, or would hold for too long",
    since: "0.1",
    controls: &["6.1.3", "8.2"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::NeverWaived,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether the record's `expires` is still to come (one day of grace), is no further from the first signature than the class
allows (12 months, 24 for class minimal, half of that where a high risk is accepted), and whether nobody revoked it. A
revocation that the target branch holds counts even where the change deletes it.

## Why it matters

An acceptance without an end is one that nobody looks at again.

## How to fix

Have it signed again for what is there now.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::InForce)
}
