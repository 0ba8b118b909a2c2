//! What is wrong with a sign-off, property by property.

use super::files::Located;
use crate::date::Date;
use crate::finding::{FindingKind, Who};
use crate::ids::PersonId;
use crate::part::Part;
use crate::span::{Place, Span};

/// What must hold of a sign-off. Each is a check of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum SignOffProperty {
    /// There is one.
    Present,
    /// It says what a record must.
    Valid,
    /// It covers exactly this content.
    Content,
    /// What remains may be accepted.
    Residual,
    /// It holds today.
    InForce,
    /// Its days can be.
    Dates,
    /// Its conditions are met.
    Conditions,
    /// Its signatures fit.
    Signature,
    /// Each signature proves as much as is required.
    Proof,
    /// The signer may sign.
    Authority,
    /// The signer belongs to the organisation.
    Affiliation,
    /// The signer does not sign for work of their own.
    Independence,
    /// Enough people signed.
    Signers,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub(crate) struct SignOffFlaw {
    pub(crate) property: SignOffProperty,
    pub(crate) nature: FindingKind,
    pub(crate) place: Place,
    /// One sentence, no full stop.
    pub(crate) text: String,
    pub(crate) label: String,
    /// The pieces it consists of, where it has some.
    pub(crate) parts: Vec<Part>,
    /// The day that made it one by passing.
    pub(crate) passed: Option<Date>,
    pub(crate) related: Vec<(Place, String)>,
    /// What clears it, where that is more than to have the content signed.
    pub(crate) remedy: Option<(Who, String)>,
    /// Whether all that differs are risks that ask for no less, which one signer may confirm.
    pub(crate) can_be_confirmed: bool,
    /// The ids of the people who can sign instead.
    pub(crate) people: Vec<PersonId>,
}

impl SignOffProperty {
    /// Its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    /// Returns how much of a sign-off must be made anew where the property does not hold: above 2
    /// the whole record, at 2 a signature, at 1 what is still to come.
    pub(crate) fn weight(self) -> u8 {
        match self {
            Self::Present => 7,
            Self::Content => 6,
            Self::Residual => 5,
            Self::Valid => 4,
            Self::InForce => 3,
            Self::Dates
            | Self::Signature
            | Self::Proof
            | Self::Authority
            | Self::Affiliation
            | Self::Independence => 2,
            Self::Signers | Self::Conditions => 1,
        }
    }
}

impl SignOffFlaw {
    pub(crate) fn new(property: SignOffProperty, place: Place, text: impl Into<String>) -> Self {
        Self {
            property,
            nature: FindingKind::Fail,
            place,
            text: text.into(),
            label: String::new(),
            parts: Vec::new(),
            passed: None,
            related: Vec::new(),
            remedy: None,
            can_be_confirmed: false,
            people: Vec::new(),
        }
    }

    pub(crate) fn at<T>(
        property: SignOffProperty,
        located: &Located<T>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        Self::new(property, located.place(span), text)
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(crate) fn waiting(mut self) -> Self {
        self.nature = FindingKind::Waiting;
        self
    }

    pub(crate) fn undecided(mut self) -> Self {
        self.nature = FindingKind::Undecided;
        self
    }

    pub(crate) fn passed(mut self, day: Date) -> Self {
        self.passed = Some(day);
        self
    }

    pub(crate) fn remedy(mut self, who: Who, text: impl Into<String>) -> Self {
        self.remedy = Some((who, text.into()));
        self
    }
}
