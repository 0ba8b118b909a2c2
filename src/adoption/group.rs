//! Which of what was found is one system: by folder.

use std::collections::{BTreeMap, BTreeSet};

use globset::escape;

use super::ProposedAsset;
use super::propose::id_of;
use crate::asset::{Asset, AssetKind, FileSort};

/// Folders that hold systems side by side.
const CONTAINERS: [&str; 6] = ["apps", "services", "packages", "projects", "systems", "agents"];

/// What was found of one system.
#[derive(Clone, Debug, Default)]
pub(crate) struct FoundSystem {
    /// The folder it lies in; empty for the judged folder itself.
    pub(crate) folder: String,
    pub(crate) paths: Vec<String>,
    pub(crate) models: Vec<ProposedAsset>,
    pub(crate) datasets: Vec<ProposedAsset>,
}

/// Groups what was found into systems. A folder is one where it stands beside others in a folder
/// for that, or where `is_own` says that it is built by itself; what is left belongs to the judged
/// folder. Paths are relative to that folder.
pub(crate) fn group(
    assets: &[(&Asset, String)],
    is_own: impl Fn(&str) -> bool,
) -> Vec<FoundSystem> {
    let mut groups: BTreeMap<String, Vec<&(&Asset, String)>> = BTreeMap::new();
    for found in assets {
        groups.entry(folder_of(&found.1, &is_own)).or_default().push(found);
    }
    groups.into_iter().map(|(folder, found)| system(folder, &found)).collect()
}

/// The folder of the system that a file belongs to.
fn folder_of(path: &str, is_own: &impl Fn(&str) -> bool) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [container, name, _, ..] if CONTAINERS.contains(container) => format!("{container}/{name}"),
        [first, _, ..] if is_own(first) => (*first).to_owned(),
        _ => String::new(),
    }
}

fn system(folder: String, found: &[&(&Asset, String)]) -> FoundSystem {
    let mut system = FoundSystem { folder, ..FoundSystem::default() };
    let mut paths = BTreeSet::new();
    for (asset, path) in found {
        paths.insert(pattern(&system.folder, path, asset));
        let Some((key, value)) = source(asset, path) else { continue };
        let list = if asset.kind == AssetKind::HubDataset || asset.kind == AssetKind::DataPointer {
            &mut system.datasets
        } else {
            &mut system.models
        };
        if list.iter().any(|known| known.key == key && known.value == value) {
            continue;
        }
        let mut id = id_of(&asset.name, "model");
        let taken = list.iter().filter(|known| known.id == id || known.id.starts_with(&id)).count();
        if list.iter().any(|known| known.id == id) {
            id = format!("{id}-{}", taken + 1);
        }
        list.push(ProposedAsset { id, key, value, card: None });
    }
    // A pattern below another one says nothing more.
    let wider: Vec<String> = paths.iter().filter(|path| path.ends_with("/**")).cloned().collect();
    let is_within = |path: &String| {
        let mut all = wider.iter();
        all.any(|wide| wide != path && path.starts_with(wide.trim_end_matches("**")))
    };
    system.paths = paths.iter().filter(|path| !is_within(path)).cloned().collect();
    system
}

/// The pattern of a system that a file makes: the folder below that of the system, and never all of
/// the repository.
fn pattern(folder: &str, path: &str, asset: &Asset) -> String {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let rest = path.strip_prefix(&prefix).unwrap_or(path);
    // What a manifest names is used by the code beside it.
    if asset.kind == AssetKind::Dependency && !folder.is_empty() {
        return format!("{}/**", escape(folder));
    }
    if let Some((first, _)) = rest.split_once('/') {
        return format!("{}/**", escape(&format!("{prefix}{first}")));
    }
    let is_source = FileSort::of(&asset.place.path) == FileSort::Source;
    match rest.rsplit_once('.') {
        Some((_, ending)) if is_source => format!("{}*.{}", escape(&prefix), escape(ending)),
        _ => escape(path),
    }
}

/// How a register names what was found. Returns `None` where nothing is named.
fn source(asset: &Asset, path: &str) -> Option<(&'static str, String)> {
    match asset.kind {
        AssetKind::Weights => Some(("path", escape(path))),
        AssetKind::WeightsPointer | AssetKind::DataPointer => Some(("pointer", path.to_owned())),
        AssetKind::HubModel | AssetKind::HubDataset => Some(("hub", asset.name.clone())),
        AssetKind::HostedService => Some(("service", asset.name.clone())),
        AssetKind::ModelDefinition
        | AssetKind::Training
        | AssetKind::ModelUse
        | AssetKind::RemoteCode
        | AssetKind::HostedModel
        | AssetKind::ModelConfiguration
        | AssetKind::Agent
        | AssetKind::Framework
        | AssetKind::Dependency => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::{PathRole, Strength};
    use crate::span::Place;

    fn asset(kind: AssetKind, name: &str, path: &str) -> Asset {
        Asset {
            kind,
            name: name.to_owned(),
            place: Place::whole(path.into()),
            strength: Strength::Evidence,
            role: PathRole::Product,
            version: None,
            generates: false,
        }
    }

    fn grouped(all: &[Asset], own: &[&str]) -> Vec<FoundSystem> {
        let assets: Vec<(&Asset, String)> =
            all.iter().map(|it| (it, it.place.path.to_string())).collect();
        group(&assets, |folder| own.contains(&folder))
    }

    #[test]
    fn a_plain_repository_is_one_system_and_never_all_of_it() {
        let all = [
            asset(AssetKind::Training, "torch", "train.py"),
            asset(AssetKind::HubModel, "gpt2", "model.py"),
            asset(AssetKind::HubDataset, "openwebtext", "data/openwebtext/prepare.py"),
        ];
        let systems = grouped(&all, &[]);
        assert_eq!(systems.len(), 1);
        assert_eq!(systems[0].paths, ["*.py", "data/**"]);
        assert_eq!(systems[0].models[0].value, "gpt2");
        assert_eq!(systems[0].datasets[0].key, "hub");
    }

    #[test]
    fn folders_that_are_built_by_themselves_are_systems() {
        let all = [
            asset(AssetKind::HostedService, "anthropic", "agents/research/run.py"),
            asset(AssetKind::HostedService, "anthropic", "demo/computer/loop.py"),
            asset(AssetKind::HostedService, "openai", "tool.py"),
        ];
        let systems = grouped(&all, &["demo"]);
        let seen: Vec<(&str, &str)> =
            systems.iter().map(|it| (it.folder.as_str(), it.paths[0].as_str())).collect();
        let expected = [
            ("", "*.py"),
            ("agents/research", "agents/research/*.py"),
            ("demo", "demo/computer/**"),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_name_with_marks_of_a_pattern_means_itself() {
        let all = [asset(AssetKind::Weights, "a", "w[1].onnx")];
        assert_eq!(grouped(&all, &[])[0].paths, ["w[[]1[]].onnx"]);
    }
}
