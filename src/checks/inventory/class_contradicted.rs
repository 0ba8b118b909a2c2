//! A system is declared minimal beside facts that speak against it.

use crate::catalog::{Class, FactName};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::settings::register::System;

pub(crate) const CHECK: Check = Check {
    id: CheckId::ClassContradicted,
    title: "A system is declared minimal beside facts that speak against it",
    since: "0.1",
    controls: &["6.1.2", "A.5.2"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Warning),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether a system of class minimal has a fact that class minimal seldom has: it decides about people, talks to
people, or is a general-purpose model. The class itself is never inferred; people may keep it with a reason of
at least ten words.

## Why it matters

A class that its own facts contradict was chosen once and not looked at again.

## How to fix

Decide the class again, or say in `because` why it is minimal all the same.

## References

ISO/IEC 42001:2023 clause 6.1.2 and control A.5.2; EU AI Act, Articles 6 and 50.
";

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
