//! `aims.yaml`: which AI systems there are, who owns them, their class and stage, what they are
//! made of, and where their documents lie.

use std::collections::BTreeSet;

use globset::{GlobSet, GlobSetBuilder};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::pattern::{covers, glob};
use super::{Mistake, Schema, tree};
use crate::catalog::{self, Class, Stage};
use crate::date::Date;
use crate::document::{Document, Node, Spanned, decode, meant};
use crate::span::{Place, RepoPath, Span};
use crate::untrusted::is_deceptive;

/// The register's file name.
pub const FILE: &str = "aims.yaml";

/// Patterns of one system.
const MOST_PATTERNS: usize = 1_000;

/// Registers that one may include.
const MOST_INCLUDED: usize = 1_000;

/// A register that could be read; systems that could not be are in `mistakes`.
#[derive(Debug)]
pub struct Register {
    pub path: RepoPath,
    /// The folder its paths are relative to.
    pub base: RepoPath,
    /// The included registers that were read.
    pub included: Vec<RepoPath>,
    /// The systems that own something in the judged folder.
    pub systems: Vec<System>,
    /// Systems of a register above the judged folder that own nothing in it.
    pub elsewhere: Vec<System>,
    pub include: Vec<Spanned<String>>,
    pub no_ai: Option<NoAi>,
    pub kind: Option<RepositoryKind>,
    /// Where `kind` stands.
    pub kind_span: Span,
    pub organisation: Option<String>,
    pub used_ai: Vec<UsedAi>,
    pub ignore: Vec<Ignored>,
    pub mistakes: Vec<Mistake>,
}

impl Register {
    /// Every system, whether or not it owns something in the judged folder.
    pub fn all_systems(&self) -> impl Iterator<Item = &System> {
        self.systems.iter().chain(&self.elsewhere)
    }

    /// What it says is no part of a system.
    pub fn ignored(&self) -> GlobSet {
        covers(self.ignore.iter().map(|ignored| (&ignored.base, ignored.path.value.as_str())))
    }

    /// Where the registers of subfolders lie that this one includes: each names a file, or its folder.
    pub fn included_paths(&self) -> impl Iterator<Item = (&Spanned<String>, Option<RepoPath>)> {
        self.include.iter().map(|written| {
            let path = self.base.join(written.value.trim_end_matches('/')).ok();
            let path = path.and_then(|path| if path.file_name() == FILE { Some(path) } else { path.join(FILE).ok() });
            (written, path.filter(|path| *path != self.path))
        })
    }

    /// Takes in a register of a subfolder. Ids stay unique over both.
    pub fn add(&mut self, nested: Register) {
        for system in &nested.systems {
            if self.systems.iter().any(|known| known.id == system.id) {
                let message = format!("the system id `{}` stands in `{}` too", system.id.value, self.path);
                self.mistakes.push(Mistake { place: system.place(system.id.span), message });
            }
        }
        if let Some(include) = nested.include.first() {
            let message = "an included register cannot include others; name them in the outermost one".to_owned();
            self.mistakes.push(Mistake { place: Place::bytes(nested.path.clone(), include.span), message });
        }
        self.included.push(nested.path);
        self.systems.extend(nested.systems);
        self.used_ai.extend(nested.used_ai);
        self.ignore.extend(nested.ignore);
        self.mistakes.extend(nested.mistakes);
    }

    /// Every model of every system.
    pub fn all_models(&self) -> impl Iterator<Item = &Model> {
        self.all_systems().flat_map(|system| &system.models)
    }
}

/// The keys of the file itself. Systems are read one by one, so that a mistake in one does not hide
/// the others.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    #[serde(rename = "schema")]
    _schema: Schema,
    #[serde(default)]
    systems: Vec<IgnoredAny>,
    #[serde(default)]
    include: Vec<Spanned<String>>,
    no_ai: Option<NoAi>,
    kind: Option<RepositoryKind>,
    organisation: Option<String>,
    #[serde(default)]
    used_ai: Vec<UsedAi>,
    #[serde(default)]
    ignore: Vec<Ignored>,
}

