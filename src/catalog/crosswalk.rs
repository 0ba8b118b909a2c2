//! What evidence for a control is also useful for in other frameworks, and from when law applies.
//!
//! # Design
//!
//! Law raises a severity and never lowers one. A row of `data/overlays.yaml` names the checks, the
//! documents, the class, the facts and the day from which the provision applies. A finding names
//! the provision where the provision is what makes it an error.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Class, FactName, embedded};
use crate::check_id::CheckId;
use crate::date::Date;
use crate::ids::KindId;

/// Another framework or law that rules may name, so that reports say it is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Overlay {
    EuAiAct,
    Gdpr,
    NistAiRmf,
    Oecd,
    #[serde(rename = "iso27001-integration")]
    Iso27001Integration,
}

impl Overlay {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

/// The pairings, and the dates of law.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Crosswalk {
    pub(crate) as_of: String,
    /// For each control or clause, and for each framework, the references in that framework.
    pub(crate) related: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    pub(crate) legal_dates: Vec<LegalDates>,
}

/// From when provisions of a law apply.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct LegalDates {
    pub(crate) overlay: Overlay,
    pub(crate) source: String,
    pub(crate) as_of: String,
    pub(crate) dates: Vec<LegalDate>,
}

/// A day from which something applies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LegalDate {
    pub(crate) from: String,
    pub(crate) what: String,
}

/// What an overlay makes an error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Raise {
    pub(crate) overlay: Overlay,
    pub(crate) checks: Vec<CheckId>,
    /// The kinds of document whose findings are meant. Without the key all findings of the checks
    /// are.
    #[serde(default)]
    pub(crate) documents: Vec<KindId>,
    from_class: Class,
    /// The facts of which all must hold for the system.
    #[serde(default)]
    when: Vec<FactName>,
    from: Option<Date>,
    pub(crate) source: String,
}

impl Raise {
    /// Returns whether a finding of this check about this kind of document is raised.
    pub(crate) fn is_about(&self, check: CheckId, document: Option<&KindId>) -> bool {
        let is_named = |id: &KindId| self.documents.contains(id);
        self.checks.contains(&check)
            && (self.documents.is_empty() || document.is_some_and(is_named))
    }

    /// Returns whether the provision applies to a system of this class on this day. `holds` says
    /// whether a fact holds for the system.
    pub(crate) fn applies(
        &self,
        class: Class,
        holds: impl Fn(FactName) -> bool,
        today: Date,
    ) -> bool {
        class >= self.from_class
            && self.when.iter().all(|fact| holds(*fact))
            && self.from.is_none_or(|from| from <= today)
    }
}

/// Returns the rows of `data/overlays.yaml`.
pub(crate) fn raises() -> &'static [Raise] {
    static RAISES: LazyLock<Vec<Raise>> =
        LazyLock::new(|| embedded("overlays", include_str!("../../data/overlays.yaml")));
    &RAISES
}

/// Returns the pairings of `data/crosswalk.yaml`.
pub(crate) fn crosswalk() -> &'static Crosswalk {
    static CROSSWALK: LazyLock<Crosswalk> =
        LazyLock::new(|| embedded("crosswalk", include_str!("../../data/crosswalk.yaml")));
    &CROSSWALK
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{clauses, controls};

    #[test]
    fn pairings_are_of_known_controls_and_dates_are_in_order() {
        let known = |id: &str| controls().iter().chain(clauses()).any(|control| control.id == id);
        for (id, frameworks) in &crosswalk().related {
            assert!(known(id), "{id}");
            assert!(frameworks.values().all(|refs| !refs.is_empty()), "{id}");
        }
        for law in &crosswalk().legal_dates {
            let days: Vec<Date> = law.dates.iter().map(|date| date.from.parse().unwrap()).collect();
            assert!(days.is_sorted(), "{}", law.source);
            assert!(!law.as_of.is_empty());
        }
    }
}
