//! From what mends a finding to edits of a text: comments and the form of the file stay.
//!
//! # Design
//!
//! Nothing is written anew from a tree. Each edit replaces the bytes that are wrong, or adds a line
//! beside what is there, so that whoever reads the difference sees the mend and nothing else.

use crate::document::{Document, Node, Value, quotes};
use crate::evidence::Lexicon;
use crate::finding::{MendStep, TextEdit};
use crate::span::{Lines, Span};
use crate::template::prompts;

/// The edits of a text by which a step mends it.
///
/// # Errors
/// Why it cannot be mended, in words.
pub(crate) fn edits(
    document: &Document,
    step: &MendStep,
    lexicon: &'static Lexicon,
) -> Result<Vec<TextEdit>, &'static str> {
    let source = document.source.as_str();
    let root = || document.tree().map_err(|_| "the file cannot be read");
    match step {
        MendStep::Edit(edits) => Ok(edits.clone()),
        MendStep::Quote => {
            let quoted = quotes(source).into_iter();
            Ok(quoted.map(|(span, text)| TextEdit { span, text }).collect())
        }
        MendStep::DropItems(spans) => dropped(root()?, spans).ok_or("the entries are in no list"),
        MendStep::AddItem { holder, key, item } => {
            let root = root()?;
            let holder = match holder {
                Some(span) => root.at(*span).ok_or("the entry is not there any more")?,
                None => root,
            };
            added(source, holder, key, item).ok_or("the list is written in a form of its own")
        }
        MendStep::AddHeadings { kind, elements } => {
            let kind = lexicon.catalogue().kind(kind).ok_or("the kind is not known")?;
            let break_before = if source.ends_with('\n') { "" } else { "\n" };
            let end = Span::new(source.len(), source.len());
            let text = format!("{break_before}{}", prompts(lexicon, kind, elements));
            Ok(vec![TextEdit { span: end, text }])
        }
        MendStep::Delete | MendStep::BringBack => Err("it is about the file as such"),
    }
}

/// Applies edits to a text, in the line breaks of the text. Those that are in each other's way are
/// left out; the second value counts them.
pub(crate) fn applied(source: &str, mut edits: Vec<TextEdit>) -> (String, Vec<TextEdit>, usize) {
    let crlf = source.contains("\r\n");
    edits.sort();
    edits.dedup();
    let all = edits.len();
    let mut kept: Vec<TextEdit> = Vec::new();
    for mut edit in edits {
        // Two texts added at one place would come in an order that nobody chose.
        let is_free = |last: &TextEdit| {
            last.span.end < edit.span.start
                || (last.span.end == edit.span.start && last.span.start < last.span.end)
        };
        if kept.last().is_none_or(is_free) {
            if crlf {
                edit.text = edit.text.replace("\r\n", "\n").replace('\n', "\r\n");
            }
            kept.push(edit);
        }
    }
    let mut text = source.to_owned();
    for edit in kept.iter().rev() {
        let span = edit.span.within(source);
        text.replace_range(span.start..span.end, &edit.text);
    }
    let left = all - kept.len();
    (text, kept, left)
}

/// Takes the items out of a list that hold these bytes.
fn dropped(root: &Node, spans: &[Span]) -> Option<Vec<TextEdit>> {
    let holds = |item: &Node| spans.iter().any(|at| item.span.holds(*at));
    let list = |(_, node): &&(crate::document::Key, Node)| node.items().iter().any(holds);
    let items = root.entries().iter().find(list)?.1.items();
    let (first, last) = (items.first()?, items.last()?);
    if items.iter().all(holds) {
        let span = Span::new(first.span.start, last.span.end);
        return Some(vec![TextEdit { span, text: String::new() }]);
    }
    let mut edits = Vec::new();
    let mut is_kept_before = false;
    for (at, item) in items.iter().enumerate() {
        if !holds(item) {
            is_kept_before = true;
            continue;
        }
        let span = if is_kept_before {
            Span::new(items.get(at.checked_sub(1)?)?.span.end, item.span.end)
        } else {
            Span::new(item.span.start, items.get(at + 1)?.span.start)
        };
        // What lies side by side is one edit.
        match edits.last_mut() {
            Some(TextEdit { span: last, .. }) if last.end == span.start => last.end = span.end,
            _ => edits.push(TextEdit { span, text: String::new() }),
        }
    }
    Some(edits)
}

/// Where the last value of a node ends; a block reaches over the comments behind it.
fn end_of(source: &str, node: &Node) -> usize {
    let last = node.entries().last().map(|(_, value)| value).or_else(|| node.items().last());
    let is_flow = node.span.of(source).starts_with(['{', '[']);
    last.filter(|_| !is_flow).map_or(node.span.end, |last| end_of(source, last))
}

