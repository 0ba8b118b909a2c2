//! What of a system a decision covers: each piece of content with its digest, as it is now.
//!
//! A digest decides, the path beside it is a label: a folder that moves voids nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::ledger::SignOffStore;
use super::risk::of_risk;
use crate::asset::{FileSort, PathRole};
use crate::catalog::Level;
use crate::digest::{of_content, of_listing, of_words};
use crate::document::{Body, Document, Node};
use crate::evidence::{Answer, Reading, Region};
use crate::model::RepositoryModel;
use crate::settings::covers;
use crate::settings::material::{Material, Materials};
use crate::settings::register::{self, DataUse, Dataset, System};
use crate::settings::risks::{self, RiskRegister, Status};
use crate::snapshot::{Entry, ObjectId, Snapshot};
use crate::span::{Place, RepoPath, Span};

/// Bytes of the largest file that is digested.
const LARGEST: u64 = 256 << 20;

/// Files of configuration that are listed one by one; more become one listing.
const MOST_SINGLE: usize = 100;

/// A piece of content that a decision covers.
#[derive(Clone, Debug)]
pub struct CoveredItem {
    pub material: Material,
    pub form: ItemForm,
    /// Its digest, or why there is none.
    pub digest: Result<String, String>,
    /// Where it stands now.
    pub place: Place,
    /// Whether it is what a model or dataset consists of, and not a piece of content.
    pub is_role: bool,
}

/// What kind of entry of a record names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemForm {
    Risk {
        id: String,
        /// What remains of it; nothing where nobody rated it.
        residual: Option<Level>,
    },
    Section {
        path: String,
        section: String,
    },
    /// A file, or a pattern over files.
    File {
        path: String,
    },
}

impl CoveredItem {
    /// What it is called in a message.
    pub fn name(&self) -> String {
        match &self.form {
            ItemForm::Risk { id, .. } => format!("risk `{id}`"),
            ItemForm::Section { path, section } => format!("`{section}` in `{path}`"),
            ItemForm::File { path } => format!("`{path}`"),
        }
    }
}

/// Digests of contents, each computed once however many revisions hold it.
#[derive(Default)]
pub struct Digests(Mutex<BTreeMap<ObjectId, Result<String, String>>>);

impl Digests {
    /// The digest of a file's content.
    ///
    /// # Errors
    /// Why it has none: it is a link, or its content is not here.
    pub fn of(&self, snapshot: &dyn Snapshot, entry: &Entry) -> Result<String, String> {
        if !entry.is_file() {
            return Err("it is a link or a submodule, which nobody can sign for".to_owned());
        }
        let id = snapshot.object_id(entry).map_err(|error| error.to_string())?;
        let known = |all: &Mutex<BTreeMap<_, Result<String, String>>>| {
            all.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
        };
        if let Some(digest) = known(&self.0) {
            return digest;
        }
        let bytes = snapshot.read(entry, LARGEST).map_err(|error| error.to_string());
        let digest = bytes.map(|bytes| of_content(&bytes));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, digest.clone());
        digest
    }

    /// The digest of the file at a path; nothing where there is none.
    ///
    /// # Errors
    /// As [`Digests::of`].
    pub fn at(&self, snapshot: &dyn Snapshot, path: &RepoPath) -> Option<Result<String, String>> {
        Some(self.of(snapshot, snapshot.entry(path)?))
    }
}

