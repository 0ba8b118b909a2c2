//! What must hold of a record, one property at a time. Each rule returns what is wrong.

mod authors;
mod conditions;
mod coverage;
mod envelope;
mod measurements;
mod residual;
mod revocation;
mod signers;
mod succession;
mod term;
mod validity;

pub(crate) use authors::unknown_authors;
pub(crate) use conditions::{closed_conditions, closing_flaw, condition_flaws};
pub(crate) use coverage::coverage_flaw;
pub(crate) use residual::residual_flaws;
pub(crate) use revocation::check_revocation;
pub(crate) use signers::missing_signers;
pub(crate) use succession::{silent_switch, unnamed_predecessor};
pub(crate) use term::term_flaws;
pub(crate) use validity::validity_flaws;
