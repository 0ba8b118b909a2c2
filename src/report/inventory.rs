//! What `aimsgate inventory` prints: every asset with how it is known, as lines or as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::words::safe;
use crate::asset::{AssetKind, Inventory, PathRole, Strength};
use crate::span::RepoPath;
use crate::untrusted;

#[derive(Serialize)]
struct InventoryJson<'a> {
    uses_ai: bool,
    reason: String,
    /// Files of the product that were read, by their language.
    looked_at: &'a BTreeMap<&'static str, usize>,
    not_read: Vec<NotReadJson<'a>>,
    frameworks: Vec<NamedJson<'a>>,
    services: Vec<NamedJson<'a>>,
    models: Vec<NamedJson<'a>>,
    datasets: Vec<NamedJson<'a>>,
    agents: Vec<NamedJson<'a>>,
    governance: &'a [GovernanceFile],
    assets: Vec<AssetJson<'a>>,
}

/// What was not read: a file with the reason, or all files of a language.
#[derive(Serialize)]
#[serde(untagged)]
enum NotReadJson<'a> {
    File { path: &'a RepoPath, reason: &'a str },
    Language { language: &'a str, files: usize },
}

/// A thing that was found, once for all of its places.
#[derive(Serialize)]
struct NamedJson<'a> {
    name: &'a str,
    kind: AssetKind,
    /// The best that is known of it.
    strength: Strength,
    /// Of the product where one of its places is.
    role: PathRole,
    paths: BTreeSet<&'a RepoPath>,
}

/// A document that governs AI.
#[derive(Debug, Serialize)]
pub(crate) struct GovernanceFile {
    pub(crate) kind: String,
    pub(crate) path: RepoPath,
}

#[derive(Serialize)]
struct AssetJson<'a> {
    kind: AssetKind,
    name: &'a str,
    path: &'a RepoPath,
    strength: Strength,
    role: PathRole,
}

/// What is in the inventory, one line each.
pub(crate) fn text(inventory: &Inventory) -> String {
    let mut out = String::new();
    for asset in &inventory.assets {
        let mut marks = vec![asset.kind.words()];
        if asset.strength == Strength::Hint {
            marks.push("a hint only");
        }
        if asset.role == PathRole::Aside {
            marks.push("beside the product");
        }
        let _ = writeln!(
            out,
            "{}: {} ({})",
            safe(&asset.place.path.to_string()),
            safe(&asset.name),
            marks.join(", ")
        );
    }
    for unread in &inventory.unread {
        let _ = writeln!(
            out,
            "{}: not looked into: {}",
            safe(&unread.path.to_string()),
            safe(&unread.reason)
        );
    }
    let answer = match &inventory.code.hint {
        _ if inventory.uses_ai() => "AI is used here",
        Some(_) => "could not see whether AI is used here",
        None => "no AI found here",
    };
    let _ = writeln!(out, "{answer}: {}", safe(&inventory.reason()));
    out
}

/// The inventory as JSON, one final line break.
pub(crate) fn json(found: &Inventory, governance: &[GovernanceFile]) -> String {
    let assets = found.assets.iter().map(|asset| AssetJson {
        kind: asset.kind,
        name: &asset.name,
        path: &asset.place.path,
        strength: asset.strength,
        role: asset.role,
    });
    let files = found
        .unread
        .iter()
        .map(|unread| NotReadJson::File { path: &unread.path, reason: &unread.reason });
    let languages = found
        .code
        .unread
        .iter()
        .map(|(language, files)| NotReadJson::Language { language, files: *files });
    let json = InventoryJson {
        uses_ai: found.uses_ai(),
        reason: found.reason(),
        looked_at: &found.code.read,
        not_read: files.chain(languages).collect(),
        frameworks: named(found, |kind| kind == AssetKind::Framework),
        services: named(found, |kind| kind == AssetKind::HostedService),
        models: named(found, |kind| {
            matches!(
                kind,
                AssetKind::HubModel
                    | AssetKind::HostedModel
                    | AssetKind::Weights
                    | AssetKind::WeightsPointer
                    | AssetKind::ModelConfiguration
            )
        }),
        datasets: named(found, |kind| {
            matches!(kind, AssetKind::HubDataset | AssetKind::DataPointer)
        }),
        agents: named(found, |kind| kind == AssetKind::Agent),
        governance,
        assets: assets.collect(),
    };
    untrusted::json(serde_json::to_string_pretty(&json).unwrap_or_default()) + "\n"
}

/// What of some kinds was found, each name once.
fn named(found: &Inventory, is_asked: impl Fn(AssetKind) -> bool) -> Vec<NamedJson<'_>> {
    let mut all: BTreeMap<(AssetKind, &str), NamedJson<'_>> = BTreeMap::new();
    for asset in found.assets.iter().filter(|asset| is_asked(asset.kind)) {
        let new = || NamedJson {
            name: &asset.name,
            kind: asset.kind,
            strength: asset.strength,
            role: asset.role,
            paths: BTreeSet::new(),
        };
        let one = all.entry((asset.kind, &asset.name)).or_insert_with(new);
        one.strength = one.strength.max(asset.strength);
        one.role = one.role.min(asset.role);
        one.paths.insert(&asset.place.path);
    }
    all.into_values().collect()
}
