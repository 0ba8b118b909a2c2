//! How a Croissant description is found in a card and read.

use crate::checks::shared::ReadDocument;
use crate::document::{Body, Node};

/// The description, where a card is one in the Croissant format.
pub(super) fn croissant<'a>(held: &ReadDocument<'a>) -> Option<&'a Node> {
    let Body::Tree(root) = &held.document.body else { return None };
    // JSON-LD may keep what it describes in a graph (JSON-LD 1.1, section 9.2).
    let is_dataset = |node: &&Node| {
        let kind = property(node, "@type").and_then(Node::as_text);
        kind.is_some_and(|kind| kind.ends_with("Dataset"))
    };
    let graph = root.get("@graph").map_or(&[][..], Node::items);
    let root = graph.iter().find(is_dataset).unwrap_or(root);
    let is_one = ["conformsTo", "recordSet", "@context"]
        .iter()
        .filter_map(|key| property(root, key))
        .any(|node| {
            let mut said = false;
            node.walk(&mut |_, node| {
                said |= node.as_text().is_some_and(|text| text.contains("mlcommons.org/croissant"))
            });
            said
        });
    is_one.then_some(root)
}

/// The text of a value, which may stand in an object that names its language, or in a list of such.
pub(super) fn text_of(node: &Node) -> Option<&str> {
    let first = node.items().first().unwrap_or(node);
    first.as_text().or_else(|| first.get("@value")?.as_text())
}

/// A property under its plain name, with one of the prefixes of the format, or whole.
pub(super) fn property<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    const VOCABULARIES: [&str; 12] = [
        "sc:",
        "schema:",
        "cr:",
        "dct:",
        "dcterms:",
        "rai:",
        "https://schema.org/",
        "http://schema.org/",
        "http://mlcommons.org/croissant/",
        "https://mlcommons.org/croissant/",
        "http://purl.org/dc/terms/",
        "https://purl.org/dc/terms/",
    ];
    let same = |key: &str| {
        let rest = VOCABULARIES.iter().find_map(|vocabulary| key.strip_prefix(*vocabulary));
        rest.unwrap_or(key) == name
    };
    node.entries().iter().find(|(key, _)| same(&key.text)).map(|(_, value)| value)
}
