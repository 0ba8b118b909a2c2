//! What a register declares of a system that changes what it owes.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer};

use crate::catalog::{FactName, jurisdiction};
use crate::date::Date;
use crate::document::Spanned;

/// Facts of a system that change what it owes.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Facts {
    pub(crate) generative: Option<bool>,
    pub(crate) talks_to_people: Option<bool>,
    pub(crate) personal_data: Option<bool>,
    /// Whether an outcome decides about a person, or is what a decision about one rests on.
    pub(crate) decides_about_people: Option<bool>,
    /// Whether others get the system from us.
    pub(crate) supplied_to_others: Option<bool>,
    /// Whether the model is a general-purpose one that we provide.
    pub(crate) general_purpose: Option<bool>,
    /// Whether a fundamental rights impact assessment is owed (EU AI Act, Article 27); declared,
    /// never inferred.
    pub(crate) rights_assessment: Option<bool>,
    /// Whether we are governed by public law, or provide public services with the system.
    pub(crate) public_body: Option<bool>,
    /// Whether it is used at work on people who work for us.
    pub(crate) affects_workers: Option<bool>,
    /// Whether what it makes is published: likenesses that seem real, or text on public matters.
    pub(crate) publishes_content: Option<bool>,
    /// Whether the general-purpose model has systemic risk.
    pub(crate) systemic_risk: Option<bool>,
    /// Whether its provider is established outside the European Union.
    pub(crate) outside_union: Option<bool>,
    /// Whether it acts by itself, by means of tools.
    pub(crate) agent: Option<bool>,
    /// The day on which it was placed on the market or put into service.
    pub(crate) placed_on_market: Option<Spanned<Date>>,
    /// The day from which on its design is significantly changed.
    pub(crate) significantly_changed: Option<Spanned<Date>>,
    /// Where the system is used. None where the register does not say.
    pub(crate) used_in: Option<Vec<Jurisdiction>>,
}

impl Facts {
    /// Returns every fact that is true or false, with its key. The value is `None` where the
    /// register does not say.
    pub(crate) fn flags(&self) -> [(&'static str, Option<bool>); 13] {
        let Self {
            generative,
            talks_to_people,
            personal_data,
            decides_about_people,
            supplied_to_others,
            general_purpose,
            rights_assessment,
            public_body,
            affects_workers,
            publishes_content,
            systemic_risk,
            outside_union,
            agent,
            placed_on_market: _,
            significantly_changed: _,
            used_in: _,
        } = *self;
        [
            ("generative", generative),
            ("talks-to-people", talks_to_people),
            ("personal-data", personal_data),
            ("decides-about-people", decides_about_people),
            ("supplied-to-others", supplied_to_others),
            ("general-purpose", general_purpose),
            ("rights-assessment", rights_assessment),
            ("public-body", public_body),
            ("affects-workers", affects_workers),
            ("publishes-content", publishes_content),
            ("systemic-risk", systemic_risk),
            ("outside-union", outside_union),
            ("agent", agent),
        ]
    }

    /// Returns where the system is used, as far as the register says.
    pub(crate) fn places(&self) -> &[Jurisdiction] {
        self.used_in.as_deref().unwrap_or_default()
    }

    /// Returns whether the register declares that a fact holds.
    pub(crate) fn hold(&self, fact: FactName) -> bool {
        match fact {
            FactName::UsedInEu => self.places().iter().any(Jurisdiction::is_in_union),
            // What follows from class and annex is no fact of its own.
            FactName::EuAiAct | FactName::AnnexIii | FactName::AnnexI | FactName::Exempted => false,
            fact => self.flags().contains(&(fact.name(), Some(true))),
        }
    }
}

/// A place whose law may apply: a country by its code (ISO 3166-1 alpha-2), `EU` or `EEA`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Jurisdiction(&'static str);

impl Jurisdiction {
    /// Whether the law of the European Union applies there, as it does in each of its countries and
    /// by the agreement on the European Economic Area.
    pub(crate) fn is_in_union(&self) -> bool {
        jurisdiction(self.0).is_some_and(|it| it.is_in_union)
    }
}

impl fmt::Display for Jurisdiction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Jurisdiction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Some(found) = jurisdiction(&text) {
            return Ok(Self(found.code));
        }
        let meant = jurisdiction(&text.to_uppercase())
            .map_or_else(String::new, |found| format!("; write `{}`", found.code));
        Err(de::Error::custom(format!(
            "`{text}` is no country of ISO 3166-1 by its two letters (`DE`), nor `EU` or \
             `EEA`{meant}"
        )))
    }
}
