//! Models in files or code that no system declares.

use std::collections::BTreeMap;

use super::shared::undeclared;
use crate::asset::{Asset, AssetKind};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::model::RepositoryModel;
use crate::span::Place;
use crate::wording::{and_more, plural};

pub(crate) const CHECK: Check =
    check(CheckId::UndeclaredModel, "A model is used that no system declares", run)
        .controls(&["A.4.2", "A.4.4", "A.10.3"])
        .severity(ByClass::WARNING_IF_HIGH)
        .severity_if_brought(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("undeclared_model.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let repo = context.judged;
    let register = match context.whole_register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let mut models: BTreeMap<Subject, Vec<&Asset>> = BTreeMap::new();
    for asset in repo.inventory.product_evidence() {
        let name = match asset.kind {
            AssetKind::Weights | AssetKind::WeightsPointer => format!("file:{}", asset.place.path),
            AssetKind::HubModel => format!("hub:{}", asset.name),
            _ => continue,
        };
        models.entry(Subject::Asset(name)).or_default().push(asset);
    }
    let hub = || register.all_models().filter_map(|model| model.hub.as_ref());
    let is_declared = |asset: &Asset| match asset.kind {
        AssetKind::HubModel => hub().any(|hub| hub.value.eq_ignore_ascii_case(&asset.name)),
        _ => repo.declared.models_of(&asset.place.path).next().is_some(),
    };
    let judge = |(subject, assets): (Subject, Vec<&Asset>)| {
        let all = assets.iter().all(|asset| is_declared(asset));
        if all { Outcome::pass(subject) } else { Outcome::fail(subject, problem(repo, &assets)) }
    };
    let mut outcomes: Vec<Outcome> = models.into_iter().map(judge).collect();
    outcomes.extend(unread(context));
    outcomes
}

/// What could not be looked into may hold any model: one outcome for all of it.
fn unread(context: &Context<'_>) -> Option<Outcome> {
    let unread = context.judged.inventory.unread_product();
    let (first, rest) = unread.split_first()?;
    let more = and_more(rest.len(), plural(rest.len(), "file", "files"));
    let text = format!("whether a model is used here could not be decided{more}: {}", first.reason);
    let problem =
        Problem::new(Place::whole(first.path.clone()), context.judged.class_of(&first.path), text);
    let problem = problem.remedy(
        Who::Author,
        "make the content available, or name the file under \
        `ignore` with a reason",
    );
    Some(Outcome::undecided(Subject::Check(CHECK.id), problem))
}

fn problem(repo: &RepositoryModel<'_>, assets: &[&Asset]) -> Problem {
    let asset = assets[0];
    let (text, key) = match asset.kind {
        AssetKind::HubModel => {
            (format!("no system declares the hub model `{}`", asset.name), "hub")
        }
        _ => (format!("no system declares the model file `{}`", asset.place.path), "path"),
    };
    undeclared(repo, assets, text, "models", key)
}
