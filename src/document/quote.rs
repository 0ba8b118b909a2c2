//! Puts texts of a YAML file in quotes that YAML reads as something else: a text that holds `: `, a
//! pattern that begins with `*`.

use std::collections::BTreeMap;

use super::limits::LIMITS;
use super::yaml;
use crate::span::{Lines, Span};

/// Lines of a file that are put in quotes before it is given up; it is read again after each.
const MOST: usize = 20;

/// Bytes of a file that people write by hand.
const LARGEST: usize = 256 << 10;

/// Returns the lines of a file that cannot be read, each with the text that takes its place, where
/// quotes alone make the file readable. Empty where they do not.
pub(crate) fn quotes(source: &str) -> Vec<(Span, String)> {
    if source.len() > LARGEST {
        return Vec::new();
    }
    let mut now = source.to_owned();
    let mut quoted: BTreeMap<usize, String> = BTreeMap::new();
    let before = Lines::new(source);
    for _ in 0..MOST {
        let Err(damage) = yaml::parse(&now, &LIMITS) else {
            let line = |(at, text)| (before.line(at), text);
            return quoted.into_iter().map(line).collect();
        };
        let lines = Lines::new(now.as_str());
        let at = lines.position(damage.span.start).line;
        // A mistake may be seen only where the next line begins.
        let mended = [at, at.saturating_sub(1)].into_iter().find_map(|at| {
            let text = in_quotes(lines.line(at).of(&now))?;
            Some((at, text))
        });
        let Some((at, text)) = mended else { return Vec::new() };
        let span = lines.line(at);
        now.replace_range(span.start..span.end, &text);
        quoted.insert(at, text);
    }
    Vec::new()
}

/// A line with its text or its patterns in quotes. None where there is nothing to put in quotes.
fn in_quotes(line: &str) -> Option<String> {
    let mut start = line.len() - line.trim_start().len();
    while let Some(rest) = line[start..].strip_prefix("- ") {
        start = line.len() - rest.trim_start().len();
    }
    if let Some((key, rest)) = line[start..].split_once(": ") {
        let is_key =
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        if is_key {
            start = line.len() - rest.trim_start().len();
        }
    }
    let body = &line[start..];
    let (text, comment) = match body.find(" #") {
        Some(at) => body.split_at(at),
        None => (body, ""),
    };
    let text = text.trim_end();
    let before = &line[..start];
    if let Some(items) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        let is_pattern = |item: &str| item.trim().starts_with('*');
        let items: Vec<&str> = items.split(',').collect();
        let quoted: Vec<String> = items
            .iter()
            .map(|item| match item.trim() {
                text if is_pattern(text) => quote(text),
                text => text.to_owned(),
            })
            .collect();
        let list = format!("{before}[{}]{comment}", quoted.join(", "));
        return items.iter().any(|item| is_pattern(item)).then_some(list);
    }
    let is_plain = !text.starts_with(['"', '\'', '[', '{', '|', '>', '&', '!', '%', '@', '`', '#']);
    let is_misread = text.starts_with('*') || text.contains(": ") || text.ends_with(':');
    (is_plain && is_misread && !before.is_empty())
        .then(|| format!("{before}{}{comment}", quote(text)))
}

/// A text in double quotes, as YAML reads it.
pub(crate) fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(source: &str) -> String {
        let mut text = source.to_owned();
        for (span, line) in quotes(source).into_iter().rev() {
            text.replace_range(span.start..span.end, &line);
        }
        text
    }

    #[test]
    fn what_yaml_reads_as_something_else_is_put_in_quotes_and_read() {
        for (source, expected) in [
            (
                "a: It answers: orders only # why\nb: 1\n",
                "a: \"It answers: orders only\" # why\nb: 1\n",
            ),
            ("paths: [*.py, src/**]\n", "paths: [\"*.py\", src/**]\n"),
            ("paths:\r\n  - *.py\r\n  - \"x\"\r\n", "paths:\r\n  - \"*.py\"\r\n  - \"x\"\r\n"),
            (
                "s:\n- because: a \"b\": c\n  x: y: z\n",
                "s:\n- because: \"a \\\"b\\\": c\"\n  x: \"y: z\"\n",
            ),
        ] {
            assert_eq!(mended(source), expected);
            assert!(yaml::parse(expected, &LIMITS).is_ok(), "{expected}");
            assert_eq!(mended(expected), expected, "twice equals once");
        }
    }

    #[test]
    fn what_quotes_do_not_mend_stays() {
        for source in ["a: [1, 2\nb: 3\n", "a: 1\na: 2\n", "a:\n\tb: 1\n", "x: {a: b: c}\n"] {
            assert!(quotes(source).is_empty(), "{source}");
        }
    }
}
