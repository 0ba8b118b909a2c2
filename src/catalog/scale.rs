//! How large a risk is, by likelihood and impact (`data/scale-default-5x5.yaml`).

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::embedded;

/// One level of a risk scale and the scores it spans.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleStep {
    name: Level,
    from: u32,
    to: u32,
}

/// A scale by which likelihood and impact give a level.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RiskScale {
    levels: Vec<ScaleStep>,
    pub(crate) accept_without_record: Level,
}

impl RiskScale {
    /// Returns the level of a likelihood and an impact, each from 1 to 5. Returns `None` outside
    /// the scale.
    pub(crate) fn level(&self, likelihood: u32, impact: u32) -> Option<Level> {
        if !(1..=5).contains(&likelihood) || !(1..=5).contains(&impact) {
            return None;
        }
        let score = likelihood * impact;
        self.levels.iter().find(|step| (step.from..=step.to).contains(&score)).map(|step| step.name)
    }
}

/// The name of the scale that ships with the gate.
pub(crate) const DEFAULT_SCALE: &str = "default-5x5";

/// How large a risk is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Level {
    Low,
    Medium,
    High,
    /// Cannot be accepted: treat, avoid or stop.
    Unacceptable,
}

impl Level {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

/// Returns the risk scale of this name. Returns `None` where none ships under the name.
pub(crate) fn risk_scale(name: &str) -> Option<&'static RiskScale> {
    static SCALE: LazyLock<RiskScale> =
        LazyLock::new(|| embedded("scale", include_str!("../../data/scale-default-5x5.yaml")));
    (name == DEFAULT_SCALE).then_some(&*SCALE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_covers_every_score() {
        let scale = risk_scale(DEFAULT_SCALE).unwrap();
        for (likelihood, impact) in (1..=5).flat_map(|l| (1..=5).map(move |i| (l, i))) {
            assert!(scale.level(likelihood, impact).is_some(), "{likelihood} x {impact}");
        }
        assert_eq!(scale.level(4, 2), Some(Level::Medium));
        assert_eq!(scale.level(5, 5), Some(Level::Unacceptable));
        assert_eq!(scale.level(0, 3), None);
        assert_eq!(scale.level(6, 1), None);
    }
}
