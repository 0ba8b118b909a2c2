//! Which documents the register makes due, and what answers each.
//!
//! A document is looked for where the register says, then as a section of the system's sheet, then
//! as a pointer to the organisation's own, then at the usual places, then by what it says. A file
//! name earns nothing by itself.

mod pointer;
mod reading;
mod words;

use std::collections::BTreeMap;

use rayon::prelude::*;

pub use reading::{ElementReading, Reading, Region, State, read};
pub use words::is_placeholder;

use crate::asset::PathRole;
use crate::catalog::{self, Class, Kind, Scope, Stage};
use crate::document::{self, Body, Damage, Document, Format, LIMITS, Spanned};
use crate::settings::register::{Model, Register, RepositoryKind, System, covers};
use crate::settings::{Mistake, risks};
use crate::snapshot::View;
use crate::span::{Place, RepoPath, Span};

/// Every document that was read, by path.
#[derive(Debug, Default)]
pub struct Documents(BTreeMap<RepoPath, Document>);

impl Documents {
    /// A document that was read earlier.
    pub fn get(&self, path: &RepoPath) -> Option<&Document> {
        self.0.get(path)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.0.values()
    }

    /// Reads the document at `path` once; `None` where the snapshot has no such file.
    pub fn load(&mut self, view: &View<'_>, path: &RepoPath) -> Option<&Document> {
        if !self.0.contains_key(path) {
            let document = fetch(view, path)?;
            self.0.insert(path.clone(), document);
        }
        self.0.get(path)
    }
}

fn fetch(view: &View<'_>, path: &RepoPath) -> Option<Document> {
    let entry = view.snapshot.entry(path)?;
    if !entry.is_file() {
        return Some(Document::unreadable(path.clone(), "a link or a submodule; the document must be a file here"));
    }
    Some(match view.snapshot.read(entry, LIMITS.bytes) {
        Ok(bytes) => document::parse(path.clone(), bytes),
        Err(error) => Document::unreadable(path.clone(), error.to_string()),
    })
}

/// A document that must exist, and why.
#[derive(Debug)]
pub struct Need {
    pub kind: &'static Kind,
    pub system: Option<String>,
    /// The model or dataset it is about.
    pub object: Option<String>,
    pub class: Class,
    pub stage: Stage,
    pub owner: Option<String>,
    /// The line of the register that makes it due.
    pub asked: Place,
    /// Where the register says it is.
    declared: Option<Spanned<String>>,
    sheet: Option<Spanned<String>>,
}

/// What was found for a need.
#[derive(Debug)]
pub enum Answer {
    /// A document of the kind, whatever it says.
    Read(Reading),
    /// It lives elsewhere; a pointer says where.
    Pointer(RepoPath),
    /// A file in the gate's own format for it.
    Typed(RepoPath),
    /// A document that could not be read.
    Unreadable(RepoPath, Damage),
    /// The declared path names no file here.
    NotThere {
        written: String,
        declared: Place,
    },
    /// A file stands where the document should be and says something else.
    NotRecognised(Reading),
    /// The section of the sheet is there and says nothing.
    EmptySection(Place),
    Missing,
}

/// Needs and their answers, in the order of the catalogue and the register.
pub type Evidence = Vec<(Need, Answer)>;

/// Works out what is due and finds it, reading documents on the way.
pub fn gather(view: &View<'_>, register: &Register, documents: &mut Documents) -> Evidence {
    let needs = needs(register);
    let mut finder = Finder { view, register, documents, recognised: BTreeMap::new(), prose: Vec::new() };
    let mut evidence = Vec::new();
    for need in needs {
        let answer = finder.answer(&need);
        evidence.push((need, answer));
    }
    evidence
}

