//! What a document says of each element of a kind: said, only a place held, or not there.
//!
//! # Design
//!
//! An explicit placeholder outweighs a sentence elsewhere. A sentence answers only an element for
//! which the document has no heading, label, column or key.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::bare::is_bare_value;
use super::lexicon::{KindWords, Lexicon};
use super::named_parts::PartNames;
use super::outline::{Outline, Spot, State, Via, What, section_state};
use super::placeholder::is_unsaid;
use super::words::{Heading, is_about_others};
use crate::catalog::{DocumentLanguage, Element, Kind};
use crate::document::prose::{Block, BlockKind, Prose, Section};
use crate::document::{Body, Document};
use crate::span::{Place, RepoPath, Span};

/// What was read of one kind in one document, or in one section of it.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) kind: &'static Kind,
    pub(crate) path: RepoPath,
    /// The language it is written in.
    pub(crate) language: DocumentLanguage,
    /// What its elements are called there.
    pub(super) words: &'static KindWords,
    /// The part of the document that was read.
    pub(crate) region: Region,
    /// The heading it stands under: that of its section, or the document's first.
    pub(crate) heading: Option<Span>,
    /// One for each element of the kind, in its order.
    pub(crate) elements: Vec<ElementReading>,
    /// What the kind may say beyond that, where it was found.
    pub(crate) also: Vec<ElementReading>,
    /// The named parts of the document, once they are asked for.
    pub(super) parts: Arc<OnceLock<Vec<PartNames>>>,
}

/// What was read of one element.
#[derive(Clone, Debug)]
pub(crate) struct ElementReading {
    pub(crate) element: &'static Element,
    pub(crate) state: State,
    /// The text that answers it, or the place that is held; nothing where it is missing.
    pub(crate) span: Option<Span>,
    pub(crate) via: Option<Via>,
    /// The heading, label or key it was found under, or the words that say it.
    pub(crate) found_as: Option<String>,
    /// The name of the catalogue that matched.
    pub(crate) matched: Option<String>,
}

/// Which part of a document is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Region {
    Whole,
    /// A section and everything below it.
    Section(usize),
}

impl Reading {
    pub(crate) fn count(&self, state: State) -> usize {
        self.elements.iter().filter(|element| element.state == state).count()
    }

    /// How many elements are there in some form.
    pub(crate) fn found(&self) -> usize {
        self.elements.len() - self.count(State::Missing)
    }

    /// Whether at least half of what the kind asks for is there in some form.
    pub(crate) fn is_recognised(&self) -> bool {
        self.found() * 2 >= self.elements.len()
    }

    /// Whether it says nothing yet: half of its elements are held places, or all of its substance
    /// is.
    pub(crate) fn is_template(&self) -> bool {
        let held = self.count(State::Placeholder);
        held * 2 >= self.elements.len() || (held > 0 && !self.has_substance())
    }

    /// Whether it says something of what the kind is for.
    pub(crate) fn has_substance(&self) -> bool {
        let mut core = self.elements.iter().filter(|it| it.element.core).peekable();
        let said = |it: &ElementReading| it.state == State::Present;
        if core.peek().is_none() { self.elements.iter().any(said) } else { core.any(said) }
    }

    /// Whether anything at all of the kind is there.
    pub(crate) fn has_any(&self) -> bool {
        self.found() > 0
    }

    pub(crate) fn with_state(&self, state: State) -> impl Iterator<Item = &ElementReading> {
        self.elements.iter().filter(move |element| element.state == state)
    }

    /// What it says of an element, required or not, where it says something.
    pub(crate) fn said(&self, key: &str) -> Option<&ElementReading> {
        let mut all = self.elements.iter().chain(&self.also);
        all.find(|it| it.element.key == key && it.state == State::Present)
    }

    /// The heading or the document itself.
    pub(crate) fn place(&self) -> Place {
        match self.heading {
            Some(span) => Place::bytes(self.path.clone(), span),
            None => Place::whole(self.path.clone()),
        }
    }
}

