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
/// Deceptive characters become `\u{..}`. `##[` and `##name[`, which CI runners read as commands
/// anywhere in a line, get a space; `::`, read at the start of a line only, is never put there.
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) && !text.contains("##") {
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

/// Whether a `[` after this text would start a runner's command: `##`, then letters only.
pub fn opens_command(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).ends_with("##")
}

/// Takes commands of CI runners, `##[name]` and `##name[...]`, out of finished output.
pub fn break_commands(text: String) -> String {
    if !text.contains("##") {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 8);
    let mut run = 0;
    for c in text.chars() {
        // `run` counts bytes since a `##` that only letters followed.
        match c {
            '[' if run > 0 => {
                safe.insert(safe.len() - (run - 1), ' ');
                run = 0;
            }
            '#' if safe.ends_with('#') => run = 1,
            c if run > 0 && c.is_ascii_alphabetic() => run += 1,
            _ => run = 0,
        }
        safe.push(c);
    }
    safe
}

/// Finished JSON with what could deceive a reader or a runner escaped; it reads as the same values.
///
/// Such characters stand in JSON only inside of strings, where `\u` escapes are free to use.
pub fn json(text: String) -> String {
    if !text.contains("##") && !text.contains(|c: char| c != '\n' && is_deceptive(c)) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '#' if safe.ends_with('#') => safe.push_str("\\u0023"),
            c if c != '\n' && is_deceptive(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    safe.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => safe.push(c),
        }
    }
    safe
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
        assert_eq!(line("a ##vso[task.x]y"), "a ## vso[task.x]y");
        assert_eq!(line("####[x] ## heading [y]"), "#### [x] ## heading [y]");
    }

    #[test]
    fn a_sarif_message_has_no_link_from_the_repository() {
        assert_eq!(sarif("see [here](https://example.com)"), "see [here] (https://example.com)");
    }

    #[test]
    fn json_reads_the_same_and_holds_no_command() {
        let value = serde_json::json!({"##[add-mask]": "a\u{9b}b\u{e0041}\n##vso[x]", "é": ["###"]});
        let text = json(serde_json::to_string_pretty(&value).unwrap());
        assert!(!text.contains("##") && !text.contains('\u{9b}') && !text.contains('\u{e0041}'), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn clamping_counts_characters() {
        assert_eq!(clamp("éééé", 4), "éééé");
        assert_eq!(clamp("ééééé", 4), "ééé…");
    }
}
