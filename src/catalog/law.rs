//! What a law asks, of whom, for which systems and from which day (`data/overlays.yaml`).
//!
//! # Design
//!
//! Law only adds: a provision asks for a document that class and stage leave open, and makes an
//! error of what is lighter by itself; it never takes anything away. All that says whether one
//! applies is in its row: who owes it, class, facts, points of Annex III, days and transitions. A
//! finding names the provision where the provision is what makes it an error.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Class, FactName, Overlay, Profile, embedded};
use crate::check_id::CheckId;
use crate::date::Date;
use crate::ids::KindId;

/// What law looks at in a system.
#[derive(Clone, Debug)]
pub(crate) struct LegalSubject {
    pub(crate) class: Class,
    pub(crate) profiles: BTreeSet<Profile>,
    pub(crate) facts: BTreeSet<FactName>,
    /// The points of Annex III of the EU AI Act.
    pub(crate) points: Vec<String>,
    /// The day on which it was placed on the market or put into service.
    pub(crate) placed: Option<Date>,
    /// The day from which on its design is significantly changed.
    pub(crate) changed: Option<Date>,
}

/// What provisions ask for, and what spares systems that were there before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Law {
    transitions: Vec<Transition>,
    provisions: Vec<Raise>,
}

/// What spares a system that was placed on the market before a day.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Transition {
    id: String,
    /// The day before which it was placed on the market. Without it the day from which the
    /// provision applies.
    placed_before: Option<Date>,
    /// The day until which it is spared; a significant change ends it where there is none.
    until: Option<Date>,
    /// The day until which it is spared where public bodies use it.
    public_until: Option<Date>,
    #[cfg_attr(not(test), expect(dead_code, reason = "stated for readers of the data"))]
    source: String,
}

/// A provision: what it asks for, and what it makes an error.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Raise {
    /// The law it is of; none in an overlay of a repository.
    pub(crate) overlay: Option<Overlay>,
    /// The findings that are meant, by their checks.
    #[serde(default = "of_documents")]
    pub(crate) checks: Vec<CheckId>,
    /// The kinds of document that are asked for, whose findings are meant. Without the key all
    /// findings of the checks are.
    #[serde(default)]
    pub(crate) documents: Vec<KindId>,
    pub(crate) owed_by: Vec<Profile>,
    /// Whoever is this, too, does not owe it.
    #[serde(default)]
    not_owed_by: Vec<Profile>,
    pub(crate) from_class: Class,
    /// The facts of which all must hold for the system.
    #[serde(default)]
    pub(crate) when: Vec<FactName>,
    /// The points of Annex III of which the system must fall under one.
    #[serde(default)]
    points: Vec<String>,
    /// The points of Annex III under none of which the system may fall.
    #[serde(default)]
    not_points: Vec<String>,
    pub(crate) from: Date,
    /// The day for a system that is of high risk by the law of products alone (Annex I).
    from_annex_i: Option<Date>,
    transition: Option<String>,
    pub(crate) source: String,
}

/// What can be wrong about a document that is owed.
fn of_documents() -> Vec<CheckId> {
    vec![
        CheckId::DocumentMissing,
        CheckId::ElementMissing,
        CheckId::Placeholder,
        CheckId::LanguageUnread,
    ]
}

impl Raise {
    /// Returns whether a finding of this check about this kind of document is raised.
    pub(crate) fn is_about(&self, check: CheckId, document: Option<&KindId>) -> bool {
        let is_named = |id: &KindId| self.documents.contains(id);
        self.checks.contains(&check)
            && (self.documents.is_empty() || document.is_some_and(is_named))
    }

    /// Returns whether its transition, where it names one, is there.
    pub(crate) fn has_known_transition(&self) -> bool {
        self.transition.as_deref().is_none_or(|id| transition(id).is_some())
    }

    /// Returns whether the provision applies to a system on this day.
    pub(crate) fn applies(&self, system: &LegalSubject, today: Date) -> bool {
        self.applies_from(system).is_some_and(|from| from <= today)
    }

    /// Returns the day from which the provision applies to a system. None where it never does.
    pub(crate) fn applies_from(&self, system: &LegalSubject) -> Option<Date> {
        let is_meant = system.class >= self.from_class
            && self.owed_by.iter().any(|owing| system.profiles.contains(owing))
            && !self.not_owed_by.iter().any(|other| system.profiles.contains(other))
            && self.when.iter().all(|fact| system.facts.contains(fact))
            && (self.points.is_empty() || self.points.iter().any(|it| system.points.contains(it)))
            && !self.not_points.iter().any(|it| system.points.contains(it));
        if !is_meant {
            return None;
        }
        let by_product = system.points.is_empty() && system.facts.contains(&FactName::AnnexI);
        let from = self.from_annex_i.filter(|_| by_product).unwrap_or(self.from);
        let spared = self.transition.as_deref().and_then(transition);
        match spared.zip(system.placed) {
            Some((spared, placed)) if placed < spared.placed_before.unwrap_or(from) => {
                spared.ends(system, from).map(|day| day.max(from))
            }
            _ => Some(from),
        }
    }
}

impl Transition {
    /// Returns the day on which a system is spared no longer. None where no day is set.
    fn ends(&self, system: &LegalSubject, from: Date) -> Option<Date> {
        let is_public = system.facts.contains(&FactName::PublicBody);
        let until = self.public_until.filter(|_| is_public).or(self.until);
        let changed = system.changed.filter(|day| *day >= from && self.until.is_none());
        changed.into_iter().chain(until).min()
    }
}