/// A reasoned declaration that there is no AI here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NoAi {
    pub because: Spanned<String>,
    pub declared_by: Spanned<String>,
}

/// What the repository is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepositoryKind {
    /// The organisation's own management system: its documents are judged even without AI in code.
    Organisation,
}

/// AI that is used without any code of ours.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UsedAi {
    pub id: Spanned<String>,
    pub service: String,
    pub used_for: String,
    pub owner: Spanned<String>,
    pub risk_class: Class,
    pub assessed_on: Option<Date>,
    pub next_review: Option<Date>,
}

/// Files that are no part of a system although they look like one, and why.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Ignored {
    pub path: Spanned<String>,
    pub because: Spanned<String>,
    /// The folder its path is relative to.
    #[serde(skip)]
    pub base: RepoPath,
}

/// An AI system.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct System {
    pub id: Spanned<String>,
    pub name: Spanned<String>,
    pub version: Spanned<String>,
    pub owner: Spanned<String>,
    pub purpose: Spanned<String>,
    pub our_role: OurRole,
    pub stage: Spanned<Stage>,
    pub risk_class: Option<RiskClass>,
    #[serde(default)]
    pub facts: Facts,
    pub paths: Vec<Spanned<String>>,
    #[serde(default)]
    pub models: Vec<Model>,
    #[serde(default)]
    pub datasets: Vec<Dataset>,
    #[serde(default)]
    pub accept_when: Vec<Threshold>,
    pub risks: Option<Spanned<String>>,
    pub sheet: Option<Spanned<String>>,
    #[serde(default, skip_deserializing)]
    pub documents: Vec<DeclaredDocument>,
    #[serde(default, rename = "documents")]
    _documents: IgnoredAny,
    #[serde(skip)]
    pub span: Span,
    /// The register it stands in.
    #[serde(skip)]
    pub register: RepoPath,
    /// The folder its paths are relative to.
    #[serde(skip)]
    pub base: RepoPath,
}

impl System {
    /// A place in the register it stands in.
    pub fn place(&self, span: Span) -> Place {
        Place::bytes(self.register.clone(), span)
    }

    /// What its paths cover.
    pub fn covered(&self) -> GlobSet {
        covers(self.paths.iter().map(|path| (&self.base, path.value.as_str())))
    }

    /// The file a path of the register names.
    pub fn path(&self, written: &Spanned<String>) -> Option<RepoPath> {
        self.base.join(&written.value).ok()
    }

    /// The declared class; an undeclared one is judged as limited.
    pub fn class(&self) -> Class {
        self.risk_class.as_ref().map_or(Class::Limited, |class| *class.value)
    }
}

/// What part an organisation plays for a system (ISO/IEC 42001 clause 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OurRole {
    Provider,
    Deployer,
    Both,
}

/// The declared class, with the decision behind it (6.1.2, A.5.2).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RiskClass {
    pub value: Spanned<Class>,
    pub because: Option<Spanned<String>>,
    pub prohibited_practices: Option<Spanned<String>>,
    pub decided_by: Option<Spanned<String>>,
    pub decided_on: Option<Spanned<Date>>,
}

/// What is true of a system and changes what it owes.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Facts {
    pub generative: Option<bool>,
    pub talks_to_people: Option<bool>,
    pub personal_data: Option<bool>,
    #[serde(default)]
    pub used_in: Vec<String>,
}

/// A model of a system: a file here, a model of a hub, or a hosted service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Model {
    pub id: Spanned<String>,
    /// Weights in the repository: a path or a glob.
    pub path: Option<Spanned<String>>,
    /// A file that stands for weights kept elsewhere (DVC and the like).
    pub pointer: Option<Spanned<String>>,
    /// A model of a public hub, `owner/name`.
    pub hub: Option<Spanned<String>>,
    /// A model somebody else runs.
    pub service: Option<Spanned<String>>,
    pub version: Option<Spanned<String>>,
    pub card: Option<Spanned<String>>,
    pub supplier: Option<Supplier>,
    /// The strictest class that any system gives its content.
    #[serde(skip)]
    pub shared_class: Option<Class>,
}

