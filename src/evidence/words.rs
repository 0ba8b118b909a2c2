//! When two headings say the same.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::pattern::compile;
use super::prompt::{is_unparted, word_count};
use crate::untrusted::clamp;

/// A heading, label or key reduced to its words: lower case, no numbering, emphasis, brackets or
/// punctuation, one spelling, plurals as singulars.
pub(super) fn normalise(text: &str) -> String {
    static BRACKETED: LazyLock<Regex> =
        LazyLock::new(|| compile(r"\[[^\]]*\]|\([^)]*\)|\{[^}]*\}"));
    if !text.contains(['[', '(', '{']) {
        return reduced(text);
    }
    let short = reduced(&BRACKETED.replace_all(text, " "));
    // `제1조(목적)`: an article has its title in brackets.
    if short.starts_with(['第', '제']) && is_counter(&short) { reduced(text) } else { short }
}

/// Whether a word counts headings: `1`, `a`, `ⅱ`, `三`, `第三章`, `제1조`, `나`.
fn is_counter(word: &str) -> bool {
    const NUMERALS: &str = "一二三四五六七八九十百";
    const KOREAN: &str = "가나다라마바사아자차카타파하";
    const ARTICLES: [char; 12] =
        ['章', '節', '节', '條', '条', '部', '款', '장', '절', '조', '부', '항'];
    // A lone letter before words does not name anything.
    if word.len() == 1 && word.is_ascii() && word != "a" {
        return true;
    }
    let is_numeral = |c: char| {
        c.is_ascii_digit() || NUMERALS.contains(c) || ('\u{2160}'..='\u{217f}').contains(&c)
    };
    let counted = word.strip_prefix(['第', '제']).and_then(|it| it.strip_suffix(ARTICLES));
    let mut letters = word.chars();
    let is_letter = letters.next().is_some_and(|c| KOREAN.contains(c)) && letters.next().is_none();
    is_letter || counted.unwrap_or(word).chars().all(is_numeral)
}

/// The same with what stands in brackets.
pub(super) fn reduced(text: &str) -> String {
    let lower = parted(text).to_lowercase().replace('&', " and ");
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<&str> = words
        .map(|word| match singular(word) {
            "licence" | "licensing" => "license",
            "labelling" => "labeling",
            "organisation" => "organization",
            word => word,
        })
        .collect();
    // `1.2`, `(a)` and `A.` count headings.
    let skip = words.iter().take_while(|word| is_counter(word)).count();
    if skip < words.len() {
        words.drain(..skip);
    }
    words.join(" ")
}

/// `useCases` as `use Cases`: keys of data join their words.
fn parted(text: &str) -> String {
    let mut parted = String::with_capacity(text.len() + 4);
    let mut before_is_lower = false;
    for c in text.chars() {
        if before_is_lower && c.is_uppercase() {
            parted.push(' ');
        }
        before_is_lower = c.is_lowercase();
        parted.push(c);
    }
    parted
}

/// A word without its plural `s`. Words that only end like a plural lose it on both sides of a
/// comparison, which does no harm.
fn singular(word: &str) -> &str {
    let plural = word.len() > 3 && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    if plural { word.strip_suffix('s').unwrap_or(word) } else { word }
}

/// A heading, label or key made ready to be compared with many names.
#[derive(Debug)]
pub(super) struct Heading {
    /// As it was written, shortened.
    pub(super) written: String,
    whole: String,
    parts: Vec<String>,
    few_words: bool,
}

impl Heading {
    pub(super) fn new(text: &str) -> Self {
        /// A heading that lists more is a table of contents, and answers nothing.
        const MOST_PARTS: usize = 4;
        let written = clamp(text, 200).into_owned();
        let whole = normalise(&written);
        let joined = [" and ", " or ", " und ", " 및 ", " 또는 "];
        let lower = joined.iter().fold(written.to_lowercase(), |it, by| it.replace(by, ","));
        let parts: Vec<String> = lower
            .split([
                ',', '/', '&', ';', ':', '+', '、', '・', '—', '–', '，', '；', '：', '／', '和',
                '与', '與', '及',
            ])
            .take(MOST_PARTS + 1)
            .map(normalise)
            .collect();
        let parts = if parts.len() > MOST_PARTS { Vec::new() } else { parts };
        Self { few_words: whole.split(' ').count() <= 8, whole, parts, written }
    }
}

/// Words that turn the name behind them into its opposite.
const DENIALS: [&str; 11] =
    ["not", "no", "non", "nicht", "keine", "pas", "sin", "nie", "niet", "não", "without"];

/// The names of all elements of a kind, normalised once.
#[derive(Debug, Default)]
pub(super) struct ElementNames {
    /// As they stand in the catalogue.
    written: Vec<String>,
    exact: HashMap<String, Vec<(usize, usize)>>,
    /// Names of several words, by their first one, which may stand inside a longer heading.
    inside: HashMap<String, Vec<(String, usize, usize)>>,
}