/// Reads a document as one of a kind.
pub(super) fn read(
    lexicon: &'static Lexicon,
    kind: &'static Kind,
    document: &Document,
    outline: &Outline,
    region: Region,
) -> Reading {
    read_to(lexicon, kind, document, outline, region, kind.elements.len())
}

/// Reads a document as one of a kind, with what that may say beyond its duty.
pub(super) fn read_fully(
    lexicon: &'static Lexicon,
    kind: &'static Kind,
    document: &Document,
    outline: &Outline,
) -> Reading {
    read_to(lexicon, kind, document, outline, Region::Whole, kind.elements.len() + kind.also.len())
}

/// Reads a document; of `required` elements sentences are looked for too.
fn read_to(
    lexicon: &'static Lexicon,
    kind: &'static Kind,
    document: &Document,
    outline: &Outline,
    region: Region,
    required: usize,
) -> Reading {
    let words = lexicon.words(kind, outline.language);
    let mut answers = Answers::new(kind, words);
    let mut heading = None;
    if let (Body::Prose(prose), Region::Section(index)) = (&document.body, region) {
        heading = prose.sections.get(index).map(|section| section.heading);
        let last = index + prose.with_subsections(index).len();
        answers.take(outline, &prose.sections, index..last, true);
        answers.in_other_languages(lexicon, kind, outline, &prose.sections, index..last);
        answers.cues(outline, &prose.sections[index.min(last)..last], required);
    } else if let Body::Prose(prose) = &document.body {
        let first = prose.sections.iter().find(|section| section.level > 0);
        heading = first.map(|section| section.heading);
        let all = 0..prose.sections.len();
        answers.take(outline, &prose.sections, all.clone(), false);
        answers.in_other_languages(lexicon, kind, outline, &prose.sections, all);
        if matches!(outline.language, DocumentLanguage::Unknown(_)) {
            answers.mapped(outline, prose);
        }
        answers.cues(outline, &prose.sections, required);
    } else {
        answers.take(outline, &[], 0..1, false);
    }
    let mut elements = answers.found;
    let also = elements.split_off(kind.elements.len());
    let also = also.into_iter().filter(|it| it.state != State::Missing).collect();
    Reading {
        kind,
        path: document.path.clone(),
        language: outline.language,
        words,
        region,
        heading,
        elements,
        also,
        parts: Arc::default(),
    }
}

/// The section of a page that stands for a kind, by its title.
pub(super) fn section_of(words: &KindWords, outline: &Outline) -> Option<usize> {
    let headings = outline.spots.iter().filter(|spot| matches!(spot.what, What::Section));
    headings.into_iter().find(|spot| words.titles.matches(&spot.heading)).map(|spot| spot.section)
}

/// Whether a section says nothing: no text of its own or below, or only held places.
pub(super) fn is_empty(prose: &Prose, index: usize) -> bool {
    let blocks = prose.with_subsections(index).iter().flat_map(|section| &section.blocks);
    blocks.into_iter().all(is_unsaid)
}

/// What was found so far of each element of a kind, those it may have beyond the required ones
/// last.
struct Answers {
    words: &'static KindWords,
    found: Vec<ElementReading>,
}

impl Answers {
    fn new(kind: &'static Kind, words: &'static KindWords) -> Self {
        let none = |element| ElementReading {
            element,
            state: State::Missing,
            span: None,
            via: None,
            found_as: None,
            matched: None,
        };
        Self { words, found: kind.all_elements().map(none).collect() }
    }

    fn answer(
        &mut self,
        at: usize,
        (state, span): (State, Span),
        via: Via,
        found_as: &str,
        matched: &str,
    ) {
        if state > self.found[at].state {
            let element = self.found[at].element;
            let (found_as, matched) = (Some(found_as.to_owned()), Some(matched.to_owned()));
            self.found[at] = ElementReading {
                element,
                state,
                span: Some(span),
                via: Some(via),
                found_as,
                matched,
            };
        }
    }

