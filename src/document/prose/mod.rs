//! Prose as governance documents use it: front matter, sections, labels, tables, comments.
//!
//! Markdown is read whole; of reStructuredText and AsciiDoc headings, paragraphs, lists and labels
//! are. The tree of CommonMark (with GitHub's tables and task lists) is flattened into sections
//! that hold blocks. A paragraph that is only bold text, which many model cards use for a heading,
//! opens a section of level [`BOLD`]. `**Owner:** Ana`, `- Owner: Ana` and the like are labels.

mod hidden;
mod inline;
mod outline;
mod reader;

use std::ops::Range;

pub(super) use outline::{asciidoc, restructured_text};
use pulldown_cmark::{Options, Parser};
use reader::ProseReader;

use super::value::Node;
use super::{Damage, Limits, at, toml, yaml};
use crate::span::Span;

/// The level of a section opened by a line of bold text, below every heading.
pub const BOLD: u8 = 7;

/// A document of prose.
#[derive(Debug, Default)]
pub struct Prose {
    /// The value tree between `---` (YAML) or `+++` (TOML) at the very start.
    pub front_matter: Option<Node>,
    /// Why the front matter could not be read.
    pub damage: Option<Damage>,
    /// Links and images, in the order of the text.
    pub links: Vec<Link>,
    /// In the order of the text. The first stands for what precedes any heading; its level is 0.
    pub sections: Vec<Section>,
}

/// Where a link or an image leads.
#[derive(Debug)]
pub struct Link {
    pub span: Span,
    pub target: String,
}

/// A heading and what stands under it up to the next heading.
#[derive(Debug, Default)]
pub struct Section {
    pub level: u8,
    pub title: String,
    pub heading: Span,
    /// From the heading to the end of its last subsection.
    pub span: Span,
    pub blocks: Vec<Block>,
}

/// One block of a section.
#[derive(Debug)]
pub struct Block {
    pub span: Span,
    /// What a reader sees, white space collapsed; for a label what follows the colon.
    pub text: String,
    /// Whether all of it is in italics, as prompts of templates are.
    pub italic: bool,
    /// Whether it leads somewhere.
    pub linked: bool,
    pub kind: BlockKind,
}

#[derive(Debug)]
pub enum BlockKind {
    /// A paragraph, a quotation or a list item.
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
pub struct Table {
    pub header: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Debug)]
pub struct Cell {
    pub span: Span,
    pub text: String,
}

impl Prose {
    /// The sections inside section `index`: itself, then everything down to its last subsection.
    pub fn with_subsections(&self, index: usize) -> &[Section] {
        let Some(first) = self.sections.get(index) else { return &[] };
        let inside = self.sections[index + 1..]
            .iter()
            .take_while(|section| section.level > first.level)
            .count();
        &self.sections[index..=index + inside]
    }
}

/// Reads Markdown. `skip` bytes of the document precede `text`.
pub(super) fn markdown(text: &str, skip: usize, limits: &Limits) -> Prose {
    let mut markdown = Prose::default();
    let mut body = 0;
    if let Some(found) = front_matter(text) {
        let read = match found.fence {
            "+++" => toml::parse(&text[found.inner.clone()], limits),
            _ => yaml::parse(&text[found.inner.clone()], limits),
        };
        match at(skip + found.inner.start, read) {
            Ok(node) => markdown.front_matter = Some(node),
            Err(damage) => markdown.damage = Some(damage),
        }
        body = found.end;
    }
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    // A page that somebody pasted with its fence is still the page.
    let fence = text[body..]
        .trim_start()
        .lines()
        .next()
        .filter(|line| matches!(*line, "```markdown" | "```md"));
    if let Some(fence) = fence {
        body += text[body..].find(fence).unwrap_or_default() + fence.len();
    }
    let mut reader = ProseReader::new(&text[body..], skip + body);
    for (event, range) in Parser::new_ext(&text[body..], options).into_offset_iter() {
        reader.event(event, range);
    }
    (markdown.sections, markdown.links) = reader.finish();
    markdown
}

struct FrontMatter<'a> {
    fence: &'a str,
    inner: Range<usize>,
    end: usize,
}

fn front_matter(text: &str) -> Option<FrontMatter<'_>> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    let fence = first.trim_end();
    if fence != "---" && fence != "+++" {
        return None;
    }
    let mut offset = first.len();
    for line in lines {
        let bare = line.trim_end();
        if bare == fence || (fence == "---" && bare == "...") {
            return Some(FrontMatter {
                fence,
                inner: first.len()..offset,
                end: offset + line.len(),
            });
        }
        offset += line.len();
    }
    None
}
