//! Languages as data: what elements and kinds are called, and how dates and numbers are written.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Kind, embedded};

/// A language other than English.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Language {
    /// ISO 639-1.
    pub language: String,
    pub name: String,
    pub date_order: DateOrder,
    pub decimal: char,
    /// The names of the twelve months, lower case.
    pub months: Vec<Vec<String>>,
    /// Frequent small words, by which a text is known.
    pub words: Vec<String>,
    /// Phrases that hold a place.
    pub placeholders: Vec<String>,
    titles: BTreeMap<String, Vec<String>>,
    elements: BTreeMap<String, Vec<String>>,
}

/// Which part of `01/02/2026` comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    DayFirst,
    YearFirst,
}

impl Language {
    /// What a kind of document is called.
    pub fn titles_of(&self, kind: &Kind) -> &[String] {
        self.titles.get(&kind.id).map_or(&[], Vec::as_slice)
    }

    /// What an element is called.
    pub fn names_of(&self, key: &str) -> &[String] {
        self.elements.get(key).map_or(&[], Vec::as_slice)
    }
}

/// Every language that ships, in the order of its code.
pub fn languages() -> &'static [Language] {
    static ALL: LazyLock<Vec<Language>> = LazyLock::new(Vec::new);
    &ALL
}