impl ElementNames {
    /// Adds a name of element `element`.
    pub(super) fn add(&mut self, element: usize, name: &str) {
        let normal = normalise(name);
        // What is nothing but marks names nothing.
        if normal.is_empty() {
            return;
        }
        let at = self.written.len();
        self.written.push(name.to_owned());
        if let Some((first, _)) = normal.split_once(' ') {
            self.inside.entry(first.to_owned()).or_default().push((normal.clone(), element, at));
        }
        self.exact.entry(normal).or_default().push((element, at));
    }

    /// The elements a heading names, each with the name it matches; an element once.
    ///
    /// Equality counts; so does one part of a heading that lists several ("Bias, Risks, and
    /// Limitations"), and a name of several words inside a longer heading.
    pub(super) fn matching(&self, heading: &Heading) -> Vec<(usize, &str)> {
        let mut found: Vec<(usize, &str)> = Vec::new();
        let mut add = |element: usize, name: usize| {
            if !found.iter().any(|(known, _)| *known == element) {
                found.push((element, self.written[name].as_str()));
            }
        };
        if heading.whole.is_empty() {
            return found;
        }
        for text in std::iter::once(&heading.whole).chain(&heading.parts) {
            self.exact
                .get(text)
                .into_iter()
                .flatten()
                .for_each(|(element, name)| add(*element, *name));
        }
        if heading.few_words {
            let starts = heading.whole.match_indices(' ').map(|(at, _)| at + 1);
            // `Not intended use` is no intended use.
            let is_denied = |start: &usize| {
                let before = heading.whole[..*start].trim_end().rsplit(' ').next();
                before.is_some_and(|word| DENIALS.contains(&word))
            };
            let starts = std::iter::once(0).chain(starts).filter(|start| !is_denied(start));
            for rest in starts.map(|start| &heading.whole[start..]) {
                let first = rest.split(' ').next().unwrap_or_default();
                for (name, element, at) in self.inside.get(first).into_iter().flatten() {
                    let ends = |rest: &str| rest.is_empty() || rest.starts_with(' ');
                    if rest.strip_prefix(name.as_str()).is_some_and(ends) {
                        add(*element, *at);
                    }
                }
            }
        }
        found
    }

    /// The number of words of the longest name that stands in a text, however long that is, in
    /// brackets or not; in a script without spaces it may stand between other characters.
    pub(super) fn longest_inside(&self, text: &str) -> Option<usize> {
        let text = format!(" {} ", reduced(&clamp(text, 400)));
        let inside = |name: &&String| {
            text.contains(&format!(" {name} "))
                || (name.contains(is_unparted) && text.contains(name.as_str()))
        };
        self.exact.keys().filter(inside).map(|name| word_count(name)).max()
    }

    /// Whether a heading is one of these names and no more.
    pub(super) fn is(&self, heading: &Heading) -> bool {
        self.exact.contains_key(&heading.whole)
    }

    /// Whether a heading names anything here.
    pub(super) fn matches(&self, heading: &Heading) -> bool {
        !self.matching(heading).is_empty()
    }
}

impl<'n> FromIterator<&'n String> for ElementNames {
    /// The names of one thing.
    fn from_iter<I: IntoIterator<Item = &'n String>>(names: I) -> Self {
        let mut all = Self::default();
        names.into_iter().for_each(|name| all.add(0, name));
        all
    }
}

/// Sections that tell of other works, of code or of the file itself.
pub(super) fn is_about_others(title: &str) -> bool {
    let title = title.to_lowercase();
    [
        "citation",
        "references",
        "bibtex",
        "acknowledg",
        "changelog",
        "change log",
        "related work",
        "links",
        "installation",
        "table of contents",
    ]
    .iter()
    .any(|word| title.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(names: &[&str], heading: &str) -> bool {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        names.iter().collect::<ElementNames>().matches(&Heading::new(heading))
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
            "trainingData",
            "(d) Limitations",
        ] {
            assert!(matched(&limits, heading), "{heading}");
        }
        let everything = "Model details, Version, Owner, Limitations, Bias, License";
        for heading in ["Limit", "Liability and limits", "Evaluation data", "", "🙂", everything]
        {
            assert!(!matched(&limits, heading), "{heading}");
        }
        for heading in ["一、目的", "（二）目的", "第三章 目的", "제1조(목적)", "Ⅱ. 목적"]
        {
            assert!(matched(&["目的", "목적"], heading), "{heading}");
        }
        assert!(matched(&["목적"], "나. 목적"));
        assert!(matched(&["局限性"], "偏见和局限性") && matched(&["한계"], "편향 및 한계"));
        assert!(!matched(&["目的"], "目的地"));
        assert!(matched(&["License"], "Licence"));
        assert!(matched(&["Intended use"], "Primary intended use"));
        assert!(
            !matched(&["Intended use"], "Not intended use")
                && !matched(
                    &["Bestimmungsgemäße Verwendung"],
                    "Nicht bestimmungsgemäße Verwendung"
                )
        );
        assert!(matched(&["Not intended use"], "Not intended use"));
    }
}
