//! The outline of reStructuredText and AsciiDoc: headings, and under them paragraphs, list items
//! and labels.
//!
//! Directives beyond tables, admonitions and code are read as the text they are written with.

use super::blocks::{Block, BlockKind, Prose, Section};
use super::inline::{Inline, collapse, label, plain};
use super::ruled::{OutlineLine, of_asciidoc, of_list, of_restructured_text};
use crate::span::Span;

fn lines(text: &str, skip: usize) -> Vec<OutlineLine<'_>> {
    let mut start = skip;
    let all = text.split_inclusive('\n').map(|line| {
        let at = start;
        start += line.len();
        OutlineLine { text: line.trim_end(), start: at }
    });
    all.collect()
}

/// Reads reStructuredText (docutils specification: section titles, field lists, comments).
pub(in crate::document) fn restructured_text(text: &str, skip: usize) -> Prose {
    let lines = lines(text, skip);
    let mut writer = Writer::new(text, skip);
    // The order in which adornments appear is the order of their levels.
    let mut adornments: Vec<(char, bool)> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let under = |at: usize| lines.get(at).and_then(|line| adornment(line.text));
        let level = |adornments: &mut Vec<(char, bool)>, found: (char, bool)| {
            let known = adornments.iter().position(|it| *it == found).unwrap_or_else(|| {
                adornments.push(found);
                adornments.len() - 1
            });
            u8::try_from(known + 1).unwrap_or(u8::MAX).min(6)
        };
        let overlined = adornment(line.text).filter(|mark| under(at + 2) == Some(*mark));
        if let (Some(mark), Some(title)) =
            (overlined, lines.get(at + 1).filter(|title| !title.is_blank()))
        {
            writer.section(level(&mut adornments, (mark, true)), title.text.trim(), title.span());
            at += 3;
        } else if let Some(mark) = under(at + 1).filter(|_| !line.is_blank() && line.indent() == 0)
        {
            writer.section(level(&mut adornments, (mark, false)), line.text, line.span());
            at += 2;
        } else if let Some((table, taken)) = of_restructured_text(&lines[at..]) {
            writer.end();
            writer.prose_block(table);
            at += taken;
        } else if let Some(kind) = closed(line) {
            // It goes on as long as it is indented.
            let more = indented(&lines[at + 1..], line.indent());
            let inside = &lines[at + 1..at + 1 + more];
            let whole = line.span().to(lines[at + more].span());
            writer.closed(kind, inside, whole);
            at += 1 + more;
        } else if let Some((name, value)) =
            line.text.trim_start().strip_prefix(':').and_then(|it| it.split_once(": "))
        {
            writer.label(name, value, line.span());
            at += 1;
        } else if let Some(said) = admonition(line) {
            writer.end();
            writer.line(said, None);
            at += 1;
        } else if line.is_blank() || line.text.starts_with(".. ") {
            writer.end();
            at += 1;
        } else {
            writer.line(line, item(line.text));
            at += 1;
        }
    }
    writer.finish()
}

/// What is not running text, from its first line on.
#[derive(Clone, Copy)]
enum ClosedBlock {
    Comment,
    Code,
    ListTable,
}

/// What begins with a line that is no running text (docutils directives).
fn closed(line: OutlineLine<'_>) -> Option<ClosedBlock> {
    let Some(rest) = line.text.trim_start().strip_prefix(".. ") else {
        return (line.text.trim() == "::").then_some(ClosedBlock::Code);
    };
    let Some((name, _)) = rest.split_once("::") else {
        // What is cited stands in a list of its own, and is read.
        return (line.indent() == 0 && !rest.starts_with('[')).then_some(ClosedBlock::Comment);
    };
    match name.trim() {
        "code" | "code-block" | "sourcecode" | "parsed-literal" | "math" => Some(ClosedBlock::Code),
        "toctree" | "contents" | "index" | "raw" | "highlight" => Some(ClosedBlock::Comment),
        "list-table" => Some(ClosedBlock::ListTable),
        _ => None,
    }
}

/// How many lines are indented further than a line before them, blank ones between them included.
fn indented(lines: &[OutlineLine<'_>], than: usize) -> usize {
    let inside = lines.iter().take_while(|next| next.indent() > than || next.is_blank());
    let (mut count, mut last) = (0, 0);
    for line in inside {
        count += 1;
        if !line.is_blank() {
            last = count;
        }
    }
    last
}

/// What a directive for readers says on its own line (docutils directives, admonitions).
fn admonition(line: OutlineLine<'_>) -> Option<OutlineLine<'_>> {
    const NAMES: [&str; 9] =
        ["attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning"];
    let (name, said) = line.text.trim_start().strip_prefix(".. ")?.split_once("::")?;
    let text = said.trim_start();
    let is_said = NAMES.contains(&name.trim().to_ascii_lowercase().as_str()) && !text.is_empty();
    let start = line.start + (line.text.len() - text.len());
    is_said.then_some(OutlineLine { text, start })
}

/// The character of which a line consists, if it is a line of at least three of one punctuation
/// mark.
fn adornment(text: &str) -> Option<char> {
    let first = text.chars().next().filter(char::is_ascii_punctuation)?;
    (text.len() >= 3 && text.chars().all(|c| c == first)).then_some(first)
}

/// Reads AsciiDoc (language documentation: sections, attribute entries, description lists,
/// comments).
pub(in crate::document) fn asciidoc(text: &str, skip: usize) -> Prose {
    let lines = lines(text, skip);
    let mut writer = Writer::new(text, skip);
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let marks = line.text.chars().take_while(|c| *c == '=').count();
        let title =
            line.text.get(marks..).filter(|rest| (1..=6).contains(&marks) && rest.starts_with(' '));
        if let Some(title) = title {
            writer.section(u8::try_from(marks).unwrap_or(6), title.trim(), line.span());
        } else if matches!(line.text, "////" | "++++" | "----" | "...." | "|===" | "```") {
            let inside = lines[at + 1..].iter().take_while(|next| next.text != line.text).count();
            let last = (at + 1 + inside).min(lines.len() - 1);
            let inside = &lines[at + 1..at + 1 + inside];
            let whole = line.span().to(lines[last].span());
            writer.end();
            match line.text {
                "////" | "++++" => writer.comment(whole),
                "|===" => writer.prose_block(of_asciidoc(inside, whole)),
                _ => writer.code(inside, whole),
            }
            at = last;
        } else if is_bracketed(line.text) && lines.get(at + 1).is_some_and(|it| !it.is_blank())
            || matches!(line.text, "====" | "****" | "____" | "--")
        {
            // What says how a block looks, and its edges.
            writer.end();
        } else if line.text.starts_with("//") {
            writer.comment(line.span());
        } else if let Some((name, value)) = described(line.text) {
            writer.label(name, value, line.span());
        } else if line.is_blank() {
            writer.end();
        } else {
            writer.line(line, item(line.text));
        }
        at += 1;
    }
    writer.finish()
}

/// `[source,python]`
fn is_bracketed(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']')
}

