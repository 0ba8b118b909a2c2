//! What a document says about itself: in its front matter or data, else under a label.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::placeholder::is_placeholder;
use super::reading::{Reading, Region};
use super::words::{Heading, Names};
use crate::catalog::{Tongue, embedded};
use crate::document::prose::{BlockKind, Prose, Section};
use crate::document::{Body, Document};
use crate::span::Span;

/// What a document says of a key of its metadata, where that is no placeholder.
pub fn stated<'d>(document: &'d Document, reading: &Reading, key: &str) -> Option<(&'d str, Span)> {
    let same = |name: &str| name.replace('_', "-").eq_ignore_ascii_case(key);
    let entries = document.metadata().map_or(&[][..], |root| root.entries());
    let own =
        entries.iter().find(|(name, _)| same(&name.text)).and_then(|(_, node)| Some((node.as_text()?, node.span)));
    let said = own.filter(|(text, _)| !is_placeholder(text));
    match &document.body {
        // What the front matter leaves open is not answered by a label.
        Body::Prose(prose) if own.is_none() => labelled(prose, reading, key),
        _ => said,
    }
}

/// Whether a status says that a document is approved.
pub fn says_approved(status: &str) -> bool {
    let status = status.to_lowercase();
    let said = labels().get("approved").into_iter().flatten().any(|word| status.starts_with(&word.to_lowercase()));
    said && !status.contains("pending")
}

/// The labels of each key.
fn labels() -> &'static BTreeMap<String, Vec<String>> {
    static LABELS: LazyLock<BTreeMap<String, Vec<String>>> =
        LazyLock::new(|| embedded("metadata", include_str!("../../data/metadata.yaml")));
    &LABELS
}

fn names_of(key: &str, tongue: Tongue) -> Names {
    let own = match tongue {
        Tongue::Known(language) => language.metadata.get(key),
        Tongue::English | Tongue::Unknown(_) => None,
    };
    labels().get(key).into_iter().chain(own).flatten().collect()
}

/// What stands under a label, or beside one in a table of two columns.
fn labelled<'d>(prose: &'d Prose, reading: &Reading, key: &str) -> Option<(&'d str, Span)> {
    let sections: &[Section] = match reading.region {
        Region::Section(index) => prose.with_subsections(index),
        // Further below a status or an owner is that of something else.
        Region::Whole if matches!(key, "status" | "owner") => &prose.sections[..prose.sections.len().min(2)],
        Region::Whole => &prose.sections,
    };
    let names = names_of(key, reading.tongue);
    let is_it = |name: &str| names.is(&Heading::new(name));
    for block in sections.iter().flat_map(|section| &section.blocks) {
        let found = match &block.kind {
            BlockKind::Label { name, .. } if is_it(name) => Some((block.text.as_str(), block.span)),
            BlockKind::Table(table) => {
                let rows = std::iter::once(&table.header).chain(&table.rows);
                let mut pairs =
                    rows.filter_map(|row| if let [name, value] = row.as_slice() { Some((name, value)) } else { None });
                pairs.find(|(name, _)| is_it(&name.text)).map(|(_, value)| (value.text.as_str(), value.span))
            }
            _ => None,
        };
        if let Some((text, span)) = found.filter(|(text, _)| !is_placeholder(text)) {
            return Some((text, span));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_label_of_a_language_is_of_a_known_key() {
        for language in catalog::languages().filter_map(catalog::language) {
            let known: Vec<&String> = labels().keys().filter(|key| *key != "approved").collect();
            assert_eq!(language.metadata.keys().collect::<Vec<_>>(), known, "{}", language.language);
        }
    }
}
