//! A merged file of a sign-off is edited or removed.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::fallback;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Subject, Who};
use crate::signoff::{AlteredFile, FOLDER};
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check = Check {
    id: CheckId::RecordAltered,
    title: "A merged file of a sign-off is edited or removed",
    since: "0.1",
    controls: &["7.5", "6.1.3"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each record, statement, closing, revocation and signature that the target branch holds is still there, byte for
byte. Whatever the change makes of them, they count as the target branch has them. Adding files is free.

## Why it matters

Who decided what, and when, is what an auditor asks for years later.

## How to fix

Put the file back. To take a decision back, revoke it: `aimsgate sign RECORD --revoke`. To decide anew, write a new record
that `replaces` it.

## References

ISO/IEC 42001:2023 clauses 6.1.3 and 7.5.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let store = context.signoffs.store;
    if store.altered.is_empty() {
        let subject = Subject::File(RepoPath::from(FOLDER));
        let held = store.records.values().any(|filed| !filed.record.is_new);
        return vec![Outcome::new(
            subject,
            if held { CheckResult::Pass } else { CheckResult::NotApplicable },
        )];
    }
    let judge = |it: &AlteredFile| {
        let what = if it.is_gone { "removed" } else { "edited" };
        let text = format!("`{}` was merged and is {what}; it counts as it was", it.path);
        let place = if it.is_gone { fallback(context) } else { Place::whole(it.path.clone()) };
        let problem = Problem::new(place, Class::High, text);
        Outcome::fail(
            Subject::File(it.path.clone()),
            problem.remedy(
                Who::Author,
                "put it back as it \
            was",
            ),
        )
    };
    store.altered.iter().map(judge).collect()
}
