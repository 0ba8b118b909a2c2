//! The roles that people hold and sign in.

use serde::{Deserialize, Serialize};

/// What somebody is entitled to do (A.3.2, clause 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
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
    pub const ALL: [Self; 21] = [
        Self::TopManagement,
        Self::DesignatedManagement,
        Self::SystemOwner,
        Self::ProductOwner,
        Self::ModelOwner,
        Self::Engineer,
        Self::EngineeringLead,
        Self::DataSteward,
        Self::OperationsOwner,
        Self::DeployerOwner,
        Self::AiGovernanceLead,
        Self::RiskLead,
        Self::RiskAcceptor,
        Self::ComplianceLead,
        Self::SecurityLead,
        Self::Validator,
        Self::IndependentValidator,
        Self::RedTeamLead,
        Self::PeopleLead,
        Self::Procurement,
        Self::InternalAuditor,
    ];

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::TopManagement => "top-management",
            Self::DesignatedManagement => "designated-management",
            Self::SystemOwner => "system-owner",
            Self::ProductOwner => "product-owner",
            Self::ModelOwner => "model-owner",
            Self::Engineer => "engineer",
            Self::EngineeringLead => "engineering-lead",
            Self::DataSteward => "data-steward",
            Self::OperationsOwner => "operations-owner",
            Self::DeployerOwner => "deployer-owner",
            Self::AiGovernanceLead => "ai-governance-lead",
            Self::RiskLead => "risk-lead",
            Self::RiskAcceptor => "risk-acceptor",
            Self::ComplianceLead => "compliance-lead",
            Self::SecurityLead => "security-lead",
            Self::Validator => "validator",
            Self::IndependentValidator => "independent-validator",
            Self::RedTeamLead => "red-team-lead",
            Self::PeopleLead => "people-lead",
            Self::Procurement => "procurement",
            Self::InternalAuditor => "internal-auditor",
        }
    }

    /// It in words.
    pub fn words(self) -> String {
        self.name().replace('-', " ")
    }
}
