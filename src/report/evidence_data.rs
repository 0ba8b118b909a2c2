//! What a report says of the evidence that is there: documents, risks, records and files, each
//! with its bytes, and what they come to for each control and clause.

use std::collections::BTreeMap;

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
    /// It is there, and something else in the repository says otherwise.
    Contradicted,
    /// It could not be read, or nothing here asks for it.
    NotLookedAt,
}

impl EvidenceState {
    pub(crate) const ALL: [Self; 4] =
        [Self::Evidenced, Self::Lacking, Self::Contradicted, Self::NotLookedAt];

    /// Returns the state in words, for people.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Evidenced => "evidenced",
            Self::Lacking => "lacking",
            Self::Contradicted => "contradicted",
            Self::NotLookedAt => "not looked at",
        }
    }
}

/// How much of the evidence a report is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EvidenceExtent {
    All,
    /// The records of decisions only.
    Records,
}

/// The evidence that was found, and what it comes to.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ReportedEvidence {
    /// What was looked at, one by one: each element of each document, and each decision.
    pub(crate) entries: Vec<EvidenceEntry>,
    /// Each control of Annex A of ISO/IEC 42001.
    pub(crate) controls: Vec<ControlEvidence>,
    /// Each clause of ISO/IEC 42001 that asks for documented information.
    pub(crate) clauses: Vec<ControlEvidence>,
    /// Each document that is owed.
    pub(crate) documents: Vec<DocumentEvidence>,
    pub(crate) risks: Vec<RiskEvidence>,
    /// What the register wants measured, and what was.
    pub(crate) measurements: Vec<MeasuredEvidence>,
    /// The decisions that are due, with their records.
    pub(crate) records: Vec<RecordEvidence>,
    /// Every file that is evidence, as the judged content has it.
    pub(crate) files: Vec<FileEvidence>,
}

impl ReportedEvidence {
    /// Returns how many controls are evidenced, lack something, and were not looked at.
    pub(super) fn counts(&self) -> [usize; 3] {
        use EvidenceState::{Contradicted, Evidenced, Lacking, NotLookedAt};
        let count = |states: &[EvidenceState]| {
            self.controls.iter().filter(|it| states.contains(&it.state)).count()
        };
        [count(&[Evidenced]), count(&[Lacking, Contradicted]), count(&[NotLookedAt])]
    }

    /// Returns the file of a path. None where it is no evidence, or is not there.
    pub(crate) fn file(&self, path: &str) -> Option<&FileEvidence> {
        let at = self.files.binary_search_by(|it| it.path.as_str().cmp(path)).ok()?;
        Some(&self.files[at])
    }

    /// Returns the controls and clauses.
    pub(super) fn requirements(&self) -> impl Iterator<Item = &ControlEvidence> {
        self.controls.iter().chain(&self.clauses)
    }
}

/// One thing that is asked for, and what there is of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct EvidenceEntry {
    /// The controls and clauses of ISO/IEC 42001 that it is evidence for.
    pub(crate) requirements: Vec<String>,
    /// The provisions of law, named by the rules, that ask for it.
    pub(crate) provisions: Vec<String>,
    /// The system; absent where the organisation owes it.
    pub(crate) system: Option<String>,
    /// The kind of document, or the decision.
    pub(crate) kind: String,
    /// The model or dataset it is about.
    pub(crate) object: Option<String>,
    /// What the document must say; absent for a document that is not read for elements.
    pub(crate) element: Option<String>,
    pub(crate) state: EvidenceState,
    /// The heading, label or key it stands under, or the words that say it.
    pub(crate) found_as: Option<String>,
    pub(crate) path: Option<String>,
    /// The first and the last line of what says it.
    pub(crate) lines: Option<[usize; 2]>,
    /// The SHA-256 of the file's bytes as git holds them.
    pub(crate) sha256: Option<String>,
    /// The SHA-256 of the words of these lines, as docs/signoff-format.md says under "Prose".
    pub(crate) words_sha256: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) approved_by: Option<String>,
    pub(crate) approved_on: Option<String>,
    /// What shows the approval: `claimed` where only the document says so, else the proof of the
    /// records that cover it.
    pub(crate) proof: Option<&'static str>,
    /// The records that stand and cover it.
    pub(crate) signed_in: Vec<String>,
    pub(crate) next_review: Option<String>,
    /// The checks that found something wrong with it.
    pub(crate) checks: Vec<String>,
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
    /// The checks that found something wrong with it.
    pub(crate) checks: Vec<String>,
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
    /// Likelihood and impact before and after treatment.
    pub(crate) rated_before: Option<[u32; 2]>,
    pub(crate) rated_after: Option<[u32; 2]>,
    /// What is done about it.
    pub(crate) measures: Vec<MeasureEvidence>,
    pub(crate) controls: Vec<String>,
    /// The requirements of the system that ask for its treatment.
    pub(crate) required_by: Vec<String>,
    pub(crate) tested_by: Option<String>,
    /// The file of the test, from the repository's root; absent where it is kept elsewhere.
    pub(crate) tested_in: Option<String>,
    pub(crate) reviewed_on: Option<String>,
    /// The records that accept it as it is.
    pub(crate) accepted_in: Vec<String>,
    pub(crate) path: String,
    pub(crate) line: Option<usize>,
}

