//! From the parser's events to sections and blocks.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::blocks::{BOLD, Block, BlockKind, Cell, Link, Section, Table};
use super::hidden::Hidden;
use super::html::{HtmlPart, html_parts, split_comments};
use super::inline::{Inline, collapse, is_bold_label, label};
use super::invisible::is_pale_formula;
use crate::span::Span;

/// Characters of a nested list that stand for the value of the label above it.
const LONGEST_LIST_TEXT: usize = 400;

/// A list item, paragraph or quotation whose end has not been seen.
struct OpenItem {
    first_block: usize,
    task: Option<bool>,
    labelled: Option<usize>,
    /// Whether that label is bold words and no more, without a colon.
    bare: bool,
}

/// Turns the events of the parser into sections, blocks and links.
pub(super) struct ProseReader<'a> {
    text: &'a str,
    skip: usize,
    sections: Vec<Section>,
    links: Vec<Link>,
    /// The running text and where it began; a new line of a paragraph begins a new one.
    inline: Inline,
    start: usize,
    items: Vec<OpenItem>,
    table: Option<(Span, Table, Vec<Cell>)>,
    code: Option<(Span, String)>,
    html: Option<(Span, String)>,
    /// How many strikethroughs are open.
    struck: usize,
    /// The elements that hide what is read.
    hidden: Hidden,
    hidden_inline: Hidden,
    heading: bool,
    /// Comments beside a heading's title; they belong to the section it opens.
    beside_heading: Vec<Block>,
    image: usize,
    in_paragraph: bool,
}

impl<'a> ProseReader<'a> {
    /// A reader of `text`, which stands `skip` bytes into its document.
    pub(super) fn new(text: &'a str, skip: usize) -> Self {
        let preamble = Section { span: Span::new(skip, skip + text.len()), ..Section::default() };
        Self {
            text,
            skip,
            sections: vec![preamble],
            links: Vec::new(),
            inline: Inline::default(),
            start: 0,
            items: Vec::new(),
            table: None,
            code: None,
            html: None,
            struck: 0,
            hidden: Hidden::of(text),
            hidden_inline: Hidden::of(text),
            heading: false,
            beside_heading: Vec::new(),
            image: 0,
            in_paragraph: false,
        }
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(range.start, range.end).trimmed(self.text).shifted(self.skip)
    }

