//! A system calls a generative model and does not say so.

use crate::asset::AssetKind;
use crate::catalog::FactName;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::settings::register::System;

pub(crate) const CHECK: Check = Check {
    id: CheckId::GenerativeUndeclared,
    title: "A system calls a generative model and does not say so",
    since: "0.1",
    controls: &["A.6.2.4", "A.9.2"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each system whose code constructs or calls a client of a hosted language model, or declares one as
`service`, has the fact `generative: true`; or says `false` and gives its reason with `x-generative-because`.

## Why it matters

What generates owes more: notices, red-teaming, marking. The fact decides whether that is asked for.

## How to fix

Set `facts: {generative: true}`, or give the reason.

## References

ISO/IEC 42001:2023 controls A.6.2.4 and A.9.2.
";

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
        asset.kind == AssetKind::HostedService
            && repo.systems_of(&asset.place.path).any(|owner| owner.id.value == system.id.value)
    });
    let called = called?;
    let subject = Subject::System(system.id.value.clone());
    if system.facts.hold(FactName::Generative) || system.explains_generative {
        return Some(Outcome::pass(subject));
    }
    let text = format!(
        "`{}` calls `{}`, and its facts do not say that it generates",
        system.id.value, called.name
    );
    let problem = Problem::new(system.place(system.id.span), system.class(), text);
    let problem = problem.related(called.place.clone(), "its client is called here");
    Some(Outcome::fail(
        subject,
        problem.remedy(
            Who::Owner,
            "set facts: {generative: true}, or say \
        x-generative-because",
        ),
    ))
}
