//! A dataset is used that no system declares.

use std::collections::{BTreeMap, BTreeSet};

use super::shared::undeclared;
use crate::adoption::id_of;
use crate::asset::{Asset, AssetKind};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Mend, Problem, Subject};
use crate::model::RepositoryModel;
use crate::span::RepoPath;

pub(crate) const CHECK: Check = check(
    CheckId::UndeclaredDataset,
    "A dataset is loaded or kept here that no system declares",
    run,
)
.controls(&["A.4.3", "A.7.3"])
.severity(ByClass::WARNING_IF_HIGH)
.severity_if_brought(ByClass::ERROR_IF_HIGH)
.explained(include_str!("undeclared_dataset.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let repo = context.judged;
    let register = match context.whole_register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let mut found: BTreeMap<Subject, Vec<&Asset>> = BTreeMap::new();
    let local = Local::of(repo);
    for asset in repo.inventory.product_data() {
        let name = match asset.kind {
            AssetKind::HubDataset if local.is_meant(asset) => continue,
            AssetKind::HubDataset => format!("dataset:{}", asset.name),
            // A dataset is often many files of one folder.
            _ => format!("data:{}", asset.place.path.parent()),
        };
        found.entry(Subject::Asset(name)).or_default().push(asset);
    }
    let datasets = || register.all_systems().flat_map(|system| &system.datasets);
    let is_declared = |asset: &Asset| match asset.kind {
        AssetKind::HubDataset => datasets()
            .filter_map(|it| it.hub.as_ref())
            .any(|hub| hub.value.eq_ignore_ascii_case(&asset.name)),
        _ => repo.declares_file(&asset.place.path),
    };
    let judge = |(subject, assets): (Subject, Vec<&Asset>)| {
        let undeclared: Vec<&Asset> =
            assets.into_iter().filter(|asset| !is_declared(asset)).collect();
        if undeclared.is_empty() {
            Outcome::pass(subject)
        } else {
            Outcome::fail(subject, problem(repo, &undeclared))
        }
    };
    found.into_iter().map(judge).collect()
}

/// What of the repository's own has the name of a dataset, or of the module that loads them.
struct Local {
    folders: BTreeSet<String>,
    /// The folders in which a module `datasets` of its own is found first.
    modules: BTreeSet<RepoPath>,
}

impl Local {
    fn of(repo: &RepositoryModel<'_>) -> Self {
        let (mut folders, mut modules) = (BTreeSet::new(), BTreeSet::new());
        for entry in repo.view.entries() {
            let path = entry
                .path
                .relative_to(&repo.view.scope)
                .unwrap_or_else(|| entry.path.clone())
                .to_string();
            folders.extend(path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
            let folder = entry.path.parent();
            if entry.path.file_name() == "datasets.py" {
                modules.insert(folder);
            } else if entry.path.file_name() == "__init__.py" && folder.file_name() == "datasets" {
                modules.insert(folder.parent());
            }
        }
        Self { folders, modules }
    }

    /// Whether code would load something of its own by this name.
    fn is_meant(&self, asset: &Asset) -> bool {
        let above = asset.place.path.parent().ancestors_from_root();
        self.folders.contains(&asset.name)
            || above.iter().any(|folder| self.modules.contains(folder))
    }
}

fn problem(repo: &RepositoryModel<'_>, assets: &[&Asset]) -> Problem {
    let asset = assets[0];
    let (text, key) = match asset.kind {
        AssetKind::HubDataset => {
            (format!("no system declares the dataset `{}`", asset.name), "hub")
        }
        _ => {
            let more = assets.len() - 1;
            let more =
                if more > 0 { format!(" and {more} more of its folder") } else { String::new() };
            (format!("no system declares the data behind `{}`{more}", asset.place.path), "pointer")
        }
    };
    undeclared(repo, assets, text, "datasets", key).mended_by(declared(repo, asset))
}

/// Declares a dataset of a hub in the one system whose code loads it.
fn declared(repo: &RepositoryModel<'_>, asset: &Asset) -> Option<Mend> {
    if asset.kind != AssetKind::HubDataset || asset.name.contains(['"', '\\', '\n']) {
        return None;
    }
    let mut systems = repo.systems_of(&asset.place.path);
    let system = systems.next().filter(|_| systems.next().is_none())?;
    let name = asset.name.rsplit('/').next().unwrap_or_default();
    let id = id_of(name, "dataset");
    if system.datasets.iter().any(|known| known.id.value == id) {
        return None;
    }
    Some(Mend::dataset(system.register.clone(), system.span, &id, &asset.name))
}
