//! Texts as YAML values.

use crate::document::{Scalar, ScalarKind};

/// Returns a text as a YAML value on a line of its own, in quotes where it needs them.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_alphanumeric() || " ._/@+-*".contains(c))
        && !text.ends_with(' ')
        && Scalar::plain(text).kind == ScalarKind::Text;
    if is_plain { text.to_owned() } else { serde_json::to_string(text).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_a_text() {
        let cases = [
            ("credit-4.2.0", "credit-4.2.0"),
            ("1.10", "\"1.10\""),
            ("true", "\"true\""),
            ("", "\"\""),
            ("a: b", "\"a: b\""),
            ("- a", "\"- a\""),
            ("a \"b\"", "\"a \\\"b\\\"\""),
        ];
        for (text, expected) in cases {
            assert_eq!(scalar(text), expected);
        }
    }
}
