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
pub struct RecordReference {
    pub id: Spanned<RecordId>,
    /// The SHA-256 of the record's bytes.
    pub sha256: Spanned<Sha256>,
}

/// A signer's agreement to a record, or dissent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Statement {
    pub record: RecordReference,
    pub signer: Spanned<PersonId>,
    pub acting_as: Spanned<Role>,
    pub signed_on: Spanned<Date>,
    /// Whether the signer agrees. Dissent is shown and does not count.
    pub agree: Spanned<bool>,
    #[serde(rename = "comment")]
    _comment: Option<String>,
}

/// A condition that was met.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Closing {
    pub record: RecordReference,
    pub condition: Spanned<String>,
    pub signer: Spanned<PersonId>,
    pub acting_as: Spanned<Role>,
    pub signed_on: Spanned<Date>,
    /// What shows it.
    pub evidence: Vec<CoveredFile>,
    #[serde(rename = "comment")]
    _comment: Option<String>,
}

/// The end of a record before its day.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Revocation {
    pub record: RecordReference,
    pub revoke: Spanned<bool>,
    pub signer: Spanned<PersonId>,
    pub acting_as: Spanned<Role>,
    pub signed_on: Spanned<Date>,
    pub because: Spanned<String>,
}