/// A measure against a risk.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct MeasureEvidence {
    /// The action's id; absent for what the risk says under `measures`.
    pub(crate) id: Option<String>,
    pub(crate) text: String,
    pub(crate) owner: Option<String>,
    pub(crate) due: Option<String>,
    pub(crate) done_on: Option<String>,
    pub(crate) proof: Option<String>,
    /// The file of the proof, from the repository's root; absent where it is kept elsewhere.
    pub(crate) shown_in: Option<String>,
}

/// A value that the register wants measured.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct MeasuredEvidence {
    pub(crate) system: String,
    pub(crate) metric: String,
    pub(crate) split: Option<String>,
    /// What it must be: `at least 0.65`.
    pub(crate) bound: String,
    /// What the file of results says; absent where it says nothing or several things.
    pub(crate) value: Option<f64>,
    pub(crate) path: String,
}

/// A decision that is due, and its record.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RecordEvidence {
    /// The record's id; absent where nobody has made one.
    pub(crate) id: Option<String>,
    pub(crate) decision: &'static str,
    pub(crate) system: String,
    /// Whether it counts for the content that was judged.
    pub(crate) stands: bool,
    /// What is wrong with it.
    pub(crate) flaws: Vec<String>,
    /// The last day it holds.
    pub(crate) expires: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) covers: Vec<CoveredEvidence>,
    /// What a release is of beside its files: an image, or a revision of a hub.
    pub(crate) subjects: Vec<String>,
    pub(crate) signers: Vec<SignerEvidence>,
    /// Each statement that does not count, and why.
    pub(crate) refused: BTreeMap<String, String>,
    /// The seats that nobody has taken.
    pub(crate) open_seats: Vec<String>,
}

/// A piece of content that a record covers.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct CoveredEvidence {
    /// A risk's id, a path, or a path and the title of a section.
    pub(crate) what: String,
    /// The digest that was signed.
    pub(crate) sha256: String,
    /// Whether the judged content has a piece of this digest.
    pub(crate) is_here: bool,
    /// The risk it is; absent for other content.
    pub(crate) risk: Option<String>,
    /// The section of the file it is.
    pub(crate) section: Option<String>,
    /// The files it stands for: one, or those of a pattern.
    pub(crate) paths: Vec<String>,
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
    /// The file that was signed; the signature is beside it, with `.sig` at its end.
    pub(crate) path: String,
}

/// A file that is evidence.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct FileEvidence {
    pub(crate) path: String,
    /// The SHA-256 of its bytes as git holds them; absent where they are not here.
    pub(crate) sha256: Option<String>,
    /// Whether it is a model or data itself, which a pack names and does not hold.
    pub(crate) is_asset: bool,
    /// Whether it is of the rules, people, keys, waivers or the baseline.
    pub(crate) is_rule: bool,
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
    /// What it is also useful for in the frameworks and laws that the rules name.
    pub(crate) related: BTreeMap<String, Vec<String>>,
}