fn needs(register: &Register) -> Vec<Need> {
    let place = |span: Span| Place::bytes(register.path.clone(), span);
    let mut needs = Vec::new();
    for kind in catalog::kinds() {
        let due: Vec<&System> =
            register.systems.iter().filter(|system| kind.is_due(system.class(), *system.stage)).collect();
        match kind.scope {
            Scope::Organization | Scope::Repository => {
                // One for all systems; the strictest of them asks.
                let Some(system) = due.iter().copied().max_by_key(|system| system.class()) else {
                    needs.extend(organisations_own(register, kind));
                    continue;
                };
                needs.push(Need {
                    kind,
                    system: None,
                    object: None,
                    class: system.class(),
                    stage: *system.stage,
                    owner: None,
                    asked: place(system.id.span),
                    declared: due.iter().find_map(|system| declared(system, kind)),
                    sheet: None,
                });
            }
            Scope::System | Scope::Release => needs.extend(due.iter().map(|system| Need {
                kind,
                system: Some(system.id.value.clone()),
                object: None,
                class: system.class(),
                stage: *system.stage,
                owner: Some(system.owner.value.clone()),
                asked: place(system.id.span),
                declared: declared(system, kind),
                sheet: system.sheet.clone(),
            })),
            Scope::Model | Scope::Dataset => {
                for system in due {
                    let objects: Vec<(&Spanned<String>, &Option<Spanned<String>>)> = if kind.scope == Scope::Model {
                        own_models(system).map(|model| (&model.id, &model.card)).collect()
                    } else {
                        system.datasets.iter().map(|dataset| (&dataset.id, &dataset.card)).collect()
                    };
                    needs.extend(objects.into_iter().map(|(id, card)| Need {
                        kind,
                        system: Some(system.id.value.clone()),
                        object: Some(id.value.clone()),
                        class: system.class(),
                        stage: *system.stage,
                        owner: Some(system.owner.value.clone()),
                        asked: place(id.span),
                        declared: card.clone().or_else(|| declared(system, kind)),
                        sheet: system.sheet.clone(),
                    }));
                }
            }
        }
    }
    needs
}

/// The models a system makes itself.
fn own_models(system: &System) -> impl Iterator<Item = &Model> {
    system.models.iter().filter(|model| !model.is_supplied())
}

/// What the organisation's own repository owes whether or not a system stands in it.
fn organisations_own(register: &Register, kind: &'static Kind) -> Option<Need> {
    let class = register.used_ai.iter().map(|used| used.risk_class).max().unwrap_or(Class::Limited);
    let stage = Stage::Operation;
    let is_own = register.kind == Some(RepositoryKind::Organisation) && kind.scope == Scope::Organization;
    (is_own && kind.is_due(class, stage)).then(|| Need {
        kind,
        system: None,
        object: None,
        class,
        stage,
        owner: None,
        asked: Place::bytes(register.path.clone(), register.kind_span),
        declared: None,
        sheet: None,
    })
}

/// Where the register says a system's document of a kind is.
fn declared(system: &System, kind: &Kind) -> Option<Spanned<String>> {
    // The risk register has a key of its own, because it is data and not prose.
    let risks = system.risks.clone().filter(|_| kind.id == "risk-register");
    risks.or_else(|| system.documents.iter().find(|it| it.kind.value == kind.id).map(|it| it.path.clone()))
}

struct Finder<'a, 'v> {
    view: &'a View<'v>,
    register: &'a Register,
    documents: &'a mut Documents,
    /// Documents recognised by what they say, per kind; looked for once.
    recognised: BTreeMap<&'static str, Vec<Reading>>,
    /// The product's Markdown files, once they are needed.
    prose: Vec<RepoPath>,
}

impl Finder<'_, '_> {
    fn answer(&mut self, need: &Need) -> Answer {
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
        if self.is_one_of_several(need) {
            return Answer::Missing;
        }
        let (found, instead) = self.usual(need);
        if let Some(answer) = found {
            return answer;
        }
        let recognised = self.recognise(need.kind);
        match recognised.into_iter().find(|reading| self.may_answer(need, &reading.path)) {
            Some(reading) => Answer::Read(reading),
            None => instead.or_else(|| self.unreadable_prose()).unwrap_or(Answer::Missing),
        }
    }

    /// Whether a document that nobody declared could be about any of several models or datasets.
    fn is_one_of_several(&self, need: &Need) -> bool {
        let systems = &self.register.systems;
        match need.kind.scope {
            Scope::Model => systems.iter().flat_map(own_models).nth(1).is_some(),
            Scope::Dataset => systems.iter().flat_map(|system| &system.datasets).nth(1).is_some(),
            _ => false,
        }
    }

