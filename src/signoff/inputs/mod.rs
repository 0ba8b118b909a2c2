//! What sign-offs are evaluated by: plain data that every rule reads and none changes.

mod authors;
mod candidates;
mod values;
mod wrote;

pub(crate) use authors::{WrittenContent, covered_paths, who_wrote};
pub(crate) use candidates::RecordCandidates;
pub(crate) use values::NAMESPACE;
pub(crate) use values::{Approval, SignOffInputs, TipModel, VerifiedKey};
