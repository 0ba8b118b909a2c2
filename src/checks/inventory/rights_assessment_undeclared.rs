//! Nobody said whether a fundamental rights impact assessment is owed.

use crate::catalog::{Class, FactName, Stage};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::settings::register::System;

pub(crate) const CHECK: Check = Check {
    id: CheckId::RightsAssessmentUndeclared,
    title: "Nobody said whether a fundamental rights impact assessment is owed",
    since: "0.1",
    controls: &["A.5.4"],
    severity: ByClass::new(Severity::Note, Severity::Note, Severity::Warning),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Of a system of class high that is used in the EU, from deployment on: whether its facts say
`rights-assessment: true` or `false`. Where true, the assessment is asked for like any other document. Whether
it is owed is never inferred.

## Why it matters

Deployers that the EU AI Act names in Article 27 owe it before first use; others should know that they do not.

## How to fix

Set the fact.

## References

EU AI Act, Article 27; ISO/IEC 42001:2023 control A.5.4.
";

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
