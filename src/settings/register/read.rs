//! Reading a register: its shape, and what must hold between its parts.

use std::collections::BTreeSet;

use globset::GlobSetBuilder;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{DeclaredDocument, Ignored, NoAi, Register, RepositoryKind, System, UsedAi};
use crate::catalog::Catalogue;
use crate::document::{Document, Node, Spanned, meant};
use crate::settings::pattern::glob;
use crate::settings::{Mistake, Schema, decode_node, tree};
use crate::span::{RepoPath, Span};
use crate::untrusted::is_deceptive;

/// The most patterns of one system.
const MOST_PATTERNS: usize = 1_000;

/// The most registers that one register may include.
const MOST_INCLUDED: usize = 1_000;

/// The keys of the file itself. Systems are read one by one, so that a mistake in one does not hide
/// the others.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RegisterFile {
    #[serde(rename = "schema")]
    _schema: Schema,
    #[serde(default)]
    systems: Vec<IgnoredAny>,
    #[serde(default)]
    include: Vec<Spanned<String>>,
    no_ai: Option<NoAi>,
    kind: Option<RepositoryKind>,
    organisation: Option<Spanned<String>>,
    #[serde(default)]
    used_ai: Vec<UsedAi>,
    #[serde(default)]
    ignore: Vec<Ignored>,
}

