//! Nobody said where a system is used, or whether a fundamental rights impact assessment is owed.

use crate::catalog::{Class, FactName, Profile, Stage};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::register::System;

pub(crate) const CHECK: Check = check(
    CheckId::RightsAssessmentUndeclared,
    "Nobody said where a system is used, or whether a rights assessment is owed as law asks",
    run,
)
.controls(&["A.5.4"])
.severity(ByClass::WARNING_IF_HIGH)
.explained(include_str!("rights_assessment_undeclared.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let systems = register.systems.iter();
    systems.flat_map(|system| places(system).into_iter().chain(judge(system))).collect()
}

/// Returns whether a system of class limited or above says where it is used. None of a lower class.
fn places(system: &System) -> Option<Outcome> {
    if system.class() < Class::Limited {
        return None;
    }
    let subject =
        Subject::Duty { system: Some(system.id.value.clone()), duty: "facts.used-in".to_owned() };
    if system.facts.used_in.is_some() {
        return Some(Outcome::pass(subject));
    }
    let text = format!(
        "the facts of `{}` do not say where it is used, so no law of a place is asked for",
        system.id.value
    );
    let problem = Problem::new(system.place(system.id.span), system.class(), text);
    let remedy = "set facts: {used-in: [...]}: countries by their two letters, EU or EEA";
    Some(Outcome::fail(subject, problem.remedy(Who::SecondLine, remedy)))
}

fn judge(system: &System) -> Option<Outcome> {
    let concerned = system.class() >= Class::High
        && system.facts.hold(FactName::UsedInEu)
        && *system.stage >= Stage::Deployment;
    if !concerned {
        return None;
    }
    let subject = Subject::Duty {
        system: Some(system.id.value.clone()),
        duty: "facts.rights-assessment".to_owned(),
    };
    let point = system.asks_rights_assessment();
    let point = point.filter(|_| system.profiles().contains(&Profile::Deployer));
    match (system.facts.rights_assessment, point) {
        (Some(false), Some(point)) => {
            let text = format!(
                "the facts of `{}` say that no rights assessment is owed, and each deployer owes \
                 one for point {} of Annex III",
                system.id.value, point.value
            );
            let problem = Problem::new(system.place(point.span), system.class(), text).due();
            let problem = problem.parts([Part::Reason("contradicted")]);
            return Some(Outcome::fail(
                subject,
                problem.remedy(Who::SecondLine, "set facts: {rights-assessment: true}"),
            ));
        }
        (Some(_), _) => return Some(Outcome::pass(subject)),
        (None, _) => {}
    }
    let text = format!(
        "the facts of `{}` do not say whether a rights assessment is owed",
        system.id.value
    );
    let problem = Problem::new(system.place(system.id.span), system.class(), text).due();
    Some(Outcome::fail(
        subject,
        problem.remedy(Who::SecondLine, "set facts: {rights-assessment: true or false}"),
    ))
}
