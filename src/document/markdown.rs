//! Markdown as governance documents use it: front matter, sections, labels, tables, comments.
//!
//! The tree of CommonMark (with GitHub's tables and task lists) is flattened into sections that
//! hold blocks. A paragraph that is only bold text, which many model cards use for a heading, opens
//! a section of level [`BOLD`]. `**Owner:** Ana`, `- Owner: Ana` and the like are labels.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use super::value::Node;
use super::{Damage, Limits, at, toml, yaml};
use crate::span::Span;

/// The level of a section opened by a line of bold text, below every heading.
pub const BOLD: u8 = 7;

/// A Markdown document.
#[derive(Debug, Default)]
pub struct Markdown {
    /// The value tree between `---` (YAML) or `+++` (TOML) at the very start.
    pub front_matter: Option<Node>,
    /// Why the front matter could not be read.
    pub damage: Option<Damage>,
    /// In the order of the text. The first stands for what precedes any heading; its level is 0.
    pub sections: Vec<Section>,
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

impl Markdown {
    /// The sections inside section `index`: itself, then everything down to its last subsection.
    pub fn with_subsections(&self, index: usize) -> &[Section] {
        let Some(first) = self.sections.get(index) else { return &[] };
        let inside = self.sections[index + 1..].iter().take_while(|section| section.level > first.level).count();
        &self.sections[index..=index + inside]
    }
}

/// Reads Markdown. `skip` bytes of the document precede `text`.
pub(super) fn parse(text: &str, skip: usize, limits: &Limits) -> Markdown {
    let mut markdown = Markdown::default();
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
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut reader = Reader::new(&text[body..], skip + body);
    for (event, range) in Parser::new_ext(&text[body..], options).into_offset_iter() {
        reader.event(event, range);
    }
    markdown.sections = reader.finish();
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
            return Some(FrontMatter { fence, inner: first.len()..offset, end: offset + line.len() });
        }
        offset += line.len();
    }
    None
}

/// Text being put together, with the bold words at its start kept apart.
#[derive(Default)]
struct Inline {
    text: String,
    /// Where the first bold run ended in `text`, if the text began with one.
    bold: Option<usize>,
    in_bold: usize,
}

impl Inline {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn space(&mut self) {
        self.text.push(' ');
    }
}

/// A list item, paragraph or quotation whose end has not been seen.
struct OpenItem {
    first_block: usize,
    task: Option<bool>,
    labelled: Option<usize>,
}

