//! What a document is, by what it says: a kind of the catalogue, something that only looks like
//! one, or neither; and how far it is filled in.

use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::Lexicon;
use super::look_alike::{LookAlike, look_alike};
use super::outline::{Outline, State, text_of};
use super::pattern::compile;
use super::placeholder::{is_for_nobody, is_placeholder, is_unsaid};
use super::reading::{Reading, Region, read, read_fully};
use crate::catalog::{Kind, KindForm, Scope};
use crate::document::prose::BlockKind;
use crate::document::{Body, Document, Node, ScalarKind, Value};

/// What was recognised in a document.
#[derive(Debug)]
pub(crate) struct Recognition {
    /// The kind it is most like, with what was read of it.
    pub(crate) reading: Option<Reading>,
    /// What it is instead.
    pub(crate) look_alike: Option<&'static LookAlike>,
    pub(crate) completion: Completion,
    /// Whether enough of the kind stands in it.
    enough: bool,
}

/// How far a document is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Completion {
    Filled,
    Partial,
    /// Nothing in it is about the thing at hand.
    Template,
}

impl Recognition {
    /// Whether the document is evidence of its kind.
    pub(crate) fn is_accepted(&self) -> bool {
        self.enough
            && self.look_alike.is_none()
            && self.completion != Completion::Template
            && self.reading.as_ref().is_some_and(|reading| reading.has_substance())
    }
}

/// Elements of a document without a title that names its kind.
const ENOUGH_ELEMENTS: usize = 5;

/// Recognises a document among all kinds, or reads it as the one that is asked for.
pub(crate) fn recognise(
    lexicon: &'static Lexicon,
    document: &Document,
    asked: Option<&'static Kind>,
) -> Recognition {
    let outline = &lexicon.outline(document);
    let text = text_of(document);
    let titles = titles_of(document, outline);
    let best = || {
        if let Some(kind) = form_of(lexicon, document) {
            return Some(kind);
        }
        let all = lexicon.catalogue().kinds().iter();
        let fit = all.filter_map(|kind| {
            Some((score(lexicon, kind, document, outline, &titles, &text)?, kind))
        });
        // Of equals the first of the catalogue.
        fit.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, kind)| kind)
    };
    let Some(kind) = asked.or_else(best) else {
        let look_alike =
            is_read(document).then(|| super::look_alike::any(&titles.join("\n"), &text)).flatten();
        return Recognition {
            reading: None,
            look_alike,
            completion: Completion::Template,
            enough: false,
        };
    };
    let reading = read_fully(lexicon, kind, document, outline);
    // A datasheet is questions by design.
    let look_alike = if !is_read(document) {
        None
    } else if kind.id != "dataset-card" && is_questionnaire(document) {
        super::look_alike::named("questionnaire")
    } else {
        look_alike(&kind.id, &titles.join("\n"), &text)
    };
    let completion = completion(&reading, document, &titles, &text);
    let enough = is_enough(&reading, &titles);
    Recognition { reading: Some(reading), look_alike, completion, enough }
}

/// What a document is instead of one of a kind, by its words; tables and other data speak for
/// themselves, and so does a document that says three quarters of what the kind asks for.
pub(super) fn look_alike_of(
    reading: &Reading,
    document: &Document,
    outline: &Outline,
) -> Option<&'static LookAlike> {
    let is_prose = matches!(document.body, Body::Prose(_));
    if !is_prose || reading.count(State::Present) * 4 >= reading.elements.len() * 3 {
        return None;
    }
    let titles = titles_of(document, outline).join("\n");
    look_alike(&reading.kind.id, &titles, &text_of(document)).filter(|it| it.is_by_signs())
}

/// Whether a document could be read. What cannot be is like nothing.
fn is_read(document: &Document) -> bool {
    !matches!(document.body, Body::Damaged(_))
}

/// How well a document fits a kind; `None` where it does not.
fn score(
    lexicon: &'static Lexicon,
    kind: &'static Kind,
    document: &Document,
    outline: &Outline,
    titles: &[String],
    text: &str,
) -> Option<usize> {
    let words = lexicon.words(kind, outline.language);
    let named = titles.iter().enumerate().filter_map(|(at, title)| {
        // What the document calls itself counts more than what its file is called.
        Some(words.title_words(title)? * 30 + usize::from(at == 0) * 15)
    });
    let named = named.max();
    let reading = read(lexicon, kind, document, outline, Region::Whole);
    let found = reading.found();
    let of = reading.elements.len();
    // Without a title much of the kind must stand in it.
    let enough = named.is_some()
        || (found >= ENOUGH_ELEMENTS && found * 2 >= of && !is_tagged_only(kind, document));
    let often = if named.is_some() { 0 } else { 1 };
    let signed = words.signs().iter().all(|sign| sign.find_iter(text).nth(often).is_some());
    // A table has no title; what its file is called says less than its columns.
    let by_name = if matches!(document.body, Body::Tree(_)) { 10 } else { 100 };
    (enough && signed)
        .then(|| named.map_or(0, |named| by_name + named * by_name / 100) + found * 40 / of + found)
}

