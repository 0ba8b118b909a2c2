//! Where a document that is due is found, and what stands there instead.
//!
//! # Design
//!
//! A document that no register entry declares must name its system where there are several systems,
//! and each of several models or datasets needs its `card`, so that no document answers for
//! another.
//!
//! Could-not-decide outweighs missing. Where a due document is not found and some Markdown file of
//! the product could not be read, that file may be the document, so the verdict is
//! could-not-decide. The check that is silent for this must name a check that speaks;
//! `engine::evaluate` refuses the run otherwise.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::answer::Answer;
use super::documents::{Documents, fetch};
use super::lexicon::Lexicon;
use super::look_alike::LookAlike;
use super::outline::{Outline, State};
use super::pointer;
use super::reading::{self, Reading, Region, read};
use super::recognise::{is_recognised, look_alike_of};
use super::requirement::{Requirement, own_models};
use crate::asset::PathRole;
use crate::catalog::{DocumentLanguage, Kind, Scope};
use crate::document::{Body, Damage, Document, Format, Node, Spanned, Value};
use crate::file_cache::FileCache;
use crate::settings::register::{Register, System};
use crate::settings::{Mistake, covers, risks};
use crate::snapshot::{Entry, View};
use crate::span::{Place, RepoPath};

/// The kinds of a model's card, and of the bill of materials that may hold it.
const MODEL_CARD: &str = "model-card";
const BOM: &str = "aibom";

