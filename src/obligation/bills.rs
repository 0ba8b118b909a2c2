//! Digests of weights that a bill of materials states no longer.

use std::collections::BTreeSet;

use super::compared::{ComparedSides, LoweredObligation, Pair};
use crate::document::{Document, Format};
use crate::evidence::{components, digests_of, fetch};
use crate::settings::register::System;
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// Returns the models whose digest no bill of materials states any more, while they are declared.
/// Only bills that the change edits are read.
pub(super) fn lowered(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    now: &System,
) -> Vec<LoweredObligation> {
    let edited: Vec<&RepoPath> =
        sides.change.files.keys().filter(|path| may_be_a_bill(path)).collect();
    let (before, after) = (bills(sides.tip_view, &edited), bills(&sides.judged.view, &edited));
    let states = |bills: &[Document], id: &str| {
        bills.iter().filter_map(components).any(|all| !digests_of(&all, id).is_empty())
    };
    let known: BTreeSet<&str> =
        pair.before.models.iter().map(|model| model.id.value.as_str()).collect();
    let models = now.models.iter().filter(|model| known.contains(model.id.value.as_str()));
    let dropped = models.filter(|model| {
        let id = model.id.value.as_str();
        states(&before, id) && !states(&after, id)
    });
    dropped
        .map(|model| {
            let place = match after.first() {
                Some(bill) => Place::whole(bill.path.clone()),
                None => now.place(model.id.span),
            };
            let duty = format!("digest of {}", model.id.value);
            pair.lowered(duty, "stated".to_owned(), "not stated".to_owned(), place)
        })
        .collect()
}

pub(super) fn may_be_a_bill(path: &RepoPath) -> bool {
    let name = path.file_name().to_lowercase();
    Format::of(path) == Some(Format::Json)
        && (name.contains("bom") || name.contains("cdx") || name.contains("spdx"))
}

/// The bills of materials at these paths: of CycloneDX or SPDX.
pub(super) fn bills(view: &View<'_>, paths: &[&RepoPath]) -> Vec<Document> {
    let documents = paths.iter().filter_map(|path| fetch(view, path));
    documents.filter(|document| components(document).is_some()).collect()
}