/// Reads a register, whose documents may be of these kinds.
///
/// # Errors
/// When the file as a whole cannot be read. Mistakes in single systems are in the register.
pub(crate) fn read(document: &Document, catalogue: &Catalogue) -> Result<Register, Mistake> {
    let root = tree(document)?;
    let mut reader = RegisterReader { document, catalogue, mistakes: Vec::new() };
    let nodes = root.get("systems").map_or(&[][..], Node::items);
    let file: Result<RegisterFile, Mistake> = decode_node(document, root);
    // One run tells what is wrong with the file and with each system.
    let systems = nodes.iter().filter_map(|node| reader.system(node)).collect::<Vec<_>>();
    let mut file = match file {
        Ok(file) => file,
        Err(mistake) => return Err(mistake.and(reader.mistakes)),
    };
    let base = document.path.parent();
    file.ignore.iter_mut().for_each(|ignored| ignored.base = base.clone());
    let written = root.get("used-ai").map_or(&[][..], Node::items);
    for (used, node) in file.used_ai.iter_mut().zip(written) {
        used.register = document.path.clone();
        used.written = Some(node.clone());
    }
    debug_assert_eq!(nodes.len(), file.systems.len(), "a list decodes item by item");
    reader.unique("system", systems.iter().map(|system| &system.id));
    for ignored in &file.ignore {
        reader.glob(&ignored.path);
        reader.not_empty(&ignored.because);
    }
    if let Some(no_ai) = &file.no_ai {
        reader.not_empty(&no_ai.because);
        reader.not_empty(&no_ai.declared_by);
    }
    if let Some(organisation) = &file.organisation {
        reader.not_empty(organisation);
    }
    if file.no_ai.is_some() && !systems.is_empty() {
        let span = root.entry("no-ai").map_or(root.span, |(key, _)| key.span);
        reader.mistake(span, "`no-ai` beside declared systems; remove one of the two");
    }
    if let Some(first_too_many) = file.include.get(MOST_INCLUDED) {
        reader.mistake(first_too_many.span, format!("more than {MOST_INCLUDED} registers"));
        file.include.truncate(MOST_INCLUDED);
    }
    let empty =
        file.no_ai.is_none() && file.kind.is_none() && file.include.is_empty() && nodes.is_empty();
    if empty {
        reader.mistake(
            root.span,
            "the register names no system; add one under `systems`, or \
            declare `no-ai`",
        );
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

struct RegisterReader<'a> {
    document: &'a Document,
    /// The kinds a document may be of.
    catalogue: &'a Catalogue,
    mistakes: Vec<Mistake>,
}

impl RegisterReader<'_> {
    fn mistake(&mut self, span: Span, message: impl Into<String>) {
        self.mistakes.push(Mistake::new(self.document, span, message));
    }

    fn system(&mut self, node: &Node) -> Option<System> {
        let mut system: System = match decode_node(self.document, node) {
            Ok(system) => system,
            Err(mistake) => {
                self.mistakes.extend(mistake.each());
                return None;
            }
        };
        let says = |key: &str| {
            node.get(key)
                .and_then(|why| why.as_text())
                .is_some_and(|why| why.split_whitespace().count() > 2)
        };
        system.explains_generative = says("x-generative-because");
        system.explains_stage = says("x-stage-because");
        system.span = node.span;
        system.written = Some(node.clone());
        system.register = self.document.path.clone();
        system.base = self.document.path.parent();
        system.documents = self.documents(node);
        self.not_empty(&system.id);
        for field in [&system.name, &system.version, &system.owner, &system.purpose] {
            self.not_empty(field);
        }
        self.identifier(&system.id);
        if system.paths.is_empty() {
            let span = node.entry("paths").map_or(node.span, |(key, _)| key.span);
            self.mistake(span, "`paths` is empty; name the files that belong to the system");
        }
        if let Some(first_too_many) = system.paths.get(MOST_PATTERNS) {
            self.mistake(
                first_too_many.span,
                format!(
                    "more than {MOST_PATTERNS} patterns; name \
                folders"
                ),
            );
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
                self.mistake(
                    model.span(),
                    "a model needs exactly one of `path`, `pointer`, `hub` \
                    and `service`",
                );
            }
            if let Some(path) = &model.path {
                self.glob(path);
            }
        }
        for dataset in &system.datasets {
            self.identifier(&dataset.id);
            let sources = [&dataset.path, &dataset.pointer, &dataset.hub];
            if sources.iter().filter(|source| source.is_some()).count() != 1 {
                self.mistake(
                    dataset.id.span,
                    "a dataset needs exactly one of `path`, `pointer` \
                    and `hub`",
                );
            }
        }
        for threshold in &system.accept_when {
            if threshold.at_least.is_some() == threshold.at_most.is_some() {
                self.mistake(
                    threshold.metric.span,
                    "a threshold needs `at-least` or `at-most`, \
                    and not both",
                );
            }
        }
        Some(system)
    }

    fn documents(&mut self, node: &Node) -> Vec<DeclaredDocument> {
        let Some(documents) = node.get("documents") else { return Vec::new() };
        let mut declared = Vec::new();
        for (key, value) in
            documents.entries().iter().filter(|(key, _)| !key.text.starts_with("x-"))
        {
            let Some(kind) = self.catalogue.kind(&key.text) else {
                let names = self.catalogue.kinds().iter().map(|kind| kind.id.as_str());
                let hint = meant(&key.text, names);
                let own = "; one of your own counts once the rules of the target branch name it";
                let hint = if hint.is_empty() { own } else { &hint };
                self.mistake(key.span, format!("`{}` is no kind of document{hint}", key.text));
                continue;
            };
            match value.as_text() {
                Some(path) => declared.push(DeclaredDocument {
                    kind: Spanned { value: kind.id.clone(), span: key.span },
                    path: Spanned { value: path.to_owned(), span: value.span },
                }),
                None => self
                    .mistake(value.span, format!("{} where a path is expected", value.describe())),
            }
        }
        declared
    }

    fn not_empty(&mut self, text: &Spanned<impl AsRef<str>>) {
        if text.value.as_ref().chars().all(|c| c.is_whitespace() || is_deceptive(c)) {
            self.mistake(text.span, "this is empty");
        }
    }

    fn identifier(&mut self, id: &Spanned<impl AsRef<str>>) {
        let text = id.value.as_ref();
        let fits = text.len() <= 100
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
        if !fits {
            self.mistake(
                id.span,
                "an id is letters, digits, `-`, `.` and `_`, and begins with a \
                letter or digit",
            );
        }
    }

    fn unique<'s, T>(&mut self, what: &str, ids: impl Iterator<Item = &'s Spanned<T>>)
    where
        T: AsRef<str> + 's,
    {
        let mut seen = BTreeSet::new();
        for id in ids {
            let text = id.value.as_ref();
            if !seen.insert(text) {
                self.mistake(id.span, format!("the {what} id `{text}` stands here twice"));
            }
        }
    }

    fn glob(&mut self, pattern: &Spanned<String>) {
        // A pattern may parse and still be too large to be compiled.
        let compiled = glob(&RepoPath::root(), &pattern.value).and_then(|glob| {
            GlobSetBuilder::new().add(glob).build().map_err(|error| error.to_string())
        });
        if let Err(why) = compiled {
            self.mistake(pattern.span, why);
        }
    }
}