/// Whether the elements of a kind are so common that prose is not told by them.
fn is_tagged_only(kind: &Kind, document: &Document) -> bool {
    kind.scope == Scope::Repository && !matches!(document.body, Body::Tree(_))
}

/// Whether so much of a kind stands in a document that it is one: a title makes up for some of it.
fn is_enough(reading: &Reading, titles: &[String]) -> bool {
    let is_named = titles.iter().any(|title| reading.words.title_words(title).is_some());
    let least = if is_named {
        reading.elements.len().div_ceil(4).min(3)
    } else {
        reading.elements.len().div_ceil(2)
    };
    reading.found() >= least
}

/// Whether a document that nobody declared is one of a kind: half of the kind stands in it and its
/// title says so, or much of it does. Cards often bear the name of the thing; other documents say
/// what they are, so without a title three quarters of them must stand there.
pub(super) fn is_recognised(reading: &Reading, document: &Document, outline: &Outline) -> bool {
    let words = reading.words;
    let is_named =
        || titles_of(document, outline).iter().any(|title| words.title_words(title).is_some());
    let is_card = matches!(reading.kind.scope, Scope::Model | Scope::Dataset);
    let much = is_card || reading.found() * 4 >= reading.elements.len() * 3;
    reading.is_recognised() && ((much && reading.found() >= ENOUGH_ELEMENTS) || is_named())
}

/// The kind whose machine-readable form a document states to be.
fn form_of(lexicon: &'static Lexicon, document: &Document) -> Option<&'static Kind> {
    let Body::Tree(root) = &document.body else { return None };
    let states = |form: &KindForm| {
        // JSON-LD may keep what a document is about in a graph.
        let graph = root.get("@graph").map_or(&[][..], Node::items);
        let mut said = false;
        for node in std::iter::once(root).chain(graph).filter_map(|node| node.get(&form.key)) {
            node.walk(&mut |_, node| {
                said |= node.as_text().is_some_and(|text| text.contains(form.says.as_str()))
            });
            said |= form.says.is_empty();
        }
        said
    };
    lexicon.catalogue().kinds().iter().find(|kind| kind.forms.iter().any(states))
}

/// How a document is called: its title, its first heading, its file's name.
fn titles_of(document: &Document, outline: &Outline) -> Vec<String> {
    let mut titles: Vec<String> = outline.title.iter().cloned().collect();
    if let Body::Prose(prose) = &document.body {
        let first = prose.sections.iter().find(|section| section.level == 1);
        titles.extend(first.map(|section| section.title.clone()));
    }
    let name = document.path.file_name();
    let stem = name.split('.').next().unwrap_or_default();
    titles.push(stem.replace(['_', '-'], " "));
    titles
}

fn completion(reading: &Reading, document: &Document, titles: &[String], text: &str) -> Completion {
    let template = |title: &String| {
        let title = title.to_lowercase();
        title.split(|c: char| !c.is_alphanumeric()).any(|word| word == "template")
    };
    let present = reading.count(State::Present);
    let held = reading.count(State::Placeholder);
    let blocks = Blocks::of(document);
    // A title may speak of templates; one that is filled in is none.
    let share = if titles.iter().any(template) { 4 } else { 1 };
    // What the file is called, the last of them, is no title that somebody left open.
    let unnamed =
        titles.split_last().is_some_and(|(_, titles)| titles.iter().any(|title| is_unnamed(title)));
    let words = text.split_whitespace().count();
    let fragment = share > 1 && words < 100;
    let marks = template_marks(&document.source);
    let generated = document.source.matches("{{").count() >= 3
        || (marks >= 6 && present * 2 < reading.elements.len());
    let nobody = reading.kind.scope == Scope::Organization && is_for_nobody(text);
    // Much may be left open in a document that answers most of what it is for.
    let open =
        blocks.held * share > blocks.said && (share > 1 || present * 2 < reading.elements.len());
    let hollow = blocks.held > 0 && !reading.has_substance();
    if reading.is_template()
        || open
        || hollow
        || nobody
        || unnamed
        || generated
        || fragment
        || present == 0
    {
        Completion::Template
    } else if present * 10 >= reading.elements.len() * 7 && held == 0 {
        Completion::Filled
    } else {
        Completion::Partial
    }
}

/// How often a text holds what a template engine or a person would put something else in for.
fn template_marks(source: &str) -> usize {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| {
        compile(concat!(
            r"(?m)\{\{|\{%|[:|]\s*\[[^\]\n(]{3,80}\]\s*(\||$)",
            r"|\bto be (documented|described|detailed|stated|defined|completed|determined",
            r"|confirmed|added)\b",
        ))
    });
    MARKS.find_iter(source).count()
}

