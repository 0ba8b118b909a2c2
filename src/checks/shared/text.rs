//! Words and texts: counting what is left out, and finding what is named.

use crate::document::Spanned;
use crate::evidence::is_placeholder;

/// Whether a setting says something: it is there, and it is no placeholder.
pub(crate) fn says(text: &Option<Spanned<String>>) -> bool {
    text.as_ref().is_some_and(|text| !is_placeholder(&text.value))
}

/// Whether a text names an id, and not only a longer one that holds it.
pub(crate) fn names(text: &str, id: &str) -> bool {
    let is_part =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    !id.is_empty()
        && text.match_indices(id).any(|(at, _)| {
            !is_part(text[..at].chars().next_back())
                && !is_part(text[at + id.len()..].chars().next())
        })
}

/// A version without the `v` some write before it.
pub(crate) fn version(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix(['v', 'V'])
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn an_id_is_named_where_it_stands_whole() {
        for text in ["R-1", "see R-1.", "R-12, R-1", "(R-1)"] {
            assert!(names(text, "R-1"), "{text}");
        }
        for text in ["R-12", "PR-1", "R-1-a", ""] {
            assert!(!names(text, "R-1"), "{text}");
        }
    }
}
