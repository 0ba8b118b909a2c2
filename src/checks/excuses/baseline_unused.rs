//! Entries of the baseline that are about nothing.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Who};
use crate::settings::baseline::BaselineEntry;
use crate::span::Place;

pub(crate) const CHECK: Check = Check {
    id: CheckId::BaselineUnused,
    title: "An entry of the baseline is about nothing that is there",
    since: "0.1",
    controls: &["7.5", "6.1.3"],
    severity: ByClass::new(Severity::Note, Severity::Note, Severity::Note),
    gate: Gate::Merge,
    firmness: Suppressibility::NeverExcused,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each entry of `governance/baseline.json` is about a finding that is still there.

## Why it matters

What is mended needs no entry. One that stays would excuse the same flaw if it came back.

## How to fix

Remove the entries.

## References

ISO/IEC 42001:2023 clauses 6.1.3 and 7.5.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::by_check(context, |entries| {
        let Some(check) =
            entries.first().and_then(|(_, entry)| super::excusable(context, &entry.check.value))
        else {
            return CheckResult::Because(CheckId::SettingsInvalid);
        };
        let findings = super::findings(check, context);
        let is_unused = |entry: &BaselineEntry| {
            !findings.iter().any(|finding| {
                finding.subject.to_string() == entry.subject.value
                    && finding.pieces().values().any(|piece| entry.is_about(piece))
            })
        };
        let mut unused = entries.iter().filter(|(_, entry)| is_unused(entry));
        let Some((file, first)) = unused.next() else { return CheckResult::Pass };
        let more = match unused.count() {
            0 => String::new(),
            more => format!(" (and {more} more of `{}`)", first.check.value),
        };
        let text = format!(
            "the entry for `{}` matches nothing any more{more}: it was mended, or what it is about \
             has changed",
            first.subject.value
        );
        let problem =
            Problem::new(Place::bytes((*file).clone(), first.check.span), Class::Limited, text);
        CheckResult::Fail(Box::new(problem.remedy(Who::Author, "remove the entry")))
    })
}
