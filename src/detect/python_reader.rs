//! What a Python source says, read from its tokens: imports, assignments, calls, classes, and the
//! names that are passed on.

use std::borrow::Cow;
use std::ops::Range;

use super::python_lexer::{PythonToken, TokenKind, tokens};
use crate::span::Span;

/// A source and its tokens. Ranges are of tokens.
pub(super) struct PythonText<'s> {
    pub(super) source: &'s str,
    pub(super) tokens: Vec<PythonToken>,
    /// The call that a bracket opens, by the token.
    call_at: Vec<u32>,
}

/// What stands in a source, each in its order.
#[derive(Default)]
pub(super) struct PythonFacts<'s> {
    /// Local names, and the dotted paths they are imported as.
    pub(super) imports: Vec<(&'s str, String)>,
    /// Modules of which everything is imported.
    pub(super) wildcards: Vec<&'s str>,
    pub(super) assignments: Vec<Assignment<'s>>,
    pub(super) calls: Vec<PythonCall>,
    pub(super) classes: Vec<ClassHead<'s>>,
    /// Names that are passed on, by their tokens.
    pub(super) values: Vec<Range<usize>>,
}

pub(super) struct Assignment<'s> {
    pub(super) target: Cow<'s, str>,
    /// None where the name is bound to something that cannot be told.
    pub(super) value: Option<Range<usize>>,
}

pub(super) struct PythonCall {
    /// Where the whole expression begins.
    start: usize,
    pub(super) open: usize,
    pub(super) callee: Callee,
}

/// What is called.
pub(super) enum Callee {
    /// A dotted name.
    Name(Range<usize>),
    /// An attribute of the expression that ends at a token; empty where the value itself is called.
    Of { end: usize, attribute: Range<usize> },
}

pub(super) struct ClassHead<'s> {
    pub(super) name: &'s str,
    pub(super) span: Span,
    /// What stands in its brackets.
    pub(super) bases: Range<usize>,
}

