//! What evidence for a control is also useful for in other frameworks, and the dates of law.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::embedded;

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
    use crate::date::Date;

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
