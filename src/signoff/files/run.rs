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
pub struct RunRecord {
    #[serde(rename = "schema")]
    _schema: Schema,
    pub envelope: Spanned<RecordId>,
    pub at: Spanned<Moment>,
    /// What came out, measurements among it.
    pub produced: Vec<CoveredFile>,
    pub data: Option<RunData>,
    /// The file of measurements.
    pub metrics: Spanned<String>,
}

/// What a run was made from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RunData {
    pub dataset: Spanned<String>,
    pub pointer: Spanned<String>,
    pub sha256: Spanned<Sha256>,
}
