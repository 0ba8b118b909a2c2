//! An emergency: permission to go on without some sign-offs for a few days.

use serde::Deserialize;

use super::record::CoveredFile;
use crate::check_id::NamedCheck;
use crate::date::{Date, Moment};
use crate::document::Spanned;
use crate::ids::{PersonId, RecordId, SystemId};
use crate::settings::Schema;

/// Permission to go on without some sign-offs for at most three days.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Emergency {
    #[serde(rename = "schema")]
    _schema: Schema,
    pub repository: Spanned<String>,
    /// The name of its file, without `.yaml`.
    pub id: Spanned<RecordId>,
    pub system: Spanned<SystemId>,
    pub because: Spanned<String>,
    /// The checks that are passed over.
    pub skips: Vec<Spanned<NamedCheck>>,
    /// The content it is for, and no other.
    pub covers: Vec<CoveredFile>,
    pub follow_up: FollowUp,
    pub granted_by: Spanned<PersonId>,
    pub from: Spanned<Moment>,
    pub until: Spanned<Moment>,
}

/// Who makes up for it, and until when.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FollowUp {
    pub owner: Spanned<String>,
    pub due: Spanned<Date>,
}
