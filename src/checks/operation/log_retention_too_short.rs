//! Logs are kept for less time than they must be.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::months_in;
use crate::finding::{Problem, Who};
use crate::wording::counted;

pub(crate) const CHECK: Check =
    check(CheckId::LogRetentionTooShort, "Logs are kept for less time than they must be", run)
        .controls(&["A.6.2.8"])
        .severity(ByClass::RISES_WITH_CLASS)
        .explained(include_str!("log_retention_too_short.md"));

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
        let problem = Problem::new(place, held.need.class, what).label("the retention of the logs");
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
        None => fail("the retention of the logs names no length of time".to_owned()),
    })
}
