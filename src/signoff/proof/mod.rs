//! Whether one statement counts: who made it, whether that person may, and what shows it.

mod approval;
mod open_seat;
mod person;
mod seating;
mod signature;
mod signatures;
mod statement;

pub(crate) use approval::has_approved;
pub(crate) use open_seat::OpenSeat;
pub(crate) use person::actor_who_may;
pub(crate) use seating::open_seats;
pub(crate) use signature::{is_signed_by_program, proof, signed_as};
pub(crate) use signatures::Signatures;
pub(crate) use signatures::{could_sign, seats_of, signatures};
pub(crate) use statement::entitled_signer;
