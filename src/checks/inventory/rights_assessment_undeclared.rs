//! Nobody said whether a fundamental rights impact assessment is owed.

use crate::catalog::{Class, FactName, Stage};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::settings::register::System;

pub(crate) const CHECK: Check = check(
    CheckId::RightsAssessmentUndeclared,
    "Nobody said whether a fundamental rights impact assessment is owed",
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
    register.systems.iter().filter_map(judge).collect()
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
    if system.facts.rights_assessment.is_some() {
        return Some(Outcome::pass(subject));
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
