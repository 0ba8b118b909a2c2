//! Documents that look like evidence and are something else.

use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;

use super::pattern::compile;
use crate::catalog::embedded;

/// What a document is instead, and how it is told.
#[derive(Debug)]
pub(crate) struct LookAlike {
    pub(crate) id: String,
    /// In words.
    pub(crate) name: String,
    instead_of: Vec<String>,
    titles: Patterns,
    signs: Patterns,
    at_least: usize,
    unless: Patterns,
    without_ai: bool,
}

/// Patterns that are compiled when a document has to be looked at twice.
#[derive(Debug)]
struct Patterns {
    written: Vec<String>,
    compiled: OnceLock<Vec<Regex>>,
}

impl Patterns {
    fn new(written: Vec<String>) -> Self {
        Self { written, compiled: OnceLock::new() }
    }

    /// How many of them a text holds.
    fn count_in(&self, text: &str) -> usize {
        let compiled =
            self.compiled.get_or_init(|| self.written.iter().map(|text| compile(text)).collect());
        compiled.iter().filter(|pattern| pattern.is_match(text)).count()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct LookAlikeRow {
    id: String,
    name: String,
    instead_of: Vec<String>,
    #[serde(default)]
    titles: Vec<String>,
    #[serde(default)]
    signs: Vec<String>,
    #[serde(default)]
    at_least: usize,
    #[serde(default)]
    unless: Vec<String>,
    /// Whether it is one because nothing in it is about AI.
    #[serde(default)]
    without_ai: bool,
}

fn all() -> &'static [LookAlike] {
    static ALL: LazyLock<Vec<LookAlike>> = LazyLock::new(|| {
        let rows: Vec<LookAlikeRow> =
            embedded("look-alikes", include_str!("../../data/look-alikes.yaml"));
        rows.into_iter().map(LookAlike::of).collect()
    });
    &ALL
}

impl LookAlike {
    fn of(row: LookAlikeRow) -> Self {
        Self {
            titles: Patterns::new(row.titles),
            signs: Patterns::new(row.signs),
            unless: Patterns::new(row.unless),
            at_least: row.at_least,
            without_ai: row.without_ai,
            id: row.id,
            name: row.name,
            instead_of: row.instead_of,
        }
    }

    /// Whether its words make it one, and not only that AI is not spoken of: in the repository of a
    /// system a document need not say again what it is about.
    pub(super) fn is_by_signs(&self) -> bool {
        !self.without_ai
    }

    fn fits(&self, title: &str, text: &str, is_about_ai: bool) -> bool {
        if self.without_ai {
            return !is_about_ai;
        }
        let signs = self.signs.count_in(text) + 2 * usize::from(self.titles.count_in(title) > 0);
        if signs < self.at_least {
            return false;
        }
        let against = self.unless.count_in(text);
        against < 2 && signs > 2 * against
    }
}

/// What a document is that looks like one of `kind`; `None` where nothing speaks for it.
pub(super) fn look_alike(kind: &str, title: &str, text: &str) -> Option<&'static LookAlike> {
    let about_ai = LazyLock::new(|| is_about_ai(text) || is_about_ai(title));
    let candidates = all().iter().filter(|it| it.instead_of.iter().any(|other| other == kind));
    candidates.into_iter().find(|it| it.fits(title, text, *about_ai))
}

/// What a document is that is like no kind, where its words say so.
pub(super) fn any(title: &str, text: &str) -> Option<&'static LookAlike> {
    all().iter().filter(|it| !it.without_ai).find(|it| it.fits(title, text, true))
}

/// The look-alike of this id.
pub(super) fn named(id: &str) -> Option<&'static LookAlike> {
    all().iter().find(|it| it.id == id)
}

/// Whether a text speaks of AI in more than one way, or again and again.
pub(crate) fn is_about_ai(text: &str) -> bool {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?x)\b(AI|A\.I\.|KI|IA|ML|LLMs?|GPT\w*|RAG|(?i:artificial\ intelligence
            |machine\ learning|deep\ learning|neural\ net\w*|language\ models?|chatbots?|generative
            |hallucinat\w+|prompt\ injection|prompts?|training\ data|model\ (drift|card|weights
            |behaviou?r|output|performance|version|risk)|models?|inference|algorithm\w*
            |classifier\w*|fairness|bias(ed|es)?|fundamental\ rights|human\ oversight
            |automated\ decisions?|serious\ incidents?|embeddings?|AI\ Act|high-risk|drift|agents?
            |künstliche\w*|intelligence\ artificielle|inteligencia\ artificial|modell\w*
            |modèles?))\b|人工知能|機械学習|生成AI
            |人工智能|人工智慧|机器学习|機器學習|大模型|生成式|AI(系统|系統|模型|治理)
            |인공지능|머신러닝|기계학습|생성형",
        )
        .ok()
    });
    let Some(words) = &*WORDS else { return false };
    let all = text.split_whitespace().count();
    let mut found = std::collections::BTreeSet::new();
    let mut count = 0;
    for word in words.find_iter(text) {
        count += 1;
        found.insert(word.as_str().to_lowercase());
    }
    (found.len() >= 2 || count >= 3 || (count > 0 && all < 100)) && count * ONE_IN >= all
}

/// In a text about AI at least one word in so many is.
const ONE_IN: usize = 160;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn the_data_names_kinds_and_its_patterns_compile() {
        let rows: Vec<LookAlikeRow> =
            serde_yaml::from_str(include_str!("../../data/look-alikes.yaml")).unwrap();
        for row in rows {
            assert!(row.instead_of.iter().all(|id| catalog::kind(id).is_some()), "{}", row.id);
            for text in row.titles.iter().chain(&row.signs).chain(&row.unless) {
                compile(text);
            }
        }
    }
}