/// Adds an item to the list of a key of a mapping, or the key with the list.
fn added(source: &str, holder: &Node, key: &str, item: &str) -> Option<Vec<TextEdit>> {
    let lines = Lines::new(source);
    let insert = |at: usize, text: String| vec![TextEdit { span: Span::new(at, at), text }];
    let end_of_line = |at: usize| lines.line(lines.position(at).line).end;
    let indent = |at: usize| {
        let line = lines.line(lines.position(at).line);
        source.get(line.start..at)
    };
    match holder.get(key) {
        Some(Node { value: Value::Sequence(items), span }) if span.of(source).starts_with('[') => {
            let comma = if items.is_empty() { "" } else { ", " };
            Some(insert(span.end.checked_sub(1)?, format!("{comma}{item}")))
        }
        Some(Node { value: Value::Sequence(items), .. }) => {
            let (first, last) = (items.first()?, items.last()?);
            let before = indent(first.span.start)?;
            let dash = before.find('-')?;
            let before = &before[..dash];
            before
                .trim()
                .is_empty()
                .then(|| insert(end_of_line(end_of(source, last)), format!("\n{before}- {item}")))
        }
        Some(_) => None,
        None if holder.span.of(source).starts_with('{') => {
            let comma = if holder.entries().is_empty() { "" } else { ", " };
            Some(insert(holder.span.end.checked_sub(1)?, format!("{comma}{key}: [{item}]")))
        }
        None => {
            let column = indent(holder.entries().first()?.0.span.start)?.chars().count();
            let space = " ".repeat(column);
            let text = format!("\n{space}{key}:\n{space}  - {item}");
            Some(insert(end_of_line(end_of(source, holder)), text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    fn mended(name: &str, text: &str, step: &dyn Fn(&Node) -> MendStep) -> String {
        let document = parse(name.into(), text.as_bytes().to_vec());
        let step = step(document.tree().unwrap());
        let edits = edits(&document, &step, Lexicon::shipped()).unwrap();
        let (text, _, left) = applied(text, edits);
        assert_eq!(left, 0);
        text
    }

    #[test]
    fn an_item_is_added_as_the_list_is_written() {
        let add = |_: &Node| MendStep::AddItem {
            holder: None,
            key: "include",
            item: "services/b".to_owned(),
        };
        for (text, expected) in [
            ("schema: a # x\n", "schema: a # x\ninclude:\n  - services/b\n"),
            ("include: [services/a]\nx: 1\n", "include: [services/a, services/b]\nx: 1\n"),
            ("include: []\n", "include: [services/b]\n"),
            (
                "include:\r\n- services/a # one\r\nx: 1\r\n",
                "include:\r\n- services/a # one\r\n- services/b\r\nx: 1\r\n",
            ),
        ] {
            assert_eq!(mended("aims.yaml", text, &add), expected);
        }
        let into = |root: &Node| MendStep::AddItem {
            holder: Some(root.get("systems").unwrap().items()[0].span),
            key: "datasets",
            item: "{id: squad, hub: \"squad\"}".to_owned(),
        };
        assert_eq!(
            mended("aims.yaml", "systems:\n  - id: a\n    paths: [x]\n# end\n", &into),
            "systems:\n  - id: a\n    paths: [x]\n    datasets:\n      - {id: squad, hub: \
             \"squad\"}\n# end\n"
        );
    }

    #[test]
    fn entries_are_taken_out_and_the_others_stay_as_they_are() {
        let text =
            "{\n  \"entries\": [\n    {\"a\": 1},\n    {\"a\": 2},\n    {\"a\": 3}\n  ]\n}\n";
        let drop = |which: &'static [usize]| {
            move |root: &Node| {
                let items = root.get("entries").unwrap().items();
                let value = |at: &usize| items[*at].get("a").unwrap().span;
                MendStep::DropItems(which.iter().map(value).collect())
            }
        };
        for (which, left) in [
            (&[0][..], "    {\"a\": 2},\n    {\"a\": 3}\n"),
            (&[0, 1], "    {\"a\": 3}\n"),
            (&[1, 2], "    {\"a\": 1}\n"),
            (&[1], "    {\"a\": 1},\n    {\"a\": 3}\n"),
            (&[0, 2], "    {\"a\": 2}\n"),
            (&[0, 1, 2], "    \n"),
        ] {
            let mended = mended("b.json", text, &drop(which));
            assert_eq!(mended, format!("{{\n  \"entries\": [\n{left}  ]\n}}\n"), "{which:?}");
        }
    }

    #[test]
    fn edits_in_each_others_way_wait() {
        let edit = |start, end, text: &str| TextEdit {
            span: Span::new(start, end),
            text: text.to_owned(),
        };
        let (text, kept, left) = applied(
            "abcdef",
            vec![edit(1, 3, "X"), edit(2, 4, "Y"), edit(5, 5, "-"), edit(5, 5, "+")],
        );
        assert_eq!((text.as_str(), kept.len(), left), ("aXde+f", 2, 2));
        assert_eq!(applied("abc", vec![edit(0, 0, "x"), edit(0, 1, "y")]).2, 1);
    }
}
