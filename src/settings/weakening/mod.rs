//! Whether a change of the rules, or of the people, allows more than before.
//!
//! # Design
//!
//! The effective rules are compared, not their text. What is not provably as strict counts as
//! weaker. Every struct that is compared is taken apart field by field, without `..`: a new field
//! that nobody compares does not compile.

mod people;
mod point;
mod rules;

pub(crate) use people::people;
pub(crate) use point::{Weakened, Weakening};
pub(crate) use rules::rules;
