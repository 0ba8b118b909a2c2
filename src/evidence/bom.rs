//! The card of a model in a CycloneDX bill of materials.

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

/// Returns the components of a CycloneDX bill of materials: the one it is about, those it lists,
/// and those inside them (specification 1.6, `metadata.component` and `components`). None where a
/// document is none.
pub(crate) fn components(document: &Document) -> Option<Vec<&Node>> {
    let root = document.metadata().filter(|root| root.get("bomFormat").is_some())?;
    let described = root.get("metadata").and_then(|metadata| metadata.get("component"));
    let listed = root.get("components");
    if described.is_none() && listed.is_none() {
        return None;
    }
    let mut open: Vec<&Node> =
        described.into_iter().chain(listed.map_or(&[][..], Node::items)).collect();
    let mut found = Vec::new();
    while let Some(node) = open.pop() {
        found.push(node);
        open.extend(node.get("components").map_or(&[][..], Node::items));
    }
    found.sort_by_key(|node| node.span.start);
    Some(found)
}

/// Whether an entry of a CycloneDX bill of materials is the one of this id.
pub(crate) fn is_component(node: &Node, id: &str) -> bool {
    ["bom-ref", "name"].iter().any(|key| node.get(key).and_then(Node::as_text) == Some(id))
}
