//! How much a document says of an element.

use super::named_parts::{NamedPart, PartNames, named_parts};
use super::outline::{State, Via};
use super::prompt::word_count;
use super::reading::{ElementReading, Reading, Region};
use super::words::Heading;
use crate::document::prose::{BlockKind, Prose, Section};
use crate::document::{Body, Document};
use crate::span::Span;

/// Returns the sections that answer an element by their heading: the section and all below it.
/// None where it is answered by something else.
pub(crate) fn answering<'p>(prose: &'p Prose, element: &ElementReading) -> Option<&'p [Section]> {
    let span = element.span?;
    let title = element.found_as.as_deref()?;
    let answers = |index: &usize| {
        let below = prose.with_subsections(*index);
        prose.sections[*index].title == title
            && below.iter().flat_map(|it| &it.blocks).any(|block| block.span == span)
    };
    let index = (0..prose.sections.len()).find(answers)?;
    Some(prose.with_subsections(index))
}

/// Returns how many words of sections are text, tables included.
pub(crate) fn words_in(sections: &[Section]) -> usize {
    let blocks = sections.iter().flat_map(|section| &section.blocks);
    blocks.map(|block| word_count(&block.text) + beside_text(&block.kind)).sum()
}

fn beside_text(kind: &BlockKind) -> usize {
    match kind {
        BlockKind::Table(table) => {
            table.rows.iter().flatten().map(|cell| word_count(&cell.text)).sum()
        }
        BlockKind::Label { name, .. } => word_count(name),
        _ => 0,
    }
}

/// Returns how many words a document says of an element; 0 where it says nothing of it.
fn words_said(document: &Document, element: &ElementReading) -> usize {
    if element.state != State::Present {
        return 0;
    }
    if let (Body::Prose(prose), Some(Via::Heading)) = (&document.body, element.via)
        && let Some(sections) = answering(prose, element)
    {
        return words_in(sections);
    }
    element.span.map_or(0, |span| word_count(span.of(&document.source)))
}

/// Returns the most words that a document says of an element in one place: a page may have several
/// sections of one meaning, as a change log has one for each version.
pub(crate) fn most_words_said(
    document: &Document,
    reading: &Reading,
    element: &ElementReading,
) -> usize {
    let first = words_said(document, element);
    if first == 0 || element.via != Some(Via::Heading) {
        return first;
    }
    let others = reading.parts_named(document, Some(&element.element.key)).into_iter();
    others
        .map(|(_, span)| word_count(span.of(&document.source)))
        .chain([first])
        .max()
        .unwrap_or(first)
}

/// Returns where the text of what was read stands, without its title and what the document says
/// about itself at its top.
pub(crate) fn extent_of(document: &Document, reading: &Reading) -> Span {
    let end = document.source.len();
    let span = match (&document.body, reading.region) {
        (Body::Prose(prose), Region::Section(index)) => {
            let section = prose.sections.get(index);
            section.map(|it| Span::new(it.heading.end, it.span.end))
        }
        (Body::Prose(prose), Region::Whole) => {
            let first = prose.sections.iter().find(|section| section.level > 0);
            first.map(|section| Span::new(section.heading.end, end))
        }
        _ => None,
    };
    span.unwrap_or(Span::new(0, end))
}

impl Reading {
    /// Returns what was read of an element of the kind.
    pub(crate) fn element(&self, key: &str) -> Option<&ElementReading> {
        self.elements.iter().find(|it| it.element.key == key)
    }

    /// Returns the name and the span of each part of a page that names an element, or the kind
    /// itself where no element is given: several may, and readers see all.
    pub(crate) fn parts_named(
        &self,
        document: &Document,
        element: Option<&str>,
    ) -> Vec<(String, Span)> {
        let at = element.map(|key| self.kind.all_elements().position(|it| it.key == *key));
        let is_named = |part: &&PartNames| match at {
            Some(at) => at.is_some_and(|at| part.elements.contains(&at)),
            None => part.is_title,
        };
        let parts = self.parts.get_or_init(|| self.part_names(document)).iter();
        parts.filter(is_named).map(|part| (part.name.clone(), part.span)).collect()
    }

    fn part_names(&self, document: &Document) -> Vec<PartNames> {
        let Body::Prose(prose) = &document.body else { return Vec::new() };
        let names = |part: NamedPart| {
            let heading = Heading::new(&part.name);
            let elements = self.words.named(&heading, part.via).iter().map(|(at, _)| *at).collect();
            let is_title = self.words.titles.matches(&heading);
            PartNames { name: part.name, span: part.span, elements, is_title }
        };
        named_parts(document, prose).into_iter().map(names).collect()
    }
}
