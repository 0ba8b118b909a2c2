//! Who decided what, about exactly which content, and whether that still holds.
//!
//! # Design
//!
//! A record is judged as of its day and from digests alone, so no history is needed to see that
//! content changed. A path is a label: a file that moves voids nothing. The digest of a risk leaves
//! out `reviewed-on`, so that looking at a risk again voids nothing. The digest of prose is made of
//! its words and not of its bytes, so that a formatter voids nothing; every character of
//! punctuation is a word, so that `0.42` and `042` differ.
//!
//! An approval on a forge proves a statement only in the change that brings the statement. What the
//! target branch holds was approved when it was merged; the forge knows that and git does not.
//! Rules that need a proof which outlasts the forge ask for `signed`.

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
