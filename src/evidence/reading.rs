//! What a document says of each element of a kind: said, only a place held, or not there.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::words::{Heading, Names, is_placeholder};
use crate::catalog::{self, Element, Kind};
use crate::document::markdown::{Block, BlockKind, Section};
use crate::document::{Body, Document, Markdown, Node, ScalarKind, Value};
use crate::span::{Place, RepoPath, Span};

/// What was read of one kind in one document, or in one section of it.
#[derive(Clone, Debug)]
pub struct Reading {
    pub kind: &'static Kind,
    pub path: RepoPath,
    /// The heading it stands under: that of its section, or the document's first.
    pub heading: Option<Span>,
    /// One for each element of the kind, in its order.
    pub elements: Vec<ElementReading>,
}

/// What was read of one element.
#[derive(Clone, Debug)]
pub struct ElementReading {
    pub element: &'static Element,
    pub state: State,
    /// The text that answers it, or the place that is held; nothing where it is missing.
    pub span: Option<Span>,
    /// The heading, label or key it was found under.
    pub found_as: Option<String>,
}

/// Ordered: a better answer elsewhere in the document wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Missing,
    Placeholder,
    Present,
}

/// Which part of a document is read.
#[derive(Clone, Copy, Debug)]
pub enum Region {
    Whole,
    /// A section and everything below it.
    Section(usize),
}

impl Reading {
    fn count(&self, state: State) -> usize {
        self.elements.iter().filter(|element| element.state == state).count()
    }

    /// Whether at least half of what the kind asks for is there in some form.
    pub fn is_recognised(&self) -> bool {
        self.count(State::Missing) * 2 <= self.elements.len()
    }

    /// Whether it says nothing yet: at least half of its elements are held places.
    pub fn is_template(&self) -> bool {
        self.count(State::Placeholder) * 2 >= self.elements.len()
    }

    /// Whether anything at all of the kind is there.
    pub fn has_any(&self) -> bool {
        self.count(State::Missing) < self.elements.len()
    }

    pub fn with_state(&self, state: State) -> impl Iterator<Item = &ElementReading> {
        self.elements.iter().filter(move |element| element.state == state)
    }

    /// The heading or the document itself.
    pub fn place(&self) -> Place {
        match self.heading {
            Some(span) => Place::bytes(self.path.clone(), span),
            None => Place::whole(self.path.clone()),
        }
    }
}

/// Reads a document as one of a kind.
pub fn read(kind: &'static Kind, document: &Document, region: Region) -> Reading {
    let mut answers = Answers { names: names(kind), found: vec![Found::default(); kind.elements.len()] };
    let mut heading = None;
    match (&document.body, region) {
        (Body::Tree(root), _) => answers.tree(root),
        (Body::Markdown(markdown), Region::Whole) => {
            if let Some(front_matter) = &markdown.front_matter {
                answers.tree(front_matter);
            }
            heading = markdown.sections.iter().find(|section| section.level > 0).map(|section| section.heading);
            answers.sections(&markdown.sections, 0);
        }
        (Body::Markdown(markdown), Region::Section(index)) => {
            heading = markdown.sections.get(index).map(|section| section.heading);
            answers.sections(markdown.with_subsections(index), 1);
        }
        (Body::Damaged(_), _) => {}
    }
    let elements = kind.elements.iter().zip(answers.found);
    let elements = elements
        .map(|(element, found)| ElementReading { element, state: found.state, span: found.span, found_as: found.name })
        .collect();
    Reading { kind, path: document.path.clone(), heading, elements }
}

/// The section of a page that stands for a kind, by its title.
pub(super) fn section_of(kind: &Kind, markdown: &Markdown) -> Option<usize> {
    let titles = Names::new(&kind.titles);
    let named = |section: &Section| section.level > 0 && titles.match_heading(&Heading::new(&section.title));
    markdown.sections.iter().position(named)
}

/// Whether a section says nothing: no text of its own or below, or only held places.
pub(super) fn is_empty(markdown: &Markdown, index: usize) -> bool {
    let blocks = markdown.with_subsections(index).iter().flat_map(|section| &section.blocks);
    !blocks.into_iter().any(|block| block_state(block) == State::Present)
}

/// The names of each element of a kind, normalised once for the whole process.
fn names(kind: &'static Kind) -> &'static [Names] {
    static ALL: LazyLock<BTreeMap<&'static str, Vec<Names>>> = LazyLock::new(|| {
        let of = |kind: &'static Kind| kind.elements.iter().map(|element| Names::new(&element.any_of)).collect();
        catalog::kinds().iter().map(|kind| (kind.id.as_str(), of(kind))).collect()
    });
    ALL.get(kind.id.as_str()).map_or(&[], Vec::as_slice)
}

struct Answers {
    names: &'static [Names],
    found: Vec<Found>,
}

/// The best answer to one element so far.
#[derive(Clone)]
struct Found {
    state: State,
    span: Option<Span>,
    name: Option<String>,
}

