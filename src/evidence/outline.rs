//! The named things of a document, in its order: headings, labels, rows and columns of tables,
//! keys.
//!
//! Made once for a document and read as every kind it may be.

use std::cell::LazyCell;
use std::sync::LazyLock;

use regex::Regex;

use super::bare::{is_bare, is_filler_in_pieces};
use super::echo::Echo;
use super::pattern::compile;
use super::placeholder::{is_placeholder, is_unsaid, says_something};
use super::prompt::word_count;
use super::vocabulary::Vocabularies;
use super::words::Heading;
use crate::catalog::DocumentLanguage;
use crate::document::prose::{Block, BlockKind, Prose, Section};
use crate::document::{Body, Document, Format, Node, ScalarKind, Value};
use crate::span::Span;

/// How an element is expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Via {
    Heading,
    /// A bold label or the key of a list item.
    Label,
    /// The first cell of a row.
    Table,
    /// A column of a table in prose.
    Column,
    /// A sentence of another section.
    Prose,
    FrontMatter,
    JsonKey,
    YamlKey,
    /// A column of a spreadsheet.
    Sheet,
}

impl Via {
    /// In words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Heading => "heading",
            Self::Label => "label",
            Self::Table => "row",
            Self::Column | Self::Sheet => "column",
            Self::Prose => "in the text",
            Self::FrontMatter => "front matter",
            Self::JsonKey | Self::YamlKey => "key",
        }
    }
}

/// Ordered: a better answer elsewhere in the document wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Missing,
    Placeholder,
    Present,
}

impl State {
    fn of(said: bool) -> Self {
        if said { Self::Present } else { Self::Placeholder }
    }
}

/// A named thing, and what stands for it.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) heading: Heading,
    pub(super) via: Via,
    pub(super) what: What,
    /// The section it stands in; 0 for data.
    pub(super) section: usize,
    /// The block of the section that it is; 0 for headings and data.
    pub(super) block: usize,
}

#[derive(Debug)]
pub(super) enum What {
    /// What stands under the heading; which subsections count depends on the kind.
    Section,
    Said(State, Span),
}

/// A document made ready to be read as any kind.
#[derive(Debug)]
pub(crate) struct Outline {
    pub(super) spots: Vec<Spot>,
    /// The title: of the front matter, else the first heading.
    pub(super) title: Option<String>,
    /// The language it is written in.
    pub(crate) language: DocumentLanguage,
    /// What of it only repeats names; nothing for data.
    echo: Option<Echo>,
}

impl Outline {
    /// Returns the outline of a document.
    pub(super) fn of(document: &Document, names: &'static dyn Vocabularies) -> Self {
        let text = text_of(document);
        let language = told_language(document, &text, names.language(&text));
        let echo = match &document.body {
            Body::Prose(prose) => Some(Echo::of(prose, names, language)),
            Body::Tree(_) | Body::Damaged(_) => None,
        };
        let mut outline = Self { spots: Vec::new(), title: None, language, echo };
        match &document.body {
            Body::Tree(root) => {
                let via = match Format::of(&document.path) {
                    Some(Format::Json) => Via::JsonKey,
                    Some(Format::Csv | Format::Xlsx) => Via::Sheet,
                    _ => Via::YamlKey,
                };
                outline.title = title_of(root);
                outline.tree(root, via);
            }
            Body::Prose(prose) => outline.prose(prose),
            Body::Damaged(_) => {}
        }
        outline
    }

    fn prose(&mut self, prose: &Prose) {
        if let Some(front_matter) = &prose.front_matter {
            self.title = title_of(front_matter);
            self.tree(front_matter, Via::FrontMatter);
        }
        let first = prose.sections.iter().find(|section| section.level > 0);
        self.title = self.title.take().or_else(|| first.map(|section| section.title.clone()));
        for (index, section) in prose.sections.iter().enumerate() {
            if section.level > 0 {
                self.add(&section.title, Via::Heading, What::Section, (index, 0));
            }
            for (at, block) in section.blocks.iter().enumerate() {
                self.block(block, (index, at));
                // A short line that stands alone may be a title that nobody marked, if what
                // follows is not another one.
                let next = section.blocks.get(at + 1);
                if let Some(next) = next.filter(|it| is_bare_title(block) && !is_bare_title(it)) {
                    let said = !is_unsaid(next) && !self.is_echo(&next.text);
                    let what = What::Said(State::of(said), next.span);
                    self.add(&block.text, Via::Heading, what, (index, at));
                }
            }
        }
    }

    /// Whether a text only repeats names.
    pub(super) fn is_echo(&self, text: &str) -> bool {
        self.echo.as_ref().is_some_and(|echo| echo.is_text(text))
    }

    /// Whether a value does, in a document that does little else.
    fn is_echoed(&self, text: &str) -> bool {
        self.echo.as_ref().is_some_and(|echo| echo.is_value(text))
    }

    /// Whether a block says something for an element, or for any.
    fn says(&self, block: &Block, element: &str) -> bool {
        !is_unsaid(block) && !self.echo.as_ref().is_some_and(|echo| echo.is_block(block, element))
    }

