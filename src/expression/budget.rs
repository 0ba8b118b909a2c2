//! What evaluating is given: the values of variables, and what it may cost.

use std::cell::Cell;

use serde_json::Value;

/// The values of variables; what is not among them is not known.
pub(crate) type Variables<'v> = Vec<(&'v str, &'v Value)>;

/// Why an expression comes to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// What is missing or does not fit, in words.
    Value(String),
    /// It costs more than it may.
    Cost,
}

/// What evaluating may cost: a unit is a step, or some bytes that are looked at.
#[derive(Debug)]
pub(crate) struct Budget(Cell<u64>);

impl Budget {
    pub(crate) fn new(units: u64) -> Self {
        Self(Cell::new(units))
    }

    pub(super) fn spend(&self, units: usize) -> Result<(), Unknown> {
        let left = self.0.get().checked_sub(units as u64);
        self.0.set(left.unwrap_or_default());
        left.map(|_| ()).ok_or(Unknown::Cost)
    }
}
