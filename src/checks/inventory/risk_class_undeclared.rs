//! A system without a reasoned risk class.

use crate::check_id::CheckId;
use crate::checks::shared::says;
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::register::System;
use crate::span::Span;

pub(crate) const CHECK: Check = check(
    CheckId::RiskClassUndeclared,
    "A system has no risk class with reason, screening, decider and date",
    run,
)
.controls(&["6.1.2", "A.5.2"])
.explained(include_str!("risk_class_undeclared.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let judge = |system: &System| {
        let subject = Subject::System(system.id.value.clone());
        let problem = |span: Span, text: String| {
            Problem::new(system.place(span), system.class(), text).remedy(
                Who::SecondLine,
                "decide the class and write value, because, prohibited-practices, decided-by and \
                 decided-on",
            )
        };
        let Some(class) = &system.risk_class else {
            let text = format!("`{}` has no risk class", system.id.value);
            return Outcome::fail(
                subject,
                problem(system.id.span, text).label(
                    "judged as limited \
                until it has one",
                ),
            );
        };
        let mut missing = Vec::new();
        for (name, text) in [
            ("because", &class.because),
            ("prohibited-practices", &class.prohibited_practices),
            ("decided-by", &class.decided_by),
        ] {
            if !says(text) {
                missing.push(name);
            }
        }
        if class.decided_on.is_none() {
            missing.push("decided-on");
        }
        if !missing.is_empty() {
            let text = format!(
                "the risk class of `{}` does not say {}",
                system.id.value,
                missing.join(", ")
            );
            return Outcome::fail(
                subject,
                problem(class.value.span, text)
                    .parts(missing.iter().map(|it| Part::Field((*it).to_owned()))),
            );
        }
        match &class.decided_on {
            Some(day) if day.value > context.today => {
                let text = format!(
                    "the risk class of `{}` is dated {}, after today",
                    system.id.value, day.value
                );
                Outcome::fail(subject, problem(day.span, text))
            }
            _ => Outcome::pass(subject),
        }
    };
    match context.register() {
        Ok(register) => register.systems.iter().map(judge).collect(),
        Err(outcomes) => outcomes,
    }
}
