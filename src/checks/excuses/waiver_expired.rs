//! Waivers that ended.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::settings::waiver::Waiver;
use crate::span::Place;

pub(crate) const CHECK: Check = Check {
    id: CheckId::WaiverExpired,
    title: "A waiver no longer holds",
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

Whether each waiver still holds today; its last day counts.

## Why it matters

What it excused is a finding again. An ended permission that stays looks like one.

## How to fix

Mend what it excused and remove the file, or let somebody of the second line approve a new one.

## References

ISO/IEC 42001:2023 clauses 6.1.3 and 7.5.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let judge = |waiver: &Waiver| {
        let subject = Subject::Waiver(waiver.id.value.clone());
        let (day, text) = if context.today > waiver.expires.value {
            (
                &waiver.expires,
                format!("the waiver `{}` ended on {}", waiver.id.value, waiver.expires.value),
            )
        } else if context.today < waiver.created.value {
            (
                &waiver.created,
                format!(
                    "the waiver `{}` is dated {}, after today",
                    waiver.id.value, waiver.created.value
                ),
            )
        } else {
            return Outcome::pass(subject);
        };
        let problem =
            Problem::new(Place::bytes(waiver.file.clone(), day.span), Class::Limited, text);
        let problem =
            if context.today > waiver.expires.value { problem.passed(day.value) } else { problem };
        let problem =
            problem.systems(waiver.scope.system.iter().map(|system| system.value.clone()));
        Outcome::fail(
            subject,
            problem.remedy(
                Who::Owner,
                "mend what it excused, then remove the \
            file",
            ),
        )
    };
    context.proposed.waivers.iter().map(judge).collect()
}