    fn add(&mut self, name: &str, via: Via, what: What, (section, block): (usize, usize)) {
        self.spots.push(Spot { heading: Heading::new(name), via, what, section, block });
    }

    fn block(&mut self, block: &Block, at: (usize, usize)) {
        match &block.kind {
            BlockKind::Label { name, name_span } => {
                let span = if block.text.is_empty() { *name_span } else { block.span };
                let said = !is_unsaid(block) && !self.is_echoed(&block.text);
                self.add(name, Via::Label, What::Said(State::of(said), span), at);
            }
            // `**License** Apache 2.0`
            BlockKind::Prose if (1..block.text.len()).contains(&block.bold) => {
                let (name, value) = block.text.split_at(block.bold);
                let value = value.trim_start_matches([' ', '-', '–', '—']);
                if name.split(' ').count() <= LONGEST_BARE {
                    let said = !is_placeholder(value) && !is_unsaid(block) && !self.is_echo(value);
                    self.add(name, Via::Label, What::Said(State::of(said), block.span), at);
                }
            }
            BlockKind::Table(table) => {
                let dummy = !says_something(table);
                for row in &table.rows {
                    // In a table of two columns the first names what the second says.
                    if let [name, value] = row.as_slice() {
                        let said =
                            !dummy && !is_placeholder(&value.text) && !self.is_echoed(&value.text);
                        let what = What::Said(State::of(said), value.span);
                        self.add(&name.text, Via::Table, what, at);
                    }
                }
                for (column, header) in table.header.iter().enumerate() {
                    let cells = table.rows.iter().filter_map(|row| row.get(column));
                    let held = cells.clone().next().map_or(header.span, |cell| cell.span);
                    let says = |text: &str| !is_placeholder(text) && !self.is_echoed(text);
                    let said = cells.into_iter().find(|cell| !dummy && says(&cell.text));
                    let what = said.map_or(What::Said(State::Placeholder, held), |cell| {
                        What::Said(State::Present, cell.span)
                    });
                    self.add(&header.text, Via::Column, what, at);
                }
            }
            BlockKind::Prose | BlockKind::Task { .. } | BlockKind::Code | BlockKind::Comment => {}
        }
    }

    fn tree(&mut self, root: &Node, via: Via) {
        // The map of elements says where answers stand, and is none.
        let map = root.get("elements").filter(|_| via == Via::FrontMatter).map(|map| map.span);
        let is_of_map = |span: Span| map.is_some_and(|map| map.holds(span));
        let has_licence = LazyCell::new(|| names_a_licence(root));
        root.walk(&mut |key, node| {
            let Some(key) = key.filter(|key| !is_of_map(key.span)) else { return };
            // Tags of a card list what may be measured or searched for, not what was.
            let is_tag =
                via == Via::FrontMatter && matches!(&*key.text, "metrics" | "tags" | "widget");
            if !is_tag {
                let (mut state, span) = node_state(node);
                match &*key.text {
                    // Results are values; the names around them are not.
                    "model-index" => state = State::of(holds_a_value(node)),
                    // A licence called `other` is one only where its name stands beside it.
                    "license" | "licence"
                        if matches!(node.as_text(), Some("other" | "unknown")) =>
                    {
                        state = State::of(*has_licence);
                    }
                    // Where the Hub keeps that data is from no other dataset.
                    "source_datasets" if is_original(node) => return,
                    _ if node.as_text().is_some_and(|text| self.is_echoed(text)) => {
                        state = State::Placeholder;
                    }
                    _ => {}
                }
                self.add(&key.text, via, What::Said(state, span), (0, 0));
            }
        });
    }
}

/// The language of a page that is too short to tell it by its words, where its front matter names
/// another than English and says by which headings the page answers, and no English word of the
/// most frequent ones stands in it.
fn told_language(document: &Document, text: &str, told: DocumentLanguage) -> DocumentLanguage {
    const FREQUENT: [&str; 8] = ["the", "of", "and", "is", "to", "for", "with", "are"];
    let (Body::Prose(prose), DocumentLanguage::English) = (&document.body, told) else {
        return told;
    };
    let named = prose.front_matter.as_ref().and_then(|root| {
        root.get("elements")?;
        root.get("language").or_else(|| root.get("lang"))?.as_text()
    });
    let mut words = text.split(|c: char| !c.is_alphabetic());
    let is_other = |code: &str| !code.is_empty() && !code.to_ascii_lowercase().starts_with("en");
    match named {
        Some(code) if is_other(code) && !words.any(|word| FREQUENT.contains(&word)) => {
            DocumentLanguage::Unknown("the language that its front matter names")
        }
        _ => told,
    }
}

