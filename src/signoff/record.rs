//! The files of a sign-off: a record, what signers say of it, its closed conditions, its end.
//!
//! `docs/signoff-format.md` has every key. A record is written once; all that comes later is a file
//! of its own.

use serde::Deserialize;

use crate::catalog::{Class, Level, Role, Stage};
use crate::check_id::NamedCheck;
use crate::date::{Date, Moment};
use crate::digest::is_sha256;
use crate::document::{Document, Spanned};
use crate::settings::gate::Decision;
use crate::settings::{Mistake, Schema, read as read_settings};

/// Pieces of content, and authors, that one record names.
const MOST_ENTRIES: usize = 1_000;

/// A decision, the content it is about, and what it depends on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Record {
    #[serde(rename = "schema")]
    _schema: Schema,
    /// The repository it was made for, as the rules name it.
    pub repository: Spanned<String>,
    /// Its file is called so.
    pub id: Spanned<String>,
    pub decision: Spanned<Decision>,
    /// The system it is about. A change of rules is about none, nor is what lowers a duty of the
    /// register itself.
    pub system: Option<Spanned<String>>,
    pub version: Option<Spanned<String>>,
    pub risk_class: Option<Spanned<Class>>,
    pub stage: Option<Spanned<Stage>>,
    #[serde(default)]
    pub covers: Covers,
    /// The duties that a classification changes.
    #[serde(default)]
    pub changes: Vec<DutyChange>,
    /// The files that a rule change replaces.
    #[serde(default)]
    pub files: Vec<FileChange>,
    /// The record whose covered prose was only reworded.
    pub confirms: Option<Spanned<String>>,
    /// Who wrote what it covers since the last valid record: ids and e-mail addresses.
    #[serde(default)]
    pub authors: Vec<Spanned<String>>,
    pub because: Spanned<String>,
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// The last day it holds.
    pub expires: Spanned<Date>,
    /// The record it takes the place of.
    pub replaces: Option<Spanned<String>>,
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
    pub id: Spanned<String>,
    /// What remains of it after treatment.
    pub residual: Spanned<Level>,
    pub sha256: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CoveredSection {
    pub path: Spanned<String>,
    pub section: Spanned<String>,
    pub sha256: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CoveredFile {
    /// A file, or a pattern over files.
    pub path: Spanned<String>,
    pub sha256: Spanned<String>,
}

/// A duty of a system that is lowered, in the words of the finding.
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
    pub from: Option<Spanned<String>>,
    pub to: Option<Spanned<String>>,
}

/// What was asked for when it was decided.
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

/// Which record a signer means.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecordReference {
    pub id: Spanned<String>,
    /// The SHA-256 of the record's bytes.
    pub sha256: Spanned<String>,
}

/// What one signer says of a record.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Statement {
    pub record: RecordReference,
    pub signer: Spanned<String>,
    pub acting_as: Spanned<Role>,
    pub signed_on: Spanned<Date>,
    /// Whether the signer agrees; who does not is heard, and does not count.
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
    pub signer: Spanned<String>,
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
    pub signer: Spanned<String>,
    pub acting_as: Spanned<Role>,
    pub signed_on: Spanned<Date>,
    pub because: Spanned<String>,
}

/// Permission to go on without some sign-offs for at most three days.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Emergency {
    #[serde(rename = "schema")]
    _schema: Schema,
    pub repository: Spanned<String>,
    /// Its file is called so.
    pub id: Spanned<String>,
    pub system: Spanned<String>,
    pub because: Spanned<String>,
    /// The checks that are passed over.
    pub skips: Vec<Spanned<NamedCheck>>,
    /// The content it is for, and no other.
    pub covers: Vec<CoveredFile>,
    pub follow_up: FollowUp,
    pub granted_by: Spanned<String>,
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

/// What a program did within an envelope.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RunRecord {
    #[serde(rename = "schema")]
    _schema: Schema,
    pub envelope: Spanned<String>,
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
    pub sha256: Spanned<String>,
}

/// A file of a sign-off.
#[derive(Debug)]
pub(super) enum Signed {
    Emergency(Box<Emergency>),
    Run(RunRecord),
    Record(Box<Record>),
    Statement(Statement),
    Closing(Closing),
    Revocation(Revocation),
}

impl Signed {
    /// What its file must be called; a run's may be called anything.
    fn name(&self) -> Option<String> {
        Some(match self {
            Self::Run(_) => return None,
            Self::Emergency(it) => format!("{}.yaml", it.id.value),
            Self::Record(it) => format!("{}.yaml", it.id.value),
            Self::Statement(it) => format!("{}.{}.yaml", it.record.id.value, it.signer.value),
            Self::Closing(it) => {
                format!(
                    "{}.closed-{}.{}.yaml",
                    it.record.id.value, it.condition.value, it.signer.value
                )
            }
            Self::Revocation(it) => {
                format!("{}.revoked.{}.yaml", it.record.id.value, it.signer.value)
            }
        })
    }
}