/// All content of a system that decisions cover.
pub(super) fn items(
    repo: &RepositoryModel<'_>,
    system: &System,
    materials: &Materials,
    store: &SignOffStore,
    digests: &Digests,
) -> Vec<CoveredItem> {
    let reader = ItemReader { repo, system, materials, digests };
    let mut items = reader.risks();
    items.extend(reader.purpose());
    for model in &system.models {
        for written in model.files() {
            items.push(reader.files(Material::Weights, &written.value, system.place(written.span)));
        }
        let hosted: Vec<&str> = [&model.hub, &model.service]
            .into_iter()
            .flatten()
            .map(|it| it.value.as_str())
            .collect();
        let parts: Vec<CoveredItem> =
            items.iter().rev().take(model.files().count()).cloned().collect();
        items.extend(reader.role(
            Material::Weights,
            format!("models.{}", model.id.value),
            &parts,
            model.span(),
        ));
        if !hosted.is_empty() {
            let version = model.version.as_ref().map_or("", |it| it.value.as_str());
            let words = format!("{} {version}", hosted.join(" "));
            let section = format!("models.{}.hosted", model.id.value);
            let item = reader.stated(Material::Weights, section, &words, model.span());
            items.push(CoveredItem { is_role: true, ..item });
        }
    }
    for dataset in &system.datasets {
        let material =
            if is_for_evaluation(dataset) { Material::Evaluation } else { Material::Data };
        for written in dataset.files() {
            items.push(reader.files(material, &written.value, system.place(written.span)));
        }
        let parts: Vec<CoveredItem> =
            items.iter().rev().take(dataset.files().count()).cloned().collect();
        items.extend(reader.role(
            material,
            format!("datasets.{}", dataset.id.value),
            &parts,
            dataset.id.span,
        ));
        if let Some(hub) = &dataset.hub {
            let version = dataset.version.as_ref().map_or("", |it| it.value.as_str());
            let words = format!("{} {version}", hub.value);
            let section = format!("datasets.{}.hosted", dataset.id.value);
            let item = reader.stated(material, section, &words, dataset.id.span);
            items.push(CoveredItem { is_role: true, ..item });
        }
    }
    items.extend(reader.results());
    items.extend(reader.configuration());
    items.extend(reader.named());
    items.extend(reader.envelopes(store));
    // What is covered twice for one reason is covered once; each reason counts, for decisions
    // differ in which they cover.
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert((item.material, item.form.clone(), item.digest.clone())));
    items
}

fn is_for_evaluation(dataset: &Dataset) -> bool {
    !dataset.used_for.is_empty() && dataset.used_for.iter().all(|used| *used == DataUse::Evaluate)
}

struct ItemReader<'r, 'a> {
    repo: &'r RepositoryModel<'a>,
    system: &'r System,
    materials: &'r Materials,
    digests: &'r Digests,
}

impl ItemReader<'_, '_> {
    fn snapshot(&self) -> &dyn Snapshot {
        self.repo.view.snapshot
    }

    /// What a path or a pattern of the register names.
    fn files(&self, material: Material, written: &str, declared: Place) -> CoveredItem {
        self.covered(material, &self.system.base, written, declared, |_| true)
    }

    /// What a path or a pattern below a folder names, as far as it is meant.
    fn covered(
        &self,
        material: Material,
        folder: &RepoPath,
        written: &str,
        declared: Place,
        is_meant: impl Fn(&Entry) -> bool,
    ) -> CoveredItem {
        let Ok(base) = folder.join(written) else {
            let why = "its path leaves the repository".to_owned();
            let form = ItemForm::File { path: written.to_owned() };
            return CoveredItem {
                material,
                form,
                digest: Err(why),
                place: declared,
                is_role: false,
            };
        };
        let is_pattern = is_pattern(written);
        if let Some(entry) = self.snapshot().entry(&base).filter(|_| !is_pattern) {
            let form = ItemForm::File { path: base.to_string() };
            let (digest, place) = (self.digests.of(self.snapshot(), entry), Place::whole(base));
            return CoveredItem { material, form, digest, place, is_role: false };
        }
        // A folder and a pattern are digested as a listing, and a file never passes for one.
        let label = if is_pattern {
            base.clone()
        } else {
            base.join("**").unwrap_or_else(|_| base.clone())
        };
        let form = ItemForm::File { path: label.to_string() };
        let set = covers([(folder, written)]);
        let entries = self.snapshot().entries().iter();
        let entries =
            entries.filter(|entry| set.is_match(entry.path.to_string()) && is_meant(entry));
        CoveredItem {
            material,
            form,
            digest: self.listing(&base, entries),
            place: declared,
            is_role: false,
        }
    }

