//! An emergency: permission to go on without some sign-offs for a few days.

use serde::Deserialize;

use crate::check_id::NamedCheck;
use crate::date::{Date, Moment};
use crate::digest::Sha256;
use crate::document::Spanned;
use crate::ids::{PersonId, RecordId, SystemId};
use crate::settings::Schema;

/// Permission to go on without some sign-offs for at most three days.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Emergency {
    #[serde(rename = "schema")]
    _schema: Schema,
    pub(crate) repository: Spanned<String>,
    /// The name of its file, without `.yaml`.
    pub(crate) id: Spanned<RecordId>,
    pub(crate) system: Spanned<SystemId>,
    pub(crate) because: Spanned<String>,
    /// The checks that are passed over.
    pub(crate) skips: Vec<Spanned<NamedCheck>>,
    /// The content it is for, and no other.
    pub(crate) covers: Vec<EmergencyFile>,
    pub(crate) follow_up: FollowUp,
    pub(crate) granted_by: Spanned<PersonId>,
    pub(crate) from: Spanned<Moment>,
    pub(crate) until: Spanned<Moment>,
}

/// A file, or a pattern over files, as it is now or gone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct EmergencyFile {
    pub(crate) path: Spanned<String>,
    pub(crate) sha256: Option<Spanned<Sha256>>,
    /// Whether the change takes it away.
    #[serde(default)]
    pub(crate) gone: bool,
}

/// Who makes up for it, and until when.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct FollowUp {
    pub(crate) owner: Spanned<String>,
    pub(crate) due: Spanned<Date>,
}
