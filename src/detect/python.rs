//! Python source: clients of hosted models, models loaded from a hub, models defined and trained.
//!
//! The source is parsed, so a word in a comment or a docstring is nothing. Names are followed
//! through imports and through constants that are assigned once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::bytes::Regex;
use tree_sitter::{Node, Parser, Tree};

use super::{Sighting, signs};
use crate::asset::{AssetKind, Strength};
use crate::span::Span;

/// Whether a source imports any module that could matter. Cheap, and wrong on the side of parsing:
/// the words may stand in a comment, and the statement may go on behind a backslash.
pub(super) fn may_matter(source: &[u8]) -> bool {
    static IMPORTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let signs = signs();
        let dotted = signs.services.iter().flat_map(|service| {
            let with = service.calls_with.iter().map(|with| &with.call);
            service.clients.iter().chain(&service.calls).chain(with)
        });
        let models = &signs.models;
        let dotted = dotted.chain(&models.bases).chain(&models.training_calls).chain(&models.use_calls);
        let dotted = dotted.chain(&models.training_modules);
        let dotted = dotted.chain(signs.hub.iter().flat_map(|loader| &loader.modules));
        let dotted = dotted.chain(models.training_methods.iter().flat_map(|method| &method.modules));
        let mut modules: Vec<&str> = dotted.map(|path| root(path)).collect();
        modules.sort_unstable();
        modules.dedup();
        let modules = modules.join("|");
        Regex::new(&format!(r"(?-u)\b(?:import|from)\b(?:[^\n\\]|\\\r?\n|\\)*?\b(?:{modules})\b")).ok()
    });
    IMPORTS.as_ref().is_none_or(|imports| imports.is_match(source))
}

fn root(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or_default()
}

fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or_default()
}

/// What a source shows.
pub(super) fn sightings(source: &str) -> Vec<Sighting> {
    let Some(tree) = parse(source) else { return Vec::new() };
    let mut module = Module { source, names: BTreeMap::new(), constants: BTreeMap::new() };
    let mut calls = Vec::new();
    let mut classes = Vec::new();
    walk(&tree, |node| match node.kind() {
        "import_statement" => module.import(node),
        "import_from_statement" => module.import_from(node),
        "assignment" => module.constant(node),
        "call" => calls.push(node),
        "class_definition" => classes.push(node),
        _ => {}
    });
    let mut found: Vec<Sighting> = calls.into_iter().filter_map(|call| module.call(call)).collect();
    found.extend(classes.into_iter().filter_map(|class| module.class(class)));
    found
}

fn parse(source: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
    parser.parse(source, None)
}

