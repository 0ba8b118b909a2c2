//! Which bytes of a source are code, and where its strings are, by the rules of its language.
//!
//! # Design
//!
//! A full grammar for each language would say more than is asked for: whether a name stands in code
//! or in a comment. So one pass over the bytes blanks comments and strings, and what is looked for
//! is looked for in what is left. An error in it (a quote in a regular expression of JavaScript)
//! ends with the line or, for strings of several lines, with the next quote.

use serde::Deserialize;

use crate::span::Span;

/// How a language is split: a part of a row of `data/code/languages.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StringRule {
    open: String,
    close: String,
    #[serde(default)]
    escape: bool,
    #[serde(default)]
    lines: bool,
}

/// What begins and ends comments and strings.
pub(super) struct Lexis<'l> {
    pub(super) line: &'l [String],
    pub(super) spaced: bool,
    pub(super) block: &'l [String],
    pub(super) nests: bool,
    pub(super) strings: &'l [StringRule],
    pub(super) sections: &'l [String],
}

/// A source that was split.
pub(super) struct Lexed {
    /// The source with blanks for what stands in comments, in strings and beside the code.
    pub(super) code: Vec<u8>,
    /// The insides of strings, in their order.
    pub(super) strings: Vec<Span>,
}

impl Lexed {
    /// Whether a byte stands in code. A blank is taken as one.
    pub(super) fn is_code(&self, source: &[u8], at: usize) -> bool {
        source.get(at).is_some_and(|byte| self.code.get(at) == Some(byte)) && !self.in_string(at)
    }

    /// Whether a byte stands in a string.
    pub(super) fn in_string(&self, at: usize) -> bool {
        let next = self.strings.partition_point(|span| span.end <= at);
        self.strings.get(next).is_some_and(|span| span.start <= at)
    }
}

/// Splits a source.
pub(super) fn lex(source: &[u8], lexis: &Lexis<'_>) -> Lexed {
    let mut lexed = Lexed { code: source.to_vec(), strings: Vec::new() };
    let mut from = 0;
    for section in sections(source, lexis.sections) {
        blank(&mut lexed.code, from, section.start);
        split(source, section, lexis, &mut lexed);
        from = section.end;
    }
    blank(&mut lexed.code, from, source.len());
    lexed
}

/// The parts of a source that are code.
fn sections(source: &[u8], marks: &[String]) -> Vec<Span> {
    let [begin, begun, end] = marks else { return vec![Span::new(0, source.len())] };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = find(source, begin.as_bytes(), at) {
        let Some(inside) = find(source, begun.as_bytes(), start + begin.len()) else { break };
        let inside = inside + begun.len();
        let close = find(source, end.as_bytes(), inside).unwrap_or(source.len());
        found.push(Span::new(inside, close));
        at = (close + end.len()).min(source.len());
    }
    found
}

fn split(source: &[u8], section: Span, lexis: &Lexis<'_>, lexed: &mut Lexed) {
    let starts = starts(lexis);
    let source = &source[..section.end];
    let mut at = section.start;
    while at < source.len() {
        if !starts[usize::from(source[at])] {
            at += 1;
            continue;
        }
        let rest = &source[at..];
        let before = at.checked_sub(1).map(|it| source[it]);
        let is_apart = !lexis.spaced || before.is_none_or(|byte| byte.is_ascii_whitespace());
        if is_apart && lexis.line.iter().any(|mark| rest.starts_with(mark.as_bytes())) {
            let end = find(source, b"\n", at).unwrap_or(source.len());
            blank(&mut lexed.code, at, end);
            at = end;
        } else if let Some(end) = block_end(source, at, lexis) {
            blank(&mut lexed.code, at, end);
            at = end;
        } else if let Some(rule) = string_at(rest, before, lexis.strings) {
            let inside = at + rule.open.len();
            let end = string_end(source, inside, rule);
            blank(&mut lexed.code, inside, end);
            lexed.strings.push(Span::new(inside, end));
            let closes = source[end..].starts_with(rule.close.as_bytes());
            at = (if closes { end + rule.close.len() } else { end }).max(at + 1);
        } else {
            at += 1;
        }
    }
}

/// The bytes that a comment or a string can begin with.
fn starts(lexis: &Lexis<'_>) -> [bool; 256] {
    let mut starts = [false; 256];
    let opens = lexis.strings.iter().map(|rule| &rule.open);
    for mark in lexis.line.iter().chain(lexis.block.first()).chain(opens) {
        if let Some(first) = mark.bytes().next() {
            starts[usize::from(first)] = true;
        }
    }
    starts
}

fn string_at<'l>(
    rest: &[u8],
    before: Option<u8>,
    rules: &'l [StringRule],
) -> Option<&'l StringRule> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    rules.iter().find(|rule| {
        let is_prefixed = rule.open.bytes().next().is_some_and(is_name);
        rest.starts_with(rule.open.as_bytes()) && !(is_prefixed && before.is_some_and(is_name))
    })
}

/// Where the inside of a string ends.
fn string_end(source: &[u8], inside: usize, rule: &StringRule) -> usize {
    let close = rule.close.as_bytes();
    let mut at = inside;
    while at < source.len() {
        match source[at] {
            b'\\' if rule.escape => at += 1,
            b'\n' if !rule.lines => return at,
            _ if source[at..].starts_with(close) => return at,
            _ => {}
        }
        at += 1;
    }
    source.len()
}

/// Where a comment that begins here ends; None where none does.
fn block_end(source: &[u8], at: usize, lexis: &Lexis<'_>) -> Option<usize> {
    let [open, close] = lexis.block else { return None };
    let (open, close) = (open.as_bytes(), close.as_bytes());
    if !source[at..].starts_with(open) {
        return None;
    }
    let mut depth = 1;
    let mut here = at + open.len();
    while here < source.len() {
        let rest = &source[here..];
        if rest.starts_with(close) {
            depth -= 1;
            here += close.len();
            if depth == 0 {
                return Some(here);
            }
        } else if lexis.nests && rest.starts_with(open) {
            depth += 1;
            here += open.len();
        } else {
            here += 1;
        }
    }
    Some(source.len())
}

/// Blanks a range, line breaks apart.
fn blank(code: &mut [u8], from: usize, to: usize) {
    for byte in code.get_mut(from..to).unwrap_or_default() {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// Where a text stands first from a byte on.
pub(super) fn find(source: &[u8], text: &[u8], from: usize) -> Option<usize> {
    if text.is_empty() {
        return None;
    }
    let rest = source.get(from..)?;
    rest.windows(text.len()).position(|it| it == text).map(|at| from + at)
}