struct Reader<'a> {
    text: &'a str,
    skip: usize,
    sections: Vec<Section>,
    /// The running text and where it began; a new line of a paragraph begins a new one.
    inline: Inline,
    start: usize,
    items: Vec<OpenItem>,
    table: Option<(Span, Table, Vec<Cell>)>,
    code: Option<(Span, String)>,
    html: Option<(Span, String)>,
    heading: bool,
    /// Comments beside a heading's title; they belong to the section it opens.
    beside_heading: Vec<Block>,
    image: usize,
    in_paragraph: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, skip: usize) -> Self {
        let preamble = Section { span: Span::new(skip, skip + text.len()), ..Section::default() };
        Self {
            text,
            skip,
            sections: vec![preamble],
            inline: Inline::default(),
            start: 0,
            items: Vec::new(),
            table: None,
            code: None,
            html: None,
            heading: false,
            beside_heading: Vec::new(),
            image: 0,
            in_paragraph: false,
        }
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(range.start, range.end).trimmed(self.text).shifted(self.skip)
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.literal(&text),
            Event::Code(text) => self.literal(&text),
            Event::SoftBreak | Event::HardBreak => self.line_break(range),
            Event::Html(html) => match &mut self.html {
                Some((_, text)) => text.push_str(&html),
                None => self.html_text(self.span(&range), &html),
            },
            Event::InlineHtml(html) => self.inline_html(&html, &range),
            Event::TaskListMarker(ticked) => {
                if let Some(item) = self.items.last_mut() {
                    item.task = Some(ticked);
                }
                self.start = range.end;
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                self.in_paragraph = true;
                self.begin(range.start);
            }
            Tag::Heading { .. } => {
                self.heading = true;
                self.begin(range.start);
            }
            Tag::Item => {
                self.flush(range.start);
                let first_block = self.blocks().len();
                self.items.push(OpenItem { first_block, task: None, labelled: None });
                self.begin(range.start);
            }
            Tag::List(_) | Tag::BlockQuote(_) => {
                self.flush(range.start);
                self.begin(range.start);
            }
            Tag::Table(_) => self.table = Some((self.span(&range), Table::default(), Vec::new())),
            Tag::TableCell => self.begin(range.start),
            Tag::CodeBlock(_) => {
                self.flush(range.start);
                self.code = Some((self.span(&range), String::new()));
            }
            Tag::HtmlBlock => {
                self.flush(range.start);
                self.html = Some((self.span(&range), String::new()));
            }
            Tag::Strong => {
                if self.inline.text.trim().is_empty() {
                    self.inline.in_bold += 1;
                }
            }
            Tag::Image { .. } => self.image += 1,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph => {
                self.flush(range.end);
                self.in_paragraph = false;
            }
            TagEnd::Heading(level) => {
                let title = collapse(&std::mem::take(&mut self.inline).text);
                self.heading = false;
                self.open_section(level as u8, title, self.span(&range));
            }
            TagEnd::Item => {
                self.flush(range.end);
                if let Some(item) = self.items.pop() {
                    self.complete_label(&item);
                }
                self.start = range.end;
            }
            TagEnd::TableCell => {
                let text = collapse(&std::mem::take(&mut self.inline).text);
                let span = self.span(&range);
                if let Some((_, _, row)) = &mut self.table {
                    row.push(Cell { span, text });
                }
            }
            TagEnd::TableHead => {
                if let Some((_, table, row)) = &mut self.table {
                    table.header = std::mem::take(row);
                }
            }
            TagEnd::TableRow => {
                if let Some((_, table, row)) = &mut self.table {
                    table.rows.push(std::mem::take(row));
                }
            }
            TagEnd::Table => {
                if let Some((span, table, _)) = self.table.take() {
                    let cells = table.header.iter().chain(table.rows.iter().flatten());
                    let text = cells.map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" ");
                    self.push(Block { span, text, kind: BlockKind::Table(table) });
                }
            }
            TagEnd::CodeBlock => {
                if let Some((span, text)) = self.code.take() {
                    self.push(Block { span, text, kind: BlockKind::Code });
                }
            }
            TagEnd::HtmlBlock => {
                if let Some((span, text)) = self.html.take() {
                    self.html_text(span, &text);
                }
            }
            TagEnd::Strong => {
                if self.inline.in_bold > 0 {
                    self.inline.in_bold -= 1;
                    self.inline.bold.get_or_insert(self.inline.text.len());
                }
            }
            TagEnd::Image => self.image = self.image.saturating_sub(1),
            TagEnd::BlockQuote(_) | TagEnd::List(_) => self.start = range.end,
            _ => {}
        }
    }

    fn literal(&mut self, text: &CowStr<'_>) {
        match &mut self.code {
            Some((_, code)) => code.push_str(text),
            None if self.image > 0 => {}
            None => self.inline.push(text),
        }
    }

    fn line_break(&mut self, range: Range<usize>) {
        // Each line of a paragraph may be a label of its own.
        let next_line = self.text[range.end..].trim_start();
        let labels = self.in_paragraph && !self.heading && (self.inline.bold.is_some() || next_line.starts_with("**"));
        if labels && label(&self.inline).is_some() && starts_like_label(next_line) {
            self.flush(range.start);
            self.begin(range.end);
        } else {
            self.inline.space();
        }
    }

    fn inline_html(&mut self, html: &str, range: &Range<usize>) {
        if let Some(comment) = html.strip_prefix("<!--") {
            let text = collapse(comment.trim_end_matches("-->"));
            let span = self.span(range);
            self.push(Block { span, text, kind: BlockKind::Comment });
        } else {
            self.inline.space();
        }
    }

    fn html_text(&mut self, span: Span, html: &str) {
        let mut rest = html;
        let mut seen = String::new();
        while let Some(start) = rest.find("<!--") {
            let end = rest[start..].find("-->").map_or(rest.len(), |length| start + length + 3);
            seen.push_str(&rest[..start]);
            seen.push(' ');
            let text = collapse(rest[start..end].trim_start_matches("<!--").trim_end_matches("-->"));
            self.push(Block { span, text, kind: BlockKind::Comment });
            rest = &rest[end..];
        }
        seen.push_str(rest);
        let text = collapse(&without_tags(&seen));
        if !text.is_empty() {
            self.push(Block { span, text, kind: BlockKind::Prose });
        }
    }

    fn begin(&mut self, start: usize) {
        self.inline = Inline::default();
        self.start = start;
    }

    /// Ends the running text at `end` and makes a block, or a bold section, of it.
    fn flush(&mut self, end: usize) {
        let inline = std::mem::take(&mut self.inline);
        let text = collapse(&inline.text);
        let start = std::mem::replace(&mut self.start, end);
        if text.is_empty() || self.heading || self.table.is_some() {
            return;
        }
        let span = self.span(&(start..end));
        if let Some((name, value)) = label(&inline) {
            if value.is_empty() && self.items.is_empty() && inline.bold.is_some() {
                self.open_section(BOLD, name, span);
                return;
            }
            let name_span = self.find(start, end, &name);
            let span = if value.is_empty() { span } else { self.find(name_span.end - self.skip, end, &value) };
            self.push(Block { span, text: value, kind: BlockKind::Label { name, name_span } });
            let last = self.blocks().len() - 1;
            if let Some(item) = self.items.last_mut() {
                item.labelled.get_or_insert(last);
            }
            return;
        }
        let kind = match self.items.last().and_then(|item| item.task) {
            Some(ticked) => BlockKind::Task { ticked },
            None => BlockKind::Prose,
        };
        self.push(Block { span, text, kind });
    }

    /// Where `wanted` stands between two offsets; its first word may be all that can be found.
    fn find(&self, start: usize, end: usize, wanted: &str) -> Span {
        let here = self.text.get(start..end).unwrap_or_default();
        let first = wanted.split(' ').next().unwrap_or_default();
        match here
            .find(wanted)
            .map(|at| (at, at + wanted.len()))
            .or_else(|| here.find(first).map(|at| (at, here.len())))
        {
            Some((from, to)) => self.span(&(start + from..start + to)),
            None => self.span(&(start..end)),
        }
    }

    /// A label whose value is a nested list says what the list says.
    fn complete_label(&mut self, item: &OpenItem) {
        let Some(at) = item.labelled else { return };
        let blocks = self.blocks_mut();
        if at < item.first_block || at >= blocks.len() || !blocks[at].text.is_empty() {
            return;
        }
        let nested: Vec<&str> = blocks[at + 1..].iter().map(|block| block.text.as_str()).collect();
        let text = nested.join(" ");
        let end = blocks.last().map_or(blocks[at].span, |block| block.span);
        blocks[at].text = text;
        blocks[at].span = blocks[at].span.to(end);
    }

    fn open_section(&mut self, level: u8, title: String, heading: Span) {
        for item in &mut self.items {
            item.labelled = None;
            item.first_block = 0;
        }
        let blocks = std::mem::take(&mut self.beside_heading);
        self.sections.push(Section { level, title, heading, span: heading, blocks });
    }

    fn blocks(&self) -> &[Block] {
        self.sections.last().map_or(&[], |section| &section.blocks)
    }

    fn blocks_mut(&mut self) -> &mut Vec<Block> {
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        let last = self.sections.len() - 1;
        &mut self.sections[last].blocks
    }

    fn push(&mut self, block: Block) {
        if self.heading {
            self.beside_heading.push(block);
        } else {
            self.blocks_mut().push(block);
        }
    }

    fn finish(mut self) -> Vec<Section> {
        self.flush(self.text.len());
        let mut end = self.skip + self.text.len();
        // From the back, the end of each open level; a section ends where the next one of its
        // level or above begins.
        let mut ends = [end; BOLD as usize + 1];
        for section in self.sections.iter_mut().rev() {
            let level = usize::from(section.level.min(BOLD));
            end = ends[level];
            section.span = Span::new(section.heading.start, end).trimmed_in(self.text, self.skip);
            ends[level..].fill(section.heading.start);
        }
        if let Some(first) = self.sections.first_mut() {
            first.span = Span::new(self.skip, self.skip + self.text.len());
        }
        self.sections
    }
}

