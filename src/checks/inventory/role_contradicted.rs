//! A system is declared as only used, and is built here.

use crate::asset::AssetKind;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::settings::register::System;

pub(crate) const CHECK: Check =
    check(CheckId::RoleContradicted, "A system is declared as only used, and is built here", run)
        .controls(&["A.10.2", "4.3"])
        .severity(ByClass::ALWAYS_WARNING)
        .explained(include_str!("role_contradicted.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let deployed = register.systems.iter().filter(|system| system.our_role.is_use_only());
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
    Outcome::fail(
        subject,
        problem.remedy(Who::Owner, "declare our-role: provider, or [provider, deployer]"),
    )
}
