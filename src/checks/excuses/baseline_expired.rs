//! Entries of the baseline whose term is over.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Who};
use crate::span::Place;

pub(crate) const CHECK: Check = Check {
    id: CheckId::BaselineExpired,
    title: "An entry of the baseline was to be looked at again",
    since: "0.1",
    controls: &["7.5", "6.1.3"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Warning),
    gate: Gate::Merge,
    firmness: Suppressibility::NeverExcused,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether today is past the `review-by` of an entry of `governance/baseline.json`; that day counts.

## Why it matters

The baseline is a debt with a term. After it the finding counts again, so that it does not stay for good.

## How to fix

Mend what the entry is about and remove it. A longer term is a decision of the second line, which this version
cannot verify: `baseline-grown` stays red.

## References

ISO/IEC 42001:2023 clauses 6.1.3 and 7.5.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::by_check(context, |entries| {
        let mut late = entries.iter().filter(|(_, entry)| context.today > entry.review_by.value);
        let Some((file, first)) = late.next() else { return CheckResult::Pass };
        let more = match late.count() {
            0 => String::new(),
            more => format!(" (and {more} more of `{}`)", first.check.value),
        };
        let text = format!(
            "the entry for `{}` was to be reviewed by {}{more}",
            first.subject.value, first.review_by.value
        );
        let problem =
            Problem::new(Place::bytes((*file).clone(), first.review_by.span), Class::Limited, text)
                .passed(first.review_by.value)
                .systems(first.system.clone());
        CheckResult::Fail(Box::new(problem.remedy(
            Who::Owner,
            "mend what it is about, then remove the \
            entry",
        )))
    })
}