impl Model {
    /// Whether somebody else made it, so that a supplier entry is owed and no card of our own.
    pub fn is_supplied(&self) -> bool {
        self.service.is_some() || self.hub.is_some()
    }

    /// The line to show for it.
    pub fn span(&self) -> Span {
        self.id.span
    }
}

/// What is known of the maker of a model (A.10.3).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Supplier {
    pub terms: Option<Spanned<String>>,
    pub card: Option<Spanned<String>>,
    pub assessed_by: Option<Spanned<String>>,
    pub assessed_on: Option<Spanned<Date>>,
    pub next_review: Option<Spanned<Date>>,
}

/// Data of a system.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dataset {
    pub id: Spanned<String>,
    pub path: Option<Spanned<String>>,
    pub pointer: Option<Spanned<String>>,
    pub hub: Option<Spanned<String>>,
    pub version: Option<Spanned<String>>,
    pub card: Option<Spanned<String>>,
    #[serde(default)]
    pub used_for: Vec<DataUse>,
}

/// What data is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataUse {
    Train,
    Tune,
    Evaluate,
    Operate,
}

/// A measure a system must meet.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Threshold {
    pub metric: Spanned<String>,
    pub split: Option<Spanned<String>>,
    pub at_least: Option<f64>,
    pub at_most: Option<f64>,
    pub results: Spanned<String>,
}

/// A document that stands where the register says.
#[derive(Debug)]
pub struct DeclaredDocument {
    /// A kind of the catalogue.
    pub kind: Spanned<String>,
    pub path: Spanned<String>,
}

/// Reads a register.
///
/// # Errors
/// When the file as a whole cannot be read. Mistakes in single systems are in the register.
pub fn read(document: &Document) -> Result<Register, Mistake> {
    let root = tree(document)?;
    let mut file: File = decode(root).map_err(|error| Mistake::decode(document, &error))?;
    let base = document.path.parent();
    file.ignore.iter_mut().for_each(|ignored| ignored.base = base.clone());
    let mut reader = Reader { document, mistakes: Vec::new() };
    let nodes = root.get("systems").map_or(&[][..], Node::items);
    debug_assert_eq!(nodes.len(), file.systems.len(), "a list decodes item by item");
    let systems = nodes.iter().filter_map(|node| reader.system(node)).collect::<Vec<_>>();
    reader.unique("system", systems.iter().map(|system| &system.id));
    for ignored in &file.ignore {
        reader.glob(&ignored.path);
        reader.not_empty(&ignored.because);
    }
    if let Some(no_ai) = &file.no_ai {
        reader.not_empty(&no_ai.because);
        reader.not_empty(&no_ai.declared_by);
    }
    if file.no_ai.is_some() && !systems.is_empty() {
        let span = root.entry("no-ai").map_or(root.span, |(key, _)| key.span);
        reader.mistake(span, "`no-ai` beside declared systems; remove one of the two");
    }
    if let Some(first_too_many) = file.include.get(MOST_INCLUDED) {
        reader.mistake(first_too_many.span, format!("more than {MOST_INCLUDED} registers"));
        file.include.truncate(MOST_INCLUDED);
    }
    let empty = file.no_ai.is_none() && file.kind.is_none() && file.include.is_empty() && nodes.is_empty();
    if empty {
        reader.mistake(root.span, "the register names no system; add one under `systems`, or declare `no-ai`");
    }
    Ok(Register {
        path: document.path.clone(),
        base,
        included: Vec::new(),
        systems,
        elsewhere: Vec::new(),
        include: file.include,
        no_ai: file.no_ai,
        kind: file.kind,
        kind_span: root.get("kind").map_or(root.span, |node| node.span),
        organisation: file.organisation,
        used_ai: file.used_ai,
        ignore: file.ignore,
        mistakes: reader.mistakes,
    })
}

