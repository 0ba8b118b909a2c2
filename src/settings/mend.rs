//! What mends a mistake in a settings file: the name that was meant, quotes, a day in the form that
//! is read. Nothing here says what nobody said.

use crate::date::Date;
use crate::document::{
    DecodeError, Document, Format, MistakeKind, Node, Scalar, ScalarKind, Value, quote,
};
use crate::finding::TextEdit;
use crate::span::Span;

/// The edit that mends a mistake of a YAML file. None where only people know what is right.
pub(super) fn mend(document: &Document, error: &DecodeError) -> Option<TextEdit> {
    if Format::of(&document.path) != Some(Format::Yaml) {
        return None;
    }
    let root = document.tree().ok()?;
    let (source, span) = (document.source.as_str(), error.span());
    match error.kind {
        MistakeKind::UnknownKey => {
            split_text(root, source, span).or_else(|| renamed(root, span, error.meant?))
        }
        // Another version of the format is no slip of the pen.
        MistakeKind::UnknownValue if root.get("schema").is_some_and(|it| it.span == span) => None,
        MistakeKind::UnknownValue => Some(TextEdit { span, text: error.meant?.to_owned() }),
        MistakeKind::NotAllowed => {
            let day = written_day(span.of(source).trim_matches(['"', '\'']))?;
            Some(TextEdit { span, text: day.to_string() })
        }
        MistakeKind::Unreadable | MistakeKind::MissingKey | MistakeKind::WrongShape => None,
    }
}

/// The mapping that holds the key at a place, and which of its entries that is.
fn holder(root: &Node, key: Span) -> Option<(&Node, usize)> {
    let own = root.entries().iter().position(|(it, _)| it.span == key).map(|at| (root, at));
    own.or_else(|| root.below().find_map(|node| holder(node, key)))
}

/// A key under the name that was meant, unless its mapping has that too.
fn renamed(root: &Node, span: Span, name: &str) -> Option<TextEdit> {
    let (mapping, _) = holder(root, span)?;
    mapping.get(name).is_none().then(|| TextEdit { span, text: name.to_owned() })
}

/// Whether a key is the rest of a text that a comma ended: words without a value.
pub(super) fn is_rest_of_text(root: &Node, span: Span) -> bool {
    holder(root, span).is_some_and(|(mapping, at)| is_rest(&mapping.entries()[at]))
}

fn is_rest((key, value): &(crate::document::Key, Node)) -> bool {
    let has_no_value = matches!(&value.value, Value::Scalar(Scalar { kind: ScalarKind::Null, .. }));
    has_no_value && key.text.contains(char::is_whitespace)
}

/// A text within `{}` that a comma ended, in quotes as a whole.
fn split_text(root: &Node, source: &str, span: Span) -> Option<TextEdit> {
    let (mapping, at) = holder(root, span)?;
    let entries = mapping.entries();
    if !span.of(source).contains(' ') || !is_rest(&entries[at]) {
        return None;
    }
    let first = entries[..at].iter().rposition(|entry| !is_rest(entry))?;
    let last = entries[at..].iter().take_while(|entry| is_rest(entry)).count() + at - 1;
    let is_text = matches!(
        &entries[first].1.value,
        Value::Scalar(Scalar { kind: ScalarKind::Text, is_plain: true, .. })
    );
    let whole = Span::new(entries[first].1.span.start, entries[last].0.span.end);
    is_text.then(|| TextEdit { span: whole, text: quoted(whole.of(source)) })
}

/// A text in double quotes, on one line.
fn quoted(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    quote(&text)
}

