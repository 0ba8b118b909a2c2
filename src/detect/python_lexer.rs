//! Python source as tokens: names, texts, brackets that know their other end, ends of statements.
//!
//! # Design
//!
//! Evidence hangs on names, calls and their arguments, and those can be read from tokens; a whole
//! syntax tree costs some thirty times as much. Comments and white space leave nothing behind. A
//! file that Python would refuse is read as far as it can be: a word that only starts a statement
//! ends whatever brackets and texts are still open.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name,
    Number,
    /// A text without interpolation and without a backslash; its range is what is between quotes.
    Text,
    /// Any other text. What is interpolated follows it, in brackets.
    OpenText,
    Open(u8),
    Close,
    /// `==`, `!=`, `:=`, `+=` and the like.
    Pair(u8),
    Sign(u8),
    /// The end of a statement: of a line outside of brackets, or a semicolon.
    End,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct PythonToken {
    pub(super) kind: TokenKind,
    start: u32,
    end: u32,
    /// The other bracket; the last token before the end of the statement where there is none.
    mate: u32,
}

impl PythonToken {
    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(super) fn mate(&self) -> usize {
        self.mate as usize
    }

    pub(super) fn is(&self, sign: u8) -> bool {
        self.kind == TokenKind::Sign(sign)
    }
}

/// What the lexer is inside of, beside brackets.
#[derive(Clone, Copy)]
enum LexerMode {
    /// A text with interpolation. `is_spec`: the part of a field that says how to write it.
    Text { quote: u8, is_triple: bool, is_spec: bool },
    /// A field of such a text, by its place among the open brackets.
    Field { bracket: usize },
}

struct Lexer<'s> {
    bytes: &'s [u8],
    at: usize,
    tokens: Vec<PythonToken>,
    /// Brackets that are open: their token, and the byte that closes them.
    open: Vec<(usize, u8)>,
    modes: Vec<LexerMode>,
    /// Whether nothing but white space stands before on the line.
    at_margin: bool,
}

/// The tokens of a source.
pub(super) fn tokens(source: &str) -> Vec<PythonToken> {
    let bytes = source.as_bytes();
    let mut lexer = Lexer {
        bytes,
        at: if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 },
        tokens: Vec::with_capacity(bytes.len() / 5),
        open: Vec::new(),
        modes: Vec::new(),
        at_margin: true,
    };
    // Offsets are kept in 32 bits; nothing that large is read.
    if u32::try_from(bytes.len()).is_ok() {
        while lexer.at < bytes.len() {
            lexer.step();
        }
    }
    lexer.give_up();
    lexer.push(TokenKind::End, lexer.at, lexer.at);
    lexer.tokens
}

