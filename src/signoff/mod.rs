//! Who decided what, about exactly which content, and whether that still holds.

mod authors;
mod content;
mod court;
mod cover;
mod emergency;
mod envelope;
mod flaw;
mod ledger;
mod prepare;
mod record;
mod risk;
mod ruling;
mod signer;
mod succession;
mod table;
mod term;
mod usage;

pub use content::{CoveredItem, Digests, ItemForm};
pub use court::{DueDecision, SignOffEvaluator};
pub use emergency::GrantedEmergency;
pub use flaw::{SignOffFlaw, SignOffProperty};
pub use ledger::{Altered, FOLDER, Located, RecordFiles, SignOffStore};
pub use prepare::{Draft, Lowering, Plan, SignInput, Signing};
pub use record::Record;
pub use ruling::{Clearance, ReplacedFile, is_waiting, words};
pub use signer::{Approval, Benefits, NAMESPACE, Signatures, Signer};
pub use usage::SubjectUse;
