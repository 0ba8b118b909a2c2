//! Somebody signed for own work.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Severity};
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignerNotIndependent,
    title: "Somebody signed for own work",
    since: "0.1",
    controls: &["A.3.2", "5.3"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::NeverExcused,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether no signer is among the `authors` of what the record covers or among those who committed it, validates what is to
be accepted, audits, or gets more by the change of rules that is signed.

## Why it matters

Who made something cannot see it as others will.

## How to fix

Have it signed by somebody who had no part in it.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Independence)
}
