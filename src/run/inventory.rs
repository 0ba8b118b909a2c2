//! `aimsgate inventory`: which models, datasets, training code and clients a repository holds.

use std::io::Write;

use rayon::prelude::*;

use super::output::{print, write_data};
use crate::asset::PathRole;
use crate::cli::{self, TextOrJson};
use crate::decision::Verdict;
use crate::detect::{self, Breadth};
use crate::document;
use crate::edge::git::{self, Content};
use crate::error::Error;
use crate::evidence::{Lexicon, recognise};
use crate::file_cache::FileCache;
use crate::report::{self, GovernanceFile};
use crate::settings::gate::Rules;
use crate::snapshot::{Entry, View};
use crate::span::RepoPath;

/// Prints what is found in every file, tests and examples too.
pub(super) fn inventory(
    arguments: &cli::InventoryArgs,
    out: &mut dyn Write,
) -> Result<Verdict, Error> {
    let content = arguments.head.clone().map_or(Content::WorkingTree, Content::Revision);
    let source = git::open(&arguments.path, &content)?;
    let role = |path: &RepoPath| PathRole::of(path, &source.scope);
    let view = View::new(&*source.snapshot, source.scope.clone());
    let found = detect::inventory(&view, Breadth::All, &role, &FileCache::default());
    match arguments.format {
        TextOrJson::Terminal => print(out, report::inventory_text(&found)),
        TextOrJson::Json => write_data(out, &report::inventory_json(&found, &governance(&view))),
    }
}

/// Bytes of the largest document that is recognised.
const LARGEST_DOCUMENT: u64 = 256 << 10;

/// The documents of the product that govern AI, by what they say.
fn governance(view: &View<'_>) -> Vec<GovernanceFile> {
    let lexicon = Lexicon::of(&Rules::default().extension);
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
