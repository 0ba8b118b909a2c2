//! Writes what is to be signed: a record with everything computed, a statement, a closing, a
//! revocation.

mod draft;
mod plan;
mod record_text;
mod scalar;
mod signer;
mod signing;

pub use draft::{Draft, Lowering, SignInput};
pub use plan::Plan;
pub use signer::{roles_for, would_refuse};
pub use signing::Signing;
