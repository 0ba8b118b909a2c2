//! A system of a class that must not exist.

use crate::catalog::{Class, Stage};
use crate::check_id::CheckId;
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};

pub(crate) const CHECK: Check =
    check(CheckId::ProhibitedSystem, "A system is declared prohibited and is not retired", run)
        .controls(&["6.1.3", "A.9.4"])
        .floor()
        .explained(include_str!("prohibited_system.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let judge = |system: &crate::settings::register::System| {
        let subject = Subject::System(system.id.value.clone());
        match &system.risk_class {
            Some(class)
                if *class.value == Class::Prohibited && *system.stage != Stage::Retirement =>
            {
                let text = format!(
                    "`{}` is declared prohibited and is at stage {}",
                    system.id.value,
                    system.stage.name()
                );
                let problem = Problem::new(system.place(class.value.span), Class::Prohibited, text)
                    .label("blocked; this cannot be waived")
                    .remedy(Who::Owner, "withdraw the system and set `stage: retirement`");
                Outcome::fail(subject, problem)
            }
            _ => Outcome::pass(subject),
        }
    };
    match context.register() {
        Ok(register) => register.systems.iter().map(judge).collect(),
        Err(outcomes) => outcomes,
    }
}
