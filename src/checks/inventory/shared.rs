//! Findings about what was found at one or several places.

use crate::asset::{Asset, AssetKind};
use crate::engine::Context;
use crate::fact::Fact;
use crate::finding::{Problem, Who};
use crate::model::RepositoryModel;
use crate::obligation::system_before;
use crate::part::Part;
use crate::settings::register::System;
use crate::span::RepoPath;

/// The way out for what is no model. What is ignored is asked about no more, so it is not the
/// author's alone.
pub(super) const IGNORE: &str = "or name the file under `ignore` with a reason, where it is no AI";

/// Further places of the same thing that are listed.
const LISTED: usize = 4;

/// One problem for a thing found at several places, at least one: it stands at the first, lists a
/// few more, and is of the strictest class of all.
pub(super) fn problem_across(
    repo: &RepositoryModel<'_>,
    assets: &[&Asset],
    text: String,
) -> Problem {
    let classes = assets.iter().map(|asset| repo.class_it_may_be_of(&asset.place.path));
    let class = classes.max().unwrap_or(repo.strictest_class());
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

/// The problem of what no system declares: `list` is where in a system it belongs, and `key` how it
/// is named there.
pub(super) fn undeclared(
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
    problem_across(repo, assets, text)
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

/// Whether a reason of the register (`explains`) excuses what a file shows. One that comes in a
/// change excuses nothing that comes in the same change.
pub(super) fn is_explained(
    context: &Context<'_>,
    system: &System,
    explains: impl Fn(&System) -> bool,
    shown_in: &RepoPath,
) -> bool {
    let Fact::Known(against) = &context.against else { return explains(system) };
    let is_new = against.sides.change.brings_content(shown_in);
    let was_explained = || system_before(&against.sides, &system.id.value).is_some_and(&explains);
    explains(system) && (!is_new || was_explained())
}
