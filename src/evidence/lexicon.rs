//! The names by which kinds and elements are known, in every language, and the sentences that say
//! them.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use regex::{Match, Regex};
use serde::Deserialize;

use super::outline::{Outline, Via};
use super::pattern::compile;
use super::vocabulary::{Vocabularies, Vocabulary};
use super::words::{ElementNames, Heading};
use crate::catalog::{Catalogue, DocumentLanguage, Extension, Kind, Language, embedded};
use crate::digest::sha256;
use crate::document::Document;
use crate::ids::KindId;

/// The names of all kinds of a catalogue, each made ready once it is asked for.
pub(crate) struct Lexicon {
    /// Tells it from another one.
    pub(super) id: String,
    catalogue: Catalogue,
    /// Per kind: in English, then with the names of each language.
    kinds: BTreeMap<KindId, Vec<OnceLock<KindWords>>>,
    /// The names of all kinds: in English, with those of each language, and with those of all.
    vocabularies: Vec<OnceLock<Vocabulary>>,
}

/// The names of one kind.
#[derive(Debug, Default)]
pub(super) struct KindWords {
    pub(super) titles: ElementNames,
    names: ElementNames,
    kind: Option<&'static Kind>,
    // Patterns are compiled when a document leaves something open; most runs need none.
    /// Questions that stand for a heading.
    asks: OnceLock<Vec<(usize, Regex)>>,
    cues: OnceLock<Vec<Cue>>,
    signs: OnceLock<Vec<Regex>>,
}

/// A sentence that says an element.
#[derive(Debug)]
pub(super) struct Cue {
    pub(super) element: usize,
    text: &'static str,
    pattern: OnceLock<Regex>,
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
        LazyLock::new(|| embedded("cues", include_str!("../../data/cues.yaml")));
    &ALL
}

impl Cue {
    /// The words of a text that say it.
    pub(super) fn said_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        let pattern = self.pattern.get_or_init(|| compile(self.text));
        // A question asks, and says nothing.
        let is_asked = |end: usize| {
            let rest = text[end..].find(['.', '?', '!', '？', '。']);
            rest.is_some_and(|at| text[end + at..].starts_with(['?', '？']))
        };
        let mut found = pattern.find_iter(text);
        let is_said = |it: &Match<'_>| {
            !it.as_str().ends_with('?') && !is_asked(it.end()) && !is_of_others(text, it.start())
        };
        found.find(is_said).map(|it| it.as_str())
    }
}

/// Whether the sentence that runs up to a place has begun to speak of another work.
fn is_of_others(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let begin = before.rfind(['.', '?', '!', '？', '。']).unwrap_or(0);
    let sentence = before[begin..].to_lowercase();
    ["inspired by", "borrowed from", "thanks to"].iter().any(|words| sentence.contains(words))
}

impl Vocabularies for Lexicon {
    fn language(&'static self, text: &str) -> DocumentLanguage {
        self.catalogue.language(text)
    }

    fn vocabulary(&'static self, language: DocumentLanguage) -> &'static Vocabulary {
        let language = match language {
            DocumentLanguage::Known(language) => vec![language],
            DocumentLanguage::English | DocumentLanguage::Unknown(_) => Vec::new(),
        };
        let codes = self.catalogue.languages();
        let at = language.first().and_then(|it| codes.iter().position(|code| *code == it.language));
        self.vocabularies[at.map_or(0, |at| at + 1)]
            .get_or_init(|| Vocabulary::of(self.catalogue.kinds(), &language))
    }

    fn may_name(&'static self, part: &str) -> bool {
        self.catalogue.may_name(part)
    }

    fn every_vocabulary(&'static self) -> &'static Vocabulary {
        self.vocabularies[self.vocabularies.len() - 1]
            .get_or_init(|| Vocabulary::of(self.catalogue.kinds(), &self.catalogue.all_languages()))
    }
}

impl Lexicon {
    /// The lexicon of the catalogue that ships.
    #[cfg(test)]
    pub(crate) fn shipped() -> &'static Self {
        Self::of(&Extension::default())
    }

    /// The lexicon of the catalogue as rules extend it: one for the process, whose patterns are
    /// compiled once however many revisions are read by it.
    pub(crate) fn of(extension: &Extension) -> &'static Self {
        static KNOWN: Mutex<Vec<(Extension, &'static Lexicon)>> = Mutex::new(Vec::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, lexicon)) = known.iter().find(|(it, _)| it == extension) {
            return lexicon;
        }
        let lexicon = Box::leak(Box::new(Self::new(extension)));
        known.push((extension.clone(), lexicon));
        lexicon
    }

