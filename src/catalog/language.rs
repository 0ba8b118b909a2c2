//! Languages as data: what elements and kinds are called, and how dates and numbers are written.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use super::{Kind, embedded};
use crate::ids::KindId;

/// A language other than English.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Language {
    /// ISO 639-1.
    pub(crate) language: String,
    pub(crate) name: String,
    pub(crate) date_order: DateOrder,
    pub(crate) decimal: char,
    /// The names of the twelve months, lower case.
    #[serde(default)]
    pub(crate) months: Vec<Vec<String>>,
    /// Frequent short words by which the language is recognised, in lower case. For the languages
    /// that ship they stand in `data/small-words.yaml`.
    #[serde(default)]
    pub(crate) small_words: Vec<String>,
    /// For each key of front matter the labels that mean the same in this language.
    #[serde(default)]
    pub(crate) metadata: BTreeMap<String, Vec<String>>,
    /// For each kind of document what it is called.
    #[serde(default)]
    pub(crate) titles: BTreeMap<KindId, Vec<String>>,
    /// For each element, by its key, what it is called.
    #[serde(default)]
    pub(crate) elements: BTreeMap<String, Vec<String>>,
}

/// Which part of `01/02/2026` comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DateOrder {
    DayFirst,
    YearFirst,
}

impl Language {
    /// Returns what a kind of document is called in this language; empty where the pack does not
    /// say.
    pub(crate) fn titles_of(&self, kind: &Kind) -> &[String] {
        self.titles.get(&kind.id).map_or(&[], Vec::as_slice)
    }

    /// Returns what an element is called in this language; empty where the pack does not say.
    pub(crate) fn names_of(&self, key: &str) -> &[String] {
        self.elements.get(key).map_or(&[], Vec::as_slice)
    }
}

/// The languages that ship, by code. Each is parsed when the first text in it is read.
const PACKS: [(&str, &str); 8] = [
    ("de", include_str!("../../data/languages/de.yaml")),
    ("es", include_str!("../../data/languages/es.yaml")),
    ("fr", include_str!("../../data/languages/fr.yaml")),
    ("it", include_str!("../../data/languages/it.yaml")),
    ("ja", include_str!("../../data/languages/ja.yaml")),
    ("nl", include_str!("../../data/languages/nl.yaml")),
    ("pl", include_str!("../../data/languages/pl.yaml")),
    ("pt", include_str!("../../data/languages/pt.yaml")),
];

/// The codes of the languages that ship.
pub(crate) fn languages() -> impl Iterator<Item = &'static str> {
    PACKS.iter().map(|(code, _)| *code)
}

/// Returns the language of this ISO 639-1 code that ships. Returns `None` where none does.
pub(crate) fn language(code: &str) -> Option<&'static Language> {
    static READ: [OnceLock<Language>; PACKS.len()] = [const { OnceLock::new() }; PACKS.len()];
    let at = PACKS.iter().position(|(known, _)| *known == code)?;
    Some(READ[at].get_or_init(|| embedded("languages", PACKS[at].1)))
}

/// Returns for each frequent short word the codes of the languages it belongs to.
fn small_words() -> &'static HashMap<String, Vec<String>> {
    static WORDS: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
        let of: BTreeMap<String, Vec<String>> =
            embedded("small-words", include_str!("../../data/small-words.yaml"));
        let mut languages: HashMap<String, Vec<String>> = HashMap::new();
        for (code, words) in of {
            words
                .into_iter()
                .for_each(|word| languages.entry(word).or_default().push(code.clone()));
        }
        languages
    });
    &WORDS
}

/// A language that the short words of a text point to.
enum LanguageGuess<'a> {
    Shipped(&'a str),
    Own(&'static Language),
}

/// The language a text is written in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DocumentLanguage {
    /// English, or a text too short to recognise a language by.
    English,
    Known(&'static Language),
    /// A language for which there is no pack, described in a few words, such as its script.
    Unknown(&'static str),
}

impl DocumentLanguage {
    /// Returns the character before the decimals of a number.
    pub(crate) fn decimal(self) -> char {
        match self {
            Self::Known(language) => language.decimal,
            Self::English | Self::Unknown(_) => '.',
        }
    }
}

fn is_lower(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The language of a text, by its letters and its small words, among those that ship and these.
pub(super) fn language_among(text: &str, own: &'static [Language]) -> DocumentLanguage {
    /// Words that are enough to tell.
    const ENOUGH: usize = 40;
    let letters = text.chars().filter(|c| c.is_alphabetic()).take(20_000);
    let (mut all, mut kana, mut han, mut other) = (0, 0, 0, 0);
    for c in letters {
        all += 1;
        match c {
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{4e00}'..='\u{9fff}' => han += 1,
            '\u{370}'..='\u{1dff}' | '\u{ac00}'..='\u{d7af}' => other += 1,
            _ => {}
        }
    }
    if (kana + han) * 4 > all && kana * 10 > han {
        return language("ja")
            .map_or(DocumentLanguage::Unknown("Japanese"), DocumentLanguage::Known);
    }
    if han * 4 > all {
        // Chinese has no spaces between words, so the words are looked for in the text.
        let count = |word: &String| text.matches(word.as_str()).count();
        let told = own
            .iter()
            .find(|language| language.small_words.iter().map(count).sum::<usize>() * 33 >= all);
        return told.map_or(DocumentLanguage::Unknown("Chinese"), DocumentLanguage::Known);
    }
    let words =
        text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).take(4_000);
    let lower =
        |word| if is_lower(word) { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase()) };
    let words: Vec<Cow<'_, str>> = words.map(lower).collect();
    let is_other_script = other * 3 > all;
    if words.len() < ENOUGH && !is_other_script {
        return DocumentLanguage::English;
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for code in words.iter().filter_map(|word| small_words().get(&**word)).flatten() {
        *counts.entry(code).or_default() += 1;
    }
    let english = counts.remove("en").unwrap_or_default();
    let count =
        |known: &[String]| words.iter().filter(|word| known.iter().any(|it| it == *word)).count();
    let shipped = counts.into_iter().map(|(code, count)| (count, LanguageGuess::Shipped(code)));
    let own =
        own.iter().map(|language| (count(&language.small_words), LanguageGuess::Own(language)));
    let best = shipped.chain(own).max_by_key(|(count, _)| *count);
    match best {
        Some((count, told)) if count > english && count * 33 >= words.len() => match told {
            LanguageGuess::Own(language) => DocumentLanguage::Known(language),
            LanguageGuess::Shipped(code) => language(code).map_or(
                DocumentLanguage::Unknown(
                    "a language without \
                synonyms",
                ),
                DocumentLanguage::Known,
            ),
        },
        _ if is_other_script => DocumentLanguage::Unknown("a script other than Latin"),
        // Labels and tables of English have few small words; running text of any language has many.
        _ if english * 60 >= words.len() || words.len() < 4 * ENOUGH => DocumentLanguage::English,
        _ => DocumentLanguage::Unknown("a language without synonyms"),
    }
}
