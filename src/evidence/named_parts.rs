//! What a page says under a name: below a heading, behind a label, in a row of a table.
//!
//! # Design
//!
//! A reader takes all of it for what is said: what follows a label up to the next one, and what a
//! heading of HTML heads. So a part ends where something else is named, not with its block.

use std::sync::LazyLock;

use regex::Regex;

use super::outline::Via;
use super::pattern::compile;
use crate::document::Document;
use crate::document::prose::{Block, BlockKind, Prose, Section, Table};
use crate::span::Span;

/// A named part of a page.
pub(crate) struct NamedPart {
    pub(crate) name: String,
    pub(crate) via: Via,
    pub(crate) span: Span,
}

/// A named part of a page, and which elements of a kind, or the kind itself, it names.
#[derive(Debug)]
pub(super) struct PartNames {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) elements: Vec<usize>,
    pub(super) is_title: bool,
}

/// Returns the named parts of a page.
pub(crate) fn named_parts(document: &Document, prose: &Prose) -> Vec<NamedPart> {
    let mut parts = Vec::new();
    let mut add = |name: &str, via, span| {
        parts.push(NamedPart { name: name.to_owned(), via, span });
    };
    let headings: Vec<usize> = html_labels(document).map(|(_, span)| span.start).collect();
    for (index, section) in prose.sections.iter().enumerate() {
        if section.level > 0 {
            add(&section.title, Via::Heading, Span::new(section.heading.end, section.span.end));
        }
        for (at, block) in section.blocks.iter().enumerate() {
            match &block.kind {
                BlockKind::Label { name, .. } => {
                    add(name, Via::Label, behind_label(document, prose, index, at));
                }
                BlockKind::Table(table) => {
                    named_in_table(table, block.span, &mut add);
                }
                _ => {}
            }
        }
    }
    for (name, span) in html_labels(document) {
        let at = headings.partition_point(|start| *start <= span.start);
        let end = [headings.get(at).copied(), next_heading(prose, span.end)];
        let end = end.into_iter().flatten().min().unwrap_or(document.source.len());
        add(&name, Via::Heading, Span::new(span.end, end));
    }
    parts
}

/// Returns all that stands behind the label that has a value, up to the next label or heading. The
/// value itself where no label has it.
pub(crate) fn part_of_label(document: &Document, prose: &Prose, value: Span) -> Span {
    let mut all = prose.sections.iter().enumerate().flat_map(|(index, section)| {
        section.blocks.iter().enumerate().map(move |(at, block)| (index, at, block))
    });
    let is_it = |block: &Block| match &block.kind {
        BlockKind::Label { name_span, .. } => block.span == value || *name_span == value,
        _ => false,
    };
    let found = all.find(|(_, _, block)| is_it(block));
    found.map_or(value, |(index, at, _)| behind_label(document, prose, index, at))
}

/// Returns what stands behind a label of a section. Words in bold end only at words in bold.
fn behind_label(document: &Document, prose: &Prose, index: usize, at: usize) -> Span {
    let section: &Section = &prose.sections[index];
    let label = &section.blocks[at];
    let BlockKind::Label { name_span, .. } = &label.kind else { return label.span };
    let source = &document.source;
    let is_bold = |name: Span| source[..name.start].ends_with(['*', '_']);
    let names = section.blocks[at + 1..].iter().filter_map(|block| match &block.kind {
        BlockKind::Label { name_span, .. } => Some(*name_span),
        _ => None,
    });
    let mut names = names
        .filter(|name| name.start >= label.span.end && (is_bold(*name) || !is_bold(*name_span)));
    let next = names.next().map(|it| source[..it.start].rfind('\n').map_or(0, |end| end + 1));
    let heading = prose.sections.get(index + 1).map(|next| next.heading.start);
    let end = next.or(heading).unwrap_or(source.len()).max(label.span.end);
    let start = if label.text.is_empty() { name_span.end } else { label.span.start };
    let behind = Span::new(start, end);
    Span::new(start, behind.trimmed(source).end.max(label.span.end))
}