/// Reads a file of a sign-off; which one it is its keys say.
///
/// # Errors
/// The first mistake in it.
pub(super) fn read(document: &Document) -> Result<Signed, Mistake> {
    let has = |key: &str| document.tree().is_ok_and(|root| root.get(key).is_some());
    let signed = if has("decision") {
        Signed::Record(Box::new(record(document)?))
    } else if has("granted-by") {
        Signed::Emergency(read_settings(document)?)
    } else if has("produced") {
        Signed::Run(read_settings(document)?)
    } else if has("condition") {
        Signed::Closing(read_settings(document)?)
    } else if has("revoke") {
        Signed::Revocation(read_settings(document)?)
    } else {
        Signed::Statement(read_settings(document)?)
    };
    if let Some(expected) = signed.name().filter(|name| document.path.file_name() != *name) {
        let message = format!("by what it says this file is called `{expected}`");
        return Err(Mistake::new(document, Default::default(), message));
    }
    match &signed {
        Signed::Record(_) => {}
        Signed::Emergency(it) => digests(document, it.covers.iter().map(|file| &file.sha256))?,
        Signed::Run(it) => {
            let data = it.data.iter().map(|data| &data.sha256);
            digests(document, it.produced.iter().map(|file| &file.sha256).chain(data))?;
        }
        Signed::Statement(it) => digests(document, [&it.record.sha256])?,
        Signed::Closing(it) => {
            digests(
                document,
                std::iter::once(&it.record.sha256)
                    .chain(it.evidence.iter().map(|file| &file.sha256)),
            )?;
            if it.evidence.is_empty() {
                return Err(Mistake::new(document, it.condition.span, "`evidence` names no file"));
            }
        }
        Signed::Revocation(it) => {
            digests(document, [&it.record.sha256])?;
            if !it.revoke.value {
                return Err(Mistake::new(
                    document,
                    it.revoke.span,
                    "a revocation says `revoke: \
                    true`",
                ));
            }
        }
    }
    Ok(signed)
}

fn record(document: &Document) -> Result<Record, Mistake> {
    let record: Record = read_settings(document)?;
    let covers = &record.covers;
    let covered = (covers.risks.iter().map(|it| &it.sha256))
        .chain(covers.sections.iter().map(|it| &it.sha256))
        .chain(covers.files.iter().map(|it| &it.sha256))
        .chain(record.files.iter().flat_map(|it| it.from.iter().chain(&it.to)));
    digests(document, covered)?;
    let mistake = |at: crate::span::Span, why: &str| Err(Mistake::new(document, at, why));
    let mut seen = std::collections::BTreeSet::new();
    if let Some(twice) = covers.files.iter().find(|it| !seen.insert(&it.path.value)) {
        return mistake(twice.path.span, "this path stands here twice");
    }
    let entries =
        covers.files.len() + covers.sections.len() + covers.risks.len() + record.files.len();
    if entries > MOST_ENTRIES || record.authors.len() > MOST_ENTRIES {
        return mistake(record.id.span, "it names more than anybody can look at");
    }
    let id = &record.id;
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    if id.is_empty() || id.len() > 100 || !id.chars().all(is_plain) || id.starts_with('.') {
        return mistake(id.span, "an id is made of small letters, digits, `-` and `.`");
    }
    let decision = record.decision.value;
    if record.system.is_none()
        && !matches!(decision, Decision::RuleChange | Decision::Classification)
    {
        return mistake(record.decision.span, "`system` is missing: the decision is about one");
    }
    let says = |what: &str| format!("a `{}` says what it changes under `{what}`", decision.name());
    match decision {
        Decision::RuleChange if record.files.is_empty() => {
            mistake(record.decision.span, &says("files"))
        }
        Decision::Classification if record.changes.is_empty() => {
            mistake(record.decision.span, &says("changes"))
        }
        Decision::Confirm if record.confirms.is_none() => {
            mistake(record.decision.span, "`confirms` names no record")
        }
        Decision::TreatmentPlan | Decision::AcceptResidualRisk | Decision::Release
            if record.risk_class.is_none() || record.version.is_none() =>
        {
            mistake(
                record.decision.span,
                "`version` and `risk-class` say what of the system was \
                decided about",
            )
        }
        _ => Ok(record),
    }
}

fn digests<'s>(
    document: &Document,
    all: impl IntoIterator<Item = &'s Spanned<String>>,
) -> Result<(), Mistake> {
    let is_one =
        |text: &str| is_sha256(text) && !text.bytes().any(|byte| byte.is_ascii_uppercase());
    match all.into_iter().find(|it| !is_one(&it.value)) {
        Some(wrong) => Err(Mistake::new(
            document,
            wrong.span,
            "this is no SHA-256 in small \
            hexadecimal letters",
        )),
        None => Ok(()),
    }
}
