//! Text that only repeats what elements and kinds are called: a list of headings, a table of
//! contents, a form without its answers.
//!
//! # Design
//!
//! A text is an echo if names follow one another in it and nothing else does. In a document that
//! says more than that, an echo may still be an honest value ("Role: Provider"), so there it only
//! fails to answer what asks for running text. Where the echoes outnumber what is said, none of
//! them answers anything.

use std::collections::HashSet;

use super::bare::is_answered_by_name;
use super::lexicon::Lexicon;
use super::placeholder::{is_placeholder, is_unsaid};
use super::words::{normalise, reduced};
use crate::catalog::{DocumentLanguage, Kind, Language};
use crate::document::prose::{Block, BlockKind, Cell, Prose};

/// All names of elements and kinds, in English and some other languages.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// In the form of `parts_of`.
    names: HashSet<String>,
    /// Parts of the longest name.
    longest: usize,
}

/// Bytes of a text that are looked at first: most texts are told by their beginning.
const BEGINNING: usize = 160;

/// Bytes of a text from which on its last words are not looked at.
const LONG: usize = 400;

/// Words that only join names.
const JOINING: [&str; 22] = [
    "and", "or", "of", "the", "a", "und", "oder", "et", "ou", "y", "e", "o", "en", "of", "i",
    "lub", "の", "と", "や", "・", "ー", "及び",
];

impl Vocabulary {
    pub(super) fn of(kinds: &[Kind], languages: &[&Language]) -> Self {
        let mut all = Self::default();
        for kind in kinds {
            let own = kind.all_elements().flat_map(|element| {
                let packs = languages.iter().flat_map(|it| it.names_of(&element.key));
                element.any_of.iter().chain(packs)
            });
            let titles = languages.iter().flat_map(|it| it.titles_of(kind));
            kind.titles.iter().chain(titles).chain(own).for_each(|name| all.add(name));
        }
        all
    }

    fn add(&mut self, name: &str) {
        let mut add = |text: &str| {
            let parts = parts_of(text);
            self.longest = self.longest.max(parts.len());
            self.names.insert(parts.join(" "));
        };
        add(&normalise(name));
        if name.contains(['(', '[', '{']) {
            add(&reduced(name));
        }
    }

    /// Whether a text consists of names and nothing else.
    pub(super) fn covers(&self, text: &str) -> bool {
        let cut = text.get(BEGINNING..).and_then(|rest| rest.find(char::is_whitespace));
        let beginning = cut.map(|at| &text[..BEGINNING + at]);
        // A number counts names only where a mark follows it.
        let rest = text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() < text.trim_start().len() && !rest.starts_with(['.', ')', ':']) {
            return false;
        }
        // A long text may have been cut within a name.
        let is_whole = text.len() < LONG;
        beginning.is_none_or(|text| self.is_run(text, false)) && self.is_run(text, is_whole)
    }

    /// Whether names follow one another from the beginning, to the end or as far as it can be seen.
    fn is_run(&self, text: &str, to_the_end: bool) -> bool {
        let text = reduced(text);
        let parts = parts_of(&text);
        let mut reached = vec![false; parts.len() + 1];
        reached[0] = true;
        let mut last = 0;
        let mut named = false;
        for at in 0..parts.len() {
            if at > last {
                return false;
            }
            if !reached[at] {
                continue;
            }
            if JOINING.contains(&parts[at]) {
                reached[at + 1] = true;
                last = last.max(at + 1);
            }
            let mut name = String::new();
            for end in at..parts.len().min(at + self.longest) {
                if end > at {
                    name.push(' ');
                }
                name.push_str(parts[end]);
                if self.names.contains(&name) {
                    reached[end + 1] = true;
                    last = last.max(end + 1);
                    named = true;
                }
            }
        }
        named && if to_the_end { reached[parts.len()] } else { last + self.longest > parts.len() }
    }
}