/// What a reader sees of a document.
pub(super) fn text_of(document: &Document) -> String {
    match &document.body {
        Body::Prose(prose) => {
            let mut text = String::new();
            for section in &prose.sections {
                text.push_str(&section.title);
                text.push('\n');
                let seen =
                    section.blocks.iter().filter(|block| !matches!(block.kind, BlockKind::Comment));
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
        // A workbook has no text but that of its cells.
        Body::Tree(root) if document.source.is_empty() => {
            let mut text = String::new();
            root.walk(&mut |key, node| {
                for part in key.map(|key| &*key.text).into_iter().chain(node.as_text()) {
                    text.push_str(part);
                    text.push('\n');
                }
            });
            text
        }
        Body::Tree(_) => document.source.clone(),
        Body::Damaged(_) => String::new(),
    }
}

/// Words of the longest line that is taken for a title without a mark.
const LONGEST_BARE: usize = 5;

/// Whether a paragraph is a few words without an end. What stands in a list or leads elsewhere
/// names something and heads nothing.
fn is_bare_title(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Prose)
        && !block.item
        && !block.linked
        && word_count(&block.text) <= LONGEST_BARE
        && !block.text.ends_with(['.', ',', ';', '!', '?', ')', '。', '，', '；', '！', '？', '）'])
}

fn title_of(root: &Node) -> Option<String> {
    ["title", "pretty_name", "name"]
        .iter()
        .find_map(|key| Some(root.get(key)?.as_text()?.to_owned()))
}

/// Whether the source of a dataset is given as itself.
fn is_original(node: &Node) -> bool {
    let mut all = true;
    node.walk(&mut |_, node| all &= node.as_text().is_none_or(|text| text == "original"));
    all
}

/// Whether a card names the licence that no short name stands for, or leads to its text.
fn names_a_licence(root: &Node) -> bool {
    let said = |key| root.get(key).is_some_and(|node| node_state(node).0 == State::Present);
    said("license_name") || said("license_link")
}

/// Whether a `value` somewhere below is a number.
fn holds_a_value(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |key, node| {
        let number = node
            .as_text()
            .is_some_and(|text| text.trim_end_matches('%').trim().parse::<f64>().is_ok());
        found |= number && key.is_some_and(|key| &*key.text == "value");
    });
    found
}

/// What stands under a heading for an element. Subsections for which `answers_other` holds do not
/// count.
pub(super) fn section_state(
    outline: &Outline,
    sections: &[Section],
    index: usize,
    element: &str,
    answers_other: impl Fn(usize) -> bool,
) -> (State, Span) {
    let Some(heading) = sections.get(index) else { return (State::Missing, Span::default()) };
    let below = sections
        .iter()
        .enumerate()
        .skip(index + 1)
        .take_while(|(_, section)| section.level > heading.level);
    // `## [1.2.0] - 2026-03-02` says something itself.
    static RELEASE: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^\W*v?\d+\.\d+.*\d{4}-\d{2}-\d{2}"));
    let dated = RELEASE.is_match(&heading.title);
    let mut best = (State::of(dated && heading.blocks.is_empty()), heading.heading);
    let mut skip_below = u8::MAX;
    let mut grouped = Vec::new();
    for (at, section) in std::iter::once((index, heading)).chain(below) {
        if section.level > skip_below {
            continue;
        }
        skip_below = u8::MAX;
        if at != index && answers_other(at) {
            skip_below = section.level;
            grouped.extend(said_in(outline, section, element));
            continue;
        }
        let is_filler = is_filler_in_pieces(section);
        for block in &section.blocks {
            // A heading repeated as its own text says nothing new.
            let repeats = block.text.eq_ignore_ascii_case(&section.title) && !block.linked;
            let says = !is_filler
                && outline.says(block, element)
                && !is_bare(block, &section.title, element);
            if says && !repeats {
                return (State::Present, block.span);
            }
            let is_seen = !matches!(block.kind, BlockKind::Comment);
            if is_seen && best.1 == heading.heading {
                best.1 = block.span;
            }
        }
    }
    // A heading that only groups others says what they say, unless it holds a place itself.
    match grouped.as_slice() {
        [first, _, ..] if best == (State::Placeholder, heading.heading) => (State::Present, *first),
        _ => best,
    }
}

/// The first thing a section says itself.
fn said_in(outline: &Outline, section: &Section, element: &str) -> Option<Span> {
    section.blocks.iter().find(|block| outline.says(block, element)).map(|block| block.span)
}

/// What a value of a data document is worth as an answer, and where.
fn node_state(node: &Node) -> (State, Span) {
    match &node.value {
        Value::Scalar(scalar) => {
            // `limitations: true` says nothing either.
            let is_flag = matches!(scalar.kind, ScalarKind::Bool(_));
            let empty = is_flag || node.as_text().is_none() || is_placeholder(&scalar.text);
            (State::of(!empty), node.span)
        }
        Value::Sequence(items) => best(items.iter(), node.span),
        Value::Mapping(entries) => best(entries.iter().map(|(_, value)| value), node.span),
    }
}

fn best<'n>(nodes: impl Iterator<Item = &'n Node>, whole: Span) -> (State, Span) {
    nodes
        .map(node_state)
        .max_by_key(|(state, _)| *state)
        .map_or((State::Placeholder, whole), |(state, _)| (state, whole))
}
