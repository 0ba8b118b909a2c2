//! A document that was read, and what it says: what checks of content have in common.

use std::collections::BTreeSet;

use super::text::names;
use crate::catalog::DocumentLanguage;
use crate::date::Date;
use crate::document::{Document, Node};
use crate::engine::Context;
use crate::evidence::{
    Answer, Day, Evidence, Reading, Requirement, Row, State, Via, date_in, rows, stated, stated_day,
};
use crate::finding::Subject;
use crate::span::{Place, Span};

/// The subject of everything about a needed document.
pub(crate) fn subject(need: &Requirement) -> Subject {
    Subject::Document {
        kind: need.kind.id.clone(),
        system: need.system.clone(),
        object: need.object.clone(),
    }
}

/// Needs and answers, what answers several needs of a kind only once.
pub(crate) fn each_once(evidence: &Evidence) -> impl Iterator<Item = &(Requirement, Answer)> {
    let mut seen = BTreeSet::new();
    evidence.iter().filter(move |(need, answer)| match answer {
        Answer::Read(reading) => seen.insert((&need.kind.id, &reading.path, reading.heading)),
        _ => true,
    })
}

/// The document in words: `the model card of \`scorecard\``.
pub(crate) fn named(need: &Requirement) -> String {
    let kind = &need.kind.name;
    let plain = if kind.starts_with("AI ") { kind.clone() } else { kind.to_lowercase() };
    match need.object.as_deref().or(need.system.as_deref()) {
        Some(of) => format!("the {plain} of `{of}`"),
        None => format!("the {plain}"),
    }
}

/// A document that answers a need.
#[derive(Clone, Copy)]
pub(crate) struct ReadDocument<'a> {
    pub(crate) need: &'a Requirement,
    pub(crate) reading: &'a Reading,
    pub(crate) document: &'a Document,
}

/// The documents that were read, each once, of one kind or of all.
pub(crate) fn held<'a>(context: &'a Context<'_>, kind: Option<&str>) -> Vec<ReadDocument<'a>> {
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
pub(crate) fn files<'a>(context: &'a Context<'_>) -> impl Iterator<Item = ReadDocument<'a>> {
    let mut seen = BTreeSet::new();
    held(context, None).into_iter().filter(move |it| seen.insert(&it.reading.path))
}

impl<'a> ReadDocument<'a> {
    /// The subject of what is about the document.
    pub(crate) fn subject(&self) -> Subject {
        subject(self.need)
    }

    /// The document in words.
    pub(crate) fn named(&self) -> String {
        named(self.need)
    }

    /// What it says of an element.
    pub(crate) fn said(&self, key: &str) -> Option<(&'a str, Place)> {
        let span = self.reading.said(key)?.span?;
        Some((span.of(&self.document.source), self.at(span)))
    }

    /// All that it says of an element: under a heading the whole section, not its first words.
    pub(crate) fn all_said(&self, key: &str) -> Option<(&'a str, Place)> {
        let element = self.reading.said(key)?;
        let span = element.span?;
        let sections = self.reading.parts_named(self.document, Some(key)).into_iter();
        let mut sections = sections.map(|(_, section)| section);
        let is_around = |it: &Span| it.holds(span);
        let span = match element.via {
            Some(Via::Heading) => sections.find(is_around).unwrap_or(span),
            _ => span,
        };
        Some((span.of(&self.document.source), self.at(span)))
    }

    pub(crate) fn at(&self, span: Span) -> Place {
        if !self.document.has_lines() {
            return Place::whole(self.document.path.clone());
        }
        Place::bytes(self.document.path.clone(), span)
    }

    /// A key of what the document says about itself, under any of its spellings.
    pub(crate) fn metadata(&self, key: &str) -> Option<&'a Node> {
        self.document.metadata_of(key)
    }

    /// What the document says about itself, in its front matter or under a label.
    pub(crate) fn stated(&self, key: &str) -> Option<(&'a str, Place)> {
        let (text, span) = stated(self.document, self.reading, key)?;
        Some((text, self.at(span)))
    }

    /// A date it states about itself; one that cannot be read, or that is taken back beside it, is
    /// no date.
    pub(crate) fn date(&self, key: &str) -> Option<(Date, Place)> {
        let (day, span) = stated_day(self.document, self.reading, key)?;
        Some((day, self.at(span)))
    }

    /// The first date of a text of it; one that cannot be read is no date.
    pub(crate) fn day_in(&self, text: &str) -> Option<Date> {
        match date_in(text, self.language())? {
            Day::Known(day) => Some(day),
            Day::Ambiguous => None,
        }
    }

    pub(crate) fn language(&self) -> DocumentLanguage {
        self.reading.language
    }

    /// Whether it speaks of an element at all: a column that is not there is told once, and not for
    /// each row.
    pub(crate) fn speaks_of(&self, key: &str) -> bool {
        self.reading.elements.iter().any(|it| it.element.key == key && it.state != State::Missing)
    }

    /// Of these elements those that it speaks of and this row does not say.
    pub(crate) fn unsaid<'k>(&self, row: &Row, keys: &[&'k str]) -> Vec<&'k str> {
        keys.iter().copied().filter(|key| self.speaks_of(key) && row.said(key).is_none()).collect()
    }

    /// Whether it names an id somewhere. A workbook has no text but that of its rows.
    pub(crate) fn names(&self, id: &str) -> bool {
        match self.document.source.as_str() {
            "" => self.rows().iter().flat_map(Row::texts).any(|text| names(text, id)),
            source => names(source, id),
        }
    }

    /// Its entries, where it is a register.
    pub(crate) fn rows(&self) -> Vec<Row> {
        rows(self.document, self.reading)
    }
}
