//! Code that defines, trains or runs a model and belongs to no system.

use std::collections::BTreeMap;

use crate::asset::{Asset, AssetKind};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::span::RepoPath;

pub(crate) const CHECK: Check = check(
    CheckId::UnownedAiCode,
    "Code that defines, trains or calls a model belongs to no declared system",
    run,
)
.controls(&["A.4.2", "A.3.2"])
.severity(ByClass::WARNING_IF_HIGH)
.severity_if_brought(ByClass::ERROR_IF_HIGH)
.explained(include_str!("unowned_ai_code.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let repo = context.judged;
    if let Err(outcomes) = context.whole_register() {
        return outcomes;
    }
    let mut files: BTreeMap<&RepoPath, Vec<&Asset>> = BTreeMap::new();
    for asset in repo.inventory.product_evidence() {
        let is_code = !matches!(
            asset.kind,
            AssetKind::Weights | AssetKind::WeightsPointer | AssetKind::Dependency
        );
        if is_code {
            files.entry(&asset.place.path).or_default().push(asset);
        }
    }
    let judge = |(path, assets): (&RepoPath, Vec<&Asset>)| {
        let subject = Subject::File(path.clone());
        if repo.systems_of(path).next().is_some() {
            return Outcome::pass(subject);
        }
        let asset = assets[0];
        let text =
            format!("this is {} (`{}`) in a file of no system", asset.kind.words(), asset.name);
        let problem = Problem::new(asset.place.clone(), repo.strictest_class(), text)
            .label("covered by no system's `paths`")
            .parts(assets.iter().map(|asset| Part::Asset(asset.name.clone())))
            .remedy(Who::Author, "add the file to a system's `paths`")
            .remedy(Who::SecondLine, super::shared::IGNORE);
        Outcome::fail(subject, problem)
    };
    files.into_iter().map(judge).collect()
}
