//! A signature does not verify, or one key signed for two people.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::Gate;
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignatureInvalid,
    title: "A signature does not verify, or one key signed for two people",
    since: "0.1",
    controls: &["6.1.3", "7.5"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each signature beside a statement is an SSH signature over exactly its bytes, in the namespace `aimsgate`, made
with a key that `governance/allowed_signers` of the target branch gives to the signer (by id or e-mail address) on the day
it was made and, where it comes in with this change, today, and that no `governance/revoked_keys` revokes;
docs/signatures.md says how. One key counts once.

## Why it matters

A file that looks signed and is not is worse than one that only claims to be.

## How to fix

Sign it again with a key that holds: `aimsgate sign RECORD`. A new key needs a signed change of the rules first.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Signature)
}
