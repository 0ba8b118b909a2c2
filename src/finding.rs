//! What a check says about one subject, and how one finding is told from another for ever.
//!
//! # Design
//!
//! The fingerprint of a finding is made of its check and its [`Subject`] alone. No line number and
//! no wording is part of it, so the finding stays the same finding while the file around it
//! changes.
//!
//! A [`Problem`] cannot be made without a [`Place`], and a place is a file that exists in the
//! judged content. Where several places are possible, the offending line comes first, then the line
//! of the register, then the asset that makes the obligation, then README, then the first file. A
//! flaw in a file that only the target branch has is shown at another place that exists.
//!
//! A finding has parts. The baseline has one entry per part, so that mending one part revives no
//! other. A change makes a finding worse where it adds a part that the target branch does not have.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::catalog::Class;
use crate::check_id::{CheckId, NamedCheck};
use crate::date::Date;
use crate::digest::sha256;
use crate::ids::{KindId, PersonId, RiskId, SystemId};
use crate::part::{Measure, Part, Piece};
use crate::span::{Place, RepoPath};

/// How heavy a finding is. Only an error blocks.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What a finding is about. Its text never depends on line numbers or wording, so the same flaw
/// keeps its identity while the file around it changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The register as such.
    Register,
    File(RepoPath),
    System(SystemId),
    Model {
        system: SystemId,
        model: String,
    },
    /// A document of a kind: of the organisation, of a system, or of one of its models or datasets.
    Document {
        kind: KindId,
        system: Option<SystemId>,
        object: Option<String>,
    },
    Element {
        kind: KindId,
        system: Option<SystemId>,
        object: Option<String>,
        element: String,
    },
    Risk {
        system: SystemId,
        risk: RiskId,
    },
    /// Something found in code or files: `hub:owner/name`, `service:openai`, `file:model.onnx`.
    Asset(String),
    /// A check that could not do its work.
    Check(CheckId),
    /// A duty of a system, or of the register where no system is named.
    Duty {
        system: Option<SystemId>,
        duty: String,
    },
    /// A waiver, by its id.
    Waiver(String),
    /// The entries of a baseline that are about one check.
    Baseline(NamedCheck),
    /// A decision about a system.
    SignOff {
        system: SystemId,
        decision: &'static str,
    },
    /// The branch a change is judged against.
    Target,
}

impl Subject {
    /// The system it belongs to, if it belongs to one.
    pub fn system(&self) -> Option<&SystemId> {
        match self {
            Self::System(system)
            | Self::Model { system, .. }
            | Self::Risk { system, .. }
            | Self::SignOff { system, .. } => Some(system),
            Self::Document { system, .. }
            | Self::Element { system, .. }
            | Self::Duty { system, .. } => system.as_ref(),
            Self::Register
            | Self::File(_)
            | Self::Asset(_)
            | Self::Check(_)
            | Self::Waiver(_)
            | Self::Baseline(_)
            | Self::Target => None,
        }
    }

    /// The same subject of a system of another id.
    #[must_use]
    pub fn of_system(&self, id: &SystemId) -> Self {
        let mut other = self.clone();
        match &mut other {
            Self::System(system)
            | Self::Model { system, .. }
            | Self::Risk { system, .. }
            | Self::SignOff { system, .. } => system.clone_from(id),
            Self::Document { system, .. }
            | Self::Element { system, .. }
            | Self::Duty { system, .. } => {
                *system = Some(id.clone());
            }
            Self::Register
            | Self::File(_)
            | Self::Asset(_)
            | Self::Check(_)
            | Self::Waiver(_)
            | Self::Baseline(_)
            | Self::Target => {}
        }
        other
    }

    /// What is asked for where it is missing: of an element, its document.
    #[must_use]
    pub fn asked(&self) -> Self {
        match self {
            Self::Element { kind, system, object, .. } => Self::Document {
                kind: kind.clone(),
                system: system.clone(),
                object: object.clone(),
            },
            other => other.clone(),
        }
    }

