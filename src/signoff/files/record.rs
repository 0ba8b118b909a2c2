//! A record: the decision, the content it is about, and what it depends on.
//!
//! `docs/signoff-format.md` has every key. A record is written once; all that comes later is a file
//! of its own.

use serde::Deserialize;

use crate::catalog::{Class, Level, Stage};
use crate::date::Date;
use crate::digest::Sha256;
use crate::document::Spanned;
use crate::ids::{RecordId, RiskId, SystemId};
use crate::settings::Schema;
use crate::settings::gate::Decision;

/// A decision, the content it is about, and what it depends on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Record {
    #[serde(rename = "schema")]
    _schema: Schema,
    /// The repository it was made for, as the rules name it.
    pub repository: Spanned<String>,
    /// The name of its file, without `.yaml`.
    pub id: Spanned<RecordId>,
    pub decision: Spanned<Decision>,
    /// The system it is about. A change of rules is about none, nor is what lowers an obligation
    /// of the register itself.
    pub system: Option<Spanned<SystemId>>,
    pub version: Option<Spanned<String>>,
    pub risk_class: Option<Spanned<Class>>,
    pub stage: Option<Spanned<Stage>>,
    #[serde(default)]
    pub covers: Covers,
    /// The obligations that a classification changes.
    #[serde(default)]
    pub changes: Vec<DutyChange>,
    /// The files that a rule change replaces.
    #[serde(default)]
    pub files: Vec<FileChange>,
    /// The record whose covered prose was only reworded.
    pub confirms: Option<Spanned<RecordId>>,
    /// Who wrote what it covers since the last valid record: ids and e-mail addresses.
    #[serde(default)]
    pub authors: Vec<Spanned<String>>,
    pub because: Spanned<String>,
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// The last day it holds.
    pub expires: Spanned<Date>,
    /// The record it takes the place of.
    pub replaces: Option<Spanned<RecordId>>,
}

impl Record {
    /// Returns the highest level that remains of the covered risks. None where it covers none.
    pub(crate) fn highest_residual(&self) -> Option<Level> {
        self.covers.risks.iter().map(|risk| risk.residual.value).max()
    }

    /// Returns the covered file of this path, a pattern for a path included.
    pub(crate) fn covered_file(&self, path: &str) -> Option<&CoveredFile> {
        self.covers.files.iter().find(|file| file.path.value == path)
    }
}

/// The content that was decided about, each piece by its digest.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Covers {
    #[serde(default)]
    pub risks: Vec<CoveredRisk>,
    #[serde(default)]
    pub sections: Vec<CoveredSection>,
    #[serde(default)]
    pub files: Vec<CoveredFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CoveredRisk {
    pub id: Spanned<RiskId>,
    /// What remains of it after treatment.
    pub residual: Spanned<Level>,
    pub sha256: Spanned<Sha256>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CoveredSection {
    pub path: Spanned<String>,
    pub section: Spanned<String>,
    pub sha256: Spanned<Sha256>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CoveredFile {
    /// A file, or a pattern over files.
    pub path: Spanned<String>,
    pub sha256: Spanned<Sha256>,
}

/// An obligation of a system that is lowered, in the words of the finding.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DutyChange {
    pub duty: Spanned<String>,
    pub from: Spanned<String>,
    pub to: Spanned<String>,
}

/// The digests of a file before and after; absent where there was, or is, no such file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FileChange {
    pub path: Spanned<String>,
    pub from: Option<Spanned<Sha256>>,
    pub to: Option<Spanned<Sha256>>,
}

/// What somebody must do for the decision to hold.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Condition {
    pub id: Spanned<String>,
    pub must: Spanned<String>,
    pub owner: Spanned<String>,
    pub due: Spanned<Date>,
    pub if_missed: Option<Spanned<IfMissed>>,
    /// It must be met before the system is used, so before it is deployed and not before it is
    /// merged.
    #[serde(default)]
    pub before_use: bool,
    pub ticket: Option<String>,
}

/// What becomes of a decision whose condition is not met in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IfMissed {
    Void,
}
