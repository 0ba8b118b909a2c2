//! Text that only repeats what elements and kinds are called: a list of headings, a table of
//! contents, a form without its answers.
//!
//! # Design
//!
//! A text is an echo if names follow one another in it and nothing else does. In a document that
//! says more than that, an echo may still be an honest value ("Role: Provider"), so there it only
//! fails to answer what asks for running text. Where the echoes outnumber what is said, none of
//! them answers anything.

use super::bare::is_answered_by_name;
use super::placeholder::{is_placeholder, is_unsaid};
use super::vocabulary::{Vocabularies, Vocabulary, beginnings};
use crate::catalog::DocumentLanguage;
use crate::document::prose::{Block, BlockKind, Cell, Prose};

/// What of a document is an echo.
#[derive(Debug)]
pub(super) struct Echo {
    vocabulary: &'static Vocabulary,
    /// Whether most of the document is.
    is_most: bool,
}

impl Echo {
    pub(super) fn of(
        prose: &Prose,
        names: &'static dyn Vocabularies,
        language: DocumentLanguage,
    ) -> Self {
        let vocabulary = names.vocabulary(language);
        let pieces = pieces_of(prose);
        let of = |vocabulary: &'static Vocabulary| {
            let others: Vec<&str> =
                pieces.iter().filter(|text| !vocabulary.covers(text)).copied().collect();
            (Self { vocabulary, is_most: others.len() * 2 <= pieces.len() }, others)
        };
        let (echo, others) = of(vocabulary);
        let may_name = |part: &String| names.may_name(part) || vocabulary.has_part(part);
        let says = |text: &&&str| !beginnings(text).iter().all(may_name);
        let is_said = || others.iter().filter(says).count() * 2 > pieces.len();
        let is_decided = !echo.is_most && (is_told(&others, language) || is_said());
        if pieces.is_empty() || is_decided {
            return echo;
        }
        // Names do not show which language a text is written in.
        let (every, _) = of(names.every_vocabulary());
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

/// English words that no name has, in no language.
pub(super) const TELLING: [&str; 45] = [
    "that", "from", "has", "have", "had", "were", "been", "will", "would", "should", "could",
    "did", "if", "than", "then", "there", "these", "those", "they", "their", "its", "which", "any",
    "each", "only", "into", "under", "between", "during", "via", "because", "while", "without",
    "such", "more", "most", "some", "also", "one", "two", "new", "yes", "here", "made", "see",
];

/// Whether sentences of the language tell that a document is written in it: one piece of four
/// holds a word that no name has.
fn is_told(pieces: &[&str], language: DocumentLanguage) -> bool {
    let is_telling = |word: &str| TELLING.contains(&word.to_ascii_lowercase().as_str());
    let says = |text: &&&str| text.split(|c: char| !c.is_alphanumeric()).any(is_telling);
    matches!(language, DocumentLanguage::English)
        && pieces.iter().filter(says).count() * 4 >= pieces.len()
}
