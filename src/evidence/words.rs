//! When two headings say the same, and when a text says nothing.

use std::sync::LazyLock;

use regex::Regex;

use crate::catalog::Element;
use crate::untrusted::is_deceptive;

/// A heading, label or key reduced to its words: lower case, no numbering, emphasis, brackets or
/// punctuation, one spelling, plurals as singulars.
pub(super) fn normalise(text: &str) -> String {
    static BRACKETED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\[[^\]]*\]|\([^)]*\)|\{[^}]*\}").ok());
    let text = match &*BRACKETED {
        Some(pattern) => pattern.replace_all(text, " "),
        None => text.into(),
    };
    let lower = text.to_lowercase().replace('&', " and ");
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<&str> = words
        .map(|word| match singular(word) {
            "licence" | "licensing" => "license",
            "labelling" => "labeling",
            word => word,
        })
        .collect();
    let numbering = |word: &&str| word.chars().all(|c| c.is_ascii_digit());
    let skip = words.iter().take_while(|word| numbering(word)).count();
    if skip < words.len() {
        words.drain(..skip);
    }
    words.join(" ")
}

/// A word without its plural `s`. Words that only end like a plural lose it on both sides of a
/// comparison, which does no harm.
fn singular(word: &str) -> &str {
    let plural = word.len() > 3 && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    if plural { word.strip_suffix('s').unwrap_or(word) } else { word }
}

/// The synonym of an element that a heading, label or key matches.
///
/// Equality counts; so does one part of a heading that lists several ("Bias, Risks, and
/// Limitations"), and a synonym of several words inside a longer heading.
pub(super) fn matched<'e>(element: &'e Element, heading: &str) -> Option<&'e str> {
    let whole = normalise(heading);
    if whole.is_empty() {
        return None;
    }
    let lower = heading.to_lowercase().replace(" and ", ",").replace(" or ", ",");
    let parts: Vec<String> = lower.split([',', '/', '&', ';', ':', '+']).map(normalise).collect();
    let few_words = whole.split(' ').count() <= 8;
    element.any_of.iter().map(String::as_str).find(|synonym| {
        let synonym = normalise(synonym);
        let inside = synonym.contains(' ') && few_words && format!(" {whole} ").contains(&format!(" {synonym} "));
        whole == synonym || parts.contains(&synonym) || inside
    })
}

/// Whether a text only holds a place for something: empty, TBD, a bracketed prompt, a bare N/A.
///
/// "None" and "Not applicable because ..." are answers.
pub fn is_placeholder(text: &str) -> bool {
    const LONGEST_PROMPT: usize = 14;
    static PATTERNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?xi)^(
                \W*                                              # nothing, dashes, dots
              | \W*(n\s*/\s*a|not\ available|unknown\ yet)\W*
              | \W*(tbd|tba|tbc|todo|to-do|fixme|xxx|wip)\b.*
              | \W*lorem\ ipsum.*
              | \W*(more\ information\ needed|coming\ soon|to\ be\ (named|confirmed|determined|defined|decided|done|added|completed|written|filled|announced|provided)|fill\ (this\ )?in|under\ construction|placeholder|work\ in\ progress|pending)\b.*
              | \W*(insert|add|describe|provide|enter|write|list|explain|specify)\b.*\b(here|below)\W*
              | \[[^\]]*\]\W* | <[^>]*>\W* | \{\{.*\}\}\W* | \{[^}]*\}\W* | __+.*__+
            )$",
        )
        .ok()
    });
    // What cannot be seen says nothing.
    let seen: String = text.chars().filter(|c| !is_deceptive(*c) || c.is_whitespace()).collect();
    let text = seen.trim();
    let short = text.split_whitespace().count() <= LONGEST_PROMPT || text.starts_with(['[', '<', '{']);
    short && PATTERNS.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(names: &[&str]) -> Element {
        serde_json::from_value(serde_json::json!({"key": "k", "any-of": names})).unwrap()
    }

    #[test]
    fn headings_match_by_their_words() {
        let limits = element(&["Limitations", "Known limitations", "Training data"]);
        for heading in [
            "Limitations",
            "3.2 **Limitations**:",
            "⚠️ Limitations",
            "Bias, Risks, and Limitations",
            "Limitations & ethical considerations",
            "Limitations [optional]",
            "Known Limitation",
            "Training Data and Procedure",
            "training_data",
        ] {
            assert!(matched(&limits, heading).is_some(), "{heading}");
        }
        for heading in ["Limit", "Liability and limits", "Evaluation data", "", "🙂"] {
            assert!(matched(&limits, heading).is_none(), "{heading}");
        }
        assert_eq!(matched(&element(&["License"]), "Licence"), Some("License"));
    }

    #[test]
    fn a_held_place_is_no_answer_and_an_honest_gap_is() {
        for text in [
            "",
            "TBD",
            "TBD after validation",
            "todo: write",
            "[More Information Needed]",
            "<insert purpose>",
            "N/A",
            "n/a.",
            "...",
            "—",
            "Coming soon",
            "To be confirmed",
            "{{ model_description }}",
            "Describe the data here.",
            "Lorem ipsum dolor",
            "[YYYY-MM-DD]",
            "____",
            "\u{200b}\u{3164}",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "None",
            "Not applicable because no personal data is processed.",
            "Not performed.",
            "English news text",
            "We list known errors below and say who is hurt by them in each of the cases we have seen so far.",
            "MIT",
            "The TODO application suggests tasks.",
            "0.91",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
