//! aimsgate
pub mod date;
pub mod digest;
pub mod document;
pub mod fact;
pub mod snapshot;
pub mod source;
pub mod span;
pub mod untrusted;