struct Reader<'a> {
    document: &'a Document,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn mistake(&mut self, span: Span, message: impl Into<String>) {
        self.mistakes.push(Mistake::new(self.document, span, message));
    }

    fn system(&mut self, node: &Node) -> Option<System> {
        let mut system: System = match decode(node) {
            Ok(system) => system,
            Err(error) => {
                self.mistakes.push(Mistake::decode(self.document, &error));
                return None;
            }
        };
        system.span = node.span;
        system.register = self.document.path.clone();
        system.base = self.document.path.parent();
        system.documents = self.documents(node);
        for field in [&system.id, &system.name, &system.version, &system.owner, &system.purpose] {
            self.not_empty(field);
        }
        self.identifier(&system.id);
        if system.paths.is_empty() {
            let span = node.entry("paths").map_or(node.span, |(key, _)| key.span);
            self.mistake(span, "`paths` is empty; name the files that belong to the system");
        }
        if let Some(first_too_many) = system.paths.get(MOST_PATTERNS) {
            self.mistake(first_too_many.span, format!("more than {MOST_PATTERNS} patterns; name folders"));
            return None;
        }
        for path in &system.paths {
            self.glob(path);
        }
        self.unique("model", system.models.iter().map(|model| &model.id));
        self.unique("dataset", system.datasets.iter().map(|dataset| &dataset.id));
        for model in &system.models {
            self.identifier(&model.id);
            let sources = [&model.path, &model.pointer, &model.hub, &model.service];
            if sources.iter().filter(|source| source.is_some()).count() != 1 {
                self.mistake(model.span(), "a model needs exactly one of `path`, `pointer`, `hub` and `service`");
            }
            if let Some(path) = &model.path {
                self.glob(path);
            }
        }
        for dataset in &system.datasets {
            self.identifier(&dataset.id);
            let sources = [&dataset.path, &dataset.pointer, &dataset.hub];
            if sources.iter().filter(|source| source.is_some()).count() != 1 {
                self.mistake(dataset.id.span, "a dataset needs exactly one of `path`, `pointer` and `hub`");
            }
        }
        for threshold in &system.accept_when {
            if threshold.at_least.is_some() == threshold.at_most.is_some() {
                self.mistake(threshold.metric.span, "a threshold needs `at-least` or `at-most`, and not both");
            }
        }
        Some(system)
    }

    fn documents(&mut self, node: &Node) -> Vec<DeclaredDocument> {
        let Some(documents) = node.get("documents") else { return Vec::new() };
        let mut declared = Vec::new();
        for (key, value) in documents.entries().iter().filter(|(key, _)| !key.text.starts_with("x-")) {
            let Some(kind) = catalog::kind(&key.text) else {
                let names = catalog::kinds().iter().map(|kind| kind.id.as_str());
                let hint = meant(&key.text, names);
                self.mistake(key.span, format!("`{}` is no kind of document{hint}", key.text));
                continue;
            };
            match value.as_text() {
                Some(path) => declared.push(DeclaredDocument {
                    kind: Spanned { value: kind.id.clone(), span: key.span },
                    path: Spanned { value: path.to_owned(), span: value.span },
                }),
                None => self.mistake(value.span, format!("{} where a path is expected", value.describe())),
            }
        }
        declared
    }

    fn not_empty(&mut self, text: &Spanned<String>) {
        if text.value.chars().all(|c| c.is_whitespace() || is_deceptive(c)) {
            self.mistake(text.span, "this is empty");
        }
    }

    fn identifier(&mut self, id: &Spanned<String>) {
        let fits = id.value.len() <= 100
            && id.value.starts_with(|c: char| c.is_ascii_alphanumeric())
            && id.value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
        if !fits {
            self.mistake(id.span, "an id is letters, digits, `-`, `.` and `_`, and begins with a letter or digit");
        }
    }

    fn unique<'s>(&mut self, what: &str, ids: impl Iterator<Item = &'s Spanned<String>>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id.value.as_str()) {
                self.mistake(id.span, format!("the {what} id `{}` stands here twice", id.value));
            }
        }
    }

    fn glob(&mut self, pattern: &Spanned<String>) {
        // A pattern may parse and still be too large to be compiled.
        let compiled = glob(&RepoPath::root(), &pattern.value)
            .and_then(|glob| GlobSetBuilder::new().add(glob).build().map_err(|error| error.to_string()));
        if let Err(why) = compiled {
            self.mistake(pattern.span, why);
        }
    }
}
