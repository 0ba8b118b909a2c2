//! `aimsgate inventory`: which models, datasets, training code and clients a repository holds.

use std::io::Write;

use super::output::{print, write_data};
use crate::asset::PathRole;
use crate::cli::{self, TextOrJson};
use crate::decision::Verdict;
use crate::detect::{self, Breadth};
use crate::edge::git::{self, Content};
use crate::error::Error;
use crate::file_cache::FileCache;
use crate::report;
use crate::snapshot::View;
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
        TextOrJson::Json => write_data(out, &report::inventory_json(&found)),
    }
}
