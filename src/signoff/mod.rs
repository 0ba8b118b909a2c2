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

pub use content::{Digests, Form, Item};
pub use court::{Court, Due};
pub use emergency::Granted;
pub use flaw::{Flaw, Property};
pub use ledger::{Altered, FOLDER, Filed, Held, Ledger};
pub use prepare::{Draft, Lowering, Plan, Said, Signing};
pub use record::Record;
pub use ruling::{Replaced, Ruling, is_waiting, words};
pub use signer::{Approval, Favours, NAMESPACE, Signatures, Signer};
pub use usage::Use;