impl Span {
    /// Trims a range of a text that stands `skip` bytes into its document.
    fn trimmed_in(self, text: &str, skip: usize) -> Self {
        let inside = Span::new(self.start.saturating_sub(skip), self.end.saturating_sub(skip));
        inside.trimmed(text).shifted(skip)
    }
}

/// Splits `**Name:** value`, `**Name**: value`, `Name: value` and a bold line without a value.
fn label(inline: &Inline) -> Option<(String, String)> {
    const LONGEST_NAME: usize = 8;
    let text = &inline.text;
    let (name, value) = match inline.bold {
        Some(end) => {
            let (bold, rest) = text.split_at(end);
            let bold = bold.trim();
            match (bold.strip_suffix([':', '.', '：']), rest.trim_start().strip_prefix([':', '：'])) {
                (Some(name), _) => (name, rest),
                (None, Some(rest)) => (bold, rest),
                (None, None) if rest.trim().is_empty() => (bold, ""),
                (None, None) => return None,
            }
        }
        None => {
            let (name, value) =
                text.split_once(": ").or_else(|| text.trim_end().strip_suffix(':').map(|name| (name, "")))?;
            (name, value)
        }
    };
    let name = collapse(name);
    let words = name.split(' ').count();
    if name.is_empty() || words > LONGEST_NAME || name.contains(['.', '!', '?']) && inline.bold.is_none() {
        return None;
    }
    Some((name, collapse(value)))
}

fn starts_like_label(line: &str) -> bool {
    line.starts_with("**")
}

/// White space runs become one space; none at the ends.
fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an HTML fragment shows: everything that is not between `<` and `>`.
fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                text.push(' ');
            }
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    text
}
