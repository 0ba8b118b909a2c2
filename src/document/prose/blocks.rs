//! The sections and blocks that prose is made of.

use super::super::limits::Damage;
use super::super::value::Node;
use crate::span::Span;

/// The level of a section opened by a line of bold text, below every heading.
pub(crate) const BOLD: u8 = 7;

/// A document of prose.
#[derive(Debug, Default)]
pub(crate) struct Prose {
    /// The value tree between `---` (YAML) or `+++` (TOML) at the very start.
    pub(crate) front_matter: Option<Node>,
    /// Why the front matter could not be read.
    pub(crate) damage: Option<Damage>,
    /// Links and images, in the order of the text.
    pub(crate) links: Vec<Link>,
    /// In the order of the text. The first stands for what precedes any heading; its level is 0.
    pub(crate) sections: Vec<Section>,
}

/// Where a link or an image leads.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) span: Span,
    pub(crate) target: String,
}

/// A heading and what stands under it up to the next heading.
#[derive(Debug, Default)]
pub(crate) struct Section {
    pub(crate) level: u8,
    pub(crate) title: String,
    pub(crate) heading: Span,
    /// From the heading to the end of its last subsection.
    pub(crate) span: Span,
    pub(crate) blocks: Vec<Block>,
}

/// One block of a section.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) span: Span,
    /// What a reader sees, white space collapsed; for a label what follows the colon.
    pub(crate) text: String,
    /// Whether all of it is in italics, as prompts of templates are.
    pub(crate) italic: bool,
    /// Whether it leads somewhere.
    pub(crate) linked: bool,
    /// Whether it is an item of a list, or stands in one.
    pub(crate) item: bool,
    /// Whether all of it leads to places of the same document, as a table of contents does.
    pub(crate) contents: bool,
    /// Bytes of `text` that are bold at its beginning.
    pub(crate) bold: usize,
    pub(crate) kind: BlockKind,
}

#[derive(Debug, Default)]
pub(crate) enum BlockKind {
    /// A paragraph, a quotation or a list item.
    #[default]
    Prose,
    /// An item of a task list, ticked or not.
    Task {
        ticked: bool,
    },
    /// A named value: `**Name:** text`.
    Label {
        name: String,
        name_span: Span,
    },
    Table(Table),
    Code,
    /// An HTML comment, which no reader sees.
    Comment,
}

/// A table; every row has as many cells as the header.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) header: Vec<Cell>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) span: Span,
    pub(crate) text: String,
}

impl Prose {
    /// The sections inside section `index`: itself, then everything down to its last subsection.
    pub(crate) fn with_subsections(&self, index: usize) -> &[Section] {
        let Some(first) = self.sections.get(index) else { return &[] };
        let inside = self.sections[index + 1..]
            .iter()
            .take_while(|section| section.level > first.level)
            .count();
        &self.sections[index..=index + inside]
    }
}
