//! YAML to the value tree, behind bounds that hold before anything large is built.
//!
//! One parser gives both values and byte ranges. Depth is bounded while scanning, the number of
//! nodes while building, and an alias costs the size of what it repeats, so a small file cannot
//! grow into a large tree. Duplicate keys, keys that are not text, tags and further documents are
//! refused: what one reader takes first and another last must not decide a merge. Two forms that
//! pipelines of GitLab are written in are read: `!reference [a, b]` as the list
//! `[!reference, a, b]`, and a first document that says `spec` and nothing else as one more key of
//! the second.
//!
//! # Design
//!
//! One parser (granit-parser) gives both the values and their places, because values from one
//! parser and places from another would have to be compared. Parsers of the libyaml family are not
//! used: they take seconds and gigabytes on some files of a few kilobytes. JSON is checked by
//! serde_json and then read by this module, so JSON and YAML give the same tree.

use std::collections::{BTreeMap, BTreeSet};

use granit_parser::{Event, Parser, ScalarStyle, Span as ParserSpan, options};

use super::limits::{Damage, Limits};
use super::value::{Key, Node, Scalar, Value};
use crate::span::Span;

/// A text counts as one more value for each of these bytes.
const BYTES_PER_VALUE: usize = 32;

/// Reads one YAML document. An empty one is null.
///
/// # Errors
/// [`Damage`] with the place where reading had to stop.
pub(super) fn parse(text: &str, limits: &Limits) -> Result<Node, Damage> {
    let options = options! {
        emit_comments: false,
        flow_nesting_limit: limits.depth,
        block_nesting_limit: limits.depth,
        simple_key_max_lookahead: limits.key_length,
        disallow_directives: true,
    };
    let mut builder = Builder {
        text,
        limits,
        nodes: 0,
        aliased: 0,
        copied: 0,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        header: None,
        root: None,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => builder.event(event, range(span, text))?,
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
                return Err(Damage::new(
                    Span::new(at, at),
                    format!("not valid YAML: {}", explained(&error.info())),
                ));
            }
        }
    }
    builder.end_header()?;
    let end = Span::new(text.len(), text.len());
    Ok(builder.root.unwrap_or(Node { span: end, value: Value::Scalar(Scalar::plain("")) }))
}

/// The parser's words, with what to do about the mistakes people make most.
fn explained(info: &str) -> String {
    let hint = if info.contains("tabs") {
        "; indent with spaces"
    } else if info.contains("mapping values are not allowed") {
        "; put a text that holds `: ` in quotes"
    } else if info.contains("unknown anchor") {
        "; put a pattern that begins with `*` in quotes"
    } else {
        ""
    };
    format!("{info}{hint}")
}

fn range(span: ParserSpan, text: &str) -> Span {
    let start = span.start.byte_offset().unwrap_or_default().min(text.len());
    Span::new(start, span.end.byte_offset().unwrap_or(start).min(text.len()))
}

/// A collection whose end has not been seen.
struct Open {
    anchor: usize,
    nodes_before: usize,
    start: usize,
    kind: OpenKind,
}

enum OpenKind {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<(Key, Node)>, seen: BTreeSet<Box<str>>, key: Option<Key> },
}

struct Builder<'a> {
    text: &'a str,
    limits: &'a Limits,
    /// Nodes built so far, repeated ones counted each time.
    nodes: usize,
    open: Vec<Open>,
    /// Nodes that aliases stood for so far.
    aliased: usize,
    /// Nodes kept for aliases to repeat.
    copied: usize,
    /// Anchored nodes and how many nodes each holds.
    anchors: BTreeMap<usize, (usize, Node)>,
    /// A first document that says `spec` and nothing else.
    header: Option<Node>,
    root: Option<Node>,
}

