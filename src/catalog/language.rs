//! Languages as data: what elements and kinds are called, and how dates and numbers are written.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, OnceLock};

use memchr::memmem;
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
const PACKS: [(&str, &str); 10] = [
    ("de", include_str!("../../data/languages/de.yaml")),
    ("es", include_str!("../../data/languages/es.yaml")),
    ("fr", include_str!("../../data/languages/fr.yaml")),
    ("it", include_str!("../../data/languages/it.yaml")),
    ("ja", include_str!("../../data/languages/ja.yaml")),
    ("ko", include_str!("../../data/languages/ko.yaml")),
    ("nl", include_str!("../../data/languages/nl.yaml")),
    ("pl", include_str!("../../data/languages/pl.yaml")),
    ("pt", include_str!("../../data/languages/pt.yaml")),
    ("zh", include_str!("../../data/languages/zh.yaml")),
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

/// Returns the languages that ship whose packs list this name, in small letters. The lists are
/// taken from the packs as they are written: to read all packs costs more than most repositories.
pub(super) fn languages_that_list(name: &str) -> Vec<&'static Language> {
    static LISTED: LazyLock<HashMap<String, Vec<&str>>> = LazyLock::new(|| {
        let mut listed: HashMap<String, Vec<&str>> = HashMap::new();
        for (code, text) in PACKS {
            let lists = text.lines().filter_map(|line| line.split_once('[')?.1.split(']').next());
            for item in lists.flat_map(|list| list.split(',')) {
                let name = item.trim().trim_matches(['"', '\'']).to_lowercase();
                listed.entry(name).or_default().push(code);
            }
        }
        listed
    });
    LISTED.get(name).into_iter().flatten().filter_map(|code| language(code)).collect()
}

/// Returns whether this text, in small letters, stands anywhere in a pack that ships. The packs are
/// searched as they are written.
pub(super) fn is_in_a_pack(text: &str) -> bool {
    static LOWER: LazyLock<String> = LazyLock::new(|| {
        PACKS.iter().map(|(_, pack)| pack.to_ascii_lowercase()).collect::<Vec<_>>().join("\n")
    });
    memmem::find(LOWER.as_bytes(), text.as_bytes()).is_some()
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

/// How many letters of some scripts a text has.
#[derive(Default)]
struct Letters {
    all: usize,
    kana: usize,
    han: usize,
    /// Frequent Han characters that Japanese does not use.
    chinese: usize,
    hangul: usize,
    /// Of other scripts than Latin.
    other: usize,
}

impl Letters {
    fn of(text: &str) -> Self {
        /// Simplified, then traditional.
        const CHINESE: &str = "这们对为个说该险还您這們對說與";
        let mut letters = Self::default();
        for c in text.chars().filter(|c| c.is_alphabetic()).take(20_000) {
            letters.all += 1;
            match c {
                '\u{3040}'..='\u{30ff}' => letters.kana += 1,
                '\u{4e00}'..='\u{9fff}' => {
                    letters.han += 1;
                    letters.chinese += usize::from(CHINESE.contains(c));
                }
                '\u{ac00}'..='\u{d7af}' => letters.hangul += 1,
                '\u{370}'..='\u{1dff}' => letters.other += 1,
                _ => {}
            }
        }
        letters
    }

    /// The code of the language that the script alone tells.
    fn language(&self) -> Option<&'static str> {
        let east = self.kana + self.han;
        if self.hangul * 4 > self.all && self.hangul > east {
            return Some("ko");
        }
        // Any kana is Japanese, but for the few that a Chinese text quotes.
        let east_code = if self.kana > self.chinese { "ja" } else { "zh" };
        (east * 4 > self.all).then_some(east_code)
    }
}

/// The language of a text, by its letters and its small words, among those that ship and these.
pub(super) fn language_among(text: &str, own: &'static [Language]) -> DocumentLanguage {
    /// Words that are enough to tell.
    const ENOUGH: usize = 40;
    let letters = Letters::of(text);
    if let Some(code) = letters.language() {
        // Chinese has no spaces between words, so the words are looked for in the text.
        let count = |word: &String| text.matches(word.as_str()).count();
        let is_told = |it: &&Language| {
            code == "zh" && it.small_words.iter().map(count).sum::<usize>() * 33 >= letters.all
        };
        let told = own.iter().find(is_told).or_else(|| language(code));
        let unknown = DocumentLanguage::Unknown("a language without synonyms");
        return told.map_or(unknown, DocumentLanguage::Known);
    }
    let words =
        text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).take(4_000);
    let lower =
        |word| if is_lower(word) { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase()) };
    let words: Vec<Cow<'_, str>> = words.map(lower).collect();
    let is_other_script = letters.other * 3 > letters.all;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_tells_its_language() {
        let told = |text: &str| match language_among(text, &[]) {
            DocumentLanguage::Known(language) => language.language.clone(),
            DocumentLanguage::English => "en".to_owned(),
            DocumentLanguage::Unknown(what) => what.to_owned(),
        };
        for (code, text) in [
            ("zh", "该模型帮助信贷员审核小额贷款。"),
            ("zh", "這個模型由我們訓練，用於審核小額貸款。"),
            (
                "zh",
                "该模型将日语翻译为中文，例如“ありがとう”。我们对这些结果作了评估，并说明了风险。",
            ),
            ("ja", "目的：与信審査。対象：個人顧客。責任者：審査部長。状態：承認済み。"),
            ("ja", "このモデルは少額の融資を判断する担当者を支援します。"),
            ("ko", "이 모델은 소액 대출을 심사하는 담당자를 돕습니다."),
            ("ko", "人工知能 모델은 소액 대출을 심사하는 담당자를 돕습니다."),
            ("en", "A model card is called 模型卡 in Chinese and 모델 카드 in Korean."),
        ] {
            assert_eq!(told(text), code, "{text}");
        }
    }
}
