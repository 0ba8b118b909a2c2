//! Text from a repository, made safe for the place it is printed in.
//!
//! A repository is hostile: a path may hold a line break, a heading an escape sequence, a key a
//! right-to-left override. Each destination has one function here and one test.

use std::borrow::Cow;

/// Returns whether a character can move the cursor, reorder text or be invisible.
pub(crate) fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}'
            | '\u{FFFF}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// Text for one line of a terminal or a log: nothing that moves, hides or starts a command.
///
/// Deceptive characters become `\u{..}`. `##[` and `##name[`, which CI runners read as commands
/// anywhere in a line, get a space; `::`, read at the start of a line only, is [`log`]'s.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
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

/// Returns whether a `[` after this text would start a command of a CI runner. It would after `##`
/// and letters only.
pub(crate) fn opens_command(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).ends_with("##")
}

/// Finished output for a log: no line of it is a runner's command. What stands in a line went
/// through [`line`].
///
/// Source: actions/runner, `ActionCommand.cs`: `::` counts behind white space too. `:::` names
/// no command.
pub(crate) fn log(text: String) -> String {
    let text = break_commands(text);
    let is_command =
        |line: &str| line.trim_start().starts_with("::") && !line.trim_start().starts_with(":::");
    if !text.lines().any(is_command) {
        return text;
    }
    let broken =
        |line: &str| if is_command(line) { line.replacen("::", ": :", 1) } else { line.to_owned() };
    text.split_inclusive('\n').map(broken).collect()
}

/// Takes commands of CI runners, `##[name]` and `##name[...]`, out of finished output.
fn break_commands(text: String) -> String {
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

/// Returns finished JSON in which characters that could deceive a reader or a runner are escaped.
/// It parses to the same values.
///
/// Such characters stand in JSON only inside of strings, where `\u` escapes are free to use.
pub(crate) fn json(text: String) -> String {
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
pub(crate) fn sarif(text: &str) -> String {
    line(text).replace("](", "] (")
}

/// The value of a runner's command, on one line of a log.
///
/// Source: actions/toolkit, `packages/core/src/command.ts`.
pub(crate) fn command_data(text: &str) -> String {
    // A line break stays one; other characters that could deceive are shown escaped.
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(line).collect();
    lines.join("\n").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Returns the value of a property of a runner's command.
pub(crate) fn command_property(text: &str) -> String {
    command_data(&line(text)).replace(':', "%3A").replace(',', "%2C")
}

/// Text for Markdown on a forge: no markup, no link, no mention and no reference of the
/// repository's making. What stands between two backticks becomes code.
pub(crate) fn markdown(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut parts: Vec<&str> = text.split('`').collect();
    // A backtick without a partner is an ordinary character.
    let lonely = if parts.len().is_multiple_of(2) { parts.pop() } else { None };
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 1 {
            out.push_str("<code>");
            part.chars().for_each(|c| entity(c, &mut out));
            out.push_str("</code>");
        } else {
            plain_markdown(part, &mut out);
        }
    }
    if let Some(rest) = lonely {
        out.push_str("&#96;");
        plain_markdown(rest, &mut out);
    }
    out
}

/// Appends text that is not code. Forges look for mentions and references in rendered text, and not
/// in code.
fn plain_markdown(text: &str, out: &mut String) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let is_url = c == ':' && rest.peek() == Some(&'/');
        let refers = matches!(c, '@' | '#' | '!' | '~' | '$' | '&' | '%')
            && rest
                .peek()
                .is_some_and(|next| next.is_alphanumeric() || matches!(next, '"' | '_' | '{'));
        if refers || is_url {
            out.push_str("<code>");
            entity(c, out);
            out.push_str("</code>");
        } else {
            entity(c, out);
        }
    }
}

/// Appends a character, as an HTML entity where it could be markup.
fn entity(c: char, out: &mut String) {
    if c.is_ascii_punctuation() && !matches!(c, ',' | ';' | '\'' | '-' | '?' | '%') {
        out.push_str(&format!("&#{};", u32::from(c)));
    } else {
        out.push(c);
    }
}

