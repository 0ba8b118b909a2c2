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
use std::sync::Arc;

use super::answer::Answer;
use super::documents::Documents;
use super::lexicon::Lexicon;
use super::look_alike::LookAlike;
use super::outline::Outline;
use super::own_format::{is_own_format, own_format};
use super::pointer;
use super::reading::{self, Reading, Region, read};
use super::recognise::look_alike_of;
use super::requirement::{Requirement, own_models};
use crate::catalog::{DocumentLanguage, Kind, Scope};
use crate::document::{Body, Damage, Document, Format, Spanned};
use crate::file_cache::FileCache;
use crate::settings::register::{Register, System};
use crate::settings::{covers, risks};
use crate::snapshot::{Entry, View};
use crate::span::{Place, RepoPath};

/// Looks for documents, each file and each kind once.
pub(super) struct Finder<'a, 'v> {
    pub(super) view: &'a View<'v>,
    pub(super) register: &'a Register,
    pub(super) documents: &'a mut Documents,
    pub(super) cache: &'a FileCache,
    /// Documents recognised by what they say, per kind; looked for once.
    pub(super) recognised: BTreeMap<&'static str, Vec<Reading>>,
    /// The product's Markdown files, once they are needed.
    pub(super) prose: Option<Vec<&'v Entry>>,
    /// The files at the usual places, per kind.
    pub(super) candidates: BTreeMap<(&'static str, RepoPath), Vec<RepoPath>>,
    pub(super) lexicon: &'static Lexicon,
    /// The named things of documents, per path.
    pub(super) outlines: BTreeMap<RepoPath, Arc<Outline>>,
    /// What was read of whole documents, per kind and path.
    pub(super) read: BTreeMap<(&'static str, RepoPath), Reading>,
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
        let (cache, lexicon) = (self.cache, self.lexicon);
        let entry = self.view.snapshot.entry(path);
        let outline = self
            .outlines
            .entry(path.clone())
            .or_insert_with(|| outline_of(cache, lexicon, entry, document));
        let index = reading::section_of(self.lexicon.words(kind, outline.language), outline)?;
        if reading::is_empty(prose, index) {
            let heading =
                prose.sections.get(index).map(|section| section.heading).unwrap_or_default();
            return Some(Answer::EmptySection(Place::bytes(path.clone(), heading)));
        }
        let of = format!("section {index} {} {}", kind.id, lexicon.id);
        let make = || read(lexicon, kind, document, outline, Region::Section(index));
        Some(Answer::Read((*cache.made(entry, of, make)).clone()))
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
        let entries = self.view.below(&folder).iter();
        let paths: Vec<RepoPath> = entries
            .filter(|entry| Format::of(&entry.path) == Some(Format::Yaml))
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
    pub(super) fn candidates(&mut self, kind: &'static Kind, base: &RepoPath) -> Vec<RepoPath> {
        let view = self.view;
        let found = self.candidates.entry((&kind.id, base.clone())).or_insert_with(|| {
            let set = covers(kind.locations.iter().map(|place| (base, place.as_str())));
            view.documents()
                .filter(|(entry, _)| entry.path.is_in(base) && set.is_match(entry.path.to_string()))
                .map(|(entry, _)| entry.path.clone())
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
        let (cache, lexicon) = (self.cache, self.lexicon);
        let entry = self.view.snapshot.entry(path);
        let outline = self
            .outlines
            .entry(path.clone())
            .or_insert_with(|| outline_of(cache, lexicon, entry, document));
        let of = format!("reading {} {}", kind.id, lexicon.id);
        let make = || read(lexicon, kind, document, outline, Region::Whole);
        let reading = (*cache.made(entry, of, make)).clone();
        self.read.insert((&kind.id, path.clone()), reading.clone());
        Some(reading)
    }

    /// Whether an undeclared document may be this system's: not one that another system declares or
    /// that names another; and where there are several systems, one that names this.
    pub(super) fn may_answer(&self, need: &Requirement, path: &RepoPath) -> bool {
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
            Some(named) => *system == named,
            None => self.register.all_systems().nth(1).is_none(),
        }
    }
}

/// Returns the named things of a document, listed once for each content.
pub(super) fn outline_of(
    cache: &FileCache,
    lexicon: &'static Lexicon,
    entry: Option<&Entry>,
    document: &Document,
) -> Arc<Outline> {
    cache.made(entry, format!("outline {}", lexicon.id), || lexicon.outline(document))
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
