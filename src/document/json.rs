//! JSON to the value tree.
//!
//! RFC 8259 decides whether the text is JSON at all; the YAML reader, whose language holds JSON,
//! then gives values and byte ranges. One tree, one place where duplicate keys are refused.

use serde::de::IgnoredAny;

use super::limits::{Damage, Limits};
use super::value::Node;
use super::yaml;
use crate::span::Span;

/// Reads one JSON text.
///
/// # Errors
/// [`Damage`] where the text is not JSON, repeats a key or passes a bound.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Node, Damage> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let at = offset(text, error.line(), error.column());
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        let rest = text[..at].trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        let word = text[rest..].trim_start_matches('-');
        if let Some(word) = ["NaN", "Infinity"].into_iter().find(|it| word.starts_with(it)) {
            let reason = format!("not valid JSON: {word} is no number there; write null");
            return Err(Damage::new(Span::new(rest, rest), reason));
        }
        return Err(Damage::new(Span::new(at, at), format!("not valid JSON: {reason}")));
    }
    // JSON bounds no key's length; YAML does (1024 characters), so the bound is lifted here.
    yaml::parse(text, &Limits { key_length: usize::MAX, ..*limits })
}

/// The byte offset of a line and column as serde_json counts them (from 1, columns in bytes).
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    text.floor_char_boundary(start + column.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::LIMITS;

    #[test]
    fn a_mistake_within_a_character_has_a_place() {
        let text = "{\"answer😀c\ny\": 0.91}";
        assert!(parse(text, &LIMITS).unwrap_err().reason.starts_with("not valid JSON"));
        let refused = parse("{\"a\": NaN}", &LIMITS).unwrap_err();
        assert_eq!((refused.span.start, refused.reason.contains("NaN is no number")), (6, true));
    }
}
