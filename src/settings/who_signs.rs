//! Which decisions people sign, how many of them, and by which proof.

use serde::{Deserialize, Serialize};

use crate::catalog::Role;
use crate::document::Spanned;
use crate::ids::PersonId;

/// What can be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Decision {
    Classification,
    TreatmentPlan,
    AcceptResidualRisk,
    Release,
    RuleChange,
    Confirm,
}

impl Decision {
    /// The decisions that can be due of a system, in the order of their making.
    pub(crate) const OF_SYSTEMS: [Self; 3] =
        [Self::TreatmentPlan, Self::AcceptResidualRisk, Self::Release];

    /// Its name in settings and records.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

/// The rule that one person decides alone, own work included. It does not hold for class high, and
/// every report says that assurance is reduced.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Solo {
    pub(crate) person: Spanned<PersonId>,
    pub(crate) because: Spanned<String>,
}

/// When release decisions are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum ReleaseGate {
    #[default]
    AtRelease,
    AtMerge,
}

/// How many people of which roles a decision needs, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct WhoSigns {
    pub(crate) people: u32,
    pub(crate) from: Vec<Role>,
    pub(crate) proof: Proof,
}

impl WhoSigns {
    /// Whether whoever satisfies this satisfies `other` too.
    pub(crate) fn is_as_strict_as(&self, other: &WhoSigns) -> bool {
        let Self { people, from, proof } = self;
        *people >= other.people
            && *proof >= other.proof
            && !from.is_empty()
            && from.iter().all(|role| other.from.contains(role))
    }

    /// What satisfies both.
    pub(super) fn and(&self, other: &WhoSigns) -> WhoSigns {
        WhoSigns {
            people: self.people.max(other.people),
            from: self.from.iter().filter(|role| other.from.contains(role)).copied().collect(),
            proof: self.proof.max(other.proof),
        }
    }
}

/// What shows that somebody decided, from a name in a text to a time-stamped signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Proof {
    Claimed,
    Reviewed,
    Signed,
    TimeStamped,
}

impl Proof {
    /// Its name in settings.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}
