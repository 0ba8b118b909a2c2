//! Nobody has signed a decision that a system needs.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Severity};
use crate::signoff::SignOffProperty;

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignOffMissing,
    title: "Nobody has signed a decision that a system needs",
    since: "0.1",
    controls: &["6.1.3", "8.3", "A.6.2.5"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::NeverWaived,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether there is a record of each decision that a system needs: the acceptance of what remains of its risks, and the
release of its version. Class high needs both from deployment on; class limited a release, and an acceptance where more
than a low risk remains; any class an acceptance where a risk is marked `accepted`; and whatever `who-signs` of the rules
names. A release is asked for by the gate `release`.

## Why it matters

Risks that nobody accepted are carried by everybody and decided by nobody.

## How to fix

`aimsgate sign --prepare DECISION --system ID` writes the record with all it must cover; the people it names sign it.

## References

ISO/IEC 42001:2023 clauses 5.3 and 6.1.3; docs/sign-off.md and docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::told(context, SignOffProperty::Present)
}
