//! The roles that people hold and sign in.

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

/// What somebody is entitled to do (A.3.2, clause 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Role {
    TopManagement,
    DesignatedManagement,
    SystemOwner,
    ProductOwner,
    ModelOwner,
    Engineer,
    EngineeringLead,
    DataSteward,
    OperationsOwner,
    DeployerOwner,
    AiGovernanceLead,
    RiskLead,
    RiskAcceptor,
    ComplianceLead,
    SecurityLead,
    Validator,
    IndependentValidator,
    RedTeamLead,
    PeopleLead,
    Procurement,
    InternalAuditor,
}

impl Role {
    /// Every role.
    pub(crate) fn all() -> &'static [Self] {
        Self::VARIANTS
    }

    /// The role of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// Its name in settings.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    /// It in words.
    pub(crate) fn words(self) -> String {
        self.name().replace('-', " ")
    }
}
