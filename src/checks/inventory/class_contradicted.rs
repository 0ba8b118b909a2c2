//! A system is declared minimal beside facts that speak against it.

use crate::catalog::{Class, FactName};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::settings::register::System;

pub(crate) const CHECK: Check = check(
    CheckId::ClassContradicted,
    "A system is declared minimal beside facts that speak against it",
    run,
)
.controls(&["6.1.2", "A.5.2"])
.severity(ByClass::ALWAYS_WARNING)
.explained(include_str!("class_contradicted.md"));

/// Words of a reason that was thought about.
const REASON: usize = 10;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    register.systems.iter().filter_map(judge).collect()
}

fn judge(system: &System) -> Option<Outcome> {
    let class = system.risk_class.as_ref()?;
    let subject = Subject::System(system.id.value.clone());
    let heavy = [
        (FactName::DecidesAboutPeople, "decides about people"),
        (FactName::TalksToPeople, "talks to people"),
        (FactName::GeneralPurpose, "is a general-purpose model"),
    ];
    let fact = heavy.iter().find(|(fact, _)| system.facts.hold(*fact)).map(|(_, what)| *what);
    let reasoned =
        class.because.as_ref().is_some_and(|why| why.value.split_whitespace().count() >= REASON);
    let Some(fact) = fact.filter(|_| *class.value == Class::Minimal && !reasoned) else {
        return Some(Outcome::pass(subject));
    };
    let text = format!("`{}` is declared minimal, and {fact}", system.id.value);
    let problem = Problem::new(system.place(class.value.span), system.class(), text);
    Some(Outcome::fail(
        subject,
        problem.remedy(
            Who::SecondLine,
            "decide the class again, or say why \
        it is minimal",
        ),
    ))
}