fn next_heading(prose: &Prose, from: usize) -> Option<usize> {
    let at = prose.sections.partition_point(|section| section.heading.start < from);
    prose.sections.get(at).map(|section| section.heading.start)
}

/// Adds what the rows and the columns of a table say under a name.
fn named_in_table(table: &Table, span: Span, add: &mut impl FnMut(&str, Via, Span)) {
    for row in &table.rows {
        if let [name, values @ ..] = row.as_slice()
            && let (Some(first), Some(last)) = (values.first(), values.last())
        {
            add(&name.text, Via::Table, first.span.to(last.span));
        }
    }
    for header in &table.header {
        add(&header.text, Via::Column, span);
    }
}

/// Returns the titles of what folds and of lists of terms in HTML, each with the place of its
/// element.
fn html_labels(document: &Document) -> impl Iterator<Item = (String, Span)> {
    static HEADING: LazyLock<Regex> = LazyLock::new(|| {
        compile(r"(?is)<(?:summary|dt)\b[^>]{0,200}>(.{1,200}?)</(?:summary|dt)\s*>")
    });
    static TAG: LazyLock<Regex> = LazyLock::new(|| compile("<[^>]*>"));
    HEADING.captures_iter(&document.source).filter_map(|found| {
        let name = TAG.replace_all(found.get(1)?.as_str(), " ");
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let all = found.get(0)?;
        Some((name, Span::new(all.start(), all.end())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Body, parse};

    fn parts(text: &str) -> Vec<(String, String)> {
        let document = parse("a.md".into(), text.as_bytes().to_vec());
        let Body::Prose(prose) = &document.body else { panic!("prose") };
        let parts = named_parts(&document, prose).into_iter();
        parts
            .map(|it| (it.name, it.span.of(&document.source).trim().to_owned()))
            .filter(|(name, _)| name != "Card")
            .collect()
    }

    fn part(text: &str, name: &str) -> String {
        let found: Vec<_> = parts(text).into_iter().filter(|(it, _)| it == name).collect();
        let [(_, said)] = &found[..] else { panic!("{name} once: {found:?}") };
        said.clone()
    }

    #[test]
    fn a_label_ends_at_the_next_label_or_heading() {
        let cases = [
            ("**Use:** loans.\n\nMortgages too.\n\n## More\n\nx\n", "loans.\n\nMortgages too."),
            ("**Use:** loans.\n**Not:** pricing.\n", "loans."),
            ("**Use:** loans.\n__Not:__ pricing.\n", "loans."),
            ("- **Use:** loans\n\n  Mortgages\n- **Not:** x\n", "loans\n\n  Mortgages"),
            ("- **Use:** loans\n- mortgages\n", "loans\n- mortgages"),
            ("**Use:** loans.\n\nNote: mortgages.\n", "loans.\n\nNote: mortgages."),
            ("Use: loans.\n\nmortgages\n\nOwner: ana\n", "loans.\n\nmortgages"),
            (
                "**Use:** loans.\n\n| a | b |\n| - | - |\n| c | d |\n",
                "loans.\n\n| a | b |\n| - | - |\n| c | d |",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(part(&format!("# Card\n\n{text}"), "Use"), expected, "{text}");
        }
    }

    #[test]
    fn rows_and_headings_of_html_name_what_they_say() {
        let text = "# Card\n\n<h2>Use</h2>\n\nMortgages.\n\n## More\n\nx\n";
        assert_eq!(part(text, "Use"), "Mortgages.");
        let text = "<h2><b>Use</b></h2>\n<p>Mortgages.</p>\n<h2>More</h2>\n<p>x</p>\n";
        assert_eq!(part(text, "Use"), "<p>Mortgages.</p>");
        let text = "| Field | Value |\n| --- | --- |\n| Use | mortgages |\n";
        assert_eq!(part(text, "Use"), "mortgages");
    }
}
