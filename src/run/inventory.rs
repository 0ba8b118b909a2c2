//! `aimsgate inventory`: which models, datasets, training code and clients a repository holds.

use std::collections::BTreeMap;
use std::io::Write;

use rayon::prelude::*;

use super::output::{print, write_data};
use crate::asset::{Asset, AssetKind, Inventory, PathRole};
use crate::cli::{self, InventoryFormat};
use crate::date::Date;
use crate::decision::Verdict;
use crate::detect::{self, Breadth};
use crate::digest::{Sha256, of_content};
use crate::document;
use crate::edge::git::{self, Content};
use crate::error::Error;
use crate::evidence::{Lexicon, recognise};
use crate::file_cache::FileCache;
use crate::model::{Declared, Governance};
use crate::report::{self, GovernanceFile, InventoryFacts, Sighting};
use crate::settings::gate::Rules;
use crate::snapshot::{Entry, View};
use crate::span::{At, RepoPath};

/// Prints what is found in every file, tests and examples too.
pub(super) fn inventory(
    arguments: &cli::InventoryArgs,
    out: &mut dyn Write,
) -> Result<Verdict, Error> {
    let content = arguments.head.clone().map_or(Content::WorkingTree, Content::Revision);
    let source = git::open(&arguments.path, &content)?;
    let role = |path: &RepoPath| PathRole::of(path, &source.scope);
    let view = View::new(&*source.snapshot, source.scope.clone());
    let rules = Governance::load(&view).rules;
    let found =
        detect::inventory(&view, Breadth::All, &role, &rules.inventory, &FileCache::default());
    if arguments.format == InventoryFormat::Terminal {
        return print(out, report::inventory_text(&found));
    }
    let is_json = arguments.format == InventoryFormat::Json;
    let declared = (!is_json).then(|| Declared::of(&view, &rules));
    let facts = InventoryFacts {
        found: &found,
        sightings: sightings(&view, &found),
        governance: if is_json { governance(&view, &rules) } else { Vec::new() },
        digests: digests(&view, &found),
        register: declared.as_ref().and_then(|it| it.register.known()),
        repository: rules.repositories.last().cloned(),
        scope: source.scope.clone(),
    };
    let text = match arguments.format {
        InventoryFormat::Cyclonedx => report::cyclonedx(&facts),
        InventoryFormat::Spdx => {
            let head = arguments.head.as_deref().unwrap_or("HEAD");
            report::spdx(&facts, git::day(&arguments.path, head).unwrap_or(EPOCH))
        }
        InventoryFormat::Terminal | InventoryFormat::Json => report::inventory_json(&facts),
    };
    write_data(out, &text)
}

/// The day of what was never committed.
const EPOCH: Date = Date::new_year(1970);

/// Bytes of the largest document that is recognised.
const LARGEST_DOCUMENT: u64 = 256 << 10;

/// Bytes of the largest source whose lines are counted.
const LARGEST_SOURCE: u64 = 16 << 20;

/// Bytes of the largest weights that are digested.
const LARGEST_WEIGHTS: u64 = 64 << 20;

/// Bytes of the longest text that is told as what matched.
const LONGEST_MATCH: usize = 120;

/// Where each asset stands in its file.
fn sightings(view: &View<'_>, found: &Inventory) -> Vec<Sighting> {
    let by_file: Vec<&[Asset]> =
        found.assets.chunk_by(|one, next| one.place.path == next.place.path).collect();
    by_file.into_par_iter().flat_map_iter(|assets| in_file(view, assets)).collect()
}

/// Where the assets of one file stand in it.
fn in_file(view: &View<'_>, assets: &[Asset]) -> Vec<Sighting> {
    let has_place = |asset: &Asset| matches!(asset.place.at, At::Bytes(_));
    let entry = assets.iter().find(|it| has_place(it)).map(|it| &it.place.path);
    let entry = entry.and_then(|path| view.snapshot.entry(path)).filter(|it| it.is_file());
    let bytes = entry.and_then(|it| view.snapshot.read(it, LARGEST_SOURCE).ok());
    let bytes = bytes.unwrap_or_default();
    let is_end = |(at, byte): (usize, &u8)| (*byte == b'\n').then_some(at);
    let ends: Vec<usize> = bytes.iter().enumerate().filter_map(is_end).collect();
    let sighting = |asset: &Asset| match asset.place.at {
        At::Bytes(span) if span.end <= bytes.len() => {
            let end = span.end.min(span.start + LONGEST_MATCH);
            Sighting {
                line: Some(ends.partition_point(|end| *end < span.start) + 1),
                matched: Some(String::from_utf8_lossy(&bytes[span.start..end]).into_owned()),
            }
        }
        _ => Sighting::default(),
    };
    assets.iter().map(sighting).collect()
}

/// The digests of weights and data that are here, and those that pointers state.
fn digests(view: &View<'_>, found: &Inventory) -> BTreeMap<RepoPath, Sha256> {
    let is_content = |asset: &&Asset| {
        matches!(
            asset.kind,
            AssetKind::Weights | AssetKind::WeightsPointer | AssetKind::DataPointer
        )
    };
    let paths: Vec<&RepoPath> =
        found.assets.iter().filter(is_content).map(|it| &it.place.path).collect();
    let digest = |path: &RepoPath| {
        let entry = view.snapshot.entry(path).filter(|it| it.is_file())?;
        // A pointer of DVC states another digest than that of its own text.
        let bytes = view.snapshot.read(entry, LARGEST_WEIGHTS).ok()?;
        (path.extension() != "dvc").then(|| (path.clone(), of_content(&bytes)))
    };
    paths.into_par_iter().filter_map(digest).collect()
}

/// The documents of the product that govern AI, by what they say.
fn governance(view: &View<'_>, rules: &Rules) -> Vec<GovernanceFile> {
    let lexicon = Lexicon::of(&rules.extension);
    let is_document = |entry: &&Entry| {
        let extension = entry.path.extension();
        let is_text = matches!(extension.as_str(), "md" | "markdown" | "rst" | "adoc");
        entry.is_file() && is_text && PathRole::of(&entry.path, &view.scope) == PathRole::Product
    };
    let documents: Vec<&Entry> = view.entries().iter().filter(is_document).collect();
    let recognised = documents.into_par_iter().filter_map(|entry| {
        let bytes = view.snapshot.read(entry, LARGEST_DOCUMENT).ok()?;
        let found = recognise(lexicon, &document::parse(entry.path.clone(), bytes), None);
        let kind =
            found.is_accepted().then_some(found.reading.as_ref()).flatten()?.kind.id.to_string();
        Some(GovernanceFile { kind, path: entry.path.clone() })
    });
    recognised.collect()
}
