//! What `aimsgate inspect` prints: what the gate reads in a document, as lines or as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::words::safe;
use crate::document::Document;
use crate::evidence::{Completion, ElementReading, Recognition, State, Via};
use crate::span::Lines;
use crate::untrusted::{self, clamp};

/// A document and what was recognised in it.
pub(crate) struct Inspected {
    /// As it was asked for.
    pub(crate) path: String,
    pub(crate) document: Document,
    pub(crate) recognition: Recognition,
}

#[derive(Serialize)]
struct DocumentJson<'a> {
    path: &'a str,
    /// A kind of the catalogue, `look-alike:WHAT`, or nothing.
    kind: Option<String>,
    /// Whether it is accepted as evidence of that kind.
    recognised: bool,
    completion: Completion,
    elements: Vec<ElementJson<'a>>,
    /// Why it could not be read, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<&'a str>,
}

#[derive(Serialize)]
struct ElementJson<'a> {
    key: &'a str,
    state: State,
    /// From 1; nothing where it is missing or the document has no lines.
    line: Option<usize>,
    via: Option<Via>,
    /// The name of the catalogue, or the words, that it was read by.
    matched: Option<&'a str>,
}

impl Inspected {
    fn kind(&self) -> Option<String> {
        match (self.recognition.look_alike, &self.recognition.reading) {
            (Some(other), _) => Some(format!("look-alike:{}", other.id)),
            (None, reading) => reading.as_ref().map(|reading| reading.kind.id.to_string()),
        }
    }

    fn elements(&self) -> impl Iterator<Item = &ElementReading> {
        self.recognition
            .reading
            .iter()
            .flat_map(|reading| reading.elements.iter().chain(&reading.also))
    }
}

/// The documents as a JSON list, one final line break.
pub(crate) fn json(all: &[Inspected]) -> String {
    let document = |it| {
        let it: &Inspected = it;
        let lines = Lines::new(it.document.source.as_str());
        let element = |element: &ElementReading| {
            let has_lines = it.document.has_lines();
            let span = element.span.filter(|_| has_lines);
            (
                element.element.key.clone(),
                element.clone(),
                span.map(|span| lines.position(span.start).line),
            )
        };
        (it, it.elements().map(element).collect::<Vec<_>>())
    };
    let all: Vec<_> = all.iter().map(document).collect();
    let json: Vec<DocumentJson<'_>> = all
        .iter()
        .map(|(it, elements)| DocumentJson {
            path: &it.path,
            kind: it.kind(),
            recognised: it.recognition.is_accepted(),
            completion: it.recognition.completion,
            elements: elements
                .iter()
                .map(|(key, element, line)| ElementJson {
                    key,
                    state: element.state,
                    line: *line,
                    via: element.via,
                    matched: element.matched.as_deref(),
                })
                .collect(),
            unreadable: it.document.damage().map(|damage| damage.reason.as_str()),
        })
        .collect();
    untrusted::json(serde_json::to_string_pretty(&json).unwrap_or_default()) + "\n"
}

/// The documents as lines for people.
pub(crate) fn text(all: &[Inspected]) -> String {
    let mut out = String::new();
    for it in all {
        let path = safe(&it.path);
        let what = match (&it.recognition.look_alike, &it.recognition.reading) {
            (Some(other), Some(reading)) => {
                format!("not the {}: {}", reading.kind.name.to_lowercase(), other.name)
            }
            (Some(other), None) => other.name.clone(),
            (None, Some(reading)) => {
                let how = match it.recognition.completion {
                    Completion::Filled => "filled in",
                    Completion::Partial => "filled in in part",
                    Completion::Template => "a template, not accepted",
                };
                format!("{} ({}), {how}", reading.kind.name, reading.kind.id)
            }
            (None, None) => "no kind of document that the gate knows".to_owned(),
        };
        let _ = writeln!(out, "{path}: {what}");
        if let Some(damage) = it.document.damage() {
            let _ = writeln!(out, "  could not be read in full: {}", safe(&damage.reason));
        }
        if let Some(part) = &it.document.part {
            let _ = writeln!(out, "  read: {}", safe(part));
        }
        let lines = Lines::new(it.document.source.as_str());
        for element in it.elements() {
            let state = match element.state {
                State::Present => "present",
                State::Placeholder => "placeholder",
                State::Missing => "missing",
            };
            let mut line = format!("  {:<12} {}", state, element.element.key);
            if element.state == State::Missing {
                let _ = write!(line, ", for example under \"{}\"", element.element.name());
            }
            if let Some(span) = element.span.filter(|_| it.document.has_lines()) {
                let _ = write!(line, ", line {}", lines.position(span.start).line);
            }
            if let (Some(via), Some(found)) = (element.via, &element.found_as) {
                let _ = write!(line, ", {} \"{}\"", via.words(), safe(&clamp(found, 80)));
            }
            let _ = writeln!(out, "{line}");
        }
    }
    out
}