    fn declared(&mut self, need: &Need, written: &Spanned<String>) -> Answer {
        let declared = Place::bytes(self.register.path.clone(), written.span);
        let not_there = || Answer::NotThere { written: written.value.clone(), declared: declared.clone() };
        let Ok(path) = self.register.base.join(&written.value) else { return not_there() };
        let Some(document) = self.documents.load(self.view, &path) else { return not_there() };
        if let Some(damage) = document.damage() {
            return Answer::Unreadable(path, damage.clone());
        }
        if is_own_format(document) {
            return own_format(need, document);
        }
        let reading = read(need.kind, document, Region::Whole);
        if reading.has_any() {
            return Answer::Read(reading);
        }
        // A declared page may carry the kind as a section.
        self.section(need.kind, &path).unwrap_or(Answer::NotRecognised(reading))
    }

    fn sheet(&mut self, need: &Need) -> Option<Answer> {
        let path = self.register.base.join(&need.sheet.as_ref()?.value).ok()?;
        let document = self.documents.load(self.view, &path)?;
        if let Some(damage) = document.damage() {
            return Some(Answer::Unreadable(path, damage.clone()));
        }
        self.section(need.kind, &path)
    }

    fn section(&mut self, kind: &'static Kind, path: &RepoPath) -> Option<Answer> {
        let document = self.documents.get(path)?;
        let Body::Markdown(markdown) = &document.body else { return None };
        let index = reading::section_of(kind, markdown)?;
        if reading::is_empty(markdown, index) {
            let heading = markdown.sections.get(index).map(|section| section.heading).unwrap_or_default();
            return Some(Answer::EmptySection(Place::bytes(path.clone(), heading)));
        }
        Some(Answer::Read(read(kind, document, Region::Section(index))))
    }

