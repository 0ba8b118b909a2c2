//! What a document is, by what it says: a kind of the catalogue, something that only looks like one, or
//! neither; and how far it is filled in.

use super::lexicon::Lexicon;
use super::look_alike::{LookAlike, look_alike};
use super::outline::{Outline, State};
use super::placeholder::is_for_nobody;
use super::reading::{Reading, Region, read};
use crate::catalog::{self, Kind, Scope};
use crate::document::prose::BlockKind;
use crate::document::{Body, Document};

/// What was recognised in a document.
#[derive(Debug)]
pub struct Recognition {
    /// The kind it is most like, with what was read of it.
    pub reading: Option<Reading>,
    /// What it is instead.
    pub look_alike: Option<&'static LookAlike>,
    pub completion: Completion,
}

/// How far a document is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Completion {
    Filled,
    Partial,
    /// Nothing in it is about the thing at hand.
    Template,
}

impl Recognition {
    /// Whether the document is evidence of its kind.
    pub fn is_accepted(&self) -> bool {
        self.look_alike.is_none()
            && self.completion != Completion::Template
            && self.reading.as_ref().is_some_and(|reading| reading.with_state(State::Present).next().is_some())
    }
}

/// Elements of a document without a title that names its kind.
const ENOUGH_ELEMENTS: usize = 5;

/// Recognises a document among all kinds, or reads it as the one that is asked for.
pub fn recognise(lexicon: &Lexicon, document: &Document, asked: Option<&'static Kind>) -> Recognition {
    let outline = &Outline::of(document);
    let text = text_of(document);
    let titles = titles_of(document, outline);
    let best = || {
        let all = catalog::kinds().iter();
        let fit = all.filter_map(|kind| Some((score(lexicon, kind, document, outline, &titles, &text)?, kind)));
        // Of equals the first of the catalogue.
        fit.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, kind)| kind)
    };
    let Some(kind) = asked.or_else(best) else {
        let look_alike = super::look_alike::any(&titles.join("\n"), &text);
        return Recognition { reading: None, look_alike, completion: Completion::Template };
    };
    let reading = read(lexicon, kind, document, outline, Region::Whole);
    let look_alike = if is_questionnaire(document) {
        super::look_alike::named("questionnaire")
    } else {
        look_alike(&kind.id, &titles.join("\n"), &text)
    };
    let completion = completion(&reading, document, &titles, &text);
    Recognition { reading: Some(reading), look_alike, completion }
}

/// How well a document fits a kind; `None` where it does not.
fn score(
    lexicon: &Lexicon,
    kind: &'static Kind,
    document: &Document,
    outline: &Outline,
    titles: &[String],
    text: &str,
) -> Option<usize> {
    let words = lexicon.words(kind, document);
    let named = titles.iter().enumerate().filter_map(|(at, title)| {
        // What the document calls itself counts more than what its file is called.
        Some(words.title_words(title)? * 10 + usize::from(at == 0) * 15)
    });
    let named = named.max();
    let reading = read(lexicon, kind, document, outline, Region::Whole);
    let of = reading.elements.len();
    let found = of - reading.count(State::Missing);
    let enough = match named {
        // One name in a title fits many papers: something of the kind must stand in it too.
        Some(_) => found > 0 && (kind.id != "ai-policy" || found * 2 >= of),
        None => found >= ENOUGH_ELEMENTS && found * 2 >= of && kind.scope != Scope::Repository,
    };
    let signed = kind.signs.is_empty() || words.signs().iter().all(|sign| sign.find_iter(text).nth(2).is_some());
    (enough && signed).then(|| named.map_or(0, |named| 100 + named) + found * 40 / of + found)
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

/// What a reader sees of a document.
fn text_of(document: &Document) -> String {
    match &document.body {
        Body::Prose(prose) => {
            let mut text = String::new();
            for section in &prose.sections {
                text.push_str(&section.title);
                text.push('\n');
                let seen = section.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Comment));
                for block in seen {
                    if let BlockKind::Label { name, .. } = &block.kind {
                        text.push_str(name);
                        text.push_str(": ");
                    }
                    text.push_str(&block.text);
                    text.push('\n');
                }
            }
            text
        }
        Body::Tree(_) => document.source.clone(),
        Body::Damaged(_) => String::new(),
    }
}

fn completion(reading: &Reading, document: &Document, titles: &[String], text: &str) -> Completion {
    let template = |title: &String| {
        let title = title.to_lowercase();
        title.split(|c: char| !c.is_alphanumeric()).any(|word| word == "template")
    };
    let held = reading.count(State::Placeholder);
    let present = reading.count(State::Present);
    // A title may speak of templates; one that is filled in is none.
    let called_template = titles.iter().any(template) && held > 0;
    let nobody = reading.kind.scope == Scope::Organization && is_for_nobody(text);
    let jinja = document.source.matches("{{").count() >= 3;
    if reading.is_template() || called_template || nobody || jinja || present == 0 {
        Completion::Template
    } else if present * 10 >= reading.elements.len() * 7 && held == 0 {
        Completion::Filled
    } else {
        Completion::Partial
    }
}

/// Whether a document mostly asks, and nobody answered.
fn is_questionnaire(document: &Document) -> bool {
    let Body::Prose(prose) = &document.body else { return false };
    let (mut asked, mut told) = (0, 0);
    for section in &prose.sections {
        asked += usize::from(section.title.trim_end().ends_with('?'));
        for block in &section.blocks {
            match block.kind {
                BlockKind::Comment | BlockKind::Code => {}
                _ if block.text.trim_end().ends_with('?') => asked += 1,
                _ if super::placeholder::is_unsaid(block) => {}
                _ => told += 1,
            }
        }
    }
    asked >= 10 && asked > told
}
