//! What results of SARIF and their rules are made of: sentences, references, properties.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_sarif::sarif::{Message, MultiformatMessageString, PropertyBag, ToolComponentReference};

use crate::untrusted::{clamp, sarif as safe};

/// Characters of a message.
pub(super) const LONGEST_MESSAGE: usize = 2_048;

pub(super) const TAXONOMY: &str = "ISO/IEC 42001:2023";

/// Returns a text as a sentence.
pub(super) fn sentence(text: &str) -> String {
    let text = safe(text);
    let text = text.trim_end_matches('.');
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

pub(super) fn message(text: &str) -> Message {
    Message::builder().text(clamp(&sentence(text), LONGEST_MESSAGE).into_owned()).build()
}

pub(super) fn words(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(format!("{}.", text.trim_end_matches('.'))).build()
}

pub(super) fn taxonomy_reference() -> ToolComponentReference {
    ToolComponentReference::builder().name(TAXONOMY).build()
}

pub(super) fn properties<const N: usize>(values: [(&str, Value); N]) -> PropertyBag {
    let values =
        values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<BTreeMap<_, _>>();
    PropertyBag::builder().additional_properties(values).build()
}