    /// The digest of the files below the literal part of a pattern.
    fn listing<'e>(
        &self,
        pattern: &RepoPath,
        entries: impl Iterator<Item = &'e Entry>,
    ) -> Result<String, String> {
        let pattern = pattern.to_string();
        let literal: Vec<&str> =
            pattern.split('/').take_while(|part| !part.contains(['*', '?', '[', '{'])).collect();
        let folder = RepoPath::from(literal.join("/").as_str());
        let wild =
            pattern.get(literal.join("/").len()..).unwrap_or_default().trim_start_matches('/');
        let wild = if wild.is_empty() { "**" } else { wild };
        let mut files = Vec::new();
        for entry in entries {
            let digest = self
                .digests
                .of(self.snapshot(), entry)
                .map_err(|why| format!("`{}`: {why}", entry.path))?;
            let path = entry.path.relative_to(&folder).unwrap_or_else(|| entry.path.clone());
            if path.as_bytes().iter().any(|byte| byte.is_ascii_control()) || path.to_str().is_none()
            {
                return Err(format!("`{}`: its name is no plain text", entry.path));
            }
            files.push((path.to_string(), digest));
        }
        if files.is_empty() {
            return Err("no file here is named by it".to_owned());
        }
        Ok(of_listing(wild, files.iter().map(|(path, digest)| (path.as_str(), digest.clone()))))
    }

    /// A value of the register, by its words.
    fn stated(&self, material: Material, section: String, words: &str, span: Span) -> CoveredItem {
        let form = ItemForm::Section { path: self.system.register.to_string(), section };
        CoveredItem {
            material,
            form,
            digest: Ok(of_words(words)),
            place: self.system.place(span),
            is_role: false,
        }
    }

    /// What a model or dataset consists of, by its id: the same files in another role are other
    /// content.
    fn role(
        &self,
        material: Material,
        section: String,
        parts: &[CoveredItem],
        span: Span,
    ) -> Option<CoveredItem> {
        let form = ItemForm::Section { path: self.system.register.to_string(), section };
        let digests: Result<Vec<String>, String> =
            parts.iter().map(|part| part.digest.clone()).collect();
        let digest = match digests.as_deref() {
            Ok([]) => return None,
            Ok([one]) => Ok(one.clone()),
            Ok(several) => Ok(of_words(&several.join(" "))),
            Err(why) => Err(why.clone()),
        };
        Some(CoveredItem { material, form, digest, place: self.system.place(span), is_role: true })
    }

    fn risks(&self) -> Vec<CoveredItem> {
        let typed = self.repo.risks.iter().find(|(system, _)| *system == self.system.id.value);
        if let Some((_, register)) = typed {
            let open = register
                .risks
                .iter()
                .filter(|risk| risk.status.as_ref().is_none_or(|it| it.value != Status::Closed));
            let document = self.repo.documents.get(&register.path);
            let node = |id: &str| {
                let all = document?.tree().ok()?.get("risks")?.items();
                all.iter().find(|node| node.get("id").and_then(Node::as_text) == Some(id))
            };
            return open
                .map(|risk| {
                    let id = risk.id.value.clone();
                    let digest =
                        node(&id).ok_or_else(|| "it cannot be read".to_owned()).and_then(of_risk);
                    let place = Place::bytes(register.path.clone(), risk.id.span);
                    let residual = residual(register, &id);
                    CoveredItem {
                        material: Material::Risks,
                        form: ItemForm::Risk { id, residual },
                        digest,
                        place,
                        is_role: false,
                    }
                })
                .collect();
        }
        // A register in another form is covered as a file.
        let of_system = |need: &crate::evidence::Requirement| {
            need.system.as_ref() == Some(&self.system.id.value)
        };
        let mut answers = self
            .repo
            .evidence
            .iter()
            .filter(|(need, _)| need.kind.id == risks::KIND && of_system(need));
        let path = answers.find_map(|(_, answer)| answer.accepted());
        path.map(|path| self.file(Material::Risks, path)).into_iter().collect()
    }

    fn file(&self, material: Material, path: &RepoPath) -> CoveredItem {
        let digest = self
            .digests
            .at(self.snapshot(), path)
            .unwrap_or_else(|| Err("there is no such file".to_owned()));
        CoveredItem {
            is_role: false,
            material,
            form: ItemForm::File { path: path.to_string() },
            digest,
            place: Place::whole(path.clone()),
        }
    }

    /// What it is for, in the register and in the documents that say so.
    fn purpose(&self) -> Vec<CoveredItem> {
        let system = self.system;
        let mut items = vec![self.stated(
            Material::Purpose,
            "purpose".to_owned(),
            &system.purpose.value,
            system.purpose.span,
        )];
        for (need, answer) in &self.repo.evidence {
            let Answer::Read(reading) = answer else { continue };
            if need.system.as_ref() != Some(&system.id.value) {
                continue;
            }
            let Some(document) = self.repo.documents.get(&reading.path) else { continue };
            let said = match need.kind.id.as_str() {
                "intended-use-statement" => whole(document, reading),
                "model-card" => element(document, reading, "intended-use"),
                _ => None,
            };
            let Some((section, span)) = said else { continue };
            let form = ItemForm::Section { path: reading.path.to_string(), section };
            let digest = Ok(of_words(span.of(&document.source)));
            let place = Place::bytes(reading.path.clone(), span);
            let item =
                CoveredItem { material: Material::Purpose, form, digest, place, is_role: false };
            // Two sections of one title are two pieces.
            if !items
                .iter()
                .any(|known: &CoveredItem| known.form == item.form && known.digest == item.digest)
            {
                items.push(item);
            }
        }
        items
    }

    /// The results that thresholds are held against, and the thresholds.
    fn results(&self) -> Vec<CoveredItem> {
        let mut items: Vec<CoveredItem> = Vec::new();
        let mut bounds = String::new();
        for threshold in &self.system.accept_when {
            let split = threshold.split.as_ref().map_or("", |split| split.value.as_str());
            let bound = |name: &str, bound: Option<f64>| {
                bound.map_or(String::new(), |it| format!(" {name} {it}"))
            };
            let (least, most) =
                (bound("at-least", threshold.at_least), bound("at-most", threshold.at_most));
            bounds += &format!("{} {split}{least}{most}\n", threshold.metric.value);
            let Some(path) = self.system.path(&threshold.results) else { continue };
            let item = self.file(Material::Evaluation, &path);
            if !items.iter().any(|known| known.form == item.form) {
                items.push(item);
            }
        }
        if let Some(first) = self.system.accept_when.first() {
            items.push(self.stated(
                Material::Thresholds,
                "accept-when".to_owned(),
                &bounds,
                first.metric.span,
            ));
        }
        items
    }

    /// What a program may change by itself: the envelopes, and what must not change within them.
    fn envelopes(&self, store: &SignOffStore) -> Vec<CoveredItem> {
        let own = store
            .envelopes
            .iter()
            .filter(|(_, envelope)| envelope.system.value == self.system.id.value);
        own.flat_map(|(path, envelope)| {
            let fixed = envelope.must_not_change.iter();
            let place = |span| Place::bytes(path.clone(), span);
            let fixed =
                fixed.map(move |it| self.files(Material::Envelope, &it.value, place(it.span)));
            std::iter::once(self.file(Material::Envelope, path)).chain(fixed)
        })
        .collect()
    }

    /// Whatever else the system owns that is no program, page, document or data.
    fn configuration(&self) -> Vec<CoveredItem> {
        let repo = self.repo;
        let results: Vec<Option<RepoPath>> =
            self.system.accept_when.iter().map(|it| self.system.path(&it.results)).collect();
        let (models, data) = (self.system.model_files(), self.system.data_files());
        let is_meant = |entry: &&Entry| {
            let path = &entry.path;
            let name = path.to_string();
            if !self.owns(path) {
                return false;
            }
            // What stands elsewhere among this system's content is not configuration as well.
            let is_other = models.is_match(&name)
                || data.is_match(&name)
                || results.iter().flatten().any(|it| it == path);
            let is_told = is_configuration(path, &repo.view.scope) && !is_document(repo, path);
            !is_other && is_told && !self.materials.excepts(path)
        };
        let (prompts, rest): (Vec<&Entry>, Vec<&Entry>) =
            repo.view.entries().iter().filter(is_meant).partition(|entry| is_prompt(&entry.path));
        let of = |material, entries: Vec<&Entry>| -> Vec<CoveredItem> {
            if entries.len() <= MOST_SINGLE {
                return entries.into_iter().map(|entry| self.file(material, &entry.path)).collect();
            }
            let digest = self.listing(&self.system.base, entries.into_iter());
            let all = if material == Material::Prompts { "**/*prompt*" } else { "**" };
            let path =
                self.system.base.join(all).map_or_else(|_| all.to_owned(), |path| path.to_string());
            let place = self.system.place(self.system.id.span);
            vec![CoveredItem {
                material,
                form: ItemForm::File { path },
                digest,
                place,
                is_role: false,
            }]
        };
        let mut items = of(Material::Prompts, prompts);
        items.extend(of(Material::Thresholds, rest));
        items
    }

    /// What the rules name of the files that the system owns, beside what their names say of them.
    fn named(&self) -> Vec<CoveredItem> {
        let entries = self.repo.view.entries();
        let is_own =
            |entry: &Entry| entry.path.is_in(&self.repo.view.scope) && self.owns(&entry.path);
        let item = |(material, folder, pattern): (Material, &RepoPath, &str)| {
            let set = covers([(folder, pattern)]);
            let has_own = entries.iter().any(|it| set.is_match(it.path.to_string()) && is_own(it));
            let place = self.system.place(self.system.id.span);
            has_own.then(|| self.covered(material, folder, pattern, place, is_own))
        };
        self.materials.named().filter_map(item).collect()
    }

    fn owns(&self, path: &RepoPath) -> bool {
        self.repo.systems_of(path).any(|owner| owner.id == self.system.id)
    }
}