/// The day that a text of another form means, where it can mean one day only: `30.11.2026`,
/// `2026/11/30`.
fn written_day(text: &str) -> Option<Date> {
    let text = text.trim();
    let sign = ['.', '/', '-'].into_iter().find(|sign| text.contains(*sign))?;
    let parts: Vec<&str> = text.split(sign).collect();
    let is_number = |it: &&str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() != 3 || !parts.iter().all(is_number) {
        return None;
    }
    let [first, second, third] = [parts[0], parts[1], parts[2]];
    let is_year = |it: &str| it.len() == 4;
    let (year, month, day) = match sign {
        _ if is_year(first) => (first, second, third),
        // With dots the day stands first; with a slash that differs from country to country.
        '.' if is_year(third) => (third, second, first),
        '/' if is_year(third) && first.parse::<u8>().is_ok_and(|it| it > 12) => {
            (third, second, first)
        }
        '/' if is_year(third) && second.parse::<u8>().is_ok_and(|it| it > 12) => {
            (third, first, second)
        }
        _ => return None,
    };
    format!("{year}-{month:0>2}-{day:0>2}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Body, parse};
    use crate::settings::register;

    /// A register with the edits that are proposed for it, until none is.
    fn mended(text: &str) -> (String, Vec<String>) {
        let mut text = text.to_owned();
        for _ in 0..9 {
            let document = parse("aims.yaml".into(), text.clone().into_bytes());
            assert!(!matches!(document.body, Body::Damaged(_)), "{text}");
            let lexicon = crate::evidence::Lexicon::shipped();
            let mistakes = match register::read(&document, lexicon.catalogue()) {
                Ok(register) => register.mistakes,
                Err(mistake) => mistake.each().collect(),
            };
            let mut edits: Vec<TextEdit> =
                mistakes.iter().filter_map(|it| it.mend.as_deref().cloned()).collect();
            edits.sort();
            edits.dedup();
            if edits.is_empty() {
                return (text, mistakes.into_iter().map(|it| it.message).collect());
            }
            for edit in edits.into_iter().rev() {
                text.replace_range(edit.span.start..edit.span.end, &edit.text);
            }
        }
        panic!("the edits do not end: {text}")
    }

    const REGISTER: &str = "schema: aimsgate/1 # the form\nsystems:\n- id: bot\n  name: Bot\n  \
        version: 1\n  owner: ana\n  purpose: Answers\n  our-role: provider\n  stage: operation\n  \
        risk-class: {value: limited, because: It answers., decided-by: dee, decided-on: \
        2026-11-30}\n  paths: [bot]\n";

    #[test]
    fn what_can_be_meant_in_one_way_only_is_mended_and_the_rest_of_the_file_stays() {
        for (right, wrong) in [
            ("owner: ana", "ownr: ana"),
            ("stage: operation", "stage: operatoin"),
            ("our-role: provider", "our-role: [providr]"),
            ("decided-on: 2026-11-30", "decided-on: 30.11.2026"),
            ("decided-on: 2026-11-30", "decided-on: \"2026/11/30\""),
            ("because: It answers.", "because: It decides nothing, it only writes, and so on."),
        ] {
            let (text, left) = mended(&REGISTER.replace(right, wrong));
            assert!(left.is_empty(), "{wrong}: {left:?}");
            let kept = if wrong.starts_with("because") {
                REGISTER
                    .replace("It answers.", "\"It decides nothing, it only writes, and so on.\"")
            } else if wrong.contains("[providr]") {
                REGISTER.replace("our-role: provider", "our-role: [provider]")
            } else {
                REGISTER.to_owned()
            };
            assert_eq!(text, kept, "{wrong}");
        }
    }

    #[test]
    fn what_people_must_say_stays_a_mistake() {
        for (right, wrong) in [
            ("  owner: ana\n", ""),
            ("stage: operation", "stage: soon"),
            ("decided-on: 2026-11-30", "decided-on: 05/11/2026"),
            ("decided-on: 2026-11-30", "decided-on: 31.02.2026"),
            ("owner: ana", "owner: ana\n  ownr: max"),
            ("aimsgate/1", "aimsgate/2"),
        ] {
            let before = REGISTER.replace(right, wrong);
            let (text, left) = mended(&before);
            assert_eq!(text, before);
            assert_eq!(left.len(), 1, "{wrong}: {left:?}");
        }
    }
}