    fn new(extension: &Extension) -> Self {
        let catalogue = Catalogue::with(extension);
        let count = catalogue.languages().len();
        let slots = || (0..=count).map(|_| OnceLock::new()).collect();
        let kinds = catalogue.kinds().iter().map(|kind| (kind.id.clone(), slots())).collect();
        let id = sha256(format!("{extension:?}").as_bytes()).to_string();
        let vocabularies = (0..count + 2).map(|_| OnceLock::new()).collect();
        Self { id, catalogue, kinds, vocabularies }
    }

    /// The kinds and languages it has names of.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The named things of a document.
    pub(crate) fn outline(&'static self, document: &Document) -> Outline {
        Outline::of(document, self)
    }

    /// The names of a kind in English and in a language.
    pub(super) fn words(
        &'static self,
        kind: &'static Kind,
        language: DocumentLanguage,
    ) -> &'static KindWords {
        static NONE: LazyLock<KindWords> = LazyLock::new(KindWords::default);
        let language = match language {
            DocumentLanguage::Known(language) => Some(language),
            DocumentLanguage::English | DocumentLanguage::Unknown(_) => None,
        };
        let at = language
            .and_then(|it| self.catalogue.languages().iter().position(|code| *code == it.language));
        let slot =
            self.kinds.get(kind.id.as_str()).and_then(|slots| slots.get(at.map_or(0, |at| at + 1)));
        slot.map_or(&NONE, |words| words.get_or_init(|| KindWords::of(kind, language)))
    }
}

impl KindWords {
    fn of(kind: &'static Kind, language: Option<&'static Language>) -> Self {
        let mut titles: ElementNames = kind.titles.iter().collect();
        let mut names = ElementNames::default();
        if let Some(language) = language {
            language.titles_of(kind).iter().for_each(|title| titles.add(0, title));
        }
        for (at, element) in kind.all_elements().enumerate() {
            let packs = language.iter().flat_map(|language| language.names_of(&element.key));
            element.any_of.iter().chain(packs).for_each(|name| names.add(at, name));
        }
        Self { titles, names, kind: Some(kind), ..Self::default() }
    }

    /// What the data says of each element, with its number.
    fn sentences(&self) -> impl Iterator<Item = (usize, &'static Sentences)> {
        let of = |kind: &'static Kind| {
            let elements = kind.all_elements().enumerate();
            elements.filter_map(|(at, element)| {
                Some((at, sentences().get(kind.id.as_str())?.get(&element.key)?))
            })
        };
        self.kind.into_iter().flat_map(of)
    }

    fn asks(&self) -> &[(usize, Regex)] {
        self.asks.get_or_init(|| {
            let asks = self
                .sentences()
                .flat_map(|(at, all)| all.asks.iter().map(move |text| (at, compile(text))));
            asks.collect()
        })
    }

    pub(super) fn cues(&self) -> &[Cue] {
        self.cues.get_or_init(|| {
            let cue = |at, in_tables| {
                move |text: &'static String| Cue {
                    element: at,
                    text,
                    pattern: OnceLock::new(),
                    in_tables,
                }
            };
            let of = |(at, all): (usize, &'static Sentences)| {
                all.says.iter().map(cue(at, false)).chain(all.shows.iter().map(cue(at, true)))
            };
            self.sentences().flat_map(of).collect()
        })
    }

    /// What a document of the kind must hold.
    pub(super) fn signs(&self) -> &[Regex] {
        self.signs.get_or_init(|| {
            self.kind.iter().flat_map(|kind| &kind.signs).map(|sign| compile(sign)).collect()
        })
    }

    /// The elements a heading, label or key names, with the name that matched.
    pub(super) fn named(&self, heading: &Heading, via: Via) -> Vec<(usize, &str)> {
        let mut named = self.names.matching(heading);
        let asks = via == Via::Heading || (via == Via::Label && heading.written.contains('?'));
        if named.is_empty() && asks {
            let asked = self.asks().iter().find(|(_, pattern)| pattern.is_match(&heading.written));
            named.extend(asked.map(|(element, pattern)| (*element, pattern.as_str())));
        }
        named
    }

    /// How many words of a title are a name of the kind.
    pub(super) fn title_words(&self, title: &str) -> Option<usize> {
        self.titles.longest_inside(title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_pattern_compiles_and_belongs_to_an_element() {
        for (id, elements) in sentences() {
            let kind = catalog::kind(id).unwrap_or_else(|| panic!("{id} is no kind"));
            let known: Vec<&str> = kind.all_elements().map(|it| it.key.as_str()).collect();
            for key in elements.keys() {
                assert!(known.contains(&key.as_str()), "{id} has no {key}");
            }
            let words = KindWords::of(kind, None);
            words.asks();
            words
                .cues()
                .iter()
                .for_each(|cue| assert!(cue.said_in("").is_none(), "{} says nothing", cue.text));
            words.signs();
        }
    }
}