/// The tag by which a pipeline of GitLab takes a part of another job.
const REFERENCE: &str = "!reference";

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Damage> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                refuse_tag(tag.is_some(), span)?;
                let cost = 1 + text.len() / BYTES_PER_VALUE;
                self.count(cost, span)?;
                let scalar = if style == ScalarStyle::Plain {
                    Scalar::plain(text.as_ref())
                } else {
                    Scalar::text(text.as_ref())
                };
                self.finish(Node { span, value: Value::Scalar(scalar) }, anchor, cost)
            }
            Event::SequenceStart(_, anchor, tag) => {
                let is_reference = tag
                    .as_ref()
                    .is_some_and(|tag| format!("{}{}", tag.handle(), tag.suffix()) == REFERENCE);
                refuse_tag(tag.is_some() && !is_reference, span)?;
                self.start(anchor, span, OpenKind::Sequence(Vec::new()))?;
                if is_reference {
                    let tag = Node { span, value: Value::Scalar(Scalar::text(REFERENCE)) };
                    self.count(1, span)?;
                    self.finish(tag, 0, 1)?;
                }
                Ok(())
            }
            Event::MappingStart(_, anchor, tag) => {
                refuse_tag(tag.is_some(), span)?;
                let kind =
                    OpenKind::Mapping { entries: Vec::new(), seen: BTreeSet::new(), key: None };
                self.start(anchor, span, kind)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => {
                let Some(size) = self.anchors.get(&anchor).map(|(size, _)| *size) else {
                    return Err(Damage::new(span, "an alias inside the value it repeats"));
                };
                self.aliased = self.aliased.saturating_add(size);
                if self.aliased > self.limits.aliased {
                    let why = format!(
                        "aliases that repeat more than {} values in all",
                        self.limits.aliased
                    );
                    return Err(Damage::new(span, why));
                }
                self.count(size, span)?;
                let value = self.anchors[&anchor].1.value.clone();
                self.finish(Node { span, value }, 0, size)
            }
            Event::UnresolvedAlias(_) => Err(Damage::new(span, "an alias without an anchor")),
            Event::DocumentStart(..) if self.root.is_some() => {
                let is_header =
                    |root: &mut Node| matches!(root.entries(), [(key, _)] if &*key.text == "spec");
                self.header = self.root.take_if(is_header).filter(|_| self.header.is_none());
                if self.header.is_none() {
                    return Err(Damage::new(
                        span,
                        "a second YAML document in one file; keep one document per file",
                    ));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Makes what the first of two documents says a key of the second.
    fn end_header(&mut self) -> Result<(), Damage> {
        let Some(header) = self.header.take() else { return Ok(()) };
        let Value::Mapping(said) = header.value else { return Ok(()) };
        match self.root.as_mut() {
            Some(Node { value: Value::Mapping(entries), span }) => {
                if entries.iter().any(|(key, _)| said.iter().any(|(it, _)| it.text == key.text)) {
                    return Err(Damage::new(*span, "the key `spec` stands in both documents"));
                }
                entries.extend(said);
            }
            // Nothing stands behind it.
            Some(Node { value: Value::Scalar(scalar), .. }) if scalar.text.is_empty() => {
                self.root = Some(Node { span: header.span, value: Value::Mapping(said) });
            }
            Some(other) => {
                return Err(Damage::new(other.span, "behind `spec` stands no mapping"));
            }
            None => self.root = Some(Node { span: header.span, value: Value::Mapping(said) }),
        }
        Ok(())
    }

    fn start(&mut self, anchor: usize, span: Span, kind: OpenKind) -> Result<(), Damage> {
        if self.open.len() >= self.limits.depth {
            return Err(Damage::new(
                span,
                format!("nested more than {} levels deep", self.limits.depth),
            ));
        }
        self.count(1, span)?;
        self.open.push(Open { anchor, nodes_before: self.nodes - 1, start: span.start, kind });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Damage> {
        let Some(open) = self.open.pop() else {
            return Err(Damage::new(span, "a collection ends that never began"));
        };
        let size = self.nodes - open.nodes_before;
        let value = match open.kind {
            OpenKind::Sequence(items) => Value::Sequence(items),
            OpenKind::Mapping { entries, .. } => Value::Mapping(entries),
        };
        // A block collection ends after its last line break; what is shown should not.
        let span = Span::new(open.start, span.end).trimmed(self.text);
        self.finish(Node { span, value }, open.anchor, size)
    }

    fn finish(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), Damage> {
        if anchor != 0 {
            // Anchors may be nested, and each keeps a copy to repeat.
            self.copied += size;
            if self.copied > self.limits.nodes {
                return Err(Damage::new(
                    node.span,
                    format!("anchors over more than {} values", self.limits.nodes),
                ));
            }
            self.anchors.insert(anchor, (size, node.clone()));
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(OpenKind::Sequence(items)) => items.push(node),
            Some(OpenKind::Mapping { entries, seen, key }) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(as_key(node, seen)?),
            },
        }
        Ok(())
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Damage> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > self.limits.nodes {
            return Err(Damage::new(span, format!("more than {} values", self.limits.nodes)));
        }
        // Told while it is read, not once all of it was.
        let anchored = self.open.iter().find(|open| open.anchor != 0);
        if anchored.is_some_and(|open| self.nodes - open.nodes_before > self.limits.aliased) {
            return Err(Damage::new(
                span,
                format!("an anchor over more than {} values", self.limits.aliased),
            ));
        }
        Ok(())
    }
}

fn as_key(node: Node, seen: &mut BTreeSet<Box<str>>) -> Result<Key, Damage> {
    let Value::Scalar(Scalar { text, .. }) = node.value else {
        return Err(Damage::new(node.span, "a key that is not text"));
    };
    if !seen.insert(text.clone()) {
        return Err(Damage::new(node.span, format!("the key `{text}` stands here twice")));
    }
    Ok(Key { text, span: node.span })
}

fn refuse_tag(tagged: bool, span: Span) -> Result<(), Damage> {
    if tagged {
        Err(Damage::new(span, "a YAML tag (`!...`); write the value plainly"))
    } else {
        Ok(())
    }
}
