//! The names by which kinds and elements are known, in every language, and the sentences that say them.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;

use super::outline::Via;
use super::words::{Heading, Names};
use crate::catalog::{self, Kind, Language};
use crate::document::Document;

/// The names of all kinds, each made ready once it is asked for.
pub struct Lexicon {
    kinds: BTreeMap<&'static str, OnceLock<KindWords>>,
}

/// The names of one kind.
#[derive(Debug)]
pub(super) struct KindWords {
    pub(super) titles: Names,
    names: Names,
    /// Questions that stand for a heading.
    asks: Vec<(usize, Regex)>,
    cues: Vec<Cue>,
    signs: Vec<Regex>,
}

/// A sentence that says an element.
#[derive(Debug)]
pub(super) struct Cue {
    pub(super) element: usize,
    pub(super) pattern: Regex,
    /// Whether it is looked for in tables instead.
    pub(super) in_tables: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Sentences {
    /// In headings and labels.
    asks: Vec<String>,
    /// In running text.
    says: Vec<String>,
    /// In tables.
    shows: Vec<String>,
}

/// Patterns per kind and element.
fn sentences() -> &'static BTreeMap<String, BTreeMap<String, Sentences>> {
    static ALL: LazyLock<BTreeMap<String, BTreeMap<String, Sentences>>> =
        LazyLock::new(|| match serde_yaml::from_str(include_str!("../../data/cues.yaml")) {
            Ok(all) => all,
            // Our own data, read by a test; a user never sees this.
            Err(error) => panic!("data/cues.yaml does not have its shape: {error}"),
        });
    &ALL
}

impl Lexicon {
    /// The lexicon of the catalogue.
    pub fn new() -> Self {
        Self { kinds: catalog::kinds().iter().map(|kind| (kind.id.as_str(), OnceLock::new())).collect() }
    }

    pub(super) fn words(&self, kind: &'static Kind, _document: &Document) -> &KindWords {
        static NONE: LazyLock<KindWords> = LazyLock::new(|| KindWords {
            titles: Names::default(),
            names: Names::default(),
            asks: Vec::new(),
            cues: Vec::new(),
            signs: Vec::new(),
        });
        self.kinds.get(kind.id.as_str()).map_or(&NONE, |words| words.get_or_init(|| KindWords::of(kind)))
    }
}

impl Default for Lexicon {
    fn default() -> Self {
        Self::new()
    }
}

impl KindWords {
    fn of(kind: &'static Kind) -> Self {
        let mut titles: Names = kind.titles.iter().collect();
        let mut names = Names::default();
        let patterns = sentences().get(&kind.id);
        let (mut asks, mut cues) = (Vec::new(), Vec::new());
        for language in catalog::languages() {
            language.titles_of(kind).iter().for_each(|title| titles.add(0, title));
        }
        for (at, element) in kind.elements.iter().chain(&kind.also).enumerate() {
            let packs = catalog::languages().iter().flat_map(|language: &Language| language.names_of(&element.key));
            element.any_of.iter().chain(packs).for_each(|name| names.add(at, name));
            let Some(patterns) = patterns.and_then(|all| all.get(&element.key)) else { continue };
            let compiled = |all: &[String]| all.iter().map(|text| compile(text)).collect::<Vec<_>>();
            asks.extend(compiled(&patterns.asks).into_iter().map(|pattern| (at, pattern)));
            let cue = |in_tables| move |pattern| Cue { element: at, pattern, in_tables };
            cues.extend(compiled(&patterns.says).into_iter().map(cue(false)));
            cues.extend(compiled(&patterns.shows).into_iter().map(cue(true)));
        }
        let signs = kind.signs.iter().map(|sign| compile(sign)).collect();
        Self { titles, names, asks, cues, signs }
    }

    /// The elements a heading, label or key names, with the name that matched.
    pub(super) fn named(&self, heading: &Heading, via: Via) -> Vec<(usize, &str)> {
        let mut named = self.names.matching(heading);
        if named.is_empty() && matches!(via, Via::Heading | Via::Label) {
            let asked = self.asks.iter().find(|(_, pattern)| pattern.is_match(&heading.written));
            named.extend(asked.map(|(element, pattern)| (*element, pattern.as_str())));
        }
        named
    }

    /// How many words of a title are a name of the kind.
    pub(super) fn title_words(&self, title: &str) -> Option<usize> {
        self.titles.longest_inside(title)
    }

    pub(super) fn signs(&self) -> &[Regex] {
        &self.signs
    }

    pub(super) fn cues(&self) -> &[Cue] {
        &self.cues
    }
}

/// A pattern of the data; it ignores case.
fn compile(text: &str) -> Regex {
    match Regex::new(&format!("(?i){text}")) {
        Ok(pattern) => pattern,
        // Our own data, compiled by a test; a user never sees this.
        Err(error) => panic!("data/cues.yaml holds `{text}`, which is no pattern: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles_and_belongs_to_an_element() {
        for (id, elements) in sentences() {
            let kind = catalog::kind(id).unwrap_or_else(|| panic!("{id} is no kind"));
            let known: Vec<&str> = kind.elements.iter().chain(&kind.also).map(|it| it.key.as_str()).collect();
            for key in elements.keys() {
                assert!(known.contains(&key.as_str()), "{id} has no {key}");
            }
            KindWords::of(kind);
        }
    }
}
