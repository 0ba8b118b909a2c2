//! Code that defines, trains or runs a model and belongs to no system.

use std::collections::BTreeMap;

use crate::asset::{Asset, AssetKind};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::part::Part;
use crate::span::RepoPath;

pub(crate) const CHECK: Check = Check {
    id: CheckId::UnownedAiCode,
    title: "Code that defines, trains or calls a model belongs to no declared system",
    since: "0.1",
    controls: &["A.4.2", "A.3.2"],
    severity: ByClass::new(Severity::Note, Severity::Note, Severity::Warning),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each product file in which Python code defines, trains or runs a model, loads one from a hub or
calls a hosted one is covered by the `paths` of a declared system.

## Why it matters

What belongs to no system has no owner and no class, and nothing is asked about it. A second model that
grows beside a governed one begins like this.

## How to fix

Add the file to the `paths` of the system it belongs to, declare a system for it, or name it under
`ignore` with a reason.

## References

ISO/IEC 42001:2023 controls A.4.2 and A.3.2.
";

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
            .remedy(Who::SecondLine, super::IGNORE);
        Outcome::fail(subject, problem)
    };
    files.into_iter().map(judge).collect()
}