/// Whether a title still has a place for the name: `{model_name}`, `[Model Name]`, `<model>`.
fn is_unnamed(title: &str) -> bool {
    let held = |open, close| title.split_once(open).is_some_and(|(_, rest)| rest.contains(close));
    let bracketed = title.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    let name = bracketed.is_some_and(|(inside, _)| inside.to_lowercase().contains("name"));
    held('{', '}') || held('<', '>') || name || is_placeholder(title)
}

/// How much of a document holds a place, and how much says something.
struct Blocks {
    held: usize,
    said: usize,
}

impl Blocks {
    fn of(document: &Document) -> Self {
        let mut blocks = Self { held: 0, said: 0 };
        match &document.body {
            Body::Prose(prose) => {
                let all = prose.sections.iter().flat_map(|section| &section.blocks);
                // A comment is help for the writer, code is an example.
                let all =
                    all.filter(|block| !matches!(block.kind, BlockKind::Comment | BlockKind::Code));
                // A table of contents neither says nor holds.
                let all = all.filter(|block| !block.contents);
                all.for_each(|block| blocks.count(is_unsaid(block)));
            }
            Body::Tree(root) => root.walk(&mut |_, node| {
                if let Value::Scalar(scalar) = &node.value {
                    blocks.count(
                        scalar.kind != ScalarKind::Null && is_placeholder(&scalar.text)
                            || scalar.text.is_empty(),
                    );
                }
            }),
            Body::Damaged(_) => {}
        }
        blocks
    }

    fn count(&mut self, is_held: bool) {
        *if is_held { &mut self.held } else { &mut self.said } += 1;
    }
}

/// Whether a document mostly asks, and nobody answered.
fn is_questionnaire(document: &Document) -> bool {
    let Body::Prose(prose) = &document.body else { return false };
    let (mut asked, mut answered) = (0, 0);
    for section in &prose.sections {
        asked += usize::from(section.title.trim_end().ends_with(['?', '？']));
        for block in &section.blocks {
            match block.kind {
                BlockKind::Comment | BlockKind::Code => {}
                _ if block.contents => {}
                _ if block.text.trim_end().ends_with(['?', '？']) => asked += 1,
                _ if is_unsaid(block) => {}
                _ => answered += 1,
            }
        }
    }
    asked >= 8 && asked > 2 * answered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    fn recognised(name: &str, text: &str) -> (Option<String>, Option<&'static str>) {
        let document = parse(name.into(), text.as_bytes().to_vec());
        let found = recognise(Lexicon::shipped(), &document, None);
        let kind = found.reading.map(|reading| reading.kind.id.to_string());
        (kind, found.look_alike.map(|it| it.id.as_str()))
    }

    #[test]
    fn a_graph_of_json_ld_states_what_it_is() {
        let croissant = r#"{"@context": {"dct": "http://purl.org/dc/terms/"}, "@graph": [
            {"@type": "Dataset", "name": {"@value": "apps", "@language": "en"},
            "dct:conformsTo": {"@id": "http://mlcommons.org/croissant/1.0"}}]}"#;
        assert_eq!(recognised("a.json", croissant).0.as_deref(), Some("dataset-card"));
        let spdx = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
            {"type": "ai_AIPackage", "name": "m", "software_packageVersion": "1.0"}]}"#;
        assert_eq!(recognised("a.json", spdx).0.as_deref(), Some("aibom"));
    }

    #[test]
    fn the_opinion_of_an_auditor_is_named() {
        let text = "# Independent auditor's report on the AI system\n\n## Basis for opinion\n\nWe \
                    are accredited and obtained reasonable assurance under ISAE 3000.\n\n## \
                    Opinion\n\nIn our opinion the system meets the criteria.\n";
        assert_eq!(recognised("a.md", text).1, Some("audit-opinion"));
    }
}
