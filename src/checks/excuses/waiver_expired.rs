//! Waivers that ended.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::settings::waiver::Waiver;
use crate::span::Place;

pub(crate) const CHECK: Check = check(CheckId::WaiverExpired, "A waiver no longer holds", run)
    .controls(&["7.5", "6.1.3"])
    .severity(ByClass::ALWAYS_WARNING)
    .never_excused()
    .explained(include_str!("waiver_expired.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let judge = |waiver: &Waiver| {
        let (ticket, meanwhile) = (waiver.ticket_words(), waiver.meanwhile());
        let subject = Subject::Waiver(waiver.id.value.clone());
        let (day, text) = if context.today > waiver.expires.value {
            (
                &waiver.expires,
                format!(
                    "the waiver `{}`{ticket} ended on {}{meanwhile}",
                    waiver.id.value, waiver.expires.value
                ),
            )
        } else if context.today < waiver.created.value {
            (
                &waiver.created,
                format!(
                    "the waiver `{}`{ticket} is dated {}, after today",
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
