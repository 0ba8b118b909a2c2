//! Weights can run code when they are loaded.

use crate::asset::AssetKind;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};

pub(crate) const CHECK: Check =
    check(CheckId::CodeOnLoad, "Weights can run code when they are loaded", run)
        .controls(&["A.6.2.4", "A.10.3"])
        .severity(ByClass::WARNING_FROM_LIMITED)
        .explained(include_str!("code_on_load.md"));

/// Formats that a loader executes.
const PICKLED: [&str; 8] = ["pkl", "pickle", "joblib", "dill", "pt", "pth", "ckpt", "bin"];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let repo = context.judged;
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut outcomes = Vec::new();
    for asset in repo.inventory.product_evidence() {
        let path = &asset.place.path;
        let class = repo.class_of(path);
        let systems = repo.systems_of(path).map(|system| system.id.value.clone());
        let subject = Subject::Asset(format!(
            "{}:{path}",
            if asset.kind == AssetKind::RemoteCode { "code" } else { "file" }
        ));
        let text = match asset.kind {
            AssetKind::Weights if PICKLED.contains(&path.extension().as_str()) => {
                format!("`{path}` is a pickle, which runs code when it is loaded")
            }
            AssetKind::RemoteCode if PICKLED.contains(&path.extension().as_str()) => {
                format!("`{path}` calls `{}` when it is loaded", asset.name)
            }
            AssetKind::RemoteCode => {
                format!("`{}` loads code of somebody else's with the model", asset.name)
            }
            AssetKind::Weights => {
                outcomes.push(Outcome::pass(subject));
                continue;
            }
            _ => continue,
        };
        let problem = Problem::new(asset.place.clone(), class, text).systems(systems);
        let remedy = "keep weights as safetensors, ONNX or GGUF; pin and read remote code";
        outcomes.push(Outcome::fail(subject, problem.remedy(Who::Author, remedy)));
    }
    outcomes
}
