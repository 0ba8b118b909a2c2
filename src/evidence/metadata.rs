//! What a document says about itself: in its front matter or data, else under a label.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::dates::{Day, date_in, is_month};
use super::placeholder::is_placeholder;
use super::reading::{Reading, Region};
use super::words::{ElementNames, Heading};
use crate::catalog::{DocumentLanguage, embedded};
use crate::date::Date;
use crate::document::prose::{BlockKind, Prose, Section};
use crate::document::{Body, Document};
use crate::span::Span;

/// What a document says of a key of its metadata, where that is no placeholder.
pub(crate) fn stated<'d>(
    document: &'d Document,
    reading: &Reading,
    key: &str,
) -> Option<(&'d str, Span)> {
    let own = document.metadata_of(key).map(|node| {
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

/// Returns the day that a document states for a key of its metadata. None where it states none,
/// where it cannot be read, and where the words beside it take it back.
pub(crate) fn stated_day(
    document: &Document,
    reading: &Reading,
    key: &str,
) -> Option<(Date, Span)> {
    let (text, span) = stated(document, reading, key).filter(|(text, _)| !takes_back(text))?;
    match date_in(text, reading.language)? {
        Day::Known(day) => Some((day, span)),
        Day::Ambiguous => None,
    }
}

/// What ships about the metadata of documents.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Metadata {
    /// The labels of each key, in English.
    labels: BTreeMap<String, Vec<String>>,
    /// What a status says that is approved.
    approved: Vec<String>,
    /// Words that take something back; `*` is any ending.
    taken_back: Vec<String>,
    /// Words that may stand beside a name or a status.
    beside: Vec<String>,
    /// Sections that are about the document itself.
    sections: Vec<String>,
}

fn metadata() -> &'static Metadata {
    static METADATA: LazyLock<Metadata> =
        LazyLock::new(|| embedded("metadata", include_str!("../../data/metadata.yaml")));
    &METADATA
}

/// Whether a status says that a document is approved, and takes nothing of it back.
pub(crate) fn says_approved(status: &str) -> bool {
    let status = status.trim().to_lowercase();
    let rest_of = |word: &String| status.strip_prefix(&word.to_lowercase());
    let rest = metadata().approved.iter().filter_map(rest_of).min_by_key(|rest| rest.len());
    rest.is_some_and(|rest| {
        !rest.starts_with('-') && !rest.starts_with(char::is_alphanumeric) && adds_nothing(rest)
    })
}

/// Whether words beside a name or a status say no more than a day and a part: nobody can list all
/// that takes one back.
pub(crate) fn adds_nothing(text: &str) -> bool {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_plain = |word: &str| metadata().beside.iter().any(|known| known == word);
    let is_day = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) || is_month(word);
    !text.contains('?') && words.into_iter().all(|word| is_plain(word) || is_day(word))
}

/// Whether words beside a name or a status say that it is not so, or not yet.
pub(crate) fn takes_back(text: &str) -> bool {
    let text = text.to_lowercase();
    let words = || text.split(|c: char| !c.is_alphabetic());
    metadata().taken_back.iter().any(|word| match word.strip_suffix('*') {
        Some(start) => words().any(|it| it.starts_with(start)),
        None => words().any(|it| it == word),
    })
}

/// The labels of a key in English and in a language.
fn names_of(key: &str, language: DocumentLanguage) -> ElementNames {
    let own = match language {
        DocumentLanguage::Known(language) => language.metadata.get(key),
        DocumentLanguage::English | DocumentLanguage::Unknown(_) => None,
    };
    metadata().labels.get(key).into_iter().chain(own).flatten().collect()
}

/// What stands under a label, or beside one in a table of two columns.
fn labelled<'d>(prose: &'d Prose, reading: &Reading, key: &str) -> Option<(&'d str, Span)> {
    // Further below what a label says is said of something else, but in a section about the
    // document.
    let about: ElementNames = metadata().sections.iter().collect();
    let (all, top): (&[Section], usize) = match reading.region {
        Region::Section(index) => (prose.with_subsections(index), 1),
        Region::Whole => (&prose.sections, 2),
    };
    let sections =
        all.iter().enumerate().filter(|(at, it)| *at < top || about.is(&Heading::new(&it.title)));
    let names = names_of(key, reading.language);
    // `Approved by (planned)` is another label.
    let is_it = |name: &str| !name.contains(['(', '[', '{']) && names.is(&Heading::new(name));
    for block in sections.flat_map(|(_, section)| &section.blocks) {
        let found = match &block.kind {
            BlockKind::Label { name, .. } if is_it(name) => Some((block.text.as_str(), block.span)),
            BlockKind::Table(table) => {
                let rows = std::iter::once(&table.header).chain(&table.rows);
                let mut pairs = rows.filter_map(|row| {
                    if let [name, value] = row.as_slice() { Some((name, value)) } else { None }
                });
                pairs
                    .find(|(name, _)| is_it(&name.text))
                    .map(|(_, value)| (value.text.as_str(), value.span))
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
            let known: Vec<&String> = metadata().labels.keys().collect();
            assert_eq!(
                language.metadata.keys().collect::<Vec<_>>(),
                known,
                "{}",
                language.language
            );
        }
    }
}
