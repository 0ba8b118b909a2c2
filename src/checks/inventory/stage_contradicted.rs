//! A system is declared in an earlier stage than its files suggest.

use super::shared::is_explained;
use crate::catalog::Stage;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::settings::register::System;

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
    let explains = |system: &System| system.explains_stage;
    let Some(sign) = sign.filter(|sign| !is_explained(context, system, explains, &sign.path))
    else {
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