/// What an expression is, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression<'s> {
    Literal(&'s str),
    Name(Cow<'s, str>),
    /// A call, by its place among the calls.
    Call(usize),
    Other,
}

/// No call opens here.
const NONE: u32 = u32::MAX;

/// Words that are no names.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Words behind which a value is passed on.
const PASSING: [&str; 6] = ["return", "yield", "else", "or", "and", "await"];

/// Reads a source.
pub(super) fn read(source: &str) -> (PythonText<'_>, PythonFacts<'_>) {
    let tokens = tokens(source);
    let call_at = vec![NONE; tokens.len()];
    let mut text = PythonText { source, tokens, call_at };
    let mut facts = PythonFacts::default();
    text.calls(&mut facts);
    text.statements(&mut facts);
    (text, facts)
}

impl<'s> PythonText<'s> {
    pub(super) fn kind(&self, at: usize) -> TokenKind {
        self.tokens.get(at).map_or(TokenKind::End, |token| token.kind)
    }

    pub(super) fn is(&self, at: usize, sign: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(sign))
    }

    pub(super) fn is_open(&self, at: usize) -> bool {
        matches!(self.kind(at), TokenKind::Open(_))
    }

    /// The token behind this one, or behind its bracket.
    pub(super) fn next(&self, at: usize) -> usize {
        if self.is_open(at) { self.tokens[at].mate().max(at) + 1 } else { at + 1 }
    }

    /// A token as written.
    pub(super) fn word(&self, at: usize) -> &'s str {
        let token = self.tokens.get(at);
        token.and_then(|token| self.source.get(token.range())).unwrap_or_default()
    }

    /// The name at a token; none for a keyword.
    pub(super) fn name(&self, at: usize) -> Option<&'s str> {
        let is_name = self.kind(at) == TokenKind::Name;
        is_name.then(|| self.word(at)).filter(|word| !KEYWORDS.contains(word))
    }

    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.kind(at) == TokenKind::Name && self.word(at) == word
    }

    /// Where the bytes of tokens stand.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        let start = self.tokens.get(range.start).map_or(0, |token| token.range().start);
        let last = range.end.checked_sub(1).and_then(|at| self.tokens.get(at));
        Span::new(start, last.map_or(start, |token| token.range().end))
    }

    pub(super) fn is_text(&self, at: usize) -> bool {
        matches!(self.kind(at), TokenKind::Text | TokenKind::OpenText)
    }

    /// Tokens as written.
    pub(super) fn written(&self, range: &Range<usize>) -> &'s str {
        self.span(range).of(self.source)
    }

    /// The end of the dotted name that begins at a name.
    pub(super) fn chain_end(&self, start: usize) -> usize {
        let mut end = start + 1;
        while self.is(end, b'.') && self.kind(end + 1) == TokenKind::Name {
            end += 2;
        }
        end
    }

    /// `a.b.c` without what stands between its parts.
    pub(super) fn dotted(&self, range: &Range<usize>) -> Cow<'s, str> {
        let written = self.span(range).of(self.source);
        if written
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'.' | 0x80..))
        {
            return Cow::Borrowed(written);
        }
        let parts: Vec<&str> = range.clone().step_by(2).map(|at| self.word(at)).collect();
        Cow::Owned(parts.join("."))
    }

    /// Finds the calls, and the names that are passed on.
    fn calls(&mut self, facts: &mut PythonFacts<'s>) {
        // Of the open brackets whether a name in them is passed on.
        let mut open: Vec<bool> = Vec::new();
        let mut in_import = false;
        let mut at = 0;
        while at < self.tokens.len() {
            let before = at.checked_sub(1);
            match self.kind(at) {
                TokenKind::End => in_import = false,
                TokenKind::Open(byte) => {
                    let is_behind = before.is_some_and(|it| self.ends_value(it));
                    if byte == b'(' && before.is_some_and(|it| self.kind(it) == TokenKind::Close) {
                        self.note_call(facts, Callee::Of { end: at - 1, attribute: at..at }, at);
                    }
                    open.push(!in_import && (byte != b'[' || !is_behind));
                }
                TokenKind::Close => {
                    open.pop();
                }
                TokenKind::Sign(b'.') if self.kind(at + 1) == TokenKind::Name => {
                    let attribute = at + 1..self.chain_end(at + 1);
                    let end = attribute.end;
                    let is_of = before.is_some_and(|it| self.ends_value(it));
                    if self.kind(end) == TokenKind::Open(b'(') && is_of {
                        self.note_call(facts, Callee::Of { end: at - 1, attribute }, end);
                    }
                    at = end;
                    continue;
                }
                TokenKind::Name if self.is_word(at, "import") => in_import = true,
                TokenKind::Name if self.name(at).is_some() => {
                    let chain = at..self.chain_end(at);
                    let end = chain.end;
                    let is_defined =
                        before.is_some_and(|it| matches!(self.word(it), "def" | "class"));
                    if self.kind(end) == TokenKind::Open(b'(') && !is_defined {
                        self.note_call(facts, Callee::Name(chain), end);
                    } else if !in_import
                        && open.last() != Some(&false)
                        && self.is_passed_on(&chain, !open.is_empty())
                    {
                        facts.values.push(chain);
                    }
                    at = end;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Whether a token can be the end of a value, of which something follows.
    fn ends_value(&self, at: usize) -> bool {
        match self.kind(at) {
            TokenKind::Close | TokenKind::Text | TokenKind::OpenText => true,
            TokenKind::Name => self.name(at).is_some(),
            _ => false,
        }
    }

    /// Whether a name stands where its value is passed on: assigned, an argument, an element, a
    /// base class.
    fn is_passed_on(&self, chain: &Range<usize>, in_brackets: bool) -> bool {
        let Some(before) = chain.start.checked_sub(1) else { return false };
        let is_behind = match self.kind(before) {
            TokenKind::Sign(b'=') | TokenKind::Pair(b':') => true,
            TokenKind::Open(_) => true,
            TokenKind::Sign(b',') => in_brackets,
            // The value of a dictionary, and no annotation.
            TokenKind::Sign(b':') => {
                in_brackets
                    && before.checked_sub(1).is_some_and(|key| {
                        matches!(self.kind(key), TokenKind::Text | TokenKind::OpenText)
                    })
            }
            TokenKind::Name => PASSING.contains(&self.word(before)),
            _ => false,
        };
        is_behind
            && match self.kind(chain.end) {
                TokenKind::End | TokenKind::Close | TokenKind::Sign(b',') => true,
                TokenKind::Name => self.name(chain.end).is_none(),
                _ => false,
            }
    }

    fn note_call(&mut self, facts: &mut PythonFacts<'s>, callee: Callee, open: usize) {
        let start = match &callee {
            Callee::Name(name) => name.start,
            Callee::Of { end, .. } => {
                let begin = if self.kind(*end) == TokenKind::Close {
                    self.tokens[*end].mate().min(*end)
                } else {
                    *end
                };
                self.call_of(begin).map_or(begin, |call| facts.calls[call].start)
            }
        };
        self.call_at[open] = u32::try_from(facts.calls.len()).unwrap_or(NONE);
        facts.calls.push(PythonCall { start, open, callee });
    }

    /// The call that a bracket opens.
    fn call_of(&self, open: usize) -> Option<usize> {
        self.call_at.get(open).filter(|call| **call != NONE).map(|call| *call as usize)
    }

    /// The call whose bracket closes at a token.
    pub(super) fn call_before(&self, end: usize) -> Option<usize> {
        let close = self.tokens.get(end).filter(|token| token.kind == TokenKind::Close)?;
        self.call_of(close.mate())
    }

    /// What stands in the brackets that close at a token and are no call.
    pub(super) fn inside(&self, end: usize) -> Option<Range<usize>> {
        let close = self.tokens.get(end).filter(|token| token.kind == TokenKind::Close)?;
        let open = close.mate();
        (self.kind(open) == TokenKind::Open(b'(') && self.call_of(open).is_none())
            .then_some(open + 1..end)
    }

    /// What the tokens of an expression are.
    pub(super) fn expression(
        &self,
        range: &Range<usize>,
        facts: &PythonFacts<'s>,
    ) -> Expression<'s> {
        let mut range = range.clone();
        // Brackets around, and `await` before.
        for _ in 0..8 {
            let is_wrapped = self.kind(range.start) == TokenKind::Open(b'(')
                && self.tokens[range.start].mate() + 1 == range.end
                && range.len() > 2;
            if is_wrapped {
                range = range.start + 1..range.end - 1;
            } else if range.len() > 1 && self.is_word(range.start, "await") {
                range.start += 1;
            } else {
                break;
            }
        }
        if range.is_empty() {
            return Expression::Other;
        }
        if range.len() == 1 && self.kind(range.start) == TokenKind::Text {
            return Expression::Literal(self.word(range.start));
        }
        if self.name(range.start).is_some() && self.chain_end(range.start) == range.end {
            return Expression::Name(self.dotted(&range));
        }
        match self.call_before(range.end - 1) {
            Some(call) if facts.calls[call].start == range.start => Expression::Call(call),
            _ => Expression::Other,
        }
    }

    /// The arguments of a call, each with its keyword.
    pub(super) fn arguments(&self, open: usize) -> Vec<(Option<&'s str>, Range<usize>)> {
        let end = self.tokens.get(open).map_or(open, PythonToken::mate).min(self.tokens.len());
        let parts = self.split(open + 1..end, b',').into_iter();
        parts
            .map(|part| match self.name(part.start) {
                Some(name) if self.is(part.start + 1, b'=') => {
                    (Some(name), part.start + 2..part.end)
                }
                _ => (None, part),
            })
            .collect()
    }

    /// The dotted names of a list.
    pub(super) fn names(&self, range: &Range<usize>) -> Vec<Cow<'s, str>> {
        let parts = self.split(range.clone(), b',').into_iter();
        parts
            .filter(|part| {
                self.name(part.start).is_some() && self.chain_end(part.start) == part.end
            })
            .map(|part| self.dotted(&part))
            .collect()
    }

    /// The parts of a range between signs that stand in no bracket of it. Empty parts are left out.
    pub(super) fn split(&self, range: Range<usize>, sign: u8) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut start, mut at) = (range.start, range.start);
        while at < range.end {
            if self.is(at, sign) {
                parts.push(start..at);
                start = at + 1;
            }
            at = self.next(at);
        }
        parts.push(start..range.end);
        parts.retain(|part| part.start < part.end);
        parts
    }
}
