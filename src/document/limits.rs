//! The bounds of a document, and why reading one stopped.

use crate::span::Span;

/// What is refused before it is built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of one document.
    pub(crate) bytes: u64,
    /// Levels of nesting.
    pub(crate) depth: usize,
    /// Values in one tree, repeated ones counted each time they are repeated.
    pub(crate) nodes: usize,
    /// Values that one anchor may hold, and that aliases may repeat in all.
    pub(crate) aliased: usize,
    /// Characters of one YAML key (specification 1.2, section 7.4.2: 1024).
    pub(crate) key_length: usize,
}

/// The bounds of every document the gate reads.
pub(crate) const LIMITS: Limits =
    Limits { bytes: 2 << 20, depth: 64, nodes: 100_000, aliased: 2_000, key_length: 1024 };

/// Why and where reading stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct Damage {
    pub(crate) span: Span,
    pub(crate) reason: String,
}

impl Damage {
    pub(crate) fn new(span: Span, reason: impl Into<String>) -> Self {
        Self { span, reason: reason.into() }
    }
}
