//! Models and data that a bill of materials lists no longer.

use std::collections::BTreeMap;

use super::bills::{bills, may_be_a_bill};
use super::compared::{ComparedSides, LoweredObligation};
use crate::asset::AssetKind;
use crate::detect::same_service;
use crate::document::{Document, Node};
use crate::evidence::{components, hashes_of};
use crate::span::{Place, RepoPath};

/// Returns the models and data that a bill of materials stated, or stated with a digest, and states
/// no longer, while they are declared or used.
pub(super) fn lowered(sides: &ComparedSides<'_>) -> Vec<LoweredObligation> {
    let edited: Vec<&RepoPath> =
        sides.change.files.keys().filter(|path| may_be_a_bill(path)).collect();
    let (before, after) = (bills(sides.tip_view, &edited), bills(&sides.judged.view, &edited));
    let now = parts(&after);
    let mut found = Vec::new();
    for (name, had_digest) in parts(&before) {
        let to = match now.get(&name) {
            Some(false) if had_digest => "its digest is not stated",
            None if is_here(sides, &name) => "not stated, and still here",
            _ => continue,
        };
        let place = match after.first() {
            Some(bill) => Place::whole(bill.path.clone()),
            None => sides.register_place(),
        };
        found.push(LoweredObligation {
            system: None,
            duty: format!("part {name} of the bill of materials"),
            from: if had_digest { "stated with its digest" } else { "stated" }.to_owned(),
            to: to.to_owned(),
            place,
            files: Vec::new(),
            class: sides.tip.strictest_class(),
        });
    }
    found
}

/// Whether a model or data of this name is declared, or used by code.
fn is_here(sides: &ComparedSides<'_>, name: &str) -> bool {
    let is_it = |other: &str| other.eq_ignore_ascii_case(name) || same_service(other, name);
    let declares = sides.judged.declared.all_systems().any(|system| {
        let models = system
            .models
            .iter()
            .flat_map(|model| std::iter::once(&model.id).chain(&model.hub).chain(&model.service));
        let data =
            system.datasets.iter().flat_map(|data| std::iter::once(&data.id).chain(&data.hub));
        models.chain(data).any(|it| is_it(&it.value))
    });
    let mut used = sides.judged.inventory.product_evidence();
    declares || used.any(|asset| asset.kind != AssetKind::Training && is_it(&asset.name))
}

/// The models and data of bills by their names, and whether a digest is stated. Libraries come and
/// go.
fn parts(bills: &[Document]) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for bill in bills {
        for node in components(bill).into_iter().flatten().filter(|node| is_of_ai(node)) {
            let Some(name) = node.get("name").and_then(Node::as_text) else { continue };
            let has_digest = hashes_of(node).next().is_some();
            *found.entry(name.to_owned()).or_insert(false) |= has_digest;
        }
    }
    found
}

fn is_of_ai(node: &Node) -> bool {
    const KINDS: [&str; 6] = [
        "machine-learning-model",
        "data",
        "MODEL",
        "DATA",
        "ai_AIPackage",
        "dataset_DatasetPackage",
    ];
    ["type", "primaryPackagePurpose", "software_primaryPurpose"].iter().any(|key| {
        let kind = node.get(key).and_then(Node::as_text);
        kind.is_some_and(|kind| KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    #[test]
    fn models_and_data_of_each_format_are_parts() {
        let bill = |text: &str| parse("bom.json".into(), text.as_bytes().to_vec());
        let cyclone = bill(
            r#"{"bomFormat": "CycloneDX", "components": [
              {"type": "machine-learning-model", "name": "m", "hashes": [{"alg": "SHA-256"}]},
              {"type": "library", "name": "numpy"}]}"#,
        );
        let spdx = bill(
            r#"{"spdxVersion": "SPDX-2.3", "packages": [
              {"name": "d", "primaryPackagePurpose": "DATA"}, {"name": "numpy"}]}"#,
        );
        let graph = bill(r#"{"@graph": [{"type": "ai_AIPackage", "name": "g"}]}"#);
        let found = parts(&[cyclone, spdx, graph]);
        let expected = [("m", true), ("d", false), ("g", false)];
        let expected: BTreeMap<String, bool> =
            expected.map(|(name, digest)| (name.to_owned(), digest)).into();
        assert_eq!(found, expected);
    }
}
