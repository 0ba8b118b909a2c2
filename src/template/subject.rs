//! What a form is about, and what stands in it where something must be said.

use std::collections::BTreeSet;

use crate::catalog::{Class, FactName, Stage};

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
        use FactName::{
            DecidesAboutPeople, EuAiAct, GeneralPurpose, Generative, PersonalData,
            RightsAssessment, SuppliedToOthers, TalksToPeople, UsedInEu,
        };
        Self {
            system: None,
            object: None,
            owner: None,
            class: Class::High,
            stage: Stage::Operation,
            facts: BTreeSet::from([
                Generative,
                TalksToPeople,
                PersonalData,
                DecidesAboutPeople,
                SuppliedToOthers,
                GeneralPurpose,
                RightsAssessment,
                UsedInEu,
                EuAiAct,
            ]),
        }
    }

    pub(super) fn holds(&self, fact: FactName) -> bool {
        self.facts.contains(&fact)
    }
}
