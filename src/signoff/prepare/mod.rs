//! Writes what is to be signed: a record with everything computed, a statement, a closing, a
//! revocation.

mod draft;
mod plan;
mod record_text;
mod scalar;
mod signer;
mod signing;
mod trial;

pub(crate) use draft::{Draft, Lowering, SignInput};
pub(crate) use plan::Plan;
pub(crate) use signer::{class_without_key, roles_for};
pub(crate) use signing::Signing;
pub(crate) use trial::{Said, would_refuse};
