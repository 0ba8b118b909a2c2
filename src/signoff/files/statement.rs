//! What people sign about a record: agreement, a closed condition, the record's end.

use serde::Deserialize;

use super::record::CoveredFile;
use crate::catalog::Role;
use crate::date::Date;
use crate::digest::Sha256;
use crate::document::Spanned;
use crate::ids::{PersonId, RecordId};

/// Which record a signer means.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RecordReference {
    pub(crate) id: Spanned<RecordId>,
    /// The SHA-256 of the record's bytes.
    pub(crate) sha256: Spanned<Sha256>,
}

/// A signer's agreement to a record, or dissent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Statement {
    pub(crate) record: RecordReference,
    pub(crate) signer: Spanned<PersonId>,
    pub(crate) acting_as: Spanned<Role>,
    pub(crate) signed_on: Spanned<Date>,
    /// Whether the signer agrees. Dissent is shown and does not count.
    pub(crate) agree: Spanned<bool>,
    #[serde(rename = "comment")]
    _comment: Option<String>,
}

/// A condition that was met.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Closing {
    pub(crate) record: RecordReference,
    pub(crate) condition: Spanned<String>,
    pub(crate) signer: Spanned<PersonId>,
    pub(crate) acting_as: Spanned<Role>,
    pub(crate) signed_on: Spanned<Date>,
    /// What shows it.
    pub(crate) evidence: Vec<CoveredFile>,
    #[serde(rename = "comment")]
    _comment: Option<String>,
}

/// The end of a record before its day.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Revocation {
    pub(crate) record: RecordReference,
    pub(crate) revoke: Spanned<bool>,
    pub(crate) signer: Spanned<PersonId>,
    pub(crate) acting_as: Spanned<Role>,
    pub(crate) signed_on: Spanned<Date>,
    pub(crate) because: Spanned<String>,
}
