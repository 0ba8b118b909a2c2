//! Waivers without authority.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::waiver::Waiver;
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::WaiverUnauthorised, "A waiver was approved by somebody who may not", run)
        .controls(&["5.3", "6.1.3"])
        .floor()
        .explained(include_str!("waiver_unauthorised.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let judge = |waiver: &Waiver| {
        let subject = Subject::Waiver(waiver.id.value.clone());
        match waiver.authority(&context.governance.people) {
            Ok(()) => Outcome::pass(subject),
            Err(why) => {
                let place = Place::bytes(waiver.file.clone(), waiver.approved_by.span);
                let text = format!("the waiver `{}` does not count: {}", waiver.id.value, why.text);
                let problem =
                    Problem::new(place, Class::High, text).label("may not approve it").parts([
                        Part::Entry { of: waiver.approved_by.value.clone(), reason: why.reason },
                    ]);
                Outcome::fail(subject, problem.remedy(Who::SecondLine, "approve it, or remove it"))
            }
        }
    };
    context.proposed.waivers.iter().map(judge).collect()
}
