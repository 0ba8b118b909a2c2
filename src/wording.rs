//! Small pieces of the sentences that people read: counts, and what a value became.

use std::fmt::Display;

/// Returns `one` for a count of 1, `many` for every other count, 0 included.
pub(crate) fn plural<'w>(count: impl Display, one: &'w str, many: &'w str) -> &'w str {
    if count.to_string() == "1" { one } else { many }
}

/// Returns the count with its noun: `1 file`, `2 files`.
pub(crate) fn counted(count: impl Display, one: &str, many: &str) -> String {
    format!("{count} {}", plural(&count, one, many))
}

/// Returns ` (and 2 more of this kind)` for what a text leaves out, or an empty text where it
/// leaves out nothing. `of` follows the number, and may be empty.
pub(crate) fn and_more(rest: usize, of: &str) -> String {
    match (rest, of) {
        (0, _) => String::new(),
        (rest, "") => format!(" (and {rest} more)"),
        (rest, of) => format!(" (and {rest} more {of})"),
    }
}

/// Returns a text in lines of at most so many characters, broken at spaces.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Says how a value changed. An empty text and the word `nothing` both stand for a value that is
/// not there: such a value is called new or no longer stated, and never printed.
pub(crate) fn became(from: &str, to: &str) -> String {
    match (absent(from), absent(to)) {
        (Some(_), _) => format!("{to} is new"),
        (None, Some(rest)) => format!("{from} is no longer stated{rest}"),
        (None, None) => format!("{from} became {to}"),
    }
}

/// Returns what is said beside the word `nothing`, such as `; it may be closed`. Returns `None` of
/// a value that is there.
fn absent(value: &str) -> Option<&str> {
    let rest = if value.is_empty() { value } else { value.strip_prefix("nothing")? };
    (rest.is_empty() || rest.starts_with([',', ';'])).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_a_singular() {
        assert_eq!(counted(1, "day", "days"), "1 day");
        assert_eq!(counted(0, "day", "days"), "0 days");
        assert_eq!(counted(-1, "day", "days"), "-1 days");
        assert_eq!(and_more(0, "files"), "");
        assert_eq!(and_more(1, plural(1, "file", "files")), " (and 1 more file)");
    }

    #[test]
    fn lines_are_broken_at_spaces() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("unbreakable", 4), ["unbreakable"]);
        assert!(wrapped(" ", 4).is_empty());
    }

    #[test]
    fn a_value_that_is_not_there_is_not_printed() {
        assert_eq!(became("high", "limited"), "high became limited");
        assert_eq!(became("", "max@example.com"), "max@example.com is new");
        assert_eq!(became("true", "nothing"), "true is no longer stated");
        assert_eq!(became("an entry", "nothing; end it"), "an entry is no longer stated; end it");
        assert_eq!(became("nothingness", "x"), "nothingness became x");
    }
}
