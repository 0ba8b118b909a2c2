//! A system is declared in an earlier stage than its files suggest.

use crate::catalog::Stage;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::{Problem, Subject, Who};
use crate::obligation::system_before;
use crate::settings::register::System;
use crate::span::RepoPath;

pub(crate) const CHECK: Check = check(
    CheckId::StageContradicted,
    "A system is declared in an earlier stage than its files suggest",
    run,
)
.controls(&["A.6.1.3", "8.1"])
.severity(ByClass::ALWAYS_WARNING)
.explained(include_str!("stage_contradicted.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    register.systems.iter().map(|system| judge(context, system)).collect()
}

fn judge(context: &Context<'_>, system: &System) -> Outcome {
    let subject = Subject::System(system.id.value.clone());
    if *system.stage >= Stage::Deployment {
        return Outcome::pass(subject);
    }
    let sign = context
        .judged
        .files_of(system)
        .find(|entry| entry.is_file() && is_deployment(&entry.path.to_string().to_lowercase()));
    let Some(sign) = sign.filter(|sign| !is_explained(context, system, &sign.path)) else {
        return Outcome::pass(subject);
    };
    let text = format!(
        "`{}` is declared in {}, and `{}` deploys something",
        system.id.value,
        system.stage.name(),
        sign.path
    );
    let problem = Problem::new(system.place(system.stage.span), system.class(), text);
    Outcome::fail(
        subject,
        problem.remedy(
            Who::Owner,
            "raise the stage, or explain it with \
        x-stage-because",
        ),
    )
}

/// Whether a reason of the register explains a file that deploys. One that comes in a change
/// excuses nothing that comes in the same change.
fn is_explained(context: &Context<'_>, system: &System, deploys: &RepoPath) -> bool {
    let Fact::Known(against) = &context.against else { return system.explains_stage };
    let before = system_before(&against.sides, &system.id.value);
    let is_known = before.is_some_and(|before| before.explains_stage);
    let is_new = against.sides.change.brings_content(deploys);
    system.explains_stage && (is_known || !is_new)
}

fn is_deployment(path: &str) -> bool {
    const NAMES: [&str; 9] = [
        "dockerfile",
        "chart.yaml",
        "procfile",
        "serverless.yml",
        "serverless.yaml",
        "vercel.json",
        "fly.toml",
        "app.yaml",
        "skaffold.yaml",
    ];
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    NAMES.contains(&name)
        || folders.split('/').any(|part| matches!(part, "k8s" | "kubernetes" | "helm" | "serving"))
}
