//! A record: the decision, the content it is about, and what it depends on.
//!
//! `docs/signoff-format.md` has every key. A record is written once; all that comes later is a file
//! of its own.

use serde::Deserialize;

use crate::catalog::{Class, Level};
use crate::date::Date;
use crate::digest::Sha256;
use crate::document::Spanned;
use crate::ids::{PersonId, RecordId, RiskId, SystemId};
use crate::settings::Schema;
use crate::settings::gate::Decision;

/// A decision, the content it is about, and what it depends on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Record {
    #[serde(rename = "schema")]
    _schema: Schema,
    /// The repository it was made for, as the rules name it.
    pub(crate) repository: Spanned<String>,
    /// The name of its file, without `.yaml`.
    pub(crate) id: Spanned<RecordId>,
    pub(crate) decision: Spanned<Decision>,
    /// The system it is about. A change of rules is about none, nor is what lowers an obligation
    /// of the register itself.
    pub(crate) system: Option<Spanned<SystemId>>,
    pub(crate) version: Option<Spanned<String>>,
    pub(crate) risk_class: Option<Spanned<Class>>,
    /// Who owns the system, by the register, when the record is made: the id of a person.
    pub(crate) owner: Option<Spanned<PersonId>>,
    /// The day it is made.
    pub(crate) prepared_on: Option<Spanned<Date>>,
    #[serde(default)]
    pub(crate) covers: Covers,
    /// The obligations that a classification changes.
    #[serde(default)]
    pub(crate) changes: Vec<DutyChange>,
    /// The files that a rule change replaces.
    #[serde(default)]
    pub(crate) files: Vec<FileChange>,
    /// The record whose covered prose was only reworded.
    pub(crate) confirms: Option<Spanned<RecordId>>,
    /// What a release is of beside the files it covers: images, and revisions of a hub.
    #[serde(default)]
    pub(crate) subjects: Vec<Spanned<String>>,
    /// Who wrote what it covers since the last valid record: ids and e-mail addresses.
    #[serde(default)]
    pub(crate) authors: Vec<Spanned<String>>,
    pub(crate) because: Spanned<String>,
    #[serde(default)]
    pub(crate) conditions: Vec<Condition>,
    /// The last day it holds.
    pub(crate) expires: Spanned<Date>,
    /// The record it takes the place of.
    pub(crate) replaces: Option<Spanned<RecordId>>,
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
pub(crate) struct Covers {
    #[serde(default)]
    pub(crate) risks: Vec<CoveredRisk>,
    #[serde(default)]
    pub(crate) sections: Vec<CoveredSection>,
    #[serde(default)]
    pub(crate) files: Vec<CoveredFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct CoveredRisk {
    pub(crate) id: Spanned<RiskId>,
    /// What remains of it after treatment.
    pub(crate) residual: Spanned<Level>,
    pub(crate) sha256: Spanned<Sha256>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct CoveredSection {
    pub(crate) path: Spanned<String>,
    pub(crate) section: Spanned<String>,
    pub(crate) sha256: Spanned<Sha256>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct CoveredFile {
    /// A file, or a pattern over files.
    pub(crate) path: Spanned<String>,
    pub(crate) sha256: Spanned<Sha256>,
}

/// An obligation of a system that is lowered, in the words of the finding.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct DutyChange {
    pub(crate) duty: Spanned<String>,
    pub(crate) from: Spanned<String>,
    pub(crate) to: Spanned<String>,
}

/// The digests of a file before and after; absent where there was, or is, no such file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct FileChange {
    pub(crate) path: Spanned<String>,
    pub(crate) from: Option<Spanned<Sha256>>,
    pub(crate) to: Option<Spanned<Sha256>>,
}

/// What somebody must do for the decision to hold.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Condition {
    pub(crate) id: Spanned<String>,
    pub(crate) must: Spanned<String>,
    pub(crate) owner: Spanned<String>,
    pub(crate) due: Spanned<Date>,
    pub(crate) if_missed: Option<Spanned<IfMissed>>,
    /// It must be met before the system is used, so before it is deployed and not before it is
    /// merged.
    #[serde(default)]
    pub(crate) before_use: bool,
    pub(crate) ticket: Option<String>,
}

impl Condition {
    /// Returns what is said of it beside its owner and day: its ticket, and what becomes of the
    /// decision if it is missed. Empty where it says neither.
    pub(crate) fn consequences(&self) -> String {
        let ticket = self.ticket.as_ref().map_or_else(String::new, |it| format!(" ({it})"));
        let missed = match self.if_missed.as_ref().map(|it| it.value) {
            Some(IfMissed::Void) => "; if it is missed, the decision is void",
            None => "",
        };
        format!("{ticket}{missed}")
    }
}

/// What becomes of a decision whose condition is not met in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum IfMissed {
    Void,
}
