//! Group INV: what the repository holds against what the register declares.

pub(super) mod class_contradicted;
pub(super) mod declared_path_missing;
pub(super) mod generative_undeclared;
pub(super) mod prohibited_system;
pub(super) mod register_invalid;
pub(super) mod register_missing;
pub(super) mod register_unnamed;
pub(super) mod rights_assessment_undeclared;
pub(super) mod risk_class_undeclared;
pub(super) mod role_contradicted;
pub(super) mod stage_contradicted;
pub(super) mod undeclared_dataset;
pub(super) mod undeclared_model;
pub(super) mod undeclared_service;
pub(super) mod unowned_ai_code;

use crate::asset::{Asset, AssetKind};
use crate::finding::{Problem, Who};
use crate::model::RepositoryModel;
use crate::part::Part;

/// The way out for what is no model. What is ignored is asked about no more, so it is not the
/// author's alone.
const IGNORE: &str = "or name the file under `ignore` with a reason, where it is no AI";

/// Further places of the same thing that are listed.
const LISTED: usize = 4;

/// One fault for a thing found at several places, at least one: it stands at the first, lists a few
/// more, and is of the strictest class of all.
fn fault_across(repo: &RepositoryModel<'_>, assets: &[&Asset], text: String) -> Problem {
    let class = assets
        .iter()
        .map(|asset| repo.class_of(&asset.place.path))
        .max()
        .unwrap_or(repo.strictest_class());
    let systems = assets
        .iter()
        .flat_map(|asset| repo.systems_of(&asset.place.path))
        .map(|it| it.id.value.clone());
    let problem = Problem::new(assets[0].place.clone(), class, text)
        .parts(assets.iter().map(|asset| part(repo, asset)))
        .systems(systems);
    let more = assets.iter().skip(1).take(LISTED);
    more.fold(problem, |problem, asset| problem.also(asset.place.clone(), "and here"))
}

/// The fault of what no system declares: `list` is where in a system it belongs, and `key` how it
/// is named there.
fn undeclared(
    repo: &RepositoryModel<'_>,
    assets: &[&Asset],
    text: String,
    list: &str,
    key: &str,
) -> Problem {
    let asset = assets[0];
    let owner = repo
        .systems_of(&asset.place.path)
        .next()
        .map(|system| format!(" of `{}`", system.id.value));
    let remedy = format!("add it under `{list}`{} with `{key}`", owner.unwrap_or_default());
    fault_across(repo, assets, text)
        .label(asset.kind.words())
        .remedy(Who::Author, remedy)
        .remedy(Who::SecondLine, IGNORE)
}

/// A place of an asset; of weights the content too, for other weights there are another model.
fn part(repo: &RepositoryModel<'_>, asset: &Asset) -> Part {
    let path = &asset.place.path;
    let entry = repo.view.snapshot.entry(path).filter(|_| asset.kind == AssetKind::Weights);
    let content = entry.and_then(|entry| repo.view.snapshot.object_id(entry).ok());
    Part::Found { path: path.to_string(), content: content.map(|it| it.to_string()) }
}
