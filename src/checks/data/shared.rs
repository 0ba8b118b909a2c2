//! How a Croissant description is found in a card and read.

use crate::checks::shared::ReadDocument;
use crate::document::{Body, Node};

/// The description, where a card is one in the Croissant format.
pub(super) fn croissant<'a>(held: &ReadDocument<'a>) -> Option<&'a Node> {
    let Body::Tree(root) = &held.document.body else { return None };
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

/// A property under its plain name or with one of the prefixes of the format.
pub(super) fn property<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let same = |key: &str| {
        key == name
            || key
                .split_once(':')
                .is_some_and(|(prefix, rest)| matches!(prefix, "sc" | "cr" | "dct") && rest == name)
    };
    node.entries().iter().find(|(key, _)| same(&key.text)).map(|(_, value)| value)
}
