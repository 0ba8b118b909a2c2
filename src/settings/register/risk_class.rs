//! The declared class of a system, and what was weighed for it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use crate::catalog::{Class, practices};
use crate::date::Date;
use crate::document::Spanned;

/// The declared class, with the decision behind it (6.1.2, A.5.2).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RiskClass {
    pub(crate) value: Spanned<Class>,
    pub(crate) because: Option<Spanned<String>>,
    /// What was found of the practices that are prohibited (EU AI Act, Article 5).
    pub(crate) prohibited_practices: Option<Spanned<Practices>>,
    /// The points of Annex III of the EU AI Act that the system falls under: `5b`.
    #[serde(default)]
    pub(crate) annex_iii: Vec<Spanned<AnnexPoint>>,
    /// The act of Annex I under which it is a product, or a safety component of one.
    pub(crate) annex_i: Option<Spanned<String>>,
    /// Why it is of no high risk all the same (Article 6(3)).
    pub(crate) article_6_3: Option<AnnexExemption>,
    pub(crate) decided_by: Option<Spanned<String>>,
    pub(crate) decided_on: Option<Spanned<Date>>,
}

impl RiskClass {
    /// Returns a point of Annex III for which a deployer owes an assessment of fundamental rights
    /// (Article 27(1)): credit, life and health insurance for each, all but infrastructure for a
    /// public one.
    pub(crate) fn asks_deployer(&self, is_public: bool) -> Option<&Spanned<AnnexPoint>> {
        let asks = |point: &&Spanned<AnnexPoint>| match point.value.0.as_str() {
            "5b" | "5c" => true,
            "2" => false,
            _ => is_public,
        };
        self.annex_iii.iter().find(asks)
    }
}

/// What a register answers about the prohibited practices: in one text, or point by point.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Practices {
    Text(String),
    /// By the letter of the point: `a: no`.
    Each(BTreeMap<String, String>),
}

impl Practices {
    /// Returns an answer that says a practice applies, and its point where it names one.
    pub(crate) fn applying(&self) -> Option<(Option<&str>, &str)> {
        let says_yes = |text: &str| {
            let first = text.trim_start().split(|c: char| !c.is_alphanumeric()).next();
            first.is_some_and(|word| ["yes", "true"].contains(&word.to_lowercase().as_str()))
        };
        match self {
            Self::Text(text) => says_yes(text).then_some((None, text.as_str())),
            Self::Each(answers) => answers
                .iter()
                .find(|(_, answer)| says_yes(answer))
                .map(|(point, answer)| (Some(point.as_str()), answer.as_str())),
        }
    }
}

impl<'de> Deserialize<'de> for Practices {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PracticesVisitor)
    }
}

struct PracticesVisitor;

impl<'de> Visitor<'de> for PracticesVisitor {
    type Value = Practices;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an answer to each point of Article 5(1), such as {a: no, b: no}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Practices, E> {
        Ok(Practices::Text(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, is_so: bool) -> Result<Practices, E> {
        Ok(Practices::Text(if is_so { "yes" } else { "no" }.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Practices, A::Error> {
        let mut answers = BTreeMap::new();
        while let Some((point, answer)) = entries.next_entry::<String, PracticeAnswer>()? {
            if !practices().iter().any(|practice| practice.point == point) {
                let points: Vec<&str> = practices().iter().map(|it| it.point.as_str()).collect();
                let message =
                    format!("`{point}` is no point of Article 5(1): {}", points.join(", "));
                return Err(de::Error::custom(message));
            }
            answers.insert(point, answer.0);
        }
        Ok(Practices::Each(answers))
    }
}

/// `no`, `false`, or a text.
struct PracticeAnswer(String);

impl<'de> Deserialize<'de> for PracticeAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Practices::deserialize(deserializer)? {
            Practices::Text(text) => Ok(Self(text)),
            Practices::Each(_) => Err(de::Error::custom("a text is expected, such as `no`")),
        }
    }
}

/// A point of Annex III of the EU AI Act: its number, and its letter where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AnnexPoint(String);

impl fmt::Display for AnnexPoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The last letter of each point of Annex III; none where the point has no letters.
const ANNEX_III: [(&str, Option<char>); 8] = [
    ("1", Some('c')),
    ("2", None),
    ("3", Some('d')),
    ("4", Some('b')),
    ("5", Some('d')),
    ("6", Some('e')),
    ("7", Some('d')),
    ("8", Some('b')),
];

impl<'de> Deserialize<'de> for AnnexPoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_point = |(number, last): &(&str, Option<char>)| {
            let Some(letter) = text.strip_prefix(number) else { return false };
            let mut letters = letter.chars();
            match (letters.next(), letters.next(), last) {
                (None, _, _) => true,
                (Some(letter), None, Some(last)) => ('a'..=*last).contains(&letter),
                _ => false,
            }
        };
        if ANNEX_III.iter().any(is_point) {
            return Ok(Self(text));
        }
        let message =
            format!("`{text}` is no point of Annex III of the EU AI Act, such as `5b` or `4`");
        Err(de::Error::custom(message))
    }
}

/// Why a system of Annex III is of no high risk (EU AI Act, Article 6(3)).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct AnnexExemption {
    /// The condition that holds: the letter of Article 6(3).
    pub(crate) ground: Spanned<ExemptionGround>,
    /// Whether it profiles people. Then it is of high risk in any case.
    pub(crate) profiling: Spanned<bool>,
    /// The documented assessment (Article 6(4)).
    pub(crate) record: Spanned<String>,
}

/// A condition of Article 6(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub(crate) enum ExemptionGround {
    /// A narrow procedural task.
    A,
    /// It improves what people finished.
    B,
    /// It finds deviations from earlier decisions, and replaces no review of people.
    C,
    /// It prepares an assessment.
    D,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{decode, parse};

    fn class(text: &str) -> Result<RiskClass, String> {
        let document = parse("aims.yaml".into(), text.as_bytes().to_vec());
        decode(document.tree().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn practices_are_answered_by_their_points() {
        let cases = [
            ("no", None),
            ("\"yes, social scoring\"", Some((None, "yes, social scoring"))),
            ("true", Some((None, "yes"))),
            ("screened, none apply", None),
            ("{a: no, c: \"yes: customers\"}", Some((Some("c"), "yes: customers"))),
            ("{a: false, b: \"no, see the page\"}", None),
        ];
        for (text, expected) in cases {
            let class = class(&format!("value: high\nprohibited-practices: {text}\n")).unwrap();
            assert_eq!(class.prohibited_practices.unwrap().applying(), expected, "{text}");
        }
        let error = class("value: high\nprohibited-practices: {z: no}\n").unwrap_err();
        assert!(error.contains("`z` is no point of Article 5(1): a, b"), "{error}");
    }

    #[test]
    fn points_of_annex_iii_are_a_closed_list() {
        for (point, expected) in
            [("5b", true), ("2", true), ("4", true), ("5e", false), ("2a", false), ("9", false)]
        {
            let class = class(&format!("value: high\nannex-iii: [{point}]\n"));
            assert_eq!(class.is_ok(), expected, "{point}");
        }
    }
}