fn transition(id: &str) -> Option<&'static Transition> {
    law().transitions.iter().find(|transition| transition.id == id)
}

fn law() -> &'static Law {
    static LAW: LazyLock<Law> =
        LazyLock::new(|| embedded("overlays", include_str!("../../data/overlays.yaml")));
    &LAW
}

/// Returns the provisions of `data/overlays.yaml`.
pub(crate) fn raises() -> &'static [Raise] {
    &law().provisions
}

/// Returns the provisions of an article: `eu-ai-act art 26`, `Article 26(5)`. Without the name of a
/// law those of each.
pub(crate) fn provisions(name: &str) -> Vec<&'static Raise> {
    let name = name.to_lowercase();
    let (law, article) = match name.split_once(' ') {
        Some((law, rest)) if !law.starts_with("art") => (Some(law), rest),
        _ => (None, name.as_str()),
    };
    let Some(article) = ["article ", "articles ", "art. ", "art "]
        .iter()
        .find_map(|word| article.strip_prefix(word))
        .map(|article| article.trim().replace(' ', ""))
        .filter(|article| article.starts_with(|c: char| c.is_ascii_digit()))
    else {
        return Vec::new();
    };
    let is_of = |source: &str| {
        let articles = source.rsplit_once("Article").map_or("", |(_, articles)| articles);
        let mut words = articles.split([' ', ',']);
        words.any(|word| {
            let rest = word.strip_prefix(article.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('('))
        })
    };
    let is_meant = |raise: &&Raise| {
        law.is_none_or(|law| raise.overlay.is_some_and(|overlay| overlay.name() == law))
            && is_of(&raise.source)
    };
    raises().iter().filter(is_meant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn system() -> LegalSubject {
        LegalSubject {
            class: Class::High,
            profiles: [Profile::Provider].into(),
            facts: [FactName::UsedInEu].into(),
            points: vec!["5b".to_owned()],
            placed: None,
            changed: None,
        }
    }

    fn article(text: &str) -> &'static Raise {
        raises().iter().find(|raise| raise.source.ends_with(text)).unwrap()
    }

    #[test]
    fn every_transition_is_there_and_says_where_it_comes_from() {
        for raise in raises() {
            assert!(raise.overlay.is_some() && raise.has_known_transition(), "{}", raise.source);
            assert!(raise.from_annex_i.is_none_or(|day| raise.from <= day), "{}", raise.source);
        }
        assert!(law().transitions.iter().all(|it| it.source.contains("Article 111")));
    }

    #[test]
    fn an_article_is_found_with_and_without_its_law_and_paragraph() {
        let count = |name: &str| provisions(name).len();
        assert_eq!(count("eu-ai-act art 4"), 1);
        assert_eq!(count("Article 4"), 1);
        assert!(count("eu-ai-act article 26") > count("art. 26(5)"));
        assert_eq!(count("art 26(5)"), 2);
        assert_eq!(count("gdpr art 35"), count("art 35"));
        for none in ["art", "article x", "eu-ai-act art 2", "26", "eu-ai-act"] {
            assert_eq!(count(none), 0, "{none}");
        }
    }

    #[test]
    fn high_risk_begins_by_annex_and_spares_what_was_there_until_it_changes() {
        let quality = article("Article 17");
        let product = LegalSubject {
            points: Vec::new(),
            facts: [FactName::UsedInEu, FactName::AnnexI].into(),
            ..system()
        };
        let old = LegalSubject { placed: Some(day("2026-03-01")), ..system() };
        let changed = LegalSubject { changed: Some(day("2028-01-10")), ..old.clone() };
        let public = LegalSubject {
            facts: [FactName::UsedInEu, FactName::PublicBody].into(),
            ..old.clone()
        };
        let deployer = LegalSubject { profiles: [Profile::Deployer].into(), ..system() };
        let limited = LegalSubject { class: Class::Limited, ..system() };
        let cases = [
            (system(), Some("2027-12-02")),
            (product, Some("2028-08-02")),
            (old, None),
            (changed, Some("2028-01-10")),
            (public, Some("2030-08-02")),
            (deployer, None),
            (limited, None),
        ];
        for (system, from) in cases {
            assert_eq!(quality.applies_from(&system), from.map(day), "{system:?}");
        }
    }

    #[test]
    fn marking_and_general_purpose_models_have_days_of_their_own() {
        let of = |fact, placed: &str| LegalSubject {
            class: Class::Minimal,
            facts: [FactName::UsedInEu, fact].into(),
            placed: Some(day(placed)),
            ..system()
        };
        let cases = [
            ("Article 50(2)", FactName::Generative, "2026-08-01", "2026-12-02"),
            ("Article 50(2)", FactName::Generative, "2026-08-02", "2026-08-02"),
            ("Article 53(1)(a)", FactName::GeneralPurpose, "2025-08-01", "2027-08-02"),
            ("Article 53(1)(a)", FactName::GeneralPurpose, "2025-08-02", "2025-08-02"),
        ];
        for (source, fact, placed, from) in cases {
            let from = Some(day(from));
            assert_eq!(article(source).applies_from(&of(fact, placed)), from, "{source} {placed}");
        }
    }
}
