//! A system calls a generative model and does not say so.

use super::shared::is_explained;
use crate::asset::AssetKind;
use crate::catalog::FactName;
use crate::check_id::CheckId;
use crate::detect::is_generative;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::settings::register::System;

pub(crate) const CHECK: Check = check(
    CheckId::GenerativeUndeclared,
    "A system calls a generative model and does not say so",
    run,
)
.controls(&["A.6.2.4", "A.9.2"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("generative_undeclared.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    register.systems.iter().filter_map(|system| judge(context, system)).collect()
}

fn judge(context: &Context<'_>, system: &System) -> Option<Outcome> {
    let repo = context.judged;
    let called = repo.inventory.product_evidence().find(|asset| {
        let is_service = asset.kind == AssetKind::HostedService && is_generative(&asset.name);
        (is_service || asset.generates)
            && repo.systems_of(&asset.place.path).any(|owner| owner.id.value == system.id.value)
    });
    let called = called?;
    let subject = Subject::System(system.id.value.clone());
    let explains = |system: &System| system.explains_generative;
    if system.facts.hold(FactName::Generative)
        || is_explained(context, system, explains, &called.place.path)
    {
        return Some(Outcome::pass(subject));
    }
    let is_service = called.kind == AssetKind::HostedService;
    let (verb, label) = if is_service {
        ("calls", "its client is called here")
    } else {
        ("runs", "it is run here")
    };
    let text = format!(
        "`{}` {verb} `{}`, and its facts do not say that it generates",
        system.id.value, called.name
    );
    let problem = Problem::new(system.place(system.id.span), system.class(), text);
    let problem = problem.related(called.place.clone(), label);
    Some(Outcome::fail(
        subject,
        problem.remedy(
            Who::Owner,
            "set facts: {generative: true}, or say \
        x-generative-because",
        ),
    ))
}
