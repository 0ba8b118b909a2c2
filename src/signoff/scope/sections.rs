//! The part of a document that says what a system is for.

use crate::document::prose::BlockKind;
use crate::document::{Body, Document};
use crate::evidence::{Reading, Region};
use crate::span::Span;

/// Returns the title and the span of what was read as the document: the whole file, or the section
/// of a file that holds several documents. None where the document is damaged.
pub(super) fn whole(document: &Document, reading: &Reading) -> Option<(String, Span)> {
    match (&document.body, reading.region) {
        (Body::Prose(prose), Region::Section(index)) => {
            let section = prose.sections.get(index)?;
            Some((section.title.clone(), Span::new(section.heading.end, section.span.end)))
        }
        (Body::Prose(prose), Region::Whole) => {
            let first = prose.sections.iter().find(|section| section.level > 0);
            let title = first.map_or_else(String::new, |section| section.title.clone());
            let start = first.map_or(0, |section| section.heading.end);
            Some((title, Span::new(start, document.source.len())))
        }
        (Body::Tree(_), _) => {
            Some((reading.kind.id.to_string(), Span::new(0, document.source.len())))
        }
        (Body::Damaged(_), _) => None,
    }
}

/// Returns the title and the span of the section, or the key and the span of the value, that
/// answers an element of a kind of document. None where nothing does.
pub(super) fn element(document: &Document, reading: &Reading, key: &str) -> Option<(String, Span)> {
    let said = reading.said(key)?;
    let span = said.span?;
    let found_as = said.found_as.clone().unwrap_or_default();
    let Body::Prose(prose) = &document.body else { return Some((found_as, span)) };
    let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end;
    let mut around =
        prose.sections.iter().filter(|section| section.level > 0 && holds(section.span));
    match around.rfind(|section| section.title == found_as) {
        Some(section) => Some((found_as, Span::new(section.heading.end, section.span.end))),
        None => Some((found_as, span)),
    }
}

/// Returns what stands in a page under a title: below each heading of that title, and behind each
/// label of that name.
pub(super) fn titled(document: &Document, title: &str) -> Vec<Span> {
    let Body::Prose(prose) = &document.body else { return Vec::new() };
    let headed = prose.sections.iter().filter(|it| it.level > 0 && it.title == title);
    let headed = headed.map(|section| Span::new(section.heading.end, section.span.end));
    let blocks = prose.sections.iter().flat_map(|section| &section.blocks);
    let is_it = |kind: &BlockKind| matches!(kind, BlockKind::Label { name, .. } if name == title);
    let labelled = blocks.filter(|block| is_it(&block.kind)).map(|block| block.span);
    headed.chain(labelled).collect()
}
