//! Waivers without authority.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Subject, Who};
use crate::part::Part;
use crate::settings::waiver::Waiver;
use crate::span::Place;

pub(crate) const CHECK: Check = Check {
    id: CheckId::WaiverUnauthorised,
    title: "A waiver was approved by somebody who may not",
    since: "0.1",
    controls: &["5.3", "6.1.3"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each waiver was approved by somebody of the second line, who was among the people on the day it
was created and is not whoever asked for it. Authority is taken from the target branch.

## Why it matters

Permission to miss a rule is worth what the person who gives it may give.

## How to fix

Let somebody of the second line approve it. A waiver without authority excuses nothing.

## References

ISO/IEC 42001:2023 clauses 6.1.3 and 7.5.
";

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
