//! A system is declared as only used, and is built here.

use crate::asset::AssetKind;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::settings::register::OurRole;
use crate::settings::register::System;

pub(crate) const CHECK: Check = Check {
    id: "role-contradicted",
    title: "A system is declared as only used, and is built here",
    since: "0.1",
    controls: &["A.10.2", "4.3"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Warning),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether a system with `our-role: deployer` has among its paths what builds one: a client of a hosted model
that our own code constructs together with prompts, training code, or weights. Such a system is provided,
whatever model is inside.

## Why it matters

A deployer owes less. Whoever writes the prompts and the code around a model decides what it does.

## How to fix

Declare `our-role: provider` or `both`.

## References

ISO/IEC 42001:2023 clause 4.3 and control A.10.2; EU AI Act, Article 3 (3) and (4).
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let deployed = register.systems.iter().filter(|system| system.our_role == OurRole::Deployer);
    deployed.map(|system| judge(context, system)).collect()
}

fn judge(context: &Context<'_>, system: &System) -> Outcome {
    let repo = context.judged;
    let subject = Subject::System(system.id.value.clone());
    let has_prompts =
        repo.files_of(system).any(|entry| entry.path.to_string().to_lowercase().contains("prompt"));
    let built = repo.inventory.product_evidence().find(|asset| {
        let is_ours = match asset.kind {
            AssetKind::HostedService => has_prompts,
            AssetKind::Training | AssetKind::ModelDefinition | AssetKind::Weights => true,
            _ => false,
        };
        is_ours && repo.systems_of(&asset.place.path).any(|owner| owner.id.value == system.id.value)
    });
    let Some(built) = built else { return Outcome::pass(subject) };
    let text = format!(
        "`{}` is declared as only used, and is built here ({})",
        system.id.value,
        built.kind.words()
    );
    let problem = Problem::new(system.place(system.id.span), system.class(), text);
    let problem = problem.related(built.place.clone(), "this builds it");
    Outcome::fail(subject, problem.remedy(Who::Owner, "declare our-role: provider, or both"))
}
