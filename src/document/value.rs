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

/// Values that may be put in the places of others in one document.
const MOST_STAND_INS: usize = 1000;

/// Whether this is the place of a value that was put in the place of another.
pub(super) fn is_of_stand_in(span: Span) -> bool {
    span.start >= usize::MAX - MOST_STAND_INS
}

impl Node {
    /// What stands for a value that nobody wrote, so that the mistakes behind it are found: it
    /// reads as the least value of any type. No document holds one.
    pub(super) fn blank() -> Self {
        let nowhere = Span::new(usize::MAX, usize::MAX);
        Self { span: nowhere, value: Value::Scalar(Scalar::plain("")) }
    }

    /// This value at the place of a stand-in, which no other has.
    pub(super) fn into_stand_in(mut self, number: usize) -> Self {
        let nowhere = usize::MAX - number.min(MOST_STAND_INS);
        self.place(Span::new(nowhere, nowhere));
        self
    }

    /// Gives it and all in it one place.
    pub(super) fn place(&mut self, at: Span) {
        self.span = at;
        match &mut self.value {
            Value::Mapping(entries) => entries.iter_mut().for_each(|(key, node)| {
                key.span = at;
                node.place(at);
            }),
            Value::Sequence(items) => items.iter_mut().for_each(|node| node.place(at)),
            Value::Scalar(_) => {}
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        is_of_stand_in(self.span)
            && matches!(&self.value, Value::Scalar(scalar) if scalar.kind == ScalarKind::Null)
    }

    /// Removes the innermost entry or item that a span lies in. Returns whether one was removed.
    pub(crate) fn remove_at(&mut self, at: Span) -> bool {
        let holds = |span: Span| span.holds(at);
        match &mut self.value {
            Value::Scalar(_) => false,
            Value::Sequence(items) => {
                let Some(index) = items.iter().position(|item| holds(item.span)) else {
                    return false;
                };
                if items[index].span == at || !items[index].remove_at(at) {
                    items.remove(index);
                }
                true
            }
            Value::Mapping(entries) => {
                let is_it = |(key, value): &(Key, Node)| holds(key.span) || holds(value.span);
                let Some(index) = entries.iter().position(is_it) else { return false };
                if holds(entries[index].0.span)
                    || entries[index].1.span == at
                    || !entries[index].1.remove_at(at)
                {
                    entries.remove(index);
                }
                true
            }
        }
    }

    /// The first node that fulfils a condition, the outermost first.
    fn find_mut(&mut self, is_it: &impl Fn(&Node) -> bool) -> Option<&mut Node> {
        if is_it(self) {
            return Some(self);
        }
        match &mut self.value {
            Value::Mapping(entries) => entries.iter_mut().find_map(|(_, it)| it.find_mut(is_it)),
            Value::Sequence(items) => items.iter_mut().find_map(|it| it.find_mut(is_it)),
            Value::Scalar(_) => None,
        }
    }

    /// Gives the mapping with exactly this span a key with a stand-in. Returns whether there is
    /// such a mapping.
    pub(super) fn fill_in(&mut self, at: Span, key: &str, stand_in: Node) -> bool {
        let mapping = |node: &Node| node.span == at && matches!(node.value, Value::Mapping(_));
        let Some(Node { value: Value::Mapping(entries), .. }) = self.find_mut(&mapping) else {
            return false;
        };
        entries.push((Key { text: key.into(), span: stand_in.span }, stand_in));
        true
    }

    /// Replaces the value with exactly this span by what is made for its key; an item of a list has
    /// none. Returns whether there is one.
    pub(super) fn replace(&mut self, at: Span, make: impl Fn(Option<&str>) -> Node) -> bool {
        let holder = self.find_mut(&|node: &Node| match &node.value {
            Value::Mapping(entries) => entries.iter().any(|(_, it)| it.span == at),
            Value::Sequence(items) => items.iter().any(|it| it.span == at),
            Value::Scalar(_) => false,
        });
        match holder.map(|holder| &mut holder.value) {
            Some(Value::Mapping(entries)) => {
                for (key, value) in entries.iter_mut().filter(|(_, it)| it.span == at) {
                    *value = make(Some(&key.text));
                }
                true
            }
            Some(Value::Sequence(items)) => {
                items.iter_mut().filter(|it| it.span == at).for_each(|it| *it = make(None));
                true
            }
            Some(Value::Scalar(_)) | None => false,
        }
    }

    /// Removes what a stand-in stands in: the mapping of its key, or itself from its list. Returns
    /// whether something was removed.
    pub(super) fn remove_around(&mut self, stand_in: Span) -> bool {
        let holder = self.find_mut(&|node: &Node| match &node.value {
            Value::Mapping(entries) => entries.iter().any(|(_, it)| it.span == stand_in),
            Value::Sequence(items) => items.iter().any(|it| it.span == stand_in),
            Value::Scalar(_) => false,
        });
        match holder {
            Some(Node { value: Value::Sequence(items), .. }) => {
                items.retain(|it| it.span != stand_in);
                true
            }
            Some(mapping) => {
                let at = mapping.span;
                self.remove_at(at)
            }
            None => false,
        }
    }

    /// Gives the key at this place another name, unless its mapping has that. Returns whether it
    /// did.
    pub(super) fn rename(&mut self, at: Span, name: &str) -> bool {
        let holder = self.find_mut(&|node: &Node| {
            let entries = node.entries();
            entries.iter().any(|(key, _)| key.span == at) && node.get(name).is_none()
        });
        let Some(Node { value: Value::Mapping(entries), .. }) = holder else { return false };
        let keys = entries.iter_mut().map(|(key, _)| key).filter(|key| key.span == at);
        keys.for_each(|key| key.text = name.into());
        true
    }

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

    /// The values right below: of the entries of a mapping, or the items of a sequence.
    pub(crate) fn below(&self) -> impl Iterator<Item = &Node> {
        self.entries().iter().map(|(_, value)| value).chain(self.items())
    }

    /// The value, this one or one below, that stands at a span. None where none does.
    pub(crate) fn at(&self, span: Span) -> Option<&Node> {
        if self.span == span {
            return Some(self);
        }
        self.below().filter(|it| it.span.holds(span)).find_map(|it| it.at(span))
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
        let holds = |span: Span| span.holds(at);
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