    /// Reads the named things of a range of sections. The title of a region names the kind, and
    /// answers an element only by the running text right below it.
    fn take(
        &mut self,
        outline: &Outline,
        sections: &[Section],
        range: std::ops::Range<usize>,
        is_region: bool,
    ) {
        let words = self.words;
        let spots: Vec<_> =
            outline.spots.iter().filter(|spot| range.contains(&spot.section)).collect();
        let named: Vec<Vec<(usize, &str)>> =
            spots.iter().map(|spot| words.named(&spot.heading, spot.via)).collect();
        // What each heading of the range answers, by the number of its section.
        let mut answered: Vec<Vec<usize>> = vec![Vec::new(); sections.len()];
        for (spot, named) in spots.iter().zip(&named) {
            if matches!(spot.what, What::Section) {
                answered[spot.section] = named.iter().map(|(element, _)| *element).collect();
            }
        }
        // The title of a page heads all of it, so it answers an element only by the text right
        // below it, and only where nothing else does.
        let is_title = |spot: &&Spot| {
            let rest = &sections[spot.section..];
            matches!(spot.what, What::Section)
                && !is_region
                && rest.len() > 1
                && rest[0].level == 1
                && rest[1..].iter().all(|section| section.level > 1)
        };
        let is_own = |spot: &Spot| (is_region && spot.section == range.start) || is_title(&spot);
        let titles = spots.iter().zip(&named).filter(|(spot, _)| is_title(spot));
        let others = spots.iter().zip(&named).filter(|(spot, _)| !is_title(spot));
        for (spot, named) in others.chain(titles) {
            for (element, name) in named {
                if self.found[*element].state == State::Present {
                    continue;
                }
                let answer = match &spot.what {
                    What::Said(_, span) if self.is_bare(sections, spot, *element) => {
                        (State::Placeholder, *span)
                    }
                    What::Said(state, span) => (*state, *span),
                    What::Section if is_own(spot) => {
                        let Some(own) = own_prose(outline, &sections[spot.section]) else {
                            continue;
                        };
                        (State::Present, own)
                    }
                    What::Section => {
                        let key = self.found[*element].element.key.as_str();
                        let held = held_in(words, &sections[spot.section], *element);
                        let is_other = |other: usize| {
                            !answered[other].is_empty() && !answered[other].contains(element)
                        };
                        let read = || section_state(outline, sections, spot.section, key, is_other);
                        held.map_or_else(read, |span| (State::Placeholder, span))
                    }
                };
                self.answer(*element, answer, spot.via, &spot.heading.written, name);
            }
        }
    }

    /// Reads headings of a language that the document is not written in, where nothing else answers
    /// what they name: a page in English may keep the headings of a form in German.
    fn in_other_languages(
        &mut self,
        lexicon: &'static Lexicon,
        kind: &'static Kind,
        outline: &Outline,
        sections: &[Section],
        range: std::ops::Range<usize>,
    ) {
        let words = self.words;
        let is_unnamed = |spot: &&Spot| {
            matches!(spot.what, What::Section)
                && range.contains(&spot.section)
                && words.named(&spot.heading, spot.via).is_empty()
        };
        let unnamed: Vec<&Spot> = outline.spots.iter().filter(is_unnamed).collect();
        if unnamed.is_empty() || self.found.iter().all(|it| it.state != State::Missing) {
            return;
        }
        for spot in unnamed {
            let languages = lexicon.catalogue().languages_that_name(&spot.heading.written);
            for language in languages {
                let words = lexicon.words(kind, DocumentLanguage::Known(language));
                for (element, name) in words.named(&spot.heading, spot.via) {
                    if self.found[element].state == State::Missing {
                        let key = self.found[element].element.key.as_str();
                        let answer = section_state(outline, sections, spot.section, key, |_| false);
                        self.answer(element, answer, spot.via, &spot.heading.written, name);
                    }
                }
            }
        }
    }

