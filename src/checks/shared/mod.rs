//! What checks of several groups have in common.

mod documents;
mod finding;
mod text;

pub(crate) use documents::{ReadDocument, each_once, files, held, named, subject};
pub(crate) use finding::{decision, fallback_of};
pub(crate) use finding::{fallback, once_prepared, problem_of_mistakes};
pub(crate) use text::{names, says, version};
