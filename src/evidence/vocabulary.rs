//! The names of elements and kinds, by which a text is told that consists of nothing else.

use std::collections::HashSet;
use std::sync::OnceLock;

use memchr::memmem;

use super::prompt::is_unparted;
use super::words::{normalise, reduced};
use crate::catalog::{DocumentLanguage, Kind, Language};

/// The names that documents are read by, in their languages.
pub(super) trait Vocabularies {
    /// The language of a text.
    fn language(&'static self, text: &str) -> DocumentLanguage;

    /// All names in English and in a language.
    fn vocabulary(&'static self, language: DocumentLanguage) -> &'static Vocabulary;

    /// Whether a part of a word, in small letters, may stand in a name in a language but English.
    fn may_name(&'static self, part: &str) -> bool;

    /// All names in all languages. To make it costs more than to read most documents.
    fn every_vocabulary(&'static self) -> &'static Vocabulary;
}

/// All names of elements and kinds, in English and some other languages.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// In the form of `parts_of`.
    names: HashSet<String>,
    /// Parts of the longest name.
    longest: usize,
    /// All names in one text.
    text: OnceLock<String>,
}

/// Bytes of a text that are looked at first: most texts are told by their beginning.
const BEGINNING: usize = 160;

/// Bytes of a text from which on its last words are not looked at.
const LONG: usize = 400;

/// Words that only join names.
const JOINING: [&str; 26] = [
    "and", "or", "of", "the", "und", "oder", "et", "ou", "en", "lub", "の", "と", "や", "・", "ー",
    "及", "び", "和", "与", "與", "或", "以", "的", "및", "또는", "의",
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
        let marks = ['.', ')', ':', '、', '．', '）', '：'];
        if rest.len() < text.trim_start().len() && !rest.starts_with(marks) {
            return false;
        }
        // A long text may have been cut within a name.
        let is_whole = text.len() < LONG;
        beginning.is_none_or(|text| self.is_run(text, false)) && self.is_run(text, is_whole)
    }

    /// Whether a part of a word, in small letters, stands in a name.
    pub(super) fn has_part(&self, part: &str) -> bool {
        let text = self
            .text
            .get_or_init(|| self.names.iter().fold(String::new(), |text, name| text + name + "\n"));
        memmem::find(text.as_bytes(), part.as_bytes()).is_some()
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
                break;
            }
            if !reached[at] {
                continue;
            }
            // A lone letter counts what follows ("a)"); names are kept without it ("U spreekt").
            let is_letter = parts[at].len() == 1 && parts[at].as_bytes()[0].is_ascii_alphabetic();
            if is_letter || JOINING.contains(&parts[at]) {
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
        named && (reached[parts.len()] || (!to_the_end && self.is_cut(&parts, &reached)))
    }

    /// Whether the last words begin a name, within which a text was cut. `reached` says up to where
    /// names follow one another.
    fn is_cut(&self, parts: &[&str], reached: &[bool]) -> bool {
        let from = parts.len().saturating_sub(self.longest);
        (from..parts.len()).filter(|at| reached[*at]).any(|at| {
            let words = parts[at..].join(" ");
            self.names.iter().any(|name| name.starts_with(&words))
        })
    }
}

/// The beginnings of the long words of a text, which a name must have whose words they are: one
/// spelling and the singular only differ in how words end.
pub(super) fn beginnings(text: &str) -> Vec<String> {
    const LETTERS: usize = 5;
    let reduced = reduced(text);
    let long = reduced.split(' ').filter(|word| word.len() >= LETTERS && word.is_ascii());
    long.map(|word| word[..LETTERS].to_owned()).collect()
}

/// The words of a reduced text; of a script without spaces, its characters.
fn parts_of(reduced: &str) -> Vec<&str> {
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
