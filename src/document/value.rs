//! The value tree: what a YAML, JSON or TOML document says, each key and value with its bytes.
//!
//! A scalar keeps the text it was written with beside what that text means, so a version written
//! `1.10` without quotes is still `1.10` to whoever asks for text.

use crate::span::Span;

/// A value and the bytes it was written in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Scalar(Scalar),
    Sequence(Vec<Node>),
    Mapping(Vec<(Key, Node)>),
}

/// A single value: its text after escapes, and how the YAML 1.2 core schema reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) text: Box<str>,
    pub(crate) kind: ScalarKind,
    /// Whether no quotes and no block make it a text.
    pub(crate) is_plain: bool,
}

/// How a scalar reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScalarKind {
    Null,
    Bool(bool),
    Integer,
    Float,
    Text,
}

/// A mapping's key: always text, never repeated within its mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) text: Box<str>,
    pub(crate) span: Span,
}

impl Scalar {
    pub(crate) fn text(text: impl Into<Box<str>>) -> Self {
        Self { text: text.into(), kind: ScalarKind::Text, is_plain: false }
    }

    /// Reads an unquoted scalar as the YAML 1.2 core schema does (specification, 10.3.2):
    /// `no`, `0777` and `1_000` are text or a decimal number, never something surprising.
    pub(crate) fn plain(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        let kind = match &*text {
            "" | "~" | "null" | "Null" | "NULL" => ScalarKind::Null,
            "true" | "True" | "TRUE" => ScalarKind::Bool(true),
            "false" | "False" | "FALSE" => ScalarKind::Bool(false),
            ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf"
            | "-.INF" | ".nan" | ".NaN" | ".NAN" => ScalarKind::Float,
            number => number_kind(number),
        };
        Self { text, kind, is_plain: true }
    }

    /// The number it reads as, where it is one and finite.
    pub(crate) fn number(&self) -> Option<f64> {
        match self.kind {
            ScalarKind::Integer | ScalarKind::Float => {
                self.text.parse().ok().filter(|number: &f64| number.is_finite())
            }
            ScalarKind::Null | ScalarKind::Bool(_) | ScalarKind::Text => None,
        }
    }
}

fn number_kind(text: &str) -> ScalarKind {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return ScalarKind::Integer;
    }
    let shaped = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.bytes().any(|b| b.is_ascii_digit())
        && digits
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if shaped && digits.parse::<f64>().is_ok() { ScalarKind::Float } else { ScalarKind::Text }
}

impl Node {
    /// The value under `key`, if this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The key and the value under `key`.
    pub(crate) fn entry(&self, key: &str) -> Option<&(Key, Node)> {
        self.entries().iter().find(|(found, _)| &*found.text == key)
    }

    /// The entries of a mapping; none for anything else.
    pub(crate) fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            Value::Scalar(_) | Value::Sequence(_) => &[],
        }
    }

    /// The items of a sequence; none for anything else.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            Value::Scalar(_) | Value::Mapping(_) => &[],
        }
    }

    /// The text of a scalar that is not null.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) if scalar.kind != ScalarKind::Null => Some(&scalar.text),
            Value::Scalar(_) | Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// What it is, for an error message.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.value {
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Scalar(scalar) => match scalar.kind {
                ScalarKind::Null => "no value",
                ScalarKind::Bool(_) => "true or false",
                ScalarKind::Integer => "a whole number",
                ScalarKind::Float => "a number",
                ScalarKind::Text => "text",
            },
        }
    }

    /// Every key and value under this node, itself first, in the order of the document.
    pub(crate) fn walk(&self, visit: &mut impl FnMut(Option<&Key>, &Node)) {
        fn inner(key: Option<&Key>, node: &Node, visit: &mut impl FnMut(Option<&Key>, &Node)) {
            visit(key, node);
            for item in node.items() {
                inner(None, item, visit);
            }
            for (key, value) in node.entries() {
                inner(Some(key), value, visit);
            }
        }
        inner(None, self, visit);
    }

    /// Where the innermost value that holds these bytes stands: a JSON pointer (RFC 6901), in which
    /// items that have an id go by it, so that an item added before them moves nothing.
    pub(crate) fn pointer_to(&self, at: Span) -> String {
        let holds = |span: Span| span.start <= at.start && at.end <= span.end;
        let mut pointer = String::new();
        let mut node = self;
        loop {
            let entry = node.entries().iter().find(|(key, it)| holds(key.span) || holds(it.span));
            let item = node.items().iter().enumerate().find(|(_, item)| holds(item.span));
            let (step, next) = match (entry, item) {
                (Some((key, value)), _) => (key.text.to_string(), value),
                (None, Some((at, item))) => {
                    let id = item.get("id").and_then(Node::as_text);
                    (id.map_or_else(|| at.to_string(), str::to_owned), item)
                }
                (None, None) => return pointer,
            };
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
            node = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let kind = |text: &str| Scalar::plain(text).kind;
        assert_eq!(kind("no"), ScalarKind::Text);
        assert_eq!(kind("true"), ScalarKind::Bool(true));
        assert_eq!(kind("~"), ScalarKind::Null);
        assert_eq!(kind("0777"), ScalarKind::Integer);
        assert_eq!(kind("1_000"), ScalarKind::Text);
        assert_eq!(kind("-1.5e3"), ScalarKind::Float);
        assert_eq!(kind("2.3.0"), ScalarKind::Text);
        assert_eq!(kind("2026-11-20"), ScalarKind::Text);
        assert_eq!(kind("."), ScalarKind::Text);
        assert_eq!(kind("infinity"), ScalarKind::Text);
    }
}
