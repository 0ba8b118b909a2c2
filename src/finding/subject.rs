//! What a finding is about: its lasting identity.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::check_id::{CheckId, NamedCheck};
use crate::digest::sha256;
use crate::ids::{KindId, RiskId, SystemId};
use crate::span::RepoPath;

/// What a finding is about. Its text never depends on line numbers or wording, so the same flaw
/// keeps its identity while the file around it changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
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
    pub(crate) fn system(&self) -> Option<&SystemId> {
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
    pub(crate) fn of_system(&self, id: &SystemId) -> Self {
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
    pub(crate) fn asked(&self) -> Self {
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
    pub(crate) fn object(&self) -> Option<&str> {
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
pub(crate) fn fingerprint(check: CheckId, subject: &Subject) -> String {
    let digest = sha256(format!("{check}\0{subject}").as_bytes());
    digest.chars().take(32).collect()
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