/// Text for XML: an attribute's value or the text of an element. Line breaks stay.
pub(crate) fn xml(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(line).collect();
    let text = lines.join("\n");
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Returns rows as CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets an
/// apostrophe in front, and what could deceive a reader is shown escaped. A line break stays one:
/// on its way to a log the whole goes through [`log`].
pub(crate) fn csv(rows: impl Iterator<Item = Vec<String>>) -> String {
    let cell = |text: String| {
        let lines: Vec<Cow<'_, str>> = text.split('\n').map(line).collect();
        let text = lines.join("\n");
        let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text };
        if text.contains(['"', ',', '\n']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    };
    rows.map(|row| row.into_iter().map(cell).collect::<Vec<_>>().join(",") + "\n").collect()
}

/// Returns the first `limit` characters, with a mark at the end where text was cut off.
pub(crate) fn clamp(text: &str, limit: usize) -> Cow<'_, str> {
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
    fn no_line_of_a_log_is_a_command() {
        let text = "a\n  ::error::x::y\n::stop\n ::: a.yaml:3:9\nb ::error::\n".to_owned();
        assert_eq!(log(text), "a\n  : :error::x::y\n: :stop\n ::: a.yaml:3:9\nb ::error::\n");
        assert_eq!(log("x ##[group]\n".to_owned()), "x ## [group]\n");
    }

    #[test]
    fn a_sarif_message_has_no_link_from_the_repository() {
        assert_eq!(sarif("see [here](https://example.com)"), "see [here] (https://example.com)");
    }

    #[test]
    fn json_reads_the_same_and_holds_no_command() {
        let value =
            serde_json::json!({"##[add-mask]": "a\u{9b}b\u{e0041}\n##vso[x]", "é": ["###"]});
        let text = json(serde_json::to_string_pretty(&value).unwrap());
        assert!(
            !text.contains("##") && !text.contains('\u{9b}') && !text.contains('\u{e0041}'),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn a_command_stays_one_command() {
        assert_eq!(
            command_data("50 %\n::set-output name=x::y\r"),
            "50 %25%0A::set-output \
            name=x::y\\r"
        );
        assert_eq!(command_property("a,b:c\n##[group]"), "a%2Cb%3Ac\\n## [group]");
    }

    #[test]
    fn markdown_has_no_markup_and_no_mention_of_the_repositorys_making() {
        assert_eq!(markdown("plain, words"), "plain, words");
        assert_eq!(markdown("see `a_b`"), "see <code>a&#95;b</code>");
        assert_eq!(
            markdown("cc @octo/team #7 !3 ~bug"),
            "cc <code>&#64;</code>octo&#47;team <code>&#35;</code>7 <code>&#33;</code>3 \
             <code>&#126;</code>bug"
        );
        assert_eq!(
            markdown("[x](https://e.com) <img src=x>"),
            "&#91;x&#93;&#40;https<code>&#58;</code>&#47;&#47;e&#46;com&#41; &#60;img \
             src&#61;x&#62;"
        );
        assert_eq!(markdown("a `b"), "a &#96;b");
        assert_eq!(markdown("/merge\n/close"), "&#47;merge&#92;n&#47;close");
        assert!(!markdown("`</code><script>`").contains("<script"));
    }

    #[test]
    fn xml_is_text() {
        assert_eq!(xml("a <b> & \"c\"\nd\u{1b}"), "a &lt;b&gt; &amp; &quot;c&quot;\nd\\u{1b}");
    }

    #[test]
    fn a_cell_is_one_cell_and_no_formula() {
        let row = ["a,b", "say \"x\"", "=1+1", "@x", "two\nlines", "plain"].map(str::to_owned);
        assert_eq!(
            csv([row.to_vec()].into_iter()),
            "\"a,b\",\"say \"\"x\"\"\",'=1+1,'@x,\"two\nlines\",plain\n"
        );
    }

    #[test]
    fn clamping_counts_characters() {
        assert_eq!(clamp("éééé", 4), "éééé");
        assert_eq!(clamp("ééééé", 4), "ééé…");
    }
}