    /// Whether a named value only points elsewhere although its element asks for running text.
    fn is_bare(&self, sections: &[Section], spot: &Spot, element: usize) -> bool {
        let What::Said(State::Present, span) = &spot.what else { return false };
        let key = &self.found[element].element.key;
        let block = sections.get(spot.section).and_then(|section| section.blocks.get(spot.block));
        spot.via == Via::Label
            && block.is_some_and(|block| {
                block.span == *span
                    && is_bare_value(&block.text, block.linked, &spot.heading.written, key)
            })
    }

    /// Reads the front matter's map from elements to the headings that answer them, in a language
    /// without names of its own. A heading answers the first element that names it.
    fn mapped(&mut self, outline: &Outline, prose: &Prose) {
        let Some(map) = prose.front_matter.as_ref().and_then(|root| root.get("elements")) else {
            return;
        };
        let mut taken = BTreeSet::new();
        for (key, value) in map.entries() {
            let at = self.found.iter().position(|it| it.element.key == *key.text);
            let (Some(at), Some(title)) = (at, value.as_text()) else { continue };
            let section = prose
                .sections
                .iter()
                .position(|section| section.level > 0 && section.title == title);
            if section.is_some_and(|index| !taken.insert(index)) {
                continue;
            }
            let answer = match section {
                Some(index) => section_state(outline, &prose.sections, index, &key.text, |_| false),
                None => (State::Placeholder, value.span),
            };
            self.found[at].state = State::Missing;
            self.answer(at, answer, Via::Heading, title, &key.text);
        }
    }

    /// Reads sentences that say one of the first elements, where nothing is named for it.
    fn cues(&mut self, outline: &Outline, sections: &[Section], first: usize) {
        let cues: Vec<_> = self
            .words
            .cues()
            .iter()
            .filter(|cue| cue.element < first && self.found[cue.element].state == State::Missing)
            .collect();
        if cues.is_empty() {
            return;
        }
        for section in sections {
            if is_about_others(&section.title) {
                continue;
            }
            for block in &section.blocks {
                let is_text = matches!(
                    block.kind,
                    BlockKind::Prose | BlockKind::Label { .. } | BlockKind::Task { ticked: true }
                );
                let is_table = matches!(block.kind, BlockKind::Table(_));
                // A hint in italics is a form's, not an answer.
                let is_hint = block.italic || is_unsaid(block) || outline.is_echo(&block.text);
                if !(is_text || is_table) || is_hint {
                    continue;
                }
                for cue in &cues {
                    if cue.in_tables != is_table {
                        continue;
                    }
                    if let Some(said) = cue.said_in(&block.text) {
                        let span = block.span;
                        self.answer(cue.element, (State::Present, span), Via::Prose, said, said);
                    }
                }
            }
        }
    }
}

/// Where a section of labels leaves open the one that is about the element itself.
fn held_in(words: &KindWords, section: &Section, element: usize) -> Option<Span> {
    let mut held = None;
    for block in &section.blocks {
        match &block.kind {
            BlockKind::Label { name, .. } => {
                let named = words.named(&Heading::new(name), Via::Label);
                if named.iter().any(|(it, _)| *it == element) {
                    if !is_unsaid(block) {
                        return None;
                    }
                    held.get_or_insert(block.span);
                }
            }
            // Running text may say it.
            _ if !block.italic && !is_unsaid(block) => return None,
            _ => {}
        }
    }
    held
}

/// What a section says in running text of its own, before anything named. An example of code says
/// nothing yet.
fn own_prose(outline: &Outline, section: &Section) -> Option<Span> {
    let is_text = |block: &&Block| !matches!(block.kind, BlockKind::Comment | BlockKind::Code);
    let first = section.blocks.iter().find(is_text)?;
    let said = !is_unsaid(first) && !outline.is_echo(&first.text);
    (matches!(first.kind, BlockKind::Prose) && said).then_some(first.span)
}