    fn pointer(&mut self, kind: &'static Kind) -> Option<Answer> {
        let folder = self.register.base.join(pointer::FOLDER).ok()?;
        let entries = self.view.snapshot.entries().iter();
        let paths: Vec<RepoPath> = entries
            .filter(|entry| entry.path.is_in(&folder) && Format::of(&entry.path) == Some(Format::Yaml))
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
                Err(mistake) => Answer::Unreadable(path, Damage::new(mistake.span(), mistake.message)),
            });
        }
        damaged
    }

    /// The place of the gate's own format. What stands there is the document, sound or not.
    fn own_place(&mut self, need: &Need) -> Option<Answer> {
        let system = need.system.as_ref().filter(|_| need.kind.id == risks::KIND)?;
        let path = self.register.base.join(&risks::place(system)).ok()?;
        let document = self.documents.load(self.view, &path)?;
        Some(match document.damage() {
            Some(damage) => Answer::Unreadable(path, damage.clone()),
            None => own_format(need, document),
        })
    }

    /// A recognised document at one of the usual places, and what stands there instead of one.
    fn usual(&mut self, need: &Need) -> (Option<Answer>, Option<Answer>) {
        let set = covers(&self.register.base, need.kind.locations.iter().map(String::as_str));
        let entries = self.view.snapshot.entries().iter();
        let candidates: Vec<RepoPath> = entries
            .filter(|entry| entry.path.is_in(&self.register.base) && Format::of(&entry.path).is_some())
            .filter(|entry| set.is_match(entry.path.to_string()))
            .map(|entry| entry.path.clone())
            .collect();
        let mut instead = None;
        for path in candidates {
            let Some(document) = self.documents.load(self.view, &path) else { continue };
            if let Some(damage) = document.damage() {
                instead.get_or_insert(Answer::Unreadable(path, damage.clone()));
                continue;
            }
            if is_own_format(document) || !self.may_answer(need, &path) {
                continue;
            }
            let Some(document) = self.documents.get(&path) else { continue };
            let reading = read(need.kind, document, Region::Whole);
            if reading.is_recognised() {
                return (Some(Answer::Read(reading)), None);
            }
            instead.get_or_insert(Answer::NotRecognised(reading));
        }
        (None, instead)
    }

    /// Whether an undeclared document may be this system's: not one that another system declares or
    /// that names another; and where there are several systems, one that names this.
    fn may_answer(&self, need: &Need, path: &RepoPath) -> bool {
        let Some(system) = &need.system else { return true };
        let base = &self.register.base;
        let taken = self.register.systems.iter().filter(|other| other.id.value != *system).any(|other| {
            let mut declared = declared_paths(other);
            declared.any(|written| base.join(written).is_ok_and(|declared| declared == *path))
        });
        if taken {
            return false;
        }
        match self.documents.get(path).and_then(named_system) {
            Some(named) => named == system,
            None => self.register.systems.len() == 1,
        }
    }

    /// The documents of the product that say what the kind asks for, the one that says most first.
    fn recognise(&mut self, kind: &'static Kind) -> Vec<Reading> {
        if let Some(known) = self.recognised.get(kind.id.as_str()) {
            return known.clone();
        }
        self.load_prose();
        let documents = &*self.documents;
        let mut found: Vec<(usize, Reading)> = self
            .prose
            .par_iter()
            .filter_map(|path| {
                let document = documents.get(path).filter(|document| document.damage().is_none())?;
                let reading = read(kind, document, Region::Whole);
                let said = reading.with_state(State::Present).count();
                (reading.is_recognised() && said > 0).then_some((said, reading))
            })
            .collect();
        // Stable, so of equals the first by path.
        found.sort_by_key(|(said, _)| std::cmp::Reverse(*said));
        let readings: Vec<Reading> = found.into_iter().map(|(_, reading)| reading).collect();
        self.recognised.insert(&kind.id, readings.clone());
        readings
    }

    /// Reads the product's Markdown, once for all kinds.
    fn load_prose(&mut self) {
        if !self.prose.is_empty() {
            return;
        }
        let (view, base) = (self.view, &self.register.base);
        let own = view.entries().iter().filter(|entry| {
            entry.is_file() && Format::of(&entry.path) == Some(Format::Markdown) && is_own(&entry.path, base)
        });
        self.prose = own.map(|entry| entry.path.clone()).collect();
        let unread = self.prose.par_iter().filter(|path| self.documents.get(path).is_none());
        let read: Vec<Document> = unread.filter_map(|path| fetch(view, path)).collect();
        self.documents.0.extend(read.into_iter().map(|document| (document.path.clone(), document)));
    }

    /// A document of the product that could not be read and may be any; nothing where all were.
    fn unreadable_prose(&self) -> Option<Answer> {
        let damaged = self.prose.iter().filter_map(|path| Some((path, self.documents.get(path)?.damage()?)));
        let lost =
            damaged.into_iter().find(|(path, _)| self.documents.get(path).is_some_and(|it| it.source.is_empty()));
        lost.map(|(path, damage)| Answer::Unreadable(path.clone(), damage.clone()))
    }
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
    let root = match &document.body {
        Body::Tree(root) => root,
        Body::Markdown(markdown) => markdown.front_matter.as_ref()?,
        Body::Damaged(_) => return None,
    };
    root.get("system")?.as_text()
}

/// Whether a path is the product's own; documentation is, tests and examples are not.
fn is_own(path: &RepoPath, base: &RepoPath) -> bool {
    let relative = path.relative_to(base).unwrap_or_else(|| path.clone()).to_string();
    let below_docs = relative.strip_prefix("docs/").unwrap_or(&relative);
    let template = below_docs.to_ascii_lowercase().contains("template");
    !template && PathRole::of(&RepoPath::from(below_docs), &RepoPath::root()) == PathRole::Product
}

/// Whether a data file states that it is one of the gate's own formats.
fn is_own_format(document: &Document) -> bool {
    let schema = document.tree().ok().and_then(|root| root.get("schema")).and_then(|it| it.as_text());
    schema.is_some_and(|schema| schema.starts_with("aimsgate/"))
}

/// A file in the gate's own format as an answer. What is wrong in it is told by its own checks.
fn own_format(need: &Need, document: &Document) -> Answer {
    let path = document.path.clone();
    let refused =
        |mistake: Mistake| Answer::Unreadable(document.path.clone(), Damage::new(mistake.span(), mistake.message));
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
        Ok(_) => Answer::NotRecognised(read(need.kind, document, Region::Whole)),
        Err(mistake) => refused(mistake),
    }
}

#[cfg(test)]
mod tests;
