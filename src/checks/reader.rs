//! What checks of content have in common: a document that was read, and what it says of something.

use std::collections::BTreeSet;

use super::documents::each_once;
use crate::catalog::DocumentLanguage;
use crate::date::Date;
use crate::document::{Document, Node};
use crate::engine::Context;
use crate::evidence::{
    Answer, Day, Reading, Requirement, Row, State, date_in, rows, stated, takes_back,
};
use crate::finding::Subject;
use crate::span::{Place, Span};

/// A document that answers a need.
#[derive(Clone, Copy)]
pub(super) struct ReadDocument<'a> {
    pub(super) need: &'a Requirement,
    pub(super) reading: &'a Reading,
    pub(super) document: &'a Document,
}

/// The documents that were read, each once, of one kind or of all.
pub(super) fn held<'a>(context: &'a Context<'_>, kind: Option<&str>) -> Vec<ReadDocument<'a>> {
    let held = |(need, answer): &'a (Requirement, Answer)| {
        let Answer::Read(reading) = answer else { return None };
        let document = context.judged.documents.get(&reading.path)?;
        kind.is_none_or(|kind| need.kind.id == kind).then_some(ReadDocument {
            need,
            reading,
            document,
        })
    };
    each_once(&context.judged.evidence).filter_map(held).collect()
}

/// The documents that were read, each once, however many kinds it carries.
pub(super) fn files<'a>(context: &'a Context<'_>) -> impl Iterator<Item = ReadDocument<'a>> {
    let mut seen = BTreeSet::new();
    held(context, None).into_iter().filter(move |it| seen.insert(&it.reading.path))
}

impl<'a> ReadDocument<'a> {
    /// The subject of what is about the document.
    pub(super) fn subject(&self) -> Subject {
        super::documents::subject(self.need)
    }

    /// The document in words.
    pub(super) fn named(&self) -> String {
        super::documents::named(self.need)
    }

    /// What it says of an element.
    pub(super) fn said(&self, key: &str) -> Option<(&'a str, Place)> {
        let span = self.reading.said(key)?.span?;
        Some((span.of(&self.document.source), self.at(span)))
    }

    pub(super) fn at(&self, span: Span) -> Place {
        if self.document.source.is_empty() {
            return Place::whole(self.document.path.clone());
        }
        Place::bytes(self.document.path.clone(), span)
    }

    /// A key of what the document says about itself, under any of its spellings.
    pub(super) fn metadata(&self, key: &str) -> Option<&'a Node> {
        self.document.metadata_of(key)
    }

    /// What the document says about itself, in its front matter or under a label.
    pub(super) fn stated(&self, key: &str) -> Option<(&'a str, Place)> {
        let (text, span) = stated(self.document, self.reading, key)?;
        Some((text, self.at(span)))
    }

    /// A date it states about itself; one that cannot be read, or that is taken back beside it, is
    /// no date.
    pub(super) fn date(&self, key: &str) -> Option<(Date, Place)> {
        let (text, place) = self.stated(key).filter(|(text, _)| !takes_back(text))?;
        Some((self.day_in(text)?, place))
    }

    /// The first date of a text of it; one that cannot be read is no date.
    pub(super) fn day_in(&self, text: &str) -> Option<Date> {
        match date_in(text, self.language())? {
            Day::Known(day) => Some(day),
            Day::Ambiguous => None,
        }
    }

    pub(super) fn language(&self) -> DocumentLanguage {
        self.reading.language
    }

    /// Whether it speaks of an element at all: a column that is not there is told once, and not for
    /// each row.
    pub(super) fn speaks_of(&self, key: &str) -> bool {
        self.reading.elements.iter().any(|it| it.element.key == key && it.state != State::Missing)
    }

    /// Of these elements those that it speaks of and this row does not say.
    pub(super) fn unsaid<'k>(&self, row: &Row, keys: &[&'k str]) -> Vec<&'k str> {
        keys.iter().copied().filter(|key| self.speaks_of(key) && row.said(key).is_none()).collect()
    }

    /// Whether it names an id somewhere. A workbook has no text but that of its rows.
    pub(super) fn names(&self, id: &str) -> bool {
        match self.document.source.as_str() {
            "" => self.rows().iter().flat_map(Row::texts).any(|text| names(text, id)),
            source => names(source, id),
        }
    }

    /// Its entries, where it is a register.
    pub(super) fn rows(&self) -> Vec<Row> {
        rows(self.document, self.reading)
    }
}

/// Whether a text names an id, and not only a longer one that holds it.
pub(super) fn names(text: &str, id: &str) -> bool {
    let is_part =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    !id.is_empty()
        && text.match_indices(id).any(|(at, _)| {
            !is_part(text[..at].chars().next_back())
                && !is_part(text[at + id.len()..].chars().next())
        })
}

/// A version without the `v` some write before it.
pub(super) fn version(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix(['v', 'V'])
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn an_id_is_named_where_it_stands_whole() {
        for text in ["R-1", "see R-1.", "R-12, R-1", "(R-1)"] {
            assert!(names(text, "R-1"), "{text}");
        }
        for text in ["R-12", "PR-1", "R-1-a", ""] {
            assert!(!names(text, "R-1"), "{text}");
        }
    }
}