    /// The model or dataset it is about, if it is about one.
    pub fn object(&self) -> Option<&str> {
        match self {
            Self::Model { model, .. } => Some(model),
            Self::Document { object, .. } | Self::Element { object, .. } => object.as_deref(),
            _ => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let document = |f: &mut fmt::Formatter<'_>,
                        kind: &str,
                        system: &Option<SystemId>,
                        object: &Option<String>| {
            for part in [system.as_deref(), object.as_deref()].into_iter().flatten() {
                write!(f, "{part}/")?;
            }
            f.write_str(kind)
        };
        match self {
            Self::Register => f.write_str("register"),
            Self::File(path) => write!(f, "file:{path}"),
            Self::System(system) => write!(f, "system:{system}"),
            Self::Model { system, model } => write!(f, "model:{system}/{model}"),
            Self::Document { kind, system, object } => {
                f.write_str("document:")?;
                document(f, kind, system, object)
            }
            Self::Element { kind, system, object, element } => {
                f.write_str("element:")?;
                document(f, kind, system, object)?;
                write!(f, "#{element}")
            }
            Self::Risk { system, risk } => write!(f, "risk:{system}/{risk}"),
            Self::Asset(name) => write!(f, "asset:{name}"),
            Self::Check(id) => write!(f, "check:{id}"),
            Self::Duty { system: Some(system), duty } => write!(f, "duty:{system}/{duty}"),
            Self::Duty { system: None, duty } => write!(f, "duty:{duty}"),
            Self::Waiver(id) => write!(f, "waiver:{id}"),
            Self::Baseline(check) => write!(f, "baseline:{check}"),
            Self::SignOff { system, decision } => write!(f, "sign-off:{system}/{decision}"),
            Self::Target => f.write_str("target"),
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The identity of a finding: check and subject, digested.
pub fn fingerprint(check: CheckId, subject: &Subject) -> String {
    let digest = sha256(format!("{check}\0{subject}").as_bytes());
    digest.chars().take(32).collect()
}

/// Who can clear a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// Whoever wrote the change.
    Author,
    /// The owner of the system.
    Owner,
    /// Risk and compliance people, the second line.
    SecondLine,
    /// Whoever looks after the pipeline and the forge.
    Platform,
    /// The people whose sign-off is awaited.
    Signers,
}

/// What clears a finding, and who can do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    pub who: Who,
    pub text: String,
}

/// Another place that matters, and what it adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    pub place: Place,
    pub text: String,
    /// Whether it is one more of the same, and not what explains it.
    pub same: bool,
}

/// Which gate asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    Merge,
    Release,
}

/// Whether a check saw a flaw, waits for people, or could not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    Fail,
    /// Nothing can be mended: people must decide.
    Waiting,
    Undecided,
}

/// Further places one finding names.
pub const MOST_RELATED: usize = 50;

/// A flaw, before it is weighed. There is none without a place.
#[derive(Clone, Debug)]
pub struct Problem {
    pub place: Place,
    /// One sentence, no full stop.
    pub text: String,
    /// What the marked bytes are, in a few words.
    pub label: String,
    pub related: Vec<Related>,
    pub remedies: Vec<Remedy>,
    /// The class the subject is judged by.
    pub class: Class,
    /// The rule set that first asked for what is missing, where that is newer than the check.
    pub since: Option<&'static str>,
    /// What exactly is wrong, piece by piece: more pieces than before is worse, other pieces are
    /// other flaws. Without any the flaw is one piece.
    pub parts: Vec<Piece>,
    /// The day that made it a flaw by passing, if nothing else did.
    pub passed: Option<Date>,
    /// Whether it is asked for because of what is declared, so that declaring more asks for more.
    pub due: bool,
    /// The systems it concerns, where the subject names none.
    pub systems: Vec<SystemId>,
    /// The people who can decide, by their ids.
    pub waits_for: Vec<PersonId>,
    /// The content that the change makes other than on the target branch, where people must decide
    /// about it.
    pub content: Vec<String>,
}

impl Problem {
    /// A flaw at a place, of a subject judged by `class`.
    pub fn new(place: Place, class: Class, text: impl Into<String>) -> Self {
        Self {
            place,
            text: text.into(),
            label: String::new(),
            related: Vec::new(),
            remedies: Vec::new(),
            class,
            since: None,
            parts: Vec::new(),
            passed: None,
            due: false,
            systems: Vec::new(),
            waits_for: Vec::new(),
            content: Vec::new(),
        }
    }

    /// Says what the marked bytes are.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a further place; beyond [`MOST_RELATED`] the text must say how many there are.
    #[must_use]
    pub fn related(mut self, place: Place, text: impl Into<String>) -> Self {
        if self.related.len() < MOST_RELATED {
            self.related.push(Related { place, text: text.into(), same: false });
        }
        self
    }

    /// Adds a further place of the same flaw; with the same bound.
    #[must_use]
    pub fn also(self, place: Place, text: impl Into<String>) -> Self {
        let before = self.related.len();
        let mut problem = self.related(place, text);
        problem.related[before..].iter_mut().for_each(|related| related.same = true);
        problem
    }

