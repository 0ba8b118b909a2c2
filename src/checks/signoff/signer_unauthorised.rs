//! Whoever signed may not decide that.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::Gate;
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignerUnauthorised,
    title: "Whoever signed may not decide that",
    since: "0.1",
    controls: &["5.3", "A.3.2", "6.1.3"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::NeverWaived,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each signer is a person of `governance/people.yaml` on the target branch, active and in the role that the
statement names on the day of signing (and today, where it comes in with this change), and allowed to accept what
remains. A team, a program or an assistant decides nothing; a deputy takes the part of one person, and cannot hand it on.

## Why it matters

A decision of somebody who could not make it is none.

## How to fix

Have it signed by somebody who may; the finding names them.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Authority)
}
