//! A system without a reasoned risk class.

use crate::catalog::{FactName, practices};
use crate::check_id::CheckId;
use crate::checks::shared::says;
use crate::date::Date;
use crate::engine::{Check, Context, Outcome, check};
use crate::evidence::is_placeholder;
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::register::{Practices, RiskClass, System};
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
        for (name, is_said) in [
            ("because", says(&class.because)),
            ("prohibited-practices", class.prohibited_practices.as_deref().is_some_and(is_answer)),
            ("decided-by", says(&class.decided_by)),
        ] {
            if !is_said {
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
        let unanswered = unanswered(system, class, context.today);
        if !unanswered.is_empty() {
            let span = class.prohibited_practices.as_ref().map_or(class.value.span, |it| it.span);
            let text = format!(
                "the risk class of `{}` does not answer each practice that Article 5(1) of the EU \
                 AI Act prohibits: {} open",
                system.id.value,
                unanswered.join(", ")
            );
            let part = |point: &str| Part::Field(format!("prohibited-practices.{point}"));
            let problem = Problem::new(system.place(span), system.class(), text)
                .parts(unanswered.iter().map(|point| part(point)))
                .remedy(
                    Who::SecondLine,
                    "write `prohibited-practices: {a: no, b: no, ...}`, an answer to each point",
                );
            return Outcome::fail(subject, problem);
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

/// Whether it answers anything.
fn is_answer(practices: &Practices) -> bool {
    match practices {
        Practices::Text(text) => !is_placeholder(text),
        Practices::Each(answers) => !answers.is_empty(),
    }
}

/// Returns the points of Article 5(1) in force that a system used in the EU does not answer.
fn unanswered(system: &System, class: &RiskClass, today: Date) -> Vec<&'static str> {
    let in_force = practices().iter().filter(|practice| practice.from <= today);
    if !system.facts.hold(FactName::UsedInEu) {
        return Vec::new();
    }
    let is_open = |point: &str| match class.prohibited_practices.as_deref() {
        Some(Practices::Each(answers)) => {
            answers.get(point).is_none_or(|answer| is_placeholder(answer))
        }
        Some(Practices::Text(_)) | None => true,
    };
    in_force.map(|practice| practice.point.as_str()).filter(|point| is_open(point)).collect()
}
