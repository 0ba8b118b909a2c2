//! What a report says of the evidence that is there: documents, risks and records, each with its
//! bytes, and what they come to for each control and clause.

use schemars::JsonSchema;
use serde::Serialize;

/// How a requirement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EvidenceState {
    /// A document or record says what is asked for.
    Evidenced,
    /// Something that is asked for is not there, is a placeholder, or says too little.
    Lacking,
    /// It could not be read, or nothing here asks for it.
    NotLookedAt,
}

/// The evidence that was found, and what it comes to.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ReportedEvidence {
    /// Each control of Annex A of ISO/IEC 42001.
    pub(crate) controls: Vec<ControlEvidence>,
    /// Each clause of ISO/IEC 42001 that asks for documented information.
    pub(crate) clauses: Vec<ControlEvidence>,
    /// Each document that is owed.
    pub(crate) documents: Vec<DocumentEvidence>,
    pub(crate) risks: Vec<RiskEvidence>,
    /// The records of the decisions that are due.
    pub(crate) records: Vec<RecordEvidence>,
}

impl ReportedEvidence {
    /// Returns how many controls are evidenced, lack something, and were not looked at.
    pub(super) fn counts(&self) -> [usize; 3] {
        use EvidenceState::{Evidenced, Lacking, NotLookedAt};
        let count = |state| self.controls.iter().filter(|it| it.state == state).count();
        [Evidenced, Lacking, NotLookedAt].map(count)
    }
}

/// A document that a system or the organisation owes, and what was found.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct DocumentEvidence {
    /// The kind, as `aimsgate explain` names it.
    pub(crate) kind: String,
    /// The system; absent where the organisation owes it.
    pub(crate) system: Option<String>,
    /// The model or dataset it is about.
    pub(crate) object: Option<String>,
    pub(crate) class: &'static str,
    /// Controls of Annex A and clauses of ISO/IEC 42001 that it is evidence for.
    pub(crate) controls: Vec<String>,
    pub(crate) state: EvidenceState,
    /// The file that answers; absent where there is none.
    pub(crate) path: Option<String>,
    /// The SHA-256 of the file's bytes as git holds them.
    pub(crate) sha256: Option<String>,
    /// Whether the file only says where the document is.
    pub(crate) is_pointer: bool,
    pub(crate) owner: Option<String>,
    pub(crate) approved_by: Option<String>,
    pub(crate) approved_on: Option<String>,
    pub(crate) next_review: Option<String>,
    pub(crate) elements: Vec<ElementEvidence>,
}

/// One thing that a document must say.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ElementEvidence {
    pub(crate) element: String,
    pub(crate) state: EvidenceState,
    /// The heading, label or key it stands under, or the words that say it.
    pub(crate) found_as: Option<String>,
    /// The first and the last line of what says it.
    pub(crate) lines: Option<[usize; 2]>,
    /// The SHA-256 of the words of these lines, as docs/signoff-format.md says under "Prose".
    pub(crate) words_sha256: Option<String>,
}

/// A risk of a register.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RiskEvidence {
    pub(crate) system: String,
    pub(crate) id: String,
    pub(crate) risk: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) status: Option<&'static str>,
    /// The levels before and after treatment.
    pub(crate) before: Option<&'static str>,
    pub(crate) after: Option<&'static str>,
    pub(crate) controls: Vec<String>,
    pub(crate) tested_by: Option<String>,
    /// The records that accept it as it is.
    pub(crate) accepted_in: Vec<String>,
    pub(crate) path: String,
    pub(crate) line: Option<usize>,
}

/// A record of a decision that is due.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RecordEvidence {
    pub(crate) id: String,
    pub(crate) decision: &'static str,
    pub(crate) system: String,
    /// Whether it counts for the content that was judged.
    pub(crate) stands: bool,
    /// The last day it holds.
    pub(crate) expires: String,
    pub(crate) path: String,
    pub(crate) sha256: String,
    pub(crate) covers: Vec<CoveredEvidence>,
    pub(crate) signers: Vec<SignerEvidence>,
}

/// A piece of content that a record covers.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct CoveredEvidence {
    /// A risk's id, a path, or a path and the title of a section.
    pub(crate) what: String,
    pub(crate) sha256: String,
}

/// Somebody whose signature on a record counts.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct SignerEvidence {
    pub(crate) person: String,
    pub(crate) role: &'static str,
    pub(crate) signed_on: String,
    /// What shows that it was this person.
    pub(crate) proof: &'static str,
    /// The fingerprint of the key, as `ssh-keygen -l` prints it.
    pub(crate) key: Option<String>,
}

/// A control of Annex A or a clause, and what there is for it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ControlEvidence {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) state: EvidenceState,
    /// The files that are evidence for it.
    pub(crate) paths: Vec<String>,
}
