//! When two headings say the same, and when a text says nothing.

use std::sync::LazyLock;

use regex::Regex;

use crate::untrusted::{clamp, is_deceptive};

/// A heading, label or key reduced to its words: lower case, no numbering, emphasis, brackets or
/// punctuation, one spelling, plurals as singulars.
fn normalise(text: &str) -> String {
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

/// A heading, label or key made ready to be compared with many names.
pub(super) struct Heading {
    whole: String,
    parts: Vec<String>,
    few_words: bool,
}

impl Heading {
    pub(super) fn new(text: &str) -> Self {
        /// A heading that lists more is a table of contents, and answers nothing.
        const MOST_PARTS: usize = 4;
        let whole = normalise(&clamp(text, 200));
        let lower = text.to_lowercase().replace(" and ", ",").replace(" or ", ",");
        let parts: Vec<String> =
            lower.split([',', '/', '&', ';', ':', '+']).take(MOST_PARTS + 1).map(normalise).collect();
        let parts = if parts.len() > MOST_PARTS { Vec::new() } else { parts };
        Self { few_words: whole.split(' ').count() <= 8, whole, parts }
    }

    /// Whether it matches a name that is normalised already.
    ///
    /// Equality counts; so does one part of a heading that lists several ("Bias, Risks, and
    /// Limitations"), and a name of several words inside a longer heading.
    fn matches(&self, name: &str) -> bool {
        let inside =
            || name.contains(' ') && self.few_words && format!(" {} ", self.whole).contains(&format!(" {name} "));
        !self.whole.is_empty() && (self.whole == name || self.parts.iter().any(|part| part == name) || inside())
    }
}

/// Names, normalised once.
pub(super) struct Names(Vec<String>);

impl Names {
    pub(super) fn new(names: &[String]) -> Self {
        Self(names.iter().map(|name| normalise(name)).collect())
    }

    /// Whether a heading matches one of them.
    pub(super) fn match_heading(&self, heading: &Heading) -> bool {
        self.0.iter().any(|name| heading.matches(name))
    }
}

/// Whether a text only holds a place for something: empty, TBD, a bracketed prompt, a bare N/A.
///
/// "None" and "Not applicable because ..." are answers.
pub fn is_placeholder(text: &str) -> bool {
    const LONGEST_PROMPT: usize = 14;
    static HELD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?xis)^(
                \W*(n\W*a|not\ available|unknown\ yet|[a-z])\W*
              | \W*(tbd|tba|tbc|fixme|xxx|wip)\b.*
              | \W*(todo|to-do)\s*([:.!\-–—(].*)?
              | \W*lorem\ ipsum.*
              | \[[^\]]*\]\W* | <[^>]*>\W* | \{\{.*\}\}\W* | \{[^}]*\}\W* | __+.*__+
            )$",
        )
        .ok()
    });
    static PROMPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?xis)^(
                \W*(todo|to-do)\b.*
              | \W*(more\ information\ needed|coming\ soon|to\ be\ (named|confirmed|determined|defined|decided|done|added|completed|written|filled|announced|provided)|fill\ (this\ )?in|under\ construction|placeholder|work\ in\ progress|pending)\b.*
              | \W*not\ (yet\ )?(written|done|filled\ in|documented)(\ yet)?\W*
              | \W*(insert|add|describe|provide|enter|write|list|explain|specify)\b.*\b(here|below)\W*
            )$",
        )
        .ok()
    });
    // What cannot be seen says nothing, and what has no letter or digit neither.
    let seen: String = text.chars().filter(|c| !is_deceptive(*c) || c.is_whitespace()).collect();
    let text = seen.trim();
    let is = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
    let short = text.split_whitespace().take(LONGEST_PROMPT + 1).count() <= LONGEST_PROMPT;
    !text.contains(char::is_alphanumeric) || is(&HELD) || (short && is(&PROMPT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(names: &[&str], heading: &str) -> bool {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Names::new(&names).match_heading(&Heading::new(heading))
    }

    #[test]
    fn headings_match_by_their_words() {
        let limits = ["Limitations", "Known limitations", "Training data"];
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
            assert!(matched(&limits, heading), "{heading}");
        }
        let everything = "Model details, Version, Owner, Limitations, Bias, License";
        for heading in ["Limit", "Liability and limits", "Evaluation data", "", "🙂", everything] {
            assert!(!matched(&limits, heading), "{heading}");
        }
        assert!(matched(&["License"], "Licence"));
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
            "TBD, we will write this down when the tests are done and everybody had the time to read them again",
            "NA",
            "N.A.",
            "x",
            "Not written yet.",
            "👍",
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
