//! Prose as governance documents use it: front matter, sections, labels, tables, comments.
//!
//! Markdown is read whole; of reStructuredText and AsciiDoc headings, paragraphs, lists, labels,
//! tables and code are. The tree of CommonMark (with GitHub's tables and task lists) is flattened
//! into sections that hold blocks. A paragraph that is only bold text, which many model cards use
//! for a heading, opens a section of level [`BOLD`]. `**Owner:** Ana`, `- Owner: Ana` and the like
//! are labels.

pub(super) mod blocks;
mod hidden;
mod html;
mod inline;
mod invisible;
mod outline;
mod reader;
mod ruled;

use std::ops::Range;

pub(crate) use blocks::{Block, BlockKind, Cell, Prose, Section, Table};
pub(super) use outline::{asciidoc, restructured_text};
use pulldown_cmark::{Options, Parser};
use reader::ProseReader;

use super::limits::Limits;
use super::shifted::at;
use super::{toml, yaml};

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
    // Blank lines may stand above it.
    let above = text.split_inclusive('\n').take_while(|line| line.trim().is_empty());
    let start: usize = above.map(str::len).sum();
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next()?;
    let fence = first.trim_end();
    if fence != "---" && fence != "+++" {
        return None;
    }
    let begin = start + first.len();
    let mut offset = begin;
    for line in lines {
        let bare = line.trim_end();
        if bare == fence || (fence == "---" && bare == "...") {
            return Some(FrontMatter { fence, inner: begin..offset, end: offset + line.len() });
        }
        offset += line.len();
    }
    None
}

#[cfg(test)]
mod ruled_tests;
