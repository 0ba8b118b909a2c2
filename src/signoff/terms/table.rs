//! Who signs which decision of which class, and what it covers: the shipped table, read once.
//!
//! # Design
//!
//! Two tables say who signs, and both must be satisfied, so that settings can only ask for more.
//! The shipped table names seats, each of which another person fills. `who-signs` of the rules
//! counts people and roles beyond that.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::{Class, Level, Role, Stage, embedded};
use crate::finding::Gate;
use crate::settings::gate::{Decision, Proof};
use crate::settings::material::Material;

/// What the shipped table says of a decision.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct DecisionRule {
    decision: Decision,
    pub(crate) gate: Gate,
    minimal: Terms,
    limited: Terms,
    high: Terms,
}

/// What a decision takes for one class.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Terms {
    pub(crate) due_from: Option<Stage>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) proof: Proof,
    pub(crate) highest: Level,
    pub(crate) months: i32,
    pub(crate) covers: Vec<Material>,
}

/// A part in a decision that one person fills.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Seat {
    pub(crate) roles: Vec<Role>,
    from_level: Option<Level>,
    #[serde(default)]
    pub(crate) limit: bool,
    #[serde(default)]
    pub(crate) outsiders: bool,
}

static RULES: LazyLock<Vec<DecisionRule>> =
    LazyLock::new(|| embedded("signoffs.yaml", include_str!("../../../data/signoffs.yaml")));

/// Returns what the table says of a decision.
///
/// # Panics
/// Never: a test holds that the table has every decision.
pub(crate) fn decision_rule(decision: Decision) -> &'static DecisionRule {
    RULES.iter().find(|decision_rule| decision_rule.decision == decision).unwrap_or(&RULES[0])
}

impl DecisionRule {
    /// Returns what the decision takes for a class. Nothing is decided about a prohibited system
    /// but that it ends.
    pub(crate) fn terms(&self, class: Class) -> &Terms {
        match class {
            Class::Minimal => &self.minimal,
            Class::Limited => &self.limited,
            Class::High | Class::Prohibited => &self.high,
        }
    }
}

impl Terms {
    /// Iterates over the seats that must be filled where this is the highest level covered.
    pub(crate) fn seats(&self, highest: Option<Level>) -> impl Iterator<Item = &Seat> {
        self.seats
            .iter()
            .filter(move |seat| seat.from_level.is_none_or(|from| highest >= Some(from)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_decision_and_grows_stricter_with_the_class() {
        use Decision::{
            AcceptResidualRisk, Classification, Confirm, Release, RuleChange, TreatmentPlan,
        };
        for decision in
            [AcceptResidualRisk, Classification, Confirm, Release, RuleChange, TreatmentPlan]
        {
            let decision_rule = decision_rule(decision);
            assert_eq!(decision_rule.decision, decision);
            for pair in [
                [&decision_rule.minimal, &decision_rule.limited],
                [&decision_rule.limited, &decision_rule.high],
            ] {
                let [lower, higher] = pair;
                assert!(
                    lower.seats.len() <= higher.seats.len() && lower.proof <= higher.proof,
                    "{decision:?}"
                );
                assert!(
                    lower.covers.iter().all(|kind| higher.covers.contains(kind)),
                    "{decision:?}"
                );
                assert!(lower.months >= higher.months, "{decision:?}");
            }
            assert!(decision_rule.high.highest < Level::Unacceptable);
        }
    }
}
