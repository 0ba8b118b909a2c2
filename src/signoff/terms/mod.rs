//! Who must sign which decision, and what it covers.

mod merged;
mod required;
mod seats;
mod table;

pub(crate) use merged::{is_fresh, was_signed_when_merged};
pub(crate) use required::Benefits;
pub(crate) use required::RequiredSigners;
pub(crate) use seats::{Sitting, assign_seats};
pub(crate) use table::{Seat, Terms, decision_rule};