/// Files of data by their extension: they decide how a system behaves wherever they lie.
const DATA: [&str; 16] = [
    "yaml",
    "yml",
    "json",
    "jsonl",
    "toml",
    "ini",
    "cfg",
    "conf",
    "csv",
    "tsv",
    "xml",
    "txt",
    "sql",
    "properties",
    "env",
    "parquet",
];

/// Whether a file may decide how a system behaves, by its name: no program source, no page, no
/// pipeline.
fn is_configuration(path: &RepoPath, scope: &RepoPath) -> bool {
    let is_data = DATA.contains(&path.extension().as_str());
    let is_pipeline =
        path.relative_to(scope).unwrap_or_else(|| path.clone()).to_string().starts_with(".github/");
    match FileSort::of(path) {
        FileSort::Content => is_data || PathRole::of(path, scope) == PathRole::Product,
        // Manifests and pages keep their names; data that only looks like one from its folder does
        // not.
        FileSort::Page => is_data && !is_pipeline && !is_manifest(path),
        FileSort::Source => matches!(path.extension().as_str(), "sql" | "html" | "css"),
    }
}

/// Whether a file lists what a program is built from, or is a tool's own.
fn is_manifest(path: &RepoPath) -> bool {
    let name = path.file_name().to_lowercase();
    let is_lock = name.ends_with(".lock")
        || name.ends_with("-lock.json")
        || name == "cargo.toml"
        || name == "pyproject.toml";
    let is_requirements =
        name.starts_with("requirements") && name.ends_with(".txt") && !name.contains("prompt");
    is_lock || is_requirements || name == "package.json" || name.starts_with('.')
}

