//! Not enough people have signed.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::Gate;
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignerMissing,
    title: "Not enough people have signed",
    since: "0.1",
    controls: &["6.1.3", "5.3"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::NeverWaived,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether the people a decision takes have signed it: for class high two for an acceptance (designated management and the
risk lead), three where a high risk remains, and three for a release (owner, independent validator, risk lead); whatever
`who-signs` asks for beyond. Each person counts once, whatever roles they have.

## Why it matters

Two people who must agree see what one does not.

## How to fix

The people named in the finding sign: `aimsgate sign RECORD`.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Signers)
}
