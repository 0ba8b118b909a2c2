//! What is wrong with a sign-off, property by property.

use super::ledger::Located;
use crate::date::Date;
use crate::finding::{FindingKind, Who};
use crate::part::Part;
use crate::span::{Place, Span};

/// What must hold of a sign-off. Each is a check of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignOffProperty {
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
    /// Each signature proves as much as is asked for.
    Proof,
    /// Whoever signs may.
    Authority,
    /// Whoever signs is one of us.
    Affiliation,
    /// Nobody signs for own work.
    Independence,
    /// Enough people signed.
    Signers,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct SignOffFlaw {
    pub property: SignOffProperty,
    pub nature: FindingKind,
    pub place: Place,
    /// One sentence, no full stop.
    pub text: String,
    pub label: String,
    /// The pieces it consists of, where it has some.
    pub parts: Vec<Part>,
    /// The day that made it one by passing.
    pub passed: Option<Date>,
    pub related: Vec<(Place, String)>,
    /// What clears it, where that is more than to have the content signed.
    pub remedy: Option<(Who, String)>,
    /// Whoever can sign instead, by their ids.
    pub people: Vec<String>,
}

impl SignOffFlaw {
    pub(super) fn new(property: SignOffProperty, place: Place, text: impl Into<String>) -> Self {
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
            people: Vec::new(),
        }
    }

    pub(super) fn at<T>(
        property: SignOffProperty,
        held: &Located<T>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        Self::new(property, held.place(span), text)
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(super) fn waiting(mut self) -> Self {
        self.nature = FindingKind::Waiting;
        self
    }

    pub(super) fn undecided(mut self) -> Self {
        self.nature = FindingKind::Undecided;
        self
    }

    pub(super) fn passed(mut self, day: Date) -> Self {
        self.passed = Some(day);
        self
    }

    pub(super) fn remedy(mut self, who: Who, text: impl Into<String>) -> Self {
        self.remedy = Some((who, text.into()));
        self
    }
}
