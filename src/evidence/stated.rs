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
    let own = entries.iter().find(|(name, _)| same(&name.text)).map(|(_, node)| {
        // A list is shown as it is written, so that it is not taken for nothing.
        (node.as_text().unwrap_or_else(|| node.span.of(&document.source)), node.span)
    });
    let said = own.filter(|(text, _)| !is_placeholder(text));
    match &document.body {
        // What the front matter leaves open is not answered by a label.
        Body::Prose(prose) if own.is_none() => labelled(prose, reading, key),
        _ => said,
    }
}

/// Whether a status says that a document is approved, and takes nothing of it back.
pub fn says_approved(status: &str) -> bool {
    let status = status.trim().to_lowercase();
    let rest_of = |word: &String| status.strip_prefix(&word.to_lowercase());
    let rest = labels().get("approved").into_iter().flatten().filter_map(rest_of).min_by_key(|rest| rest.len());
    rest.is_some_and(|rest| !rest.starts_with('-') && !rest.starts_with(char::is_alphanumeric) && !takes_back(rest))
}

/// Whether words beside a name or a status say that it is not so, or not yet.
pub fn takes_back(text: &str) -> bool {
    let text = text.to_lowercase();
    let words = labels().get("taken-back").into_iter().flatten();
    let said = |word: &str| match word.strip_suffix('*') {
        Some(start) => text.split(|c: char| !c.is_alphabetic()).any(|it| it.starts_with(start)),
        None => text.split(|c: char| !c.is_alphabetic()).any(|it| it == word),
    };
    words.into_iter().any(|word| said(word))
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
    // Further below what a label says is said of something else, but in a section about the document.
    let about = names_of("sections", reading.tongue);
    let (all, top): (&[Section], usize) = match reading.region {
        Region::Section(index) => (prose.with_subsections(index), 1),
        Region::Whole => (&prose.sections, 2),
    };
    let sections = all.iter().enumerate().filter(|(at, it)| *at < top || about.is(&Heading::new(&it.title)));
    let names = names_of(key, reading.tongue);
    // `Approved by (planned)` is another label.
    let is_it = |name: &str| !name.contains(['(', '[', '{']) && names.is(&Heading::new(name));
    for block in sections.flat_map(|(_, section)| &section.blocks) {
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
            let known: Vec<&String> =
                labels().keys().filter(|key| !matches!(key.as_str(), "approved" | "taken-back" | "sections")).collect();
            assert_eq!(language.metadata.keys().collect::<Vec<_>>(), known, "{}", language.language);
        }
    }
}