/// Looks for documents, each file and each kind once.
pub(super) struct Finder<'a, 'v> {
    view: &'a View<'v>,
    register: &'a Register,
    documents: &'a mut Documents,
    cache: &'a FileCache,
    /// Documents recognised by what they say, per kind; looked for once.
    recognised: BTreeMap<&'static str, Vec<Reading>>,
    /// The product's Markdown files, once they are needed.
    prose: Option<Vec<&'v Entry>>,
    /// The files at the usual places, per kind.
    candidates: BTreeMap<(&'static str, RepoPath), Vec<RepoPath>>,
    lexicon: &'static Lexicon,
    /// The named things of documents, per path.
    outlines: BTreeMap<RepoPath, Outline>,
    /// What was read of whole documents, per kind and path.
    read: BTreeMap<(&'static str, RepoPath), Reading>,
}

impl<'a, 'v> Finder<'a, 'v> {
    pub(super) fn new(
        view: &'a View<'v>,
        register: &'a Register,
        lexicon: &'static Lexicon,
        documents: &'a mut Documents,
        cache: &'a FileCache,
    ) -> Self {
        Self {
            view,
            register,
            documents,
            cache,
            recognised: BTreeMap::new(),
            prose: None,
            candidates: BTreeMap::new(),
            lexicon,
            outlines: BTreeMap::new(),
            read: BTreeMap::new(),
        }
    }

    /// What answers a need.
    pub(super) fn answer(&mut self, need: &Requirement) -> Answer {
        if let Some(written) = &need.declared {
            return self.declared(need, written);
        }
        if let Some(answer) = self.own_place(need) {
            return answer;
        }
        if let Some(answer) = self.sheet(need) {
            return answer;
        }
        if need.kind.scope == Scope::Organization
            && let Some(answer) = self.pointer(need.kind)
        {
            return answer;
        }
        if let Some(answer) = self.in_bom(need) {
            return answer;
        }
        if self.is_one_of_several(need) {
            return Answer::Missing;
        }
        let (found, instead) = self.usual(need);
        found.or(instead).unwrap_or(Answer::Missing)
    }

    /// What answers a need by what it says, wherever it stands, where nothing did so far.
    pub(super) fn recognised(&mut self, need: &Requirement, so_far: &Answer) -> Option<Answer> {
        if need.declared.is_some() || self.is_one_of_several(need) {
            return None;
        }
        let recognised = self.recognise(need.kind);
        match recognised.into_iter().find(|reading| self.may_answer(need, &reading.path)) {
            Some(reading) => Some(Answer::Read(reading)),
            None if matches!(so_far, Answer::Missing | Answer::NotRecognised(..)) => {
                self.unreadable_prose(need.kind)
            }
            None => None,
        }
    }

    /// Whether a document that nobody declared could be about any of several models or datasets.
    fn is_one_of_several(&self, need: &Requirement) -> bool {
        let systems = self.register.all_systems();
        match need.kind.scope {
            Scope::Model => systems.flat_map(own_models).nth(1).is_some(),
            Scope::Dataset => systems.flat_map(|system| &system.datasets).nth(1).is_some(),
            _ => false,
        }
    }

    fn declared(&mut self, need: &Requirement, written: &Spanned<String>) -> Answer {
        let declared = Place::bytes(need.asked.path.clone(), written.span);
        let not_there =
            || Answer::NotThere { written: written.value.clone(), declared: declared.clone() };
        let Ok(path) = need.base.join(&written.value) else { return not_there() };
        let Some(document) = self.documents.load(self.view, &path) else { return not_there() };
        if let Some(damage) = document.damage() {
            return Answer::Unreadable(path, damage.clone());
        }
        if is_own_format(document) {
            return own_format(need, document, self.lexicon);
        }
        if let Some(answer) = self.component(need, &path) {
            return answer;
        }
        let Some(reading) = self.reading(need.kind, &path) else { return not_there() };
        if let Some(instead) = self.look_alike(&reading) {
            return Answer::NotRecognised(reading, Some(instead));
        }
        if reading.has_any() {
            return Answer::Read(reading);
        }
        // A declared page may carry the kind as a section.
        self.section(need.kind, &path).unwrap_or_else(|| self.refused(reading))
    }

    /// The card of a model in a bill of materials at one of the usual places.
    fn in_bom(&mut self, need: &Requirement) -> Option<Answer> {
        if need.kind.id != MODEL_CARD {
            return None;
        }
        let bom = self.lexicon.catalogue().kind(BOM)?;
        let declared = self
            .register
            .all_systems()
            .filter(|system| need.system.as_ref() == Some(&system.id.value));
        let declared =
            declared.flat_map(|system| &system.documents).filter(|it| it.kind.value == BOM);
        let mut paths: Vec<RepoPath> =
            declared.filter_map(|it| need.base.join(&it.path.value).ok()).collect();
        paths.extend(self.candidates(bom, &need.base));
        paths.into_iter().find_map(|path| {
            self.documents.load(self.view, &path)?;
            if self.may_answer(need, &path) { self.component(need, &path) } else { None }
        })
    }

    /// The `modelCard` of the model that is asked for, where a file is a CycloneDX bill of
    /// materials that has one.
    fn component(&self, need: &Requirement, path: &RepoPath) -> Option<Answer> {
        if need.kind.id != MODEL_CARD {
            return None;
        }
        let document = self.documents.get(path)?;
        let root = document.tree().ok().filter(|root| root.get("bomFormat").is_some())?;
        let id = need.object.as_ref()?;
        let component = root
            .get("components")?
            .items()
            .iter()
            .filter(|node| is_component(node, id))
            .find(|it| it.get("modelCard").is_some_and(|card| !card.entries().is_empty()))?;
        // The card, and what the component says of the model itself; what else it holds is about
        // others.
        let is_own = |key: &str| {
            [
                "modelCard",
                "name",
                "version",
                "description",
                "licenses",
                "author",
                "authors",
                "publisher",
                "supplier",
                "manufacturer",
            ]
            .contains(&key)
        };
        let own =
            component.entries().iter().filter(|(key, _)| is_own(&key.text)).cloned().collect();
        let body = Body::Tree(Node { span: component.span, value: Value::Mapping(own) });
        let card = Document { path: document.path.clone(), source: document.source.clone(), body };
        let outline = self.lexicon.outline(&card);
        let reading = read(self.lexicon, need.kind, &card, &outline, Region::Whole);
        // One bill holds the cards of several models.
        Some(Answer::Read(Reading { heading: Some(component.span), ..reading }))
    }

    fn sheet(&mut self, need: &Requirement) -> Option<Answer> {
        let path = need.base.join(&need.sheet.as_ref()?.value).ok()?;
        let document = self.documents.load(self.view, &path)?;
        if let Some(damage) = document.damage() {
            return Some(Answer::Unreadable(path, damage.clone()));
        }
        self.section(need.kind, &path)
    }

    fn section(&mut self, kind: &'static Kind, path: &RepoPath) -> Option<Answer> {
        let document = self.documents.get(path)?;
        let Body::Prose(prose) = &document.body else { return None };
        let outline =
            self.outlines.entry(path.clone()).or_insert_with(|| self.lexicon.outline(document));
        let index = reading::section_of(self.lexicon.words(kind, outline.language), outline)?;
        if reading::is_empty(prose, index) {
            let heading =
                prose.sections.get(index).map(|section| section.heading).unwrap_or_default();
            return Some(Answer::EmptySection(Place::bytes(path.clone(), heading)));
        }
        Some(Answer::Read(read(self.lexicon, kind, document, outline, Region::Section(index))))
    }

    /// A document that says nothing of a kind: perhaps only nothing that the gate can read.
    fn refused(&self, reading: Reading) -> Answer {
        let language = self.outlines.get(&reading.path).map(|outline| outline.language);
        match language {
            Some(DocumentLanguage::Unknown(what)) if !reading.has_any() => {
                Answer::UnreadLanguage(reading.path, what)
            }
            _ => {
                let instead = self.look_alike(&reading);
                Answer::NotRecognised(reading, instead)
            }
        }
    }

    /// What a document is instead of one of a kind.
    fn look_alike(&self, reading: &Reading) -> Option<&'static LookAlike> {
        let document = self.documents.get(&reading.path)?;
        let outline = self.outlines.get(&reading.path)?;
        look_alike_of(reading, document, outline)
    }

    /// What a document of another kind carries of a needed one.
    pub(super) fn carried(&mut self, need: &Requirement, path: &RepoPath) -> Option<Answer> {
        if is_own_format(self.documents.get(path)?) {
            return Some(Answer::Typed(path.clone()));
        }
        self.section(need.kind, path).or_else(|| {
            let reading = self.reading(need.kind, path)?;
            reading.is_recognised().then_some(Answer::Read(reading))
        })
    }

    fn pointer(&mut self, kind: &'static Kind) -> Option<Answer> {
        let folder = self.register.base.join(pointer::FOLDER).ok()?;
        let entries = self.view.snapshot.entries().iter();
        let paths: Vec<RepoPath> = entries
            .filter(|entry| {
                entry.path.is_in(&folder) && Format::of(&entry.path) == Some(Format::Yaml)
            })
            .map(|entry| entry.path.clone())
            .collect();
        // A pointer that cannot be read may be the one.
        let mut damaged = None;
        for path in paths {
            let Some(document) = self.documents.load(self.view, &path) else { continue };
            let root = match document.tree() {
                Ok(root) => root,
                Err(damage) => {
                    damaged.get_or_insert(Answer::Unreadable(path, damage));
                    continue;
                }
            };
            if root.get("kind").and_then(|it| it.as_text()) != Some(&kind.id) {
                continue;
            }
            return Some(match pointer::read(document) {
                Ok(_) => Answer::Pointer(path),
                Err(mistake) => {
                    Answer::Unreadable(path, Damage::new(mistake.span(), mistake.message))
                }
            });
        }
        damaged
    }

    /// The place of the gate's own format. What stands there is the document, sound or not.
    fn own_place(&mut self, need: &Requirement) -> Option<Answer> {
        let system = need.system.as_ref().filter(|_| need.kind.id == risks::KIND)?;
        let path = need.base.join(&risks::place(system)).ok()?;
        let document = self.documents.load(self.view, &path)?;
        Some(match document.damage() {
            Some(damage) => Answer::Unreadable(path, damage.clone()),
            None => own_format(need, document, self.lexicon),
        })
    }

    /// A recognised document at one of the usual places, and what stands there instead of one.
    fn usual(&mut self, need: &Requirement) -> (Option<Answer>, Option<Answer>) {
        let mut instead = None;
        for path in self.candidates(need.kind, &need.base) {
            let Some(document) = self.documents.load(self.view, &path) else { continue };
            if let Some(damage) = document.damage() {
                // It may be the one, so it outranks a file that is not.
                if !matches!(instead, Some(Answer::Unreadable(..))) {
                    instead = Some(Answer::Unreadable(path, damage.clone()));
                }
                continue;
            }
            if is_own_format(document) || !self.may_answer(need, &path) {
                continue;
            }
            let Some(reading) = self.reading(need.kind, &path) else { continue };
            let look_alike = self.look_alike(&reading);
            if reading.is_recognised() && look_alike.is_none() {
                return (Some(Answer::Read(reading)), None);
            }
            let refused = match look_alike {
                Some(_) => Answer::NotRecognised(reading, look_alike),
                None => self.refused(reading),
            };
            instead.get_or_insert(refused);
        }
        (None, instead)
    }

    /// The files at the usual places of a kind below a folder, looked for once.
    fn candidates(&mut self, kind: &'static Kind, base: &RepoPath) -> Vec<RepoPath> {
        let view = self.view;
        let found = self.candidates.entry((&kind.id, base.clone())).or_insert_with(|| {
            let set = covers(kind.locations.iter().map(|place| (base, place.as_str())));
            let entries = view.snapshot.entries().iter();
            entries
                .filter(|entry| entry.path.is_in(base) && Format::of(&entry.path).is_some())
                .filter(|entry| set.is_match(entry.path.to_string()))
                .map(|entry| entry.path.clone())
                .collect()
        });
        found.clone()
    }

    /// Reads a whole document as one of a kind, once.
    fn reading(&mut self, kind: &'static Kind, path: &RepoPath) -> Option<Reading> {
        if let Some(known) = self.read.get(&(kind.id.as_str(), path.clone())) {
            return Some(known.clone());
        }
        let document = self.documents.get(path)?;
        let outline =
            self.outlines.entry(path.clone()).or_insert_with(|| self.lexicon.outline(document));
        let reading = read(self.lexicon, kind, document, outline, Region::Whole);
        self.read.insert((&kind.id, path.clone()), reading.clone());
        Some(reading)
    }

    /// Whether an undeclared document may be this system's: not one that another system declares or
    /// that names another; and where there are several systems, one that names this.
    fn may_answer(&self, need: &Requirement, path: &RepoPath) -> bool {
        let Some(system) = &need.system else { return true };
        let taken =
            self.register.all_systems().filter(|other| other.id.value != *system).any(|other| {
                let mut declared = declared_paths(other);
                declared
                    .any(|written| other.base.join(written).is_ok_and(|declared| declared == *path))
            });
        if taken {
            return false;
        }
        match self.documents.get(path).and_then(named_system) {
            Some(named) => named == system,
            None => self.register.all_systems().nth(1).is_none(),
        }
    }

    /// The documents of the product that say what the kind asks for, the one that says most first.
    fn recognise(&mut self, kind: &'static Kind) -> Vec<Reading> {
        if let Some(known) = self.recognised.get(kind.id.as_str()) {
            return known.clone();
        }
        let open = self.load_prose(kind);
        let documents = &*self.documents;
        let (lexicon, cache) = (self.lexicon, self.cache);
        let known = &self.outlines;
        let mut found: Vec<(usize, Reading)> = open
            .par_iter()
            .filter_map(|entry| {
                let document =
                    documents.get(&entry.path).filter(|document| document.damage().is_none())?;
                let outline = known.get(&entry.path)?;
                let reading = read(lexicon, kind, document, outline, Region::Whole);
                let said = reading.with_state(State::Present).count();
                let is_one = is_recognised(&reading, document, outline)
                    && said > 0
                    && look_alike_of(&reading, document, outline).is_none();
                if !is_one {
                    cache.note_none_of(entry, &kind.id, &lexicon.id);
                }
                is_one.then_some((said, reading))
            })
            .collect();
        // Stable, so of equals the first by path.
        found.sort_by_key(|(said, _)| std::cmp::Reverse(*said));
        let readings: Vec<Reading> = found.into_iter().map(|(_, reading)| reading).collect();
        self.recognised.insert(&kind.id, readings.clone());
        readings
    }

    /// The product's Markdown that may be of a kind, read once for all kinds.
    fn load_prose(&mut self, kind: &'static Kind) -> Vec<&'v Entry> {
        let (view, base) = (self.view, &self.register.base);
        let is_prose = |entry: &&Entry| {
            entry.is_file()
                && Format::of(&entry.path) == Some(Format::Markdown)
                && is_own(&entry.path, base)
        };
        let prose =
            self.prose.get_or_insert_with(|| view.entries().iter().filter(is_prose).collect());
        let (cache, lexicon) = (self.cache, self.lexicon);
        let may_be = |entry: &&Entry| !cache.is_none_of(entry, &kind.id, &lexicon.id);
        let open: Vec<&Entry> = prose.iter().copied().filter(may_be).collect();
        let unread = open.par_iter().filter(|entry| self.documents.get(&entry.path).is_none());
        let read: Vec<Document> = unread.filter_map(|entry| fetch(view, &entry.path)).collect();
        self.documents.0.extend(read.into_iter().map(|document| (document.path.clone(), document)));
        let documents = &*self.documents;
        let known = &self.outlines;
        let outline = |path: &RepoPath| Some((path.clone(), lexicon.outline(documents.get(path)?)));
        let unread =
            open.par_iter().map(|entry| &entry.path).filter(|path| !known.contains_key(*path));
        let outlines: Vec<_> = unread.filter_map(outline).collect();
        self.outlines.extend(outlines);
        open
    }

    /// A document of the product that could not be read and may be the one: whatever it says where
    /// nothing of it could be read, else one that is recognised in spite of its damage.
    fn unreadable_prose(&self, kind: &'static Kind) -> Option<Answer> {
        let loaded =
            self.prose.iter().flatten().filter_map(|entry| self.documents.get(&entry.path));
        let damaged = loaded.filter(|document| document.damage().is_some());
        let recognised = |document: &Document| {
            let outline = self.outlines.get(&document.path);
            outline.is_some_and(|it| {
                read(self.lexicon, kind, document, it, Region::Whole).is_recognised()
            })
        };
        let may_be = |document: &&Document| document.source.is_empty() || recognised(document);
        let lost = damaged.into_iter().find(may_be)?;
        Some(Answer::Unreadable(lost.path.clone(), lost.damage()?.clone()))
    }
}

/// Whether an entry of a CycloneDX bill of materials is the one of this id.
pub fn is_component(node: &Node, id: &str) -> bool {
    ["bom-ref", "name"].iter().any(|key| node.get(key).and_then(Node::as_text) == Some(id))
}

/// Every path a system declares for a document.
fn declared_paths(system: &System) -> impl Iterator<Item = &str> {
    let cards = system.models.iter().filter_map(|model| model.card.as_ref());
    let data = system.datasets.iter().filter_map(|dataset| dataset.card.as_ref());
    let documents = system.documents.iter().map(|document| &document.path);
    let all = system.sheet.iter().chain(&system.risks).chain(cards).chain(data).chain(documents);
    all.map(|path| path.value.as_str())
}

/// The system a document says it is about, in its front matter or at its top.
fn named_system(document: &Document) -> Option<&str> {
    document.metadata()?.get("system")?.as_text()
}

/// Whether a path is the product's own; documentation is, tests and examples are not.
fn is_own(path: &RepoPath, base: &RepoPath) -> bool {
    let relative = path.relative_to(base).unwrap_or_else(|| path.clone()).to_string();
    let below_docs = relative.strip_prefix("docs/").unwrap_or(&relative);
    let lower = below_docs.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let template = name.contains("template")
        || folders.split('/').any(|part| matches!(part, "template" | "templates"));
    !template && PathRole::of(&RepoPath::from(below_docs), &RepoPath::root()) == PathRole::Product
}

/// Whether a data file states that it is one of the gate's own formats.
pub fn is_own_format(document: &Document) -> bool {
    let schema =
        document.tree().ok().and_then(|root| root.get("schema")).and_then(|it| it.as_text());
    schema.is_some_and(|schema| schema.starts_with("aimsgate/"))
}

/// A file in the gate's own format as an answer. What is wrong in it is told by its own checks.
fn own_format(need: &Requirement, document: &Document, lexicon: &'static Lexicon) -> Answer {
    let path = document.path.clone();
    let refused = |mistake: Mistake| {
        Answer::Unreadable(document.path.clone(), Damage::new(mistake.span(), mistake.message))
    };
    if need.kind.id == risks::KIND {
        return match risks::read(document) {
            Ok(register) if need.system.as_ref() != Some(&register.system.value) => {
                let message = format!("this is the risk register of `{}`", register.system.value);
                refused(Mistake::new(document, register.system.span, message))
            }
            Ok(_) => Answer::Typed(path),
            Err(mistake) => refused(mistake),
        };
    }
    match pointer::read(document) {
        Ok(pointer) if pointer.kind.value == need.kind.id => Answer::Pointer(path),
        Ok(_) => {
            let outline = lexicon.outline(document);
            Answer::NotRecognised(read(lexicon, need.kind, document, &outline, Region::Whole), None)
        }
        Err(mistake) => refused(mistake),
    }
}
