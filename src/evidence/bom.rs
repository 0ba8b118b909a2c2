//! Bills of materials of CycloneDX and SPDX: their components, and the card of a model in one.

use super::answer::Answer;
use super::find::Finder;
use super::reading::{Reading, Region, read};
use super::requirement::Requirement;
use crate::document::{Body, Document, Node, Value};
use crate::span::RepoPath;

/// The kinds of a model's card, and of the bill of materials that may hold it.
const MODEL_CARD: &str = "model-card";
const BOM: &str = "aibom";

impl Finder<'_, '_> {
    /// The card of a model in a bill of materials at one of the usual places.
    pub(super) fn in_bom(&mut self, need: &Requirement) -> Option<Answer> {
        if need.kind.id != MODEL_CARD {
            return None;
        }
        let bom = self.lexicon.catalogue().kind(BOM)?;
        let declared = self
            .register
            .all_systems()
            .filter(|system| need.system.as_ref() == Some(&system.id.value));
        let declared =
            declared.flat_map(|system| &system.documents).filter(|it| it.kind.value == BOM);
        let mut paths: Vec<RepoPath> =
            declared.filter_map(|it| need.base.join(&it.path.value).ok()).collect();
        paths.extend(self.candidates(bom, &need.base));
        paths.into_iter().find_map(|path| {
            self.documents.load(self.view, &path)?;
            if self.may_answer(need, &path) { self.component(need, &path) } else { None }
        })
    }

    /// The `modelCard` of the model that is asked for, where a file is a CycloneDX bill of
    /// materials that has one.
    pub(super) fn component(&self, need: &Requirement, path: &RepoPath) -> Option<Answer> {
        if need.kind.id != MODEL_CARD {
            return None;
        }
        let document = self.documents.get(path)?;
        let id = need.object.as_ref()?;
        let component = components(document)?
            .into_iter()
            .filter(|node| is_component(node, id))
            .find(|it| it.get("modelCard").is_some_and(|card| !card.entries().is_empty()))?;
        // The card, and what the component says of the model itself; what else it holds is about
        // others.
        let is_own = |key: &str| {
            [
                "modelCard",
                "name",
                "version",
                "description",
                "licenses",
                "author",
                "authors",
                "publisher",
                "supplier",
                "manufacturer",
            ]
            .contains(&key)
        };
        let own =
            component.entries().iter().filter(|(key, _)| is_own(&key.text)).cloned().collect();
        let body = Body::Tree(Node { span: component.span, value: Value::Mapping(own) });
        let (path, source) = (document.path.clone(), document.source.clone());
        let card = Document { path, source, body, part: None };
        let outline = self.lexicon.outline(&card);
        let reading = read(self.lexicon, need.kind, &card, &outline, Region::Whole);
        // One bill holds the cards of several models.
        Some(Answer::Read(Reading { heading: Some(component.span), ..reading }))
    }
}

/// What an element of SPDX 3 is that is listed as a package (specification 3.0.1, profiles AI,
/// Dataset and Software).
const PACKAGES: [&str; 4] =
    ["ai_AIPackage", "dataset_DatasetPackage", "software_Package", "software_File"];

/// Returns the components of a bill of materials. None where a document is none.
///
/// Of CycloneDX they are the one it is about, those it lists, and those inside them (specification
/// 1.6, `metadata.component` and `components`); of SPDX its packages (2.3, `packages`; 3.0, what is
/// one in `@graph`).
pub(crate) fn components(document: &Document) -> Option<Vec<&Node>> {
    let root = document.metadata()?;
    if root.get("bomFormat").is_some() {
        let described = root.get("metadata").and_then(|metadata| metadata.get("component"));
        let listed = root.get("components");
        return (described.is_some() || listed.is_some())
            .then(|| with_those_inside(described.into_iter().chain(items(listed)).collect()));
    }
    if root.get("spdxVersion").is_some() {
        return Some(items(root.get("packages")).iter().collect());
    }
    let is_package = |node: &&Node| {
        node.get("type").and_then(Node::as_text).is_some_and(|it| PACKAGES.contains(&it))
    };
    let packages: Vec<&Node> = items(root.get("@graph")).iter().filter(is_package).collect();
    (!packages.is_empty()).then_some(packages)
}

fn items(node: Option<&Node>) -> &[Node] {
    node.map_or(&[][..], Node::items)
}

fn with_those_inside(mut open: Vec<&Node>) -> Vec<&Node> {
    let mut found = Vec::new();
    while let Some(node) = open.pop() {
        found.push(node);
        open.extend(items(node.get("components")));
    }
    found.sort_by_key(|node| node.span.start);
    found
}

/// Whether an entry of a bill of materials is the one of this id.
pub(crate) fn is_component(node: &Node, id: &str) -> bool {
    ["bom-ref", "name"].iter().any(|key| node.get(key).and_then(Node::as_text) == Some(id))
}

/// Returns the version that an entry of a bill of materials states.
pub(crate) fn version_of(component: &Node) -> Option<&Node> {
    let keys = ["version", "versionInfo", "software_packageVersion"];
    keys.iter().find_map(|key| component.get(key))
}

/// Returns the hashes that an entry of a bill of materials states.
pub(crate) fn hashes_of(component: &Node) -> impl Iterator<Item = &Node> {
    let keys = ["hashes", "checksums", "verifiedUsing"];
    keys.into_iter().flat_map(|key| items(component.get(key)))
}

#[cfg(test)]
mod tests {
    use super::super::digests_of;
    use super::*;
    use crate::document::parse;

    #[test]
    fn packages_of_spdx_are_components() {
        let digest = "ab".repeat(32);
        for text in [
            format!(
                r#"{{"spdxVersion": "SPDX-2.3", "packages": [{{"name": "m", "versionInfo": "1.0",
                "checksums": [{{"algorithm": "SHA256", "checksumValue": "{digest}"}}]}}]}}"#
            ),
            format!(
                r#"{{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
                {{"type": "Person", "name": "ana"}}, {{"type": "ai_AIPackage", "name": "m",
                "software_packageVersion": "1.0", "verifiedUsing": [
                {{"type": "Hash", "algorithm": "sha256", "hashValue": "{digest}"}}]}}]}}"#
            ),
        ] {
            let bill = parse("bom.json".into(), text.into_bytes());
            let found = components(&bill).unwrap();
            assert_eq!(found.len(), 1);
            assert!(is_component(found[0], "m"));
            assert_eq!(version_of(found[0]).and_then(Node::as_text), Some("1.0"));
            assert_eq!(digests_of(&found, "m").len(), 1);
        }
        let other = parse("a.json".into(), br#"{"@graph": [{"@type": "Dataset"}]}"#.to_vec());
        assert!(components(&other).is_none());
    }
}
