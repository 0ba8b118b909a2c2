//! One point in which settings allow more than before.

use std::fmt;

use crate::ids::PersonId;
use crate::span::Place;

/// One point in which the new settings allow more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Weakening {
    pub(crate) of: Weakened,
    /// What is different, in words that follow the name of the point.
    what: String,
    /// Where it stands now; `None` where it is gone.
    pub(crate) place: Option<Place>,
}

/// The point that allows more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Weakened {
    /// A key of `governance/gate.yaml`.
    Rule(String),
    /// Somebody of `governance/people.yaml`, by id, and the key that gives more; `None` where it is
    /// the entry as a whole.
    Person { id: PersonId, key: Option<&'static str> },
    /// A program of `governance/people.yaml`, by id.
    Automation(PersonId),
    /// A file of keys.
    Keys(&'static str),
}

impl Weakened {
    /// Whether it gives more to the person of this id.
    pub(crate) fn is_of(&self, person: &PersonId) -> bool {
        matches!(self, Self::Person { id, .. } if id == person)
    }
}

impl fmt::Display for Weakened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(key) => f.write_str(key),
            Self::Person { id, key: None } => f.write_str(id),
            Self::Person { id, key: Some(key) } => write!(f, "{id}.{key}"),
            Self::Automation(id) => write!(f, "automation {id}"),
            Self::Keys(file) => f.write_str(file),
        }
    }
}

impl Weakening {
    /// A point that was `from` and is `to`; `None` stands for what is not set.
    pub(super) fn became(
        of: Weakened,
        from: Option<String>,
        to: Option<String>,
        place: Option<Place>,
    ) -> Self {
        let what = match (from, to) {
            (Some(from), Some(to)) => format!("{from} became {to}"),
            (None, Some(to)) => format!("{to} is new"),
            (Some(from), None) => format!("{from} is gone"),
            (None, None) => "it is not as it was".to_owned(),
        };
        Self { of, what, place }
    }

    /// A point of which `what` says what is different.
    pub(crate) fn new(of: Weakened, what: impl Into<String>, place: Option<Place>) -> Self {
        Self { of, what: what.into(), place }
    }

    /// Whether it is an address or a login by which somebody is known, and no authority.
    pub(crate) fn is_how_known(&self) -> bool {
        matches!(self.of, Weakened::Person { key: Some("emails" | "logins"), .. })
    }

    /// The point in words: `enforce.mode: strict became observe`.
    pub(crate) fn words(&self) -> String {
        format!("{}: {}", self.of, self.what)
    }
}

/// Several names as a list; `None` where there is none.
pub(super) fn list<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Option<String> {
    let names: Vec<String> = names.into_iter().map(|name| name.as_ref().to_owned()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The name of a value as settings write it.
pub(super) fn named(value: impl Into<&'static str>) -> Option<String> {
    Some(value.into().to_owned())
}
