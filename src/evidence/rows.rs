//! A register in rows, whatever holds it: a table, a spreadsheet, a list of data, or a heading per
//! entry.
//!
//! # Design
//!
//! A column that is not there is one finding about the document. Each row is judged by the columns
//! that are there.

use super::outline::Via;
use super::placeholder::is_placeholder;
use super::reading::{Reading, Region};
use super::words::Heading;
use crate::document::prose::{BlockKind, Prose, Section, Table};
use crate::document::{Body, Document, Node, Value};
use crate::span::Span;

/// One entry of a register.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// Where it begins.
    pub(crate) span: Span,
    cells: Vec<(&'static str, String, Span)>,
}

impl Row {
    /// What it says of an element, where that is no placeholder.
    pub(crate) fn said(&self, key: &str) -> Option<(&str, Span)> {
        let found = self.cells.iter().find(|(name, text, _)| *name == key && !is_placeholder(text));
        found.map(|(_, text, span)| (text.as_str(), *span))
    }

    /// All that it says.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|(_, text, _)| text.as_str())
    }

    /// Where an element stands, said or not.
    pub(crate) fn place(&self, key: &str) -> Span {
        self.cells.iter().find(|(name, ..)| *name == key).map_or(self.span, |(.., span)| *span)
    }

    /// What it says of any of these elements.
    pub(crate) fn first_of(&self, keys: &[&str]) -> Option<(&str, Span)> {
        keys.iter().find_map(|key| self.said(key))
    }

    /// How it is called: what it says first of these elements, cut to fit a line.
    pub(crate) fn called(&self, keys: &[&str], otherwise: &str) -> String {
        self.first_of(keys).map_or(otherwise, |(text, _)| text).chars().take(60).collect()
    }

    fn says_anything(&self) -> bool {
        self.cells.iter().any(|(_, text, _)| !is_placeholder(text))
    }
}

/// Columns of a register that must be known, so that a table beside it is not taken for it.
const ENOUGH_COLUMNS: usize = 2;

/// The entries of a document that was read as a register; none where it is written in prose.
pub(crate) fn rows(document: &Document, reading: &Reading) -> Vec<Row> {
    let key_of = |name: &str, via: Via| -> Option<&'static str> {
        let named = reading.words.named(&Heading::new(name), via);
        let (at, _) = named.first()?;
        reading.kind.elements.get(*at).map(|element| element.key.as_str())
    };
    let mut rows = Vec::new();
    match &document.body {
        Body::Tree(root) => lists(root, &mut |items| {
            rows.extend(items.iter().filter_map(|item| of_node(item, &key_of)))
        }),
        Body::Prose(prose) => {
            let sections = match reading.region {
                Region::Whole => &prose.sections[..],
                Region::Section(index) => prose.with_subsections(index),
            };
            let blocks = sections.iter().flat_map(|section| &section.blocks);
            let tables = blocks.filter_map(|block| match &block.kind {
                BlockKind::Table(table) => Some((columns(table, &key_of), table)),
                _ => None,
            });
            let tables: Vec<_> = tables.collect();
            // A register stands beside scales and summaries, which share some of its columns.
            let known = |keys: &[Option<&str>]| keys.iter().flatten().count();
            let most = tables.iter().map(|(keys, _)| known(keys)).max().unwrap_or_default();
            let enough = most.max(ENOUGH_COLUMNS).max(reading.elements.len().div_ceil(3));
            let registers = tables.into_iter().filter(|(keys, _)| known(keys) >= enough);
            rows.extend(registers.flat_map(|(keys, table)| of_table(table, &keys)));
            if rows.is_empty() {
                rows.extend(of_sections(prose, sections, &key_of));
            }
        }
        Body::Damaged(_) => {}
    }
    rows.retain(Row::says_anything);
    rows
}

/// Every list of mappings of a tree.
fn lists(node: &Node, visit: &mut impl FnMut(&[Node])) {
    if let Value::Sequence(items) = &node.value
        && items.iter().any(|item| matches!(item.value, Value::Mapping(_)))
    {
        visit(items);
    }
    node.entries().iter().for_each(|(_, value)| lists(value, visit));
}

fn of_node(node: &Node, key_of: &impl Fn(&str, Via) -> Option<&'static str>) -> Option<Row> {
    let cells: Vec<_> = node
        .entries()
        .iter()
        .filter_map(|(key, value)| {
            Some((key_of(&key.text, Via::YamlKey)?, text_of(value), value.span))
        })
        .collect();
    (cells.len() >= ENOUGH_COLUMNS).then_some(Row { span: node.span, cells })
}

/// A value as one text.
fn text_of(node: &Node) -> String {
    match &node.value {
        Value::Scalar(_) => node.as_text().unwrap_or_default().to_owned(),
        Value::Sequence(items) => items.iter().map(text_of).collect::<Vec<_>>().join(", "),
        Value::Mapping(entries) => {
            entries.iter().map(|(_, value)| text_of(value)).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The element each column of a table is about, if it is about one.
fn columns(
    table: &Table,
    key_of: &impl Fn(&str, Via) -> Option<&'static str>,
) -> Vec<Option<&'static str>> {
    table.header.iter().map(|cell| key_of(&cell.text, Via::Column)).collect()
}

fn of_table(table: &Table, keys: &[Option<&'static str>]) -> Vec<Row> {
    let row = |cells: &Vec<crate::document::prose::Cell>| {
        let named = keys
            .iter()
            .zip(cells)
            .filter_map(|(key, cell)| Some(((*key)?, cell.text.clone(), cell.span)));
        Row {
            span: cells.first().map(|cell| cell.span).unwrap_or_default(),
            cells: named.collect(),
        }
    };
    table.rows.iter().map(row).collect()
}

/// A heading per entry: sections whose labels, or whose table of two columns, name what an entry
/// says.
fn of_sections(
    prose: &Prose,
    sections: &[Section],
    key_of: &impl Fn(&str, Via) -> Option<&'static str>,
) -> Vec<Row> {
    let first = prose.sections.first().map(|section| section.heading);
    let entry = |section: &Section| {
        let mut cells = Vec::new();
        for block in &section.blocks {
            match &block.kind {
                BlockKind::Label { name, name_span } => {
                    let span = if block.text.is_empty() { *name_span } else { block.span };
                    cells.extend(
                        key_of(name, Via::Label).map(|key| (key, block.text.clone(), span)),
                    );
                }
                BlockKind::Table(table) => {
                    for row in &table.rows {
                        if let [name, value] = row.as_slice() {
                            cells.extend(
                                key_of(&name.text, Via::Table)
                                    .map(|key| (key, value.text.clone(), value.span)),
                            );
                        }
                    }
                }
                _ => {}
            }
        }
        let is_entry = cells.len() > ENOUGH_COLUMNS && Some(section.heading) != first;
        is_entry.then_some(Row { span: section.heading, cells })
    };
    sections.iter().filter_map(entry).collect()
}
