//! What a form is about, and what stands in it where something must be said.

use std::collections::BTreeSet;

use strum::VariantArray as _;

use crate::catalog::{Class, FactName, Stage};
use crate::evidence::Requirement;
use crate::settings::register::System;

/// What stands where something must be said.
pub(crate) const OPEN: &str = "TODO";

/// What a form is about.
#[derive(Clone, Debug)]
pub(crate) struct FormSubject {
    pub(crate) system: Option<String>,
    /// The model or the dataset.
    pub(crate) object: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) class: Class,
    pub(crate) stage: Stage,
    /// What holds of the system.
    pub(crate) facts: BTreeSet<FactName>,
}

impl FormSubject {
    /// A subject that nothing is known about, for which a form asks everything.
    pub(crate) fn unknown() -> Self {
        Self {
            system: None,
            object: None,
            owner: None,
            class: Class::High,
            stage: Stage::Operation,
            facts: FactName::VARIANTS.iter().copied().collect(),
        }
    }

    /// What a document about a declared system is about, by what the register says of it.
    pub(crate) fn of_system(system: &System) -> Self {
        Self {
            system: Some(system.id.value.to_string()),
            object: None,
            owner: Some(system.owner.value.clone()),
            class: system.class(),
            stage: *system.stage,
            facts: system.legal_subject().facts,
        }
    }

    /// What the form of a document that is owed is about. One that is owed for all systems asks
    /// what no single one of them says.
    pub(crate) fn of_need(need: &Requirement, system: Option<&System>) -> Self {
        Self {
            system: need.system.as_ref().map(ToString::to_string),
            object: need.object.clone(),
            owner: need.owner.clone(),
            class: need.class,
            stage: need.stage,
            facts: system.map(|system| Self::of_system(system).facts).unwrap_or_default(),
        }
    }

    pub(super) fn holds(&self, fact: FactName) -> bool {
        self.facts.contains(&fact)
    }
}
