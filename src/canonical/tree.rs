//! Data as canonical JSON: comments, blank lines, styles of quotes and the order of keys are left
//! out, and how a value is written is not.
//!
//! # Design
//!
//! Programs read one file by different rules: `no` is a text to one reader of YAML and false to
//! another, and quotes make it a text for both. So a text begins with `'` in this form, and what a
//! reader may take for anything else is kept as it is written, behind `=`. What two readers may
//! take for different trees (keys that stand twice, anchors, tags, several documents) has no form,
//! and counts by its bytes.

use std::sync::LazyLock;

use regex::Regex;

use crate::digest::{Sha256, sha256};
use crate::document::{Document, Format, Key, Node, Value, parse};
use crate::span::{RepoPath, Span};

/// Plain words that a reader of YAML may take for something else than a text.
const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Returns the canonical SHA-256 of a file of data. None where it has none: it counts by its bytes.
pub fn of_configuration(path: &RepoPath, bytes: &[u8]) -> Option<Sha256> {
    let is_data = matches!(Format::of(path), Some(Format::Yaml | Format::Json));
    let document = is_data.then(|| parse(path.clone(), bytes.to_vec()))?;
    let root = document.tree().ok()?;
    let is_collection = !matches!(root.value, Value::Scalar(_));
    let is_clear = || !has_references(&document.source) && !has_like_keys(&document.source, root);
    (is_collection && is_clear()).then(|| of_tree(&document, root))
}

/// Returns the SHA-256 of a value of a document.
pub(crate) fn of_tree(document: &Document, node: &Node) -> Sha256 {
    let mut out = String::new();
    write(&document.source, node, &mut out);
    sha256(out.as_bytes())
}

/// Whether a text of YAML may hold an anchor, an alias, a tag or a directive, or ends a line where
/// YAML 1.1 does and YAML 1.2 does not. What stands in comments without quotes is none.
fn has_references(source: &str) -> bool {
    static MARKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?m)(?:^|[ \t\[{,:?-])[&*!][^ \t\r\n]|^%|[\x{85}\x{2028}\x{2029}]").ok()
    });
    static COMMENTS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?m)(?:^|[ \t])#[^"'\r\n\x{85}\x{2028}\x{2029}]*$"#).ok());
    let (Some(marks), Some(comments)) = (&*MARKS, &*COMMENTS) else { return true };
    marks.is_match(source) && marks.is_match(&comments.replace_all(source, ""))
}

/// Whether a mapping has two keys that a reader may take for one: `yes` and `on` are both true in
/// YAML 1.1, `0.5` and `0.50` are one number.
fn has_like_keys(source: &str, node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => false,
        Value::Sequence(items) => items.iter().any(|item| has_like_keys(source, item)),
        Value::Mapping(entries) => {
            let is_unlike = |text: &str| {
                text.starts_with('\'') || (text.len() > 1 && is_whole_number(&text[1..]))
            };
            let keys = entries.iter().map(|(key, _)| marked_key(source, key));
            keys.filter(|text| !is_unlike(text)).nth(1).is_some()
                || entries.iter().any(|(_, value)| has_like_keys(source, value))
        }
    }
}

/// Whether a text is a decimal number that is written in one way only.
fn is_whole_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

fn write(source: &str, node: &Node, out: &mut String) {
    match &node.value {
        Value::Scalar(scalar) => {
            let is_quoted = !scalar.is_plain || is_quoted(source, node.span);
            out.push_str(&json(&marked(is_quoted, &scalar.text)));
        }
        Value::Sequence(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write(source, item, out);
            }
            out.push(']');
        }
        Value::Mapping(entries) => {
            let entries = entries.iter();
            let mut entries: Vec<(String, &Node)> =
                entries.map(|(key, value)| (json(&marked_key(source, key)), value)).collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            out.push('{');
            for (at, (key, value)) in entries.into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                out.push_str(&key);
                out.push(':');
                write(source, value, out);
            }
            out.push('}');
        }
    }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether a scalar stands in quotes.
fn is_quoted(source: &str, span: Span) -> bool {
    span.of(source).starts_with(['"', '\'', '|', '>'])
}

fn marked_key(source: &str, key: &Key) -> String {
    marked(is_quoted(source, key.span), &key.text)
}

/// Returns a scalar behind the mark of what it is: `'` for a text, `=` for what may be none.
fn marked(is_quoted: bool, text: &str) -> String {
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    let mark = if is_quoted || is_word { '\'' } else { '=' };
    format!("{mark}{text}")
}

/// Returns the pointers of the values in which two files of data differ, at most so many. None
/// where one of them cannot be read.
pub(crate) fn differing_keys(
    path: &RepoPath,
    before: Vec<u8>,
    now: Vec<u8>,
    most: usize,
) -> Option<Vec<String>> {
    let (before, now) = (parse(path.clone(), before), parse(path.clone(), now));
    let (one, other) = (before.tree().ok()?, now.tree().ok()?);
    Some(keys_between((&before.source, one), (&now.source, other), most))
}

