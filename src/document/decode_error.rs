//! Why a document does not have the shape that its type asks for.

use std::fmt;

use serde::de;

use super::names::{nearest, unknown};
use crate::span::Span;

/// What is wrong with a value of a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum MistakeKind {
    /// The file as such cannot be read.
    Unreadable,
    UnknownKey,
    UnknownValue,
    MissingKey,
    /// Another type than the one that is asked for.
    WrongShape,
    /// The value contradicts a rule about it, or another value.
    NotAllowed,
}

/// Why a document does not have the shape its type asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct DecodeError {
    pub(crate) message: String,
    pub(crate) kind: MistakeKind,
    /// The key that is missing, where one is.
    pub(crate) missing: Option<&'static str>,
    /// The name that was meant by an unknown key or value, where one is close.
    pub(crate) meant: Option<&'static str>,
    /// Where; `None` only until the first value on the way up adds its own place.
    pub(super) span: Option<Span>,
}

impl DecodeError {
    /// The bytes to show.
    pub(crate) fn span(&self) -> Span {
        self.span.unwrap_or_default()
    }

    pub(super) fn or_at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }
}

impl de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let kind = MistakeKind::NotAllowed;
        Self { message: message.to_string(), kind, missing: None, meant: None, span: None }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let error = Self::custom(unknown("key", field, expected));
        let meant = nearest(field, expected.iter().copied());
        Self { kind: MistakeKind::UnknownKey, meant, ..error }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let error = Self::custom(unknown("value", variant, expected));
        let meant = nearest(variant, expected.iter().copied());
        Self { kind: MistakeKind::UnknownValue, meant, ..error }
    }

    fn missing_field(field: &'static str) -> Self {
        let error = Self::custom(format_args!("the key `{field}` is missing"));
        Self { kind: MistakeKind::MissingKey, missing: Some(field), ..error }
    }
}
