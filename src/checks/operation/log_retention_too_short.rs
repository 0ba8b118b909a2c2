//! Logs are kept for less time than they must be.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::reader::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::evidence::months_in;
use crate::finding::{Gate, Problem, Severity, Who};
use crate::wording::counted;

pub(crate) const CHECK: Check = Check {
    id: CheckId::LogRetentionTooShort,
    title: "Logs are kept for less time than they must be",
    since: "0.1",
    controls: &["A.6.2.8"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether the retention that the event logging specification states is at least six months for class high, and
whether it is a length of time at all (\"6 months\", \"180 days\", \"two years\").

## Why it matters

An incident is often noticed months later. Without the log nobody can say what happened.

## How to fix

Keep the logs longer, or have the shorter time waived with its reason.

## References

ISO/IEC 42001:2023 control A.6.2.8; EU AI Act, Articles 19 and 26 (6): at least six months.
";

/// Months that logs of a system of class high are kept.
const LEAST: u32 = 6;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    held(context, Some("event-logging-spec")).into_iter().filter_map(judge).collect()
}

fn judge(held: ReadDocument<'_>) -> Option<Outcome> {
    let (text, place) = held.said("retention")?;
    if held.need.class < Class::High {
        return Some(Outcome::pass(held.subject()));
    }
    let fail = |what: String| {
        let problem = Problem::new(place, held.need.class, what).label("kept so long");
        Outcome::fail(
            held.subject(),
            problem.remedy(
                Who::Owner,
                format!(
                    "keep the logs for at least \
            {LEAST} months"
                ),
            ),
        )
    };
    Some(match months_in(text) {
        Some(months) if months >= LEAST => Outcome::pass(held.subject()),
        Some(months) => fail(format!(
            "logs are kept for {}, and class high asks for {LEAST}",
            counted(months, "month", "months")
        )),
        None => fail("how long logs are kept is not a length of time".to_owned()),
    })
}
