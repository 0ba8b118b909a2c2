//! That somebody signed is only claimed.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Severity};
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::ProofTooWeak,
    title: "That somebody signed is only claimed",
    since: "0.1",
    controls: &["6.1.3", "7.5"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::NeverWaived,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each statement proves as much as the class and `who-signs` ask for: `claimed` is text, `signed` an SSH signature
beside it. `time-stamped` is not read by this version.

## Why it matters

Whoever can write a file can write a name into it.

## How to fix

Sign the statement: `aimsgate sign RECORD`, or `ssh-keygen -Y sign -n aimsgate FILE`.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Proof)
}