/// Returns the keys in which two values differ, each with the source that it stands in; at most
/// `most`.
pub(crate) fn keys_between(before: (&str, &Node), now: (&str, &Node), most: usize) -> Vec<String> {
    let mut found = Vec::new();
    differ(before, now, "", &mut found);
    found.truncate(most);
    found
}

fn differ(one: (&str, &Node), other: (&str, &Node), at: &str, found: &mut Vec<String>) {
    let step = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
    match (&one.1.value, &other.1.value) {
        (Value::Mapping(before), Value::Mapping(now)) => {
            for (key, value) in now {
                match one.1.get(&key.text) {
                    Some(old) => differ((one.0, old), (other.0, value), &step(&key.text), found),
                    None => found.push(step(&key.text)),
                }
            }
            let gone = before.iter().filter(|(key, _)| other.1.get(&key.text).is_none());
            found.extend(gone.map(|(key, _)| step(&key.text)));
        }
        (Value::Sequence(before), Value::Sequence(now)) if before.len() == now.len() => {
            for (index, (old, value)) in before.iter().zip(now).enumerate() {
                differ((one.0, old), (other.0, value), &step(&index.to_string()), found);
            }
        }
        _ => {
            let text = |(source, node): (&str, &Node)| {
                let mut out = String::new();
                write(source, node, &mut out);
                out
            };
            if !at.is_empty() && text(one) != text(other) {
                found.push(at.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Sha256> {
        of_configuration(&"a.yaml".into(), text.as_bytes())
    }

    #[test]
    fn a_value_is_kept_as_it_is_written() {
        let text = "{\"b c\": d e, empty: , x: '', y: no}";
        let document = parse("a.yaml".into(), text.into());
        let mut out = String::new();
        write(&document.source, document.tree().unwrap(), &mut out);
        let expected = r#"{"'b c":"'d e","'empty":"=~","'x":"'","=y":"=no"}"#;
        assert_eq!(out, expected);
    }

    #[test]
    fn comments_and_layout_change_no_digest_of_data() {
        let signed = of("threshold: 0.42\nfor: [loans, cards]\n").unwrap();
        for same in [
            "# A comment\n\nthreshold:   0.42 # here\nfor:\n  - loans\n  - 'cards'\n",
            "threshold: 0.42\r\nfor: [loans, cards]\r\n",
            "for: [loans, cards]\nthreshold: 0.42\n",
            "{\"threshold\": 0.42, \"for\": [\"loans\", \"cards\"]}",
        ] {
            assert_eq!(of(same), Some(signed.clone()), "{same}");
        }
        for other in [
            "threshold: 0.37\nfor: [loans, cards]\n",
            "threshold: \"0.42\"\nfor: [loans, cards]\n",
            "threshold: 0.42\nfor: [cards, loans]\n",
            "# threshold: 0.42\nfor: [loans, cards]\n",
            "threshold: 0.42\nfor: loans, cards\n",
        ] {
            assert_ne!(of(other), Some(signed.clone()), "{other}");
        }
        assert_ne!(of("a: no"), of("a: 'no'"));
        assert_ne!(of("<<: {a: 1}"), of("'<<': {a: 1}"));
        assert_eq!(of("a: \"b c\""), of("a: b c"));
        assert_ne!(of("a: 1\n"), of("a: |-\n  1\n"));
        assert_ne!(of("a: yes\n"), of("a: >-\n  yes\n"));
        assert_eq!(of("a: '1'\n"), of("a: |-\n  1\n"));
        assert_eq!(of("a: 1 # *not* checked\n# &c\n"), of("a: 1\n"));
    }

    #[test]
    fn what_readers_may_read_differently_counts_by_its_bytes() {
        for text in ["a: 1\na: 2\n", "a: &x 1\nb: *x\n", "a: !!str 1\n", "a: [", "a\n", "%A\n"] {
            assert_eq!(of(text), None, "{text}");
        }
        for text in ["yes: a\non: b\n", "0.5: a\n0.50: b\n", "a: [\"x # y\", &b 1]\n"] {
            assert_eq!(of(text), None, "{text}");
        }
        assert!(of("1: a\n2: b\non: c\n").is_some());
        assert_eq!(of_configuration(&"a.toml".into(), b"a = 1\n"), None);
        assert_eq!(of_configuration(&"a.yaml".into(), b"a: \xff\n"), None);
    }

    #[test]
    fn differing_keys_are_named() {
        let keys = |one: &str, other: &str| {
            differing_keys(&"a.yaml".into(), one.into(), other.into(), 3).unwrap()
        };
        assert_eq!(keys("a: {b: 1, c: [1, 2]}", "a: {b: 2, c: [1, 3]}"), ["a.b", "a.c.1"]);
        assert_eq!(keys("a: 1\nb: 2", "# x\na: 1\nc: 2"), ["c", "b"]);
        assert!(keys("a: 1 # x", "a: 1").is_empty());
        assert!(keys("a: 1", "a text").is_empty());
    }
}
