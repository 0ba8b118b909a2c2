//! A value that may be there, may be absent, or may be impossible to know.
//!
//! The third case is what keeps "could not look" from reading as "nothing there".
//!
//! # Design
//!
//! A [`Fact`] is known, absent or undecided. The result of a check (`engine::CheckResult`) has
//! these cases and two more: not applicable, and silent because another check tells the cause.
//! Undecided is never a pass.

/// What is known of a `T`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact<T> {
    /// It is there, and this is it.
    Known(T),
    /// It was looked for and is not there.
    Absent,
    /// It could not be decided, and why.
    Undecided(String),
}

impl<T> Fact<T> {
    /// Returns the value, or `None` where it is absent or undecided.
    pub(crate) fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Undecided(_) => None,
        }
    }

    /// Returns the same of another value.
    pub(crate) fn map<U>(self, of: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Known(value) => Fact::Known(of(value)),
            Self::Absent => Fact::Absent,
            Self::Undecided(why) => Fact::Undecided(why),
        }
    }

    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}
