//! Text from a repository, made safe for the place it is printed in.
//!
//! A repository is hostile: a path may hold a line break, a heading an escape sequence, a key a
//! right-to-left override. Each destination has one function here and one test.

use std::borrow::Cow;

/// Whether a character can move the cursor, reorder text or hide in it.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// Text for one line of a terminal or a log: nothing that moves, hides or starts a command.
///
/// Deceptive characters become `\u{..}`. `##[`, which a GitHub runner reads as a workflow command
/// anywhere in a line, gets a space; `::`, read at the start of a line only, is never put there.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) && !text.contains("##[") {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            c if is_deceptive(c) => safe.extend(c.escape_unicode()),
            c => safe.push(c),
        }
    }
    Cow::Owned(break_commands(safe))
}

/// Takes the old form of a workflow command, `##[name]`, out of finished output.
pub fn break_commands(text: String) -> String {
    if text.contains("##[") { text.replace("##[", "## [") } else { text }
}

/// Text for a SARIF message: one paragraph, no embedded link of the repository's making.
///
/// SARIF 2.1.0 section 3.11.6 reads `[text](target)` as a link.
pub fn sarif(text: &str) -> String {
    line(text).replace("](", "] (")
}

/// The first `limit` characters, with a mark where something was cut off.
pub fn clamp(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
            Cow::Owned(kept + "…")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_shows_what_it_hides() {
        assert_eq!(line("plain"), "plain");
        assert_eq!(line("a\n::error::x"), "a\\n::error::x");
        assert_eq!(line("\u{1b}[31mred"), "\\u{1b}[31mred");
        assert_eq!(line("safe\u{202e}txt.exe"), "safe\\u{202e}txt.exe");
        assert_eq!(line("x ##[add-mask]y"), "x ## [add-mask]y");
        assert_eq!(line("#\u{200b}#[group]"), "#\\u{200b}#[group]");
    }

    #[test]
    fn a_sarif_message_has_no_link_from_the_repository() {
        assert_eq!(sarif("see [here](https://example.com)"), "see [here] (https://example.com)");
    }

    #[test]
    fn clamping_counts_characters() {
        assert_eq!(clamp("éééé", 4), "éééé");
        assert_eq!(clamp("ééééé", 4), "ééé…");
    }
}