impl Default for Found {
    fn default() -> Self {
        Self { state: State::Missing, span: None, name: None }
    }
}

impl Answers {
    fn answer(&mut self, at: usize, state: State, span: Span, name: &str) {
        if state > self.found[at].state {
            self.found[at] = Found { state, span: Some(span), name: Some(name.to_owned()) };
        }
    }

    /// The elements whose names a heading, label or key matches.
    fn named(&self, name: &str) -> Vec<usize> {
        let heading = Heading::new(name);
        let names = self.names.iter().enumerate();
        names.filter(|(_, names)| names.match_heading(&heading)).map(|(at, _)| at).collect()
    }

    fn tree(&mut self, root: &Node) {
        root.walk(&mut |key, node| {
            let Some(key) = key else { return };
            for at in self.named(&key.text) {
                let (state, span) = node_state(node);
                self.answer(at, state, span, &key.text);
            }
        });
    }

    /// Reads sections; the first `own` of them are the region's own heading, whose title names the
    /// kind and no element.
    fn sections(&mut self, sections: &[Section], own: usize) {
        let named: Vec<Vec<usize>> = sections.iter().map(|section| self.named(&section.title)).collect();
        for (index, section) in sections.iter().enumerate() {
            if index >= own && section.level > 0 {
                for at in named[index].iter().copied() {
                    let (state, span) = section_state(sections, &named, index, at);
                    self.answer(at, state, span, &section.title);
                }
            }
            for block in &section.blocks {
                self.block(block);
            }
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            BlockKind::Label { name, name_span } => {
                for at in self.named(name) {
                    let empty = is_placeholder(&block.text);
                    let span = if block.text.is_empty() { *name_span } else { block.span };
                    self.answer(at, if empty { State::Placeholder } else { State::Present }, span, name);
                }
            }
            BlockKind::Table(table) => {
                for row in &table.rows {
                    // In a table of two columns the first names what the second says.
                    if let [name, value] = row.as_slice() {
                        for at in self.named(&name.text) {
                            let state = if is_placeholder(&value.text) { State::Placeholder } else { State::Present };
                            self.answer(at, state, value.span, &name.text);
                        }
                    }
                }
                for (column, header) in table.header.iter().enumerate() {
                    for at in self.named(&header.text) {
                        let said =
                            table.rows.iter().filter_map(|row| row.get(column)).find(|it| !is_placeholder(&it.text));
                        match said {
                            Some(cell) => self.answer(at, State::Present, cell.span, &header.text),
                            None => self.answer(at, State::Placeholder, header.span, &header.text),
                        }
                    }
                }
            }
            BlockKind::Prose | BlockKind::Task { .. } | BlockKind::Code | BlockKind::Comment => {}
        }
    }
}

/// What stands under a heading. Subsections that answer another element do not answer this one.
fn section_state(sections: &[Section], named: &[Vec<usize>], index: usize, element: usize) -> (State, Span) {
    let heading = &sections[index];
    let below = sections.iter().enumerate().skip(index + 1).take_while(|(_, section)| section.level > heading.level);
    let mut best = (State::Placeholder, heading.heading);
    let mut skip_below = u8::MAX;
    for (at, section) in std::iter::once((index, heading)).chain(below) {
        if section.level > skip_below {
            continue;
        }
        skip_below = u8::MAX;
        if at != index && !named[at].is_empty() && !named[at].contains(&element) {
            skip_below = section.level;
            continue;
        }
        for block in &section.blocks {
            match block_state(block) {
                // A heading repeated as its own text says nothing new.
                State::Present if block.text.eq_ignore_ascii_case(&section.title) => {}
                State::Present => return (State::Present, block.span),
                State::Placeholder if best.1 == heading.heading => best.1 = block.span,
                State::Placeholder | State::Missing => {}
            }
        }
    }
    best
}

/// What a block is worth as an answer.
fn block_state(block: &Block) -> State {
    match &block.kind {
        BlockKind::Comment => State::Missing,
        // An unticked task is a plan.
        BlockKind::Task { ticked: false } => State::Placeholder,
        BlockKind::Table(table) => {
            let said = table.rows.iter().any(|row| {
                // The first cell of a row names it.
                row.iter().skip(usize::from(row.len() > 1)).any(|cell| !is_placeholder(&cell.text))
            });
            if said { State::Present } else { State::Placeholder }
        }
        BlockKind::Prose | BlockKind::Code | BlockKind::Task { .. } | BlockKind::Label { .. } => {
            if is_placeholder(&block.text) { State::Placeholder } else { State::Present }
        }
    }
}

/// What a value of a data document is worth as an answer, and where.
fn node_state(node: &Node) -> (State, Span) {
    match &node.value {
        Value::Scalar(scalar) => {
            // `limitations: true` says nothing either.
            let is_flag = matches!(scalar.kind, ScalarKind::Bool(_));
            let empty = is_flag || node.as_text().is_none() || is_placeholder(&scalar.text);
            (if empty { State::Placeholder } else { State::Present }, node.span)
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
