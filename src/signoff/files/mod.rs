//! What stands on disk of sign-offs: the types of the files, and the store they are read into.

mod emergency;
mod envelope;
mod load;
mod located;
mod read;
mod record;
mod run;
mod statement;
mod store;

pub(crate) use emergency::{Emergency, EmergencyFile};
pub(crate) use envelope::{Bound, Envelope};
pub(crate) use located::Located;
pub(crate) use record::Record;
pub(crate) use record::{Condition, CoveredFile, CoveredRisk, CoveredSection, FileChange};
pub(crate) use run::RunRecord;
pub(crate) use statement::{Closing, Revocation, Statement};
pub(crate) use store::{AlteredFile, FOLDER, RecordFiles, SignOffStore};
