//! Whether one statement counts: who made it, whether that person may, and what shows it.

mod approval;
mod person;
mod seating;
mod signature;
mod signatures;
mod statement;

pub(crate) use person::{exclusion, person_who_may};
pub(crate) use seating::OpenSeat;
pub(crate) use signature::{is_signed_by_program, proof};
pub(crate) use signatures::Signatures;
pub(crate) use signatures::{could_sign, seats_of, signatures};
