//! AI that must not exist, or not be used.

use crate::catalog::{Class, Stage, practices};
use crate::check_id::CheckId;
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::settings::register::{System, UsedAi};
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::ProhibitedSystem, "A system is declared prohibited and is not retired", run)
        .controls(&["6.1.3", "A.9.4"])
        .floor()
        .explained(include_str!("prohibited_system.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    match context.register() {
        Ok(register) => {
            let systems = register.systems.iter().map(of_system);
            systems.chain(register.used_ai.iter().map(of_used)).collect()
        }
        Err(outcomes) => outcomes,
    }
}

fn of_system(system: &System) -> Outcome {
    let subject = Subject::System(system.id.value.clone());
    let Some(class) = system.risk_class.as_ref().filter(|_| *system.stage != Stage::Retirement)
    else {
        return Outcome::pass(subject);
    };
    let (id, stage) = (&system.id.value, system.stage.name());
    let problem = |span, text| {
        Problem::new(system.place(span), Class::Prohibited, text)
            .label("blocked; this cannot be waived")
    };
    let withdraw = "withdraw the system and set `stage: retirement`";
    if *class.value == Class::Prohibited {
        let text = format!("`{id}` is declared prohibited and is at stage {stage}");
        let problem = problem(class.value.span, text);
        return Outcome::fail(subject, problem.remedy(Who::Owner, withdraw));
    }
    let answer = class.prohibited_practices.as_ref();
    let Some((point, answer, span)) =
        answer.and_then(|it| it.applying().map(|(point, answer)| (point, answer, it.span)))
    else {
        return Outcome::pass(subject);
    };
    let named = point.and_then(|point| practices().iter().find(|it| it.point == point));
    let what = named.map_or_else(
        || "a practice that is prohibited".to_owned(),
        |practice| format!("point ({}) of Article 5(1), {}", practice.point, practice.what),
    );
    let text = format!("`{id}` answers `{answer}` to {what}, and is at stage {stage}");
    let problem = problem(span, text).remedy(Who::Owner, withdraw);
    Outcome::fail(
        subject,
        problem.remedy(Who::SecondLine, "where the practice does not apply, answer `no` and why"),
    )
}

fn of_used(used: &UsedAi) -> Outcome {
    let id = &used.id.value;
    let subject = Subject::Duty { system: None, duty: format!("used-ai {id}") };
    if used.risk_class != Class::Prohibited {
        return Outcome::pass(subject);
    }
    let text = format!("`{id}`, which is used, is of a class that must not be used");
    let place = Place::bytes(used.register.clone(), used.id.span);
    let problem = Problem::new(place, Class::Prohibited, text)
        .label("blocked; this cannot be waived")
        .remedy(Who::Owner, "stop using it, and take it out of `used-ai`");
    Outcome::fail(subject, problem)
}