/// Whether a file answers a duty as a page, or is of the gate's own formats. Data that a register
/// calls a document decides how a system behaves all the same.
fn is_document(repo: &RepositoryModel<'_>, path: &RepoPath) -> bool {
    let is_page = matches!(path.extension().as_str(), "md" | "markdown" | "rst" | "adoc" | "");
    let is_register = path.file_name() == register::FILE;
    let in_governance = path.to_string().split('/').any(|part| part == "governance");
    repo.is_governance(path) && (is_page || is_register || in_governance)
}

/// Whether a path of the register, or of a record, is a pattern over files.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// Whether a file is what a generative model is told, by its name.
fn is_prompt(path: &RepoPath) -> bool {
    let text = path.to_string().to_lowercase();
    let named = |part: &str| part.contains("prompt") || part.contains("instructions");
    text.split('/').any(named)
        || matches!(path.extension().as_str(), "j2" | "jinja" | "jinja2" | "mustache" | "hbs")
}

/// What remains of a risk: its rating after treatment, else before it.
fn residual(register: &RiskRegister, id: &str) -> Option<Level> {
    let risk = register.risks.iter().find(|risk| risk.id.value == id)?;
    register.level(risk.after.as_ref().or(risk.before.as_ref())?.value)
}

/// The part of a document that was read, and what it is called.
fn whole(document: &Document, reading: &Reading) -> Option<(String, Span)> {
    match (&document.body, reading.region) {
        (Body::Prose(prose), Region::Section(index)) => {
            let section = prose.sections.get(index)?;
            Some((section.title.clone(), Span::new(section.heading.end, section.span.end)))
        }
        (Body::Prose(prose), Region::Whole) => {
            let first = prose.sections.iter().find(|section| section.level > 0);
            let title = first.map_or_else(String::new, |section| section.title.clone());
            let start = first.map_or(0, |section| section.heading.end);
            Some((title, Span::new(start, document.source.len())))
        }
        (Body::Tree(_), _) => Some((reading.kind.id.clone(), Span::new(0, document.source.len()))),
        (Body::Damaged(_), _) => None,
    }
}

/// The section, or the value, that answers an element.
fn element(document: &Document, reading: &Reading, key: &str) -> Option<(String, Span)> {
    let said = reading.said(key)?;
    let span = said.span?;
    let found_as = said.found_as.clone().unwrap_or_default();
    let Body::Prose(prose) = &document.body else { return Some((found_as, span)) };
    let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end;
    let mut around =
        prose.sections.iter().filter(|section| section.level > 0 && holds(section.span));
    match around.rfind(|section| section.title == found_as) {
        Some(section) => Some((found_as, Span::new(section.heading.end, section.span.end))),
        None => Some((found_as, span)),
    }
}