/// Visits every node without recursion: source may be nested deeper than the stack.
fn walk<'t>(tree: &'t Tree, mut visit: impl FnMut(Node<'t>)) {
    let mut cursor = tree.walk();
    loop {
        visit(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

struct Module<'s> {
    source: &'s str,
    /// Local name to the dotted path it was imported as.
    names: BTreeMap<&'s str, String>,
    /// Names assigned one text; `None` after a second assignment.
    constants: BTreeMap<&'s str, Option<&'s str>>,
}

impl<'s> Module<'s> {
    fn text(&self, node: Node<'_>) -> &'s str {
        self.source.get(node.byte_range()).unwrap_or_default()
    }

    fn import(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for name in node.children_by_field_name("name", &mut cursor) {
            if name.kind() == "aliased_import" {
                self.alias(name, "");
            } else {
                // `import a.b` binds `a`.
                let module = root(self.text(name));
                self.names.insert(module, module.to_owned());
            }
        }
    }

    fn import_from(&mut self, node: Node<'_>) {
        let Some(module) = node.child_by_field_name("module_name").map(|it| self.text(it)) else { return };
        let mut cursor = node.walk();
        for name in node.children_by_field_name("name", &mut cursor) {
            if name.kind() == "aliased_import" {
                self.alias(name, module);
            } else {
                let name = self.text(name);
                self.names.insert(name, format!("{module}.{name}"));
            }
        }
    }

    fn alias(&mut self, node: Node<'_>, module: &str) {
        let (Some(name), Some(alias)) = (node.child_by_field_name("name"), node.child_by_field_name("alias")) else {
            return;
        };
        let name = self.text(name);
        let full = if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") };
        self.names.insert(self.text(alias), full);
    }

    fn constant(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return;
        };
        if left.kind() != "identifier" {
            return;
        }
        let value = self.literal(right);
        self.constants.entry(self.text(left)).and_modify(|known| *known = None).or_insert(value);
    }

    /// A string without interpolation or escapes.
    fn literal(&self, node: Node<'_>) -> Option<&'s str> {
        if node.kind() != "string" || node.named_child_count() != 3 {
            return None;
        }
        let content = node.named_child(1)?;
        (content.kind() == "string_content" && content.named_child_count() == 0).then(|| self.text(content))
    }

    /// `a.b.c` as written; nothing for anything more complicated.
    fn dotted(&self, node: Node<'_>) -> Option<String> {
        let mut parts = Vec::new();
        let mut node = node;
        while node.kind() == "attribute" {
            parts.push(self.text(node.child_by_field_name("attribute")?));
            node = node.child_by_field_name("object")?;
        }
        if node.kind() != "identifier" {
            return None;
        }
        parts.push(self.text(node));
        parts.reverse();
        Some(parts.join("."))
    }

    /// The dotted path with its first part followed through the imports.
    fn resolve(&self, node: Node<'_>) -> Option<String> {
        let written = self.dotted(node)?;
        let (head, rest) = written.split_once('.').map_or((written.as_str(), None), |(head, rest)| (head, Some(rest)));
        let full = self.names.get(head)?;
        Some(rest.map_or_else(|| full.clone(), |rest| format!("{full}.{rest}")))
    }

    fn imports_any(&self, modules: &std::collections::BTreeSet<String>) -> bool {
        self.names.values().any(|path| modules.contains(root(path)))
    }

    /// Whether something of these modules is imported that is not of the excepted ones.
    fn imports_beyond(&self, modules: &std::collections::BTreeSet<String>, except: &[String]) -> bool {
        let excepted = |path: &str| except.iter().any(|module| path.starts_with(module.as_str()));
        self.names.values().any(|path| modules.contains(root(path)) && !excepted(path))
    }

    fn call(&self, call: Node<'_>) -> Option<Sighting> {
        let function = call.child_by_field_name("function")?;
        let span = Some(Span::new(function.start_byte(), function.end_byte()));
        let sighting =
            |kind, name: &str| Some(Sighting { kind, name: name.to_owned(), strength: Strength::Evidence, span });
        let resolved = self.resolve(function);
        if let Some(path) = &resolved {
            for service in &signs().services {
                let with = service
                    .calls_with
                    .iter()
                    .any(|it| it.call == *path && self.argument(call, &[]) == Some(&it.argument));
                if service.clients.contains(path) || service.calls.contains(path) || with {
                    return sighting(AssetKind::HostedService, &service.id);
                }
            }
            let module = path.rsplit_once('.').map_or("", |(module, _)| module);
            if signs().models.training_calls.contains(path) || signs().models.training_modules.contains(module) {
                return sighting(AssetKind::Training, path);
            }
            if signs().models.use_calls.contains(path) {
                return sighting(AssetKind::ModelUse, path);
            }
        }
        let name = match function.kind() {
            "attribute" => self.text(function.child_by_field_name("attribute")?),
            _ => resolved.as_deref().map(last)?,
        };
        let from = resolved.as_deref().map(root);
        for loader in signs().hub.iter().filter(|loader| loader.call == name) {
            let belongs = match from {
                Some(module) => loader.modules.contains(module),
                None => self.imports_any(&loader.modules),
            };
            if !belongs {
                continue;
            }
            // A hub holds data sets and applications as well.
            let kind = self.keyword(call, &["repo_type"]).and_then(|value| self.literal(value));
            if kind.is_some_and(|kind| kind != "model") {
                return None;
            }
            return match self.argument(call, &loader.arguments) {
                Some(id) if is_hub_id(id) => sighting(AssetKind::HubModel, id),
                Some(_) => None,
                None => sighting(AssetKind::ModelUse, resolved.as_deref().unwrap_or(name)),
            };
        }
        let trains = function.kind() == "attribute"
            && signs()
                .models
                .training_methods
                .iter()
                .any(|it| it.method == name && self.imports_beyond(&it.modules, &it.except));
        if trains { sighting(AssetKind::Training, name) } else { None }
    }

    /// The text of the first positional argument, or of one of these keyword arguments.
    fn argument(&self, call: Node<'_>, names: &[String]) -> Option<&'s str> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let first = || {
            let arguments = call.child_by_field_name("arguments")?;
            let mut cursor = arguments.walk();
            let mut children = arguments.named_children(&mut cursor).filter(|it| it.kind() != "comment");
            children.next().filter(|first| first.kind() != "keyword_argument")
        };
        let value = self.keyword(call, &names).or_else(first)?;
        match value.kind() {
            "identifier" => self.constants.get(self.text(value)).copied().flatten(),
            _ => self.literal(value),
        }
    }

    /// The value of the first of these keyword arguments.
    fn keyword<'t>(&self, call: Node<'t>, names: &[&str]) -> Option<Node<'t>> {
        let arguments = call.child_by_field_name("arguments")?;
        let mut cursor = arguments.walk();
        let mut keywords = arguments.named_children(&mut cursor).filter(|it| it.kind() == "keyword_argument");
        let found = keywords.find(|it| {
            let name = it.child_by_field_name("name").map(|name| self.text(name));
            name.is_some_and(|name| names.contains(&name))
        })?;
        found.child_by_field_name("value")
    }

    fn class(&self, class: Node<'_>) -> Option<Sighting> {
        let bases = class.child_by_field_name("superclasses")?;
        let mut cursor = bases.walk();
        let is_model = bases
            .named_children(&mut cursor)
            .filter_map(|base| self.resolve(base))
            .any(|base| signs().models.bases.contains(&base));
        let name = class.child_by_field_name("name")?;
        is_model.then(|| Sighting {
            kind: AssetKind::ModelDefinition,
            name: self.text(name).to_owned(),
            strength: Strength::Evidence,
            span: Some(Span::new(name.start_byte(), name.end_byte())),
        })
    }
}

/// Whether a text can be the id of a model on a hub, and not a path of the file system.
fn is_hub_id(text: &str) -> bool {
    const FILES: [&str; 8] = [".pt", ".pth", ".bin", ".json", ".safetensors", ".ckpt", ".onnx", ".gguf"];
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let parts: Vec<&str> = text.split('/').collect();
    parts.len() <= 2 && text.len() <= 96 && parts.into_iter().all(part) && !FILES.iter().any(|end| text.ends_with(end))
}
