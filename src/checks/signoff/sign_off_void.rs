//! What was signed is not what is there.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::Gate;
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignOffVoid,
    title: "What was signed is not what is there",
    since: "0.1",
    controls: &["6.1.3", "8.2", "8.4", "A.6.2.5"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::NeverWaived,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether the record of a decision covers exactly the content that is there: model, data, prompts, thresholds and
configuration by the digest of their bytes, the purpose by its words, each risk by its entry and by what remains of it;
whether the class is no higher, and the released version the same. Where files stand does not matter, nor how prose is
laid out. A rewording alone may be confirmed by one person of the second line.

## Why it matters

A signature is for what was shown to the signer. Anything else was signed by nobody.

## How to fix

Have the content signed as it is now, or put back what was signed.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Content)
}