/// Whether a byte can be part of a name.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Words that stand only at the start of a statement.
const STARTS: [&[u8]; 12] = [
    b"import", b"class", b"def", b"return", b"with", b"while", b"try", b"raise", b"pass",
    b"assert", b"global", b"del",
];

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or_default()
    }

    fn push(&mut self, kind: TokenKind, start: usize, end: usize) {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let mate = offset(self.tokens.len() + 1);
        self.tokens.push(PythonToken { kind, start: offset(start), end: offset(end), mate });
    }

    fn step(&mut self) {
        if let Some(LexerMode::Text { quote, is_triple, is_spec }) = self.modes.last().copied() {
            self.text_part(quote, is_triple, is_spec);
            return;
        }
        let byte = self.peek(0);
        match byte {
            b' ' | b'\t' | b'\x0c' => self.at += 1,
            b'\n' | b'\r' => self.line_end(),
            b'#' => self.skip_line(),
            b'\\' => self.at += self.escape(),
            b'"' | b'\'' => self.text(self.at),
            _ if is_word(byte) => self.word(),
            _ => self.sign(byte),
        }
        if !matches!(byte, b' ' | b'\t' | b'\x0c' | b'\n' | b'\r') {
            self.at_margin = false;
        }
    }

    fn line_end(&mut self) {
        if self.open.is_empty() && self.tokens.last().is_some_and(|it| it.kind != TokenKind::End) {
            self.push(TokenKind::End, self.at, self.at);
        }
        self.at += 1;
        self.at_margin = true;
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|it| matches!(it, b'\n' | b'\r')).unwrap_or(rest.len());
    }

    /// Bytes of a backslash and what it takes away.
    fn escape(&self) -> usize {
        if self.peek(1) == b'\r' && self.peek(2) == b'\n' { 3 } else { 2 }
    }

    fn word(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start..];
        self.at += rest.iter().position(|it| !is_word(*it)).unwrap_or(rest.len());
        let word = &self.bytes[start..self.at];
        if matches!(self.peek(0), b'"' | b'\'') && is_prefix(word) {
            self.text(start);
            return;
        }
        if !self.open.is_empty() && self.at_margin && self.starts_statement(word) {
            self.give_up();
            self.push(TokenKind::End, start, start);
        }
        let is_number = word[0].is_ascii_digit();
        self.push(if is_number { TokenKind::Number } else { TokenKind::Name }, start, self.at);
    }

    /// Whether a word inside of brackets can only be the start of the next statement.
    fn starts_statement(&self, word: &[u8]) -> bool {
        if word == b"from" {
            let rest = &self.bytes[self.at..];
            let line = rest.split(|it| matches!(it, b'\n' | b'\r')).next().unwrap_or_default();
            let mut words = line.split(|it| matches!(it, b' ' | b'\t')).filter(|it| !it.is_empty());
            return words.next().is_some() && words.next() == Some(b"import");
        }
        STARTS.contains(&word)
    }

    /// Ends all that is open.
    fn give_up(&mut self) {
        let end = self.tokens.len().saturating_sub(1);
        while let Some((token, _)) = self.open.pop() {
            self.tokens[token].mate = u32::try_from(end).unwrap_or(u32::MAX);
        }
        self.modes.clear();
    }

    fn sign(&mut self, byte: u8) {
        let start = self.at;
        self.at += 1;
        match byte {
            b'(' => self.open(byte, b')', start),
            b'[' => self.open(byte, b']', start),
            b'{' => self.open(byte, b'}', start),
            b')' | b']' | b'}' => self.close(byte, start),
            b':' | b'!' if self.is_at_field() && self.peek(0) != b'=' => self.spec(byte),
            b';' if self.open.is_empty() => self.push(TokenKind::End, start, self.at),
            _ if self.peek(0) == b'=' && b"=!<>:+-*/|&%^@".contains(&byte) => {
                self.at += 1;
                self.push(TokenKind::Pair(byte), start, self.at);
            }
            _ => self.push(TokenKind::Sign(byte), start, self.at),
        }
    }

    fn open(&mut self, byte: u8, closes: u8, start: usize) {
        self.open.push((self.tokens.len(), closes));
        self.push(TokenKind::Open(byte), start, start + 1);
    }

    /// Closes the nearest bracket of its kind that is open in the same field; one that closes
    /// nothing is passed over.
    fn close(&mut self, byte: u8, start: usize) {
        let field = match self.modes.last() {
            Some(LexerMode::Field { bracket }) => Some(*bracket),
            _ => None,
        };
        // What a wrong bracket leaves open is closed with the next one that fits. Only as many are
        // looked at as a person would nest.
        let base = field.map_or(0, |bracket| bracket + 1);
        let from = self.open.len().saturating_sub(64).max(base).min(self.open.len());
        let nearest = self.open[from..].iter().rposition(|(_, closes)| *closes == byte);
        match (nearest, field) {
            (Some(at), _) => self.close_from(from + at, start),
            (None, Some(bracket)) if byte == b'}' => {
                self.close_from(bracket, start);
                self.modes.pop();
            }
            _ => {}
        }
    }

    /// Closes the open brackets from one on with the byte at `start`.
    fn close_from(&mut self, first: usize, start: usize) {
        let close = self.tokens.len();
        self.push(TokenKind::Close, start, start + 1);
        for (token, _) in self.open.drain(first..).rev() {
            self.tokens[token].mate = u32::try_from(close).unwrap_or(u32::MAX);
            self.tokens[close].mate = u32::try_from(token).unwrap_or(u32::MAX);
        }
    }

    /// Leaves a field that its text ends before it does.
    fn leave_field(&mut self) {
        self.modes.pop();
        if let Some(LexerMode::Field { bracket }) = self.modes.last().copied() {
            self.close_from(bracket.min(self.open.len()), self.at);
            self.modes.pop();
        }
    }

    /// Whether the innermost open bracket is that of a field.
    fn is_at_field(&self) -> bool {
        let bracket = match self.modes.last() {
            Some(LexerMode::Field { bracket }) => *bracket,
            _ => return false,
        };
        bracket + 1 == self.open.len()
    }

    /// From here on a field says how its value is written.
    fn spec(&mut self, byte: u8) {
        if byte == b':' {
            // The quotes are those of the text around the field.
            let around = self.modes.iter().rev().find_map(|mode| match mode {
                LexerMode::Text { quote, is_triple, .. } => Some((*quote, *is_triple)),
                LexerMode::Field { .. } => None,
            });
            if let Some((quote, is_triple)) = around {
                self.modes.push(LexerMode::Text { quote, is_triple, is_spec: true });
            }
        }
    }

    /// A text from its first quote on; `start` is where its prefix begins.
    fn text(&mut self, start: usize) {
        let is_formatted =
            self.bytes[start..self.at].iter().any(|it| matches!(it, b'f' | b'F' | b't' | b'T'));
        let quote = self.peek(0);
        let is_triple = self.peek(1) == quote && self.peek(2) == quote;
        self.at += if is_triple { 3 } else { 1 };
        let inside = self.at;
        let mut is_plain = true;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => {
                    is_plain = false;
                    self.at += self.escape();
                }
                b'\n' | b'\r' if !is_triple => break,
                b'{' | b'}' if is_formatted => {
                    self.push(TokenKind::OpenText, start, self.at);
                    self.modes.push(LexerMode::Text { quote, is_triple, is_spec: false });
                    return;
                }
                byte if byte == quote && (!is_triple || self.ends_triple(quote)) => break,
                _ => self.at += 1,
            }
        }
        let end = self.at.min(self.bytes.len());
        if self.peek(0) == quote {
            self.at += if is_triple { 3 } else { 1 };
        }
        if is_plain {
            self.push(TokenKind::Text, inside, end);
        } else {
            self.push(TokenKind::OpenText, start, end);
        }
    }

    fn ends_triple(&self, quote: u8) -> bool {
        self.peek(1) == quote && self.peek(2) == quote
    }

    /// The next part of a text with interpolation.
    fn text_part(&mut self, quote: u8, is_triple: bool, is_spec: bool) {
        let byte = self.peek(0);
        match byte {
            b'\\' => self.at += self.escape(),
            b'{' if !is_spec && self.peek(1) == b'{' => self.at += 2,
            b'{' => {
                let start = self.at;
                self.at += 1;
                let bracket = self.open.len();
                self.open(b'{', b'}', start);
                self.modes.push(LexerMode::Field { bracket });
            }
            b'}' if is_spec => {
                self.modes.pop();
            }
            b'\n' | b'\r' if !is_triple && is_spec => self.leave_field(),
            b'\n' | b'\r' if !is_triple => {
                self.modes.pop();
            }
            _ if byte == quote && is_spec && (!is_triple || self.ends_triple(quote)) => {
                self.leave_field();
            }
            _ if byte == quote && !is_spec && (!is_triple || self.ends_triple(quote)) => {
                self.at += if is_triple { 3 } else { 1 };
                self.modes.pop();
            }
            _ => self.at += 1,
        }
    }
}

fn is_prefix(word: &[u8]) -> bool {
    word.len() <= 2 && word.iter().all(|it| b"rRbBuUfFtT".contains(it))
}