/// The words of a reduced text; of a script without spaces, its characters.
fn parts_of(reduced: &str) -> Vec<&str> {
    let is_unparted =
        |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '々');
    let mut parts = Vec::new();
    for word in reduced.split(' ').filter(|word| !word.is_empty()) {
        if !word.contains(is_unparted) {
            parts.push(word);
            continue;
        }
        let mut from = 0;
        for (at, c) in word.char_indices() {
            if is_unparted(c) {
                parts.extend(Some(&word[from..at]).filter(|it| !it.is_empty()));
                from = at + c.len_utf8();
                parts.push(&word[at..from]);
            }
        }
        parts.extend(Some(&word[from..]).filter(|it| !it.is_empty()));
    }
    parts
}

/// What of a document is an echo.
#[derive(Debug)]
pub(super) struct Echo {
    vocabulary: &'static Vocabulary,
    /// Whether most of the document is.
    is_most: bool,
}

impl Echo {
    pub(super) fn of(prose: &Prose, lexicon: &'static Lexicon, language: DocumentLanguage) -> Self {
        let vocabulary = lexicon.vocabulary(language);
        let pieces = pieces_of(prose);
        let of = |vocabulary: &'static Vocabulary| {
            let others: Vec<&str> =
                pieces.iter().filter(|text| !vocabulary.covers(text)).copied().collect();
            (Self { vocabulary, is_most: others.len() * 2 <= pieces.len() }, others)
        };
        let (echo, others) = of(vocabulary);
        if !echo.is_most && is_told(&others, language) {
            return echo;
        }
        // Names do not show which language a text is written in.
        let (every, _) = of(lexicon.every_vocabulary());
        if every.is_most { every } else { echo }
    }

    /// Whether a value is an echo in a document that is one.
    pub(super) fn is_value(&self, text: &str) -> bool {
        self.is_most && self.vocabulary.covers(text)
    }

    /// Whether a text is an echo.
    pub(super) fn is_text(&self, text: &str) -> bool {
        self.vocabulary.covers(text)
    }

    /// Whether a block is no answer to an element because it is an echo.
    pub(super) fn is_block(&self, block: &Block, element: &str) -> bool {
        match &block.kind {
            BlockKind::Table(table) => {
                let mut cells = table.rows.iter().flatten();
                let says = |text: &str| !is_placeholder(text) && !self.vocabulary.covers(text);
                self.is_most && !cells.any(|cell| says(&cell.text))
            }
            BlockKind::Label { .. } => self.is_value(&block.text),
            _ => {
                (self.is_most || !is_answered_by_name(element))
                    && self.vocabulary.covers(&block.text)
            }
        }
    }
}

/// The texts of a document that may say something, with no headings among them.
fn pieces_of(prose: &Prose) -> Vec<&str> {
    let mut pieces = Vec::new();
    for block in prose.sections.iter().flat_map(|section| &section.blocks) {
        match &block.kind {
            BlockKind::Comment => {}
            BlockKind::Table(table) => {
                // The first of several cells names what the others say.
                let said = |row: &[Cell]| usize::from(row.len() > 1)..row.len();
                let cells = table.rows.iter().flat_map(|row| &row[said(row)]);
                let texts = cells.map(|cell| cell.text.as_str());
                pieces.extend(texts.filter(|text| !is_placeholder(text)));
            }
            _ if is_unsaid(block) => {}
            _ => pieces.push(block.text.as_str()),
        }
    }
    pieces
}

/// Whether sentences of the language tell that a document is written in it: one piece of three
/// holds a word that no name has.
fn is_told(pieces: &[&str], language: DocumentLanguage) -> bool {
    const ENGLISH: [&str; 12] =
        ["is", "are", "was", "were", "that", "this", "we", "it", "with", "from", "by", "has"];
    let says = |text: &&&str| text.split_whitespace().any(|word| ENGLISH.contains(&word));
    matches!(language, DocumentLanguage::English)
        && pieces.iter().filter(says).count() * 3 >= pieces.len()
}
