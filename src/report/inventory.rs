//! What `aimsgate inventory` prints: every asset with how it is known, as lines or as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::words::safe;
use crate::asset::{Asset, AssetKind, Inventory, PathPart, PathRole, Strength};
use crate::detect::{self, AssetUse, SensitiveSubject};
use crate::digest::Sha256;
use crate::settings::register::Register;
use crate::span::RepoPath;
use crate::untrusted;

/// What an inventory is told with: what was found, and what else is known of that.
pub(crate) struct InventoryFacts<'a> {
    pub(crate) found: &'a Inventory,
    /// Where each asset of `found` was seen, in their order.
    pub(crate) sightings: Vec<Sighting>,
    pub(crate) governance: Vec<GovernanceFile>,
    /// The SHA-256 of weights and data that are here, or that a pointer states.
    pub(crate) digests: BTreeMap<RepoPath, Sha256>,
    pub(crate) register: Option<&'a Register>,
    /// What the rules call the repository.
    pub(crate) repository: Option<String>,
    /// The judged folder.
    pub(crate) scope: RepoPath,
}

/// Where an asset was seen in its file.
#[derive(Debug, Default)]
pub(crate) struct Sighting {
    /// The line, from 1. `None` where the file as a whole shows it.
    pub(crate) line: Option<usize>,
    /// What matched, as it is written there.
    pub(crate) matched: Option<String>,
}

impl<'a> InventoryFacts<'a> {
    /// Returns every asset with where it was seen.
    pub(super) fn assets(&self) -> impl Iterator<Item = (&'a Asset, &Sighting)> {
        self.found.assets.iter().zip(&self.sightings)
    }

    /// Returns the version of a library: what a lock file says, or else a manifest.
    pub(super) fn version_of(&self, library: &str) -> Option<&'a str> {
        let packages = detect::packages_of(library);
        let is_of_it = |it: &&Asset| {
            let same = |package: &String| detect::is_package(&it.name, package);
            it.kind == AssetKind::Dependency && packages.iter().any(same)
        };
        let versions = self.found.assets.iter().filter(is_of_it).filter_map(|it| {
            let is_range = !detect::is_lock(&it.place.path);
            Some((it.role, is_range, &it.place.path, it.version.as_deref()?))
        });
        versions.min().map(|(.., version)| version)
    }
}

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
    /// What people must confirm or deny of the systems that use these.
    to_confirm: Vec<ConfirmJson<'a>>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    /// The best that is known of it.
    strength: Strength,
    /// Of the product where one of its places is.
    role: PathRole,
    uses: BTreeSet<AssetUse>,
    generates: bool,
    paths: BTreeSet<&'a RepoPath>,
}

/// A library or a service that is about people.
#[derive(Serialize)]
struct ConfirmJson<'a> {
    subject: SensitiveSubject,
    name: &'a str,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    path: &'a RepoPath,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matched: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    strength: Strength,
    role: PathRole,
    part: PathPart,
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
pub(crate) fn json(facts: &InventoryFacts<'_>) -> String {
    let found = facts.found;
    let assets = facts.assets().map(|(asset, sighting)| AssetJson {
        kind: asset.kind,
        name: &asset.name,
        version: asset.version.as_deref(),
        path: &asset.place.path,
        line: sighting.line,
        matched: sighting.matched.as_deref(),
        sha256: facts.digests.get(&asset.place.path).map(|it| &**it),
        strength: asset.strength,
        role: asset.role,
        part: PathPart::of(&asset.place.path, &facts.scope),
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
        frameworks: named(facts, |kind| kind == AssetKind::Framework),
        services: named(facts, |kind| kind == AssetKind::HostedService),
        models: named(facts, |kind| {
            matches!(
                kind,
                AssetKind::HubModel
                    | AssetKind::HostedModel
                    | AssetKind::Weights
                    | AssetKind::WeightsPointer
                    | AssetKind::ModelConfiguration
            )
        }),
        datasets: named(facts, |kind| {
            matches!(kind, AssetKind::HubDataset | AssetKind::DataPointer)
        }),
        agents: named(facts, |kind| kind == AssetKind::Agent),
        to_confirm: to_confirm(found),
        governance: &facts.governance,
        assets: assets.collect(),
    };
    untrusted::json(serde_json::to_string_pretty(&json).unwrap_or_default()) + "\n"
}

/// What of some kinds was found, each name and version once.
fn named<'a>(
    facts: &InventoryFacts<'a>,
    is_asked: impl Fn(AssetKind) -> bool,
) -> Vec<NamedJson<'a>> {
    let mut all: BTreeMap<(AssetKind, &str, Option<&str>), NamedJson<'_>> = BTreeMap::new();
    for asset in facts.found.assets.iter().filter(|asset| is_asked(asset.kind)) {
        let version = asset.version.as_deref();
        let new = || NamedJson {
            name: &asset.name,
            kind: asset.kind,
            version,
            strength: asset.strength,
            role: asset.role,
            uses: BTreeSet::new(),
            generates: false,
            paths: BTreeSet::new(),
        };
        let one = all.entry((asset.kind, &asset.name, version)).or_insert_with(new);
        one.strength = one.strength.max(asset.strength);
        one.role = one.role.min(asset.role);
        one.uses.extend(detect::uses(asset));
        one.generates |= asset.generates
            || (asset.kind == AssetKind::HostedService && detect::is_generative(&asset.name));
        one.paths.insert(&asset.place.path);
    }
    let mut all: Vec<NamedJson<'_>> = all.into_values().collect();
    for framework in all.iter_mut().filter(|it| it.kind == AssetKind::Framework) {
        framework.version = facts.version_of(framework.name);
    }
    all
}

/// What in the product is about people, each name once.
fn to_confirm(found: &Inventory) -> Vec<ConfirmJson<'_>> {
    let mut all: BTreeMap<(SensitiveSubject, &str), BTreeSet<&RepoPath>> = BTreeMap::new();
    for asset in found.assets.iter().filter(|it| it.role == PathRole::Product) {
        for subject in detect::subjects(asset) {
            all.entry((subject, &asset.name)).or_default().insert(&asset.place.path);
        }
    }
    let confirm = |((subject, name), paths)| ConfirmJson { subject, name, paths };
    all.into_iter().map(confirm).collect()
}
