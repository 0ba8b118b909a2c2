//! The record of a run: what a program did within an envelope.

use serde::Deserialize;

use super::record::CoveredFile;
use crate::date::Moment;
use crate::digest::Sha256;
use crate::document::Spanned;
use crate::ids::RecordId;
use crate::settings::Schema;

/// What a program did within an envelope.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RunRecord {
    #[serde(rename = "schema")]
    _schema: Schema,
    pub(crate) envelope: Spanned<RecordId>,
    pub(crate) at: Spanned<Moment>,
    /// What came out, measurements among it.
    pub(crate) produced: Vec<CoveredFile>,
    pub(crate) data: Option<RunData>,
    /// The file of measurements.
    pub(crate) metrics: Spanned<String>,
}

/// What a run was made from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RunData {
    pub(crate) dataset: Spanned<String>,
    pub(crate) pointer: Spanned<String>,
    pub(crate) sha256: Spanned<Sha256>,
}