    /// Takes the next event.
    pub(super) fn event(&mut self, event: Event<'a>, range: Range<usize>) {
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
        if matches!(tag, Tag::Paragraph | Tag::List(_) | Tag::Table(_) | Tag::CodeBlock(_)) {
            self.hidden.begin_block();
        }
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
                self.items.push(OpenItem { first_block, task: None, labelled: None, bare: false });
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
            Tag::Strong if self.inline.text.trim().is_empty() => self.inline.in_bold += 1,
            Tag::Emphasis => self.inline.in_italics += 1,
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, .. } => self.link(dest_url, &range),
            Tag::Image { dest_url, .. } => {
                self.image += 1;
                self.link(dest_url, &range);
            }
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
                    let kind = BlockKind::Table(table);
                    self.push(Block { span, text, kind, ..Block::default() });
                }
            }
            TagEnd::CodeBlock => {
                if let Some((span, text)) = self.code.take() {
                    self.push(Block { span, text, kind: BlockKind::Code, ..Block::default() });
                }
            }
            TagEnd::HtmlBlock => {
                if let Some((span, text)) = self.html.take() {
                    self.html_text(span, &text);
                }
            }
            TagEnd::Strong if self.inline.in_bold > 0 => {
                self.inline.in_bold -= 1;
                self.inline.bold.get_or_insert(self.inline.text.len());
            }
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            TagEnd::Emphasis => self.inline.in_italics = self.inline.in_italics.saturating_sub(1),
            TagEnd::Image => {
                self.inline.close_link(true);
                self.image = self.image.saturating_sub(1);
            }
            TagEnd::Link => self.inline.close_link(self.heading || self.image > 0),
            TagEnd::BlockQuote(_) | TagEnd::List(_) => self.start = range.end,
            _ => {}
        }
    }

    fn link(&mut self, target: &CowStr<'_>, range: &Range<usize>) {
        self.inline.open_link(target, self.heading || self.image > 0);
        let span = self.span(range);
        let is_note = self.text[range.clone()].starts_with("[^");
        self.links.extend((!is_note).then(|| Link { span, target: target.to_string() }));
    }

    fn literal(&mut self, text: &CowStr<'_>) {
        match &mut self.code {
            Some((_, code)) => code.push_str(text),
            // What is struck through is taken back.
            None if self.image > 0 || self.struck > 0 || self.hidden_inline.is_open() => {}
            None => self.inline.push(text),
        }
    }

    fn line_break(&mut self, range: Range<usize>) {
        // Each line of a paragraph may be a label of its own.
        let next_line = self.text[range.end..].lines().next().unwrap_or_default();
        if self.in_paragraph && !self.heading && is_bold_label(next_line) {
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
            self.push(Block { span, text, kind: BlockKind::Comment, ..Block::default() });
        } else {
            // What is deleted or hidden within a line says nothing either.
            self.hidden_inline.block(html, self.hidden.is_on_colour());
            self.inline.space();
        }
    }

    fn html_text(&mut self, span: Span, html: &str) {
        let (comments, seen) = split_comments(html);
        for text in comments {
            self.push(Block { span, text, kind: BlockKind::Comment, ..Block::default() });
        }
        let shown = self.hidden.block(&seen, false);
        let mut rest = span;
        for part in html_parts(&shown) {
            match part {
                // What is shown of it stands outside of what it hides.
                HtmlPart::Text(text) => self.add(Block { span: rest, text, ..Block::default() }),
                HtmlPart::Heading { level, title, written } => {
                    let heading = self.find(rest.start - self.skip, rest.end - self.skip, written);
                    self.open_section(level, title, heading);
                    rest = Span::new(heading.end, rest.end);
                }
            }
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
            let span = if value.is_empty() {
                span
            } else {
                self.find(name_span.end - self.skip, end, &value)
            };
            self.push(Block {
                span,
                text: value,
                linked: inline.linked,
                item: !self.items.is_empty(),
                kind: BlockKind::Label { name, name_span },
                ..Block::default()
            });
            let last = self.blocks().len() - 1;
            let bare = !inline.text.trim_end().ends_with([':', '：']);
            if let Some(item) = self.items.last_mut() {
                item.labelled.get_or_insert(last);
                item.bare = bare;
            }
            return;
        }
        let kind = match self.items.last().and_then(|item| item.task) {
            Some(ticked) => BlockKind::Task { ticked },
            None => BlockKind::Prose,
        };
        let bold = inline.bold.map_or(0, |end| collapse(&inline.text[..end]).len());
        self.push(Block {
            span,
            text,
            italic: inline.is_italic(),
            linked: inline.linked,
            item: !self.items.is_empty(),
            contents: inline.is_contents(),
            bold,
            kind,
        });
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
        // Only what the list itself says, and no more than shows that it says something: a label
        // inside a label must not be copied outwards level by level.
        let mut text = String::new();
        for block in
            blocks[at + 1..].iter().filter(|block| !matches!(block.kind, BlockKind::Label { .. }))
        {
            if text.len() >= LONGEST_LIST_TEXT {
                break;
            }
            text.extend(block.text.chars().take(LONGEST_LIST_TEXT));
            text.push(' ');
        }
        let labels =
            blocks[at + 1..].iter().filter(|block| matches!(block.kind, BlockKind::Label { .. }));
        let first = labels.map(|block| &block.text).find(|text| !text.is_empty());
        text.extend(first.iter().flat_map(|text| text.chars().take(LONGEST_LIST_TEXT)));
        let text = collapse(&text);
        if text.is_empty() && item.bare {
            // An item that is only bold words says them.
            let block = &mut blocks[at];
            if let BlockKind::Label { name, .. } =
                std::mem::replace(&mut block.kind, BlockKind::Prose)
            {
                block.text = name;
            }
            return;
        }
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

    fn push(&mut self, mut block: Block) {
        if self.hidden.is_open() || is_pale_formula(&block.text) {
            block.kind = BlockKind::Comment;
        }
        self.add(block);
    }

    fn add(&mut self, block: Block) {
        if self.heading {
            self.beside_heading.push(block);
        } else {
            self.blocks_mut().push(block);
        }
    }

    /// What was read, with the ends of all sections.
    pub(super) fn finish(mut self) -> (Vec<Section>, Vec<Link>) {
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
        (self.sections, self.links)
    }
}

impl Span {
    /// Trims a range of a text that stands `skip` bytes into its document.
    fn trimmed_in(self, text: &str, skip: usize) -> Self {
        let inside = Span::new(self.start.saturating_sub(skip), self.end.saturating_sub(skip));
        inside.trimmed(text).shifted(skip)
    }
}
