//! What a detector finds in the bytes of one file.

use serde::{Deserialize, Serialize};

use super::{AssetKind, Strength};
use crate::span::Span;

/// What a detector found in the bytes of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Detection {
    pub(crate) kind: AssetKind,
    pub(crate) name: String,
    pub(crate) strength: Strength,
    pub(crate) span: Option<Span>,
    /// The revision of a model of a hub, or the version of a package, as it is written there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// Whether the code asks it for texts, images or sounds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) generates: bool,
}

impl Detection {
    /// Makes evidence of something.
    pub(crate) fn evidence(kind: AssetKind, name: impl Into<String>, span: Option<Span>) -> Self {
        let (strength, name) = (Strength::Evidence, name.into());
        Self { kind, name, strength, span, version: None, generates: false }
    }

    /// Makes a hint at something.
    pub(crate) fn hint(kind: AssetKind, name: impl Into<String>, span: Option<Span>) -> Self {
        Self { strength: Strength::Hint, ..Self::evidence(kind, name, span) }
    }
}