    #[must_use]
    pub fn remedy(mut self, who: Who, text: impl Into<String>) -> Self {
        self.remedies.push(Remedy { who, text: text.into() });
        self
    }

    /// Says what exactly is wrong.
    #[must_use]
    pub fn parts<P: Into<Piece>>(mut self, parts: impl IntoIterator<Item = P>) -> Self {
        self.parts.extend(parts.into_iter().map(Into::into));
        self
    }

    /// Says that nothing is wrong but that this day has passed.
    #[must_use]
    pub fn passed(mut self, day: Date) -> Self {
        self.passed = Some(day);
        self
    }

    /// Says that a declaration asks for it.
    #[must_use]
    pub fn due(mut self) -> Self {
        self.due = true;
        self
    }

    /// Names the systems it concerns.
    #[must_use]
    pub fn systems(mut self, systems: impl IntoIterator<Item = SystemId>) -> Self {
        self.systems.extend(systems);
        self
    }

    /// Names the people who can decide.
    #[must_use]
    pub fn waits_for(mut self, people: impl IntoIterator<Item = PersonId>) -> Self {
        self.waits_for.extend(people);
        self
    }

    /// Names the rule set that first asked for this.
    #[must_use]
    pub fn since(mut self, rule_set: Option<&'static str>) -> Self {
        self.since = rule_set;
        self
    }
}

/// One statement of one check about one subject.
#[derive(Clone, Debug)]
pub struct Finding {
    pub check: CheckId,
    pub subject: Subject,
    pub nature: FindingKind,
    pub gate: Gate,
    pub problem: Problem,
}

impl Finding {
    pub fn fingerprint(&self) -> String {
        fingerprint(self.check, &self.subject)
    }

    /// What exactly is wrong, each piece once; the finding as such where it has no pieces.
    pub fn pieces(&self) -> BTreeMap<Part, Piece> {
        if self.problem.parts.is_empty() {
            return BTreeMap::from([(Part::Whole, Part::Whole.into())]);
        }
        let pieces = self.problem.parts.iter();
        pieces.map(|piece| (piece.part.clone(), piece.clone())).collect()
    }

    /// Whether everything that is wrong was wrong in another finding, and no value is worse.
    pub fn adds_nothing_to(&self, before: &Self) -> bool {
        let known = before.pieces();
        self.pieces().into_iter().all(|(part, piece)| {
            known.get(&part).is_some_and(|known| Measure::holds(piece.measure, known.measure))
        })
    }

    /// Whether it is the same as another finding but for values that came closer to their bounds.
    pub fn improves_on(&self, before: &Self) -> bool {
        let now = self.pieces();
        let is_better = |(part, known): (Part, Piece)| {
            now.get(&part).is_some_and(|it| it.measure != known.measure)
        };
        self.adds_nothing_to(before) && before.pieces().into_iter().any(is_better)
    }

    /// The systems it concerns.
    pub fn systems(&self) -> impl Iterator<Item = &SystemId> {
        self.subject.system().into_iter().chain(&self.problem.systems)
    }

    /// The files the flaw itself is in: where it stands, and further places of the same.
    pub fn own_paths(&self) -> impl Iterator<Item = &RepoPath> {
        let further = self.problem.related.iter().filter(|related| related.same);
        std::iter::once(&self.problem.place.path).chain(further.map(|related| &related.place.path))
    }

    /// The files it points to.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        std::iter::once(&self.problem.place.path)
            .chain(self.problem.related.iter().map(|related| &related.place.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_depend_on_check_and_subject_only() {
        let card = Subject::Document {
            kind: "model-card".into(),
            system: Some("a".into()),
            object: Some("m".into()),
        };
        assert_eq!(card.to_string(), "document:a/m/model-card");
        assert_eq!(
            fingerprint(CheckId::DocumentMissing, &card),
            fingerprint(CheckId::DocumentMissing, &card.clone())
        );
        assert_ne!(
            fingerprint(CheckId::DocumentMissing, &card),
            fingerprint(CheckId::ElementMissing, &card)
        );
        assert_ne!(
            fingerprint(CheckId::Boilerplate, &Subject::System("a".into())),
            fingerprint(CheckId::Boilerplate, &Subject::System("b".into()))
        );
        assert_eq!(fingerprint(CheckId::Boilerplate, &Subject::Register).len(), 32);
    }
}