/// `:owner: Ana` and `Owner:: Ana`.
fn described(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix(':') {
        Some(rest) => rest.split_once(": "),
        None => text.split_once(":: ").filter(|(name, _)| !name.contains(['[', '/'])),
    }
}

/// The text of a list item, if a line begins one.
fn item(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let marks = text.chars().take_while(|c| matches!(c, '*' | '-' | '.')).count();
    if (1..=5).contains(&marks) {
        return text[marks..].strip_prefix(' ');
    }
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    text.get(digits..).filter(|_| digits > 0).and_then(|rest| rest.strip_prefix(". "))
}

/// Puts lines together to blocks and sections.
struct Writer<'a> {
    text: &'a str,
    skip: usize,
    prose: Prose,
    /// The paragraph that is being read, and whether it is an item of a list.
    open: Option<(Span, String, bool)>,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, skip: usize) -> Self {
        let preamble = Section { span: Span::new(skip, skip + text.len()), ..Section::default() };
        let prose = Prose { sections: vec![preamble], ..Prose::default() };
        Self { text, skip, prose, open: None }
    }

    fn section(&mut self, level: u8, title: &str, heading: Span) {
        self.end();
        let title = plain(title);
        self.prose.sections.push(Section {
            level,
            title,
            heading,
            span: heading,
            blocks: Vec::new(),
        });
    }

    fn line(&mut self, line: OutlineLine<'_>, item: Option<&str>) {
        if item.is_some() {
            self.end();
        }
        let text = item.unwrap_or(line.text);
        match &mut self.open {
            Some((span, all, _)) => {
                all.push(' ');
                all.push_str(text);
                *span = span.to(line.span());
            }
            None => self.open = Some((line.span(), text.to_owned(), item.is_some())),
        }
    }

    fn label(&mut self, name: &str, value: &str, span: Span) {
        self.end();
        let kind = BlockKind::Label { name: plain(name), name_span: span };
        self.push(Block { span, text: plain(value), kind, ..Block::default() });
    }

    fn comment(&mut self, span: Span) {
        self.end();
        let text = collapse(
            self.text.get(span.start - self.skip..span.end - self.skip).unwrap_or_default(),
        );
        self.push(Block { span, text, kind: BlockKind::Comment, ..Block::default() });
    }

    /// Adds what is no running text.
    fn closed(&mut self, kind: ClosedBlock, inside: &[OutlineLine<'_>], whole: Span) {
        self.end();
        match kind {
            ClosedBlock::Comment => self.comment(whole),
            ClosedBlock::Code => self.code(inside, whole),
            ClosedBlock::ListTable => self.prose_block(of_list(inside, whole)),
        }
    }

    fn code(&mut self, inside: &[OutlineLine<'_>], span: Span) {
        let text = inside.iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
        self.push(Block { span, text, kind: BlockKind::Code, ..Block::default() });
    }

    fn prose_block(&mut self, block: Option<Block>) {
        block.into_iter().for_each(|block| self.push(block));
    }

    /// Ends the paragraph that is being read.
    fn end(&mut self) {
        let Some((span, source, item)) = self.open.take() else { return };
        let text = plain(&source);
        let mut inline = Inline::default();
        inline.push(&text);
        let trimmed = source.trim();
        let italic =
            trimmed.len() > 2 && trimmed.starts_with(['*', '_']) && trimmed.ends_with(['*', '_']);
        let block = match label(&inline) {
            Some((name, value)) => Block {
                span,
                text: value,
                item,
                kind: BlockKind::Label { name, name_span: span },
                ..Block::default()
            },
            None => {
                let linked = source.contains("://");
                Block { span, text, italic, linked, item, ..Block::default() }
            }
        };
        self.push(block);
    }

    fn push(&mut self, block: Block) {
        if let Some(section) = self.prose.sections.last_mut() {
            section.blocks.push(block);
        }
    }

    fn finish(mut self) -> Prose {
        self.end();
        let sections = &mut self.prose.sections;
        let end = self.skip + self.text.len();
        for index in 1..sections.len() {
            let level = sections[index].level;
            let next = sections[index + 1..].iter().find(|section| section.level <= level);
            let until = next.map_or(end, |section| section.heading.start);
            sections[index].span = Span::new(sections[index].heading.start, until);
        }
        self.prose
    }
}
