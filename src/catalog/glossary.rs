//! The glossary: what a word of the messages means, for `aimsgate explain WORD` and
//! `docs/glossary.md`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::embedded;

/// A word that messages, reports and pages use in a sense of their own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub word: String,
    /// One line of Markdown without a full stop.
    pub means: String,
    /// The name of the type in the code that stands for it, where there is one.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
}

/// Returns all words, sorted.
pub fn glossary() -> &'static [Term] {
    static GLOSSARY: LazyLock<Vec<Term>> =
        LazyLock::new(|| embedded("glossary", include_str!("../../data/glossary.yaml")));
    &GLOSSARY
}

/// Returns what a word means, whatever its case and with spaces or hyphens between its parts.
/// Returns `None` where it is no word of the glossary.
pub(crate) fn term(word: &str) -> Option<&'static Term> {
    let spaced = |text: &str| text.to_lowercase().replace('-', " ");
    glossary().iter().find(|term| spaced(&term.word) == spaced(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_and_found_in_any_spelling() {
        let words: Vec<&str> = glossary().iter().map(|term| term.word.as_str()).collect();
        let mut sorted = words.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(words, sorted);
        assert!(glossary().iter().all(|term| !term.means.ends_with('.')));
        assert_eq!(term("Second-Line").unwrap().word, "second line");
        assert!(term("court").is_none());
    }
}
