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
pub(super) struct DecisionRule {
    decision: Decision,
    pub(super) gate: Gate,
    minimal: Terms,
    limited: Terms,
    high: Terms,
}

/// What a decision takes for one class.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Terms {
    pub(super) due_from: Option<Stage>,
    pub(super) seats: Vec<Seat>,
    pub(super) proof: Proof,
    pub(super) highest: Level,
    pub(super) months: i32,
    pub(super) covers: Vec<Material>,
}

/// A part in a decision that one person fills.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Seat {
    pub(super) roles: Vec<Role>,
    from_level: Option<Level>,
    #[serde(default)]
    pub(super) limit: bool,
    #[serde(default)]
    pub(super) outsiders: bool,
}

static RULES: LazyLock<Vec<DecisionRule>> =
    LazyLock::new(|| embedded("signoffs.yaml", include_str!("../../data/signoffs.yaml")));

/// What is asked for of a decision.
///
/// # Panics
/// Never: a test holds that the table has every decision.
pub(super) fn rule(decision: Decision) -> &'static DecisionRule {
    RULES.iter().find(|rule| rule.decision == decision).unwrap_or(&RULES[0])
}

impl DecisionRule {
    /// What it takes for a class. Nothing is decided about a prohibited system but that it ends.
    pub(super) fn terms(&self, class: Class) -> &Terms {
        match class {
            Class::Minimal => &self.minimal,
            Class::Limited => &self.limited,
            Class::High | Class::Prohibited => &self.high,
        }
    }
}

impl Terms {
    /// The seats that are asked for where this is the highest level covered.
    pub(super) fn seats(&self, highest: Option<Level>) -> impl Iterator<Item = &Seat> {
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
            let rule = rule(decision);
            assert_eq!(rule.decision, decision);
            for pair in [[&rule.minimal, &rule.limited], [&rule.limited, &rule.high]] {
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
            assert!(rule.high.highest < Level::Unacceptable);
        }
    }
}
