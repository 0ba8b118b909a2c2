//! Python source: clients of hosted models, models loaded from a hub, models defined and trained.
//!
//! The source is parsed, so a word in a comment or a docstring is nothing. Names are followed
//! through imports and through constants that are assigned once.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::{Node, Parser, Tree};

use super::python_names::{last, listed, root};
use super::signs::{CallWith, HubLoader, signs};
use crate::asset::{AssetKind, Detection, Strength};
use crate::span::Span;

/// What a source shows.
pub(super) fn detections(source: &str) -> Vec<Detection> {
    let Some(tree) = parse(source) else { return Vec::new() };
    let mut module = Module {
        source,
        names: BTreeMap::new(),
        wildcards: BTreeSet::new(),
        constants: BTreeMap::new(),
    };
    let mut calls = Vec::new();
    let mut classes = Vec::new();
    let mut values = Vec::new();
    walk(&tree, |node, is_value| match node.kind() {
        "import_statement" => module.import(node),
        "import_from_statement" => module.import_from(node),
        "assignment" => module.constant(node),
        "call" => calls.push(node),
        "class_definition" => classes.push(node),
        "identifier" | "attribute" if is_value => values.push(node),
        _ => {}
    });
    let rules = module.rules();
    let mut found: Vec<Detection> =
        calls.iter().filter_map(|call| module.call(*call, &rules)).collect();
    found.extend(calls.into_iter().filter_map(|call| module.remote_code(call)));
    found.extend(classes.into_iter().filter_map(|class| module.class(class)));
    found.extend(values.into_iter().filter_map(|value| module.reference(value)));
    found
}

/// Whether a name stands where its value is passed on: assigned, an argument, or a base class.
fn is_value(parent: &str, field: Option<&str>) -> bool {
    match parent {
        "assignment" => field == Some("right"),
        "keyword_argument" => field == Some("value"),
        "argument_list" => true,
        _ => false,
    }
}

fn parse(source: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
    parser.parse(source, None)
}

/// Visits every node, and tells whether it is a value that is passed on. Without recursion: source
/// may be nested deeper than the stack.
fn walk<'t>(tree: &'t Tree, mut visit: impl FnMut(Node<'t>, bool)) {
    let mut cursor = tree.walk();
    let mut parents: Vec<&str> = Vec::new();
    loop {
        let node = cursor.node();
        visit(node, parents.last().is_some_and(|parent| is_value(parent, cursor.field_name())));
        if cursor.goto_first_child() {
            parents.push(node.kind());
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
            parents.pop();
        }
    }
}

struct Module<'s> {
    source: &'s str,
    /// Local name to every dotted path it was imported as: a second import of the name may be the
    /// fallback of a failed one.
    names: BTreeMap<&'s str, Vec<String>>,
    /// Listed modules of which everything was imported.
    wildcards: BTreeSet<&'s str>,
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
                self.bind(module, module.to_owned());
            }
        }
    }

    fn import_from(&mut self, node: Node<'_>) {
        let Some(module) = node.child_by_field_name("module_name").map(|it| self.text(it)) else {
            return;
        };
        let mut cursor = node.walk();
        let everything =
            node.named_children(&mut cursor).any(|child| child.kind() == "wildcard_import");
        if everything && listed().paths.contains(module) {
            self.wildcards.insert(module);
        }
        let mut cursor = node.walk();
        for name in node.children_by_field_name("name", &mut cursor) {
            if name.kind() == "aliased_import" {
                self.alias(name, module);
            } else {
                let name = self.text(name);
                self.bind(name, format!("{module}.{name}"));
            }
        }
    }

    /// Remembers what a name was imported as, where it can matter: a listed path whole, and of the
    /// rest one for each root and hub loader, so that filler neither hides a path nor adds up.
    fn bind(&mut self, name: &'s str, path: String) {
        let listed = listed();
        if !listed.roots.contains(root(&path)) {
            return;
        }
        let loader = |path: &str| listed.loaders.get(last(path)).copied();
        let paths = self.names.entry(name).or_default();
        let known = |known: &String| {
            *known == path
                || (!listed.paths.contains(path.as_str())
                    && root(known) == root(&path)
                    && loader(known) == loader(&path))
        };
        if !paths.iter().any(known) {
            paths.push(path);
        }
    }

    fn alias(&mut self, node: Node<'_>, module: &str) {
        let (Some(name), Some(alias)) =
            (node.child_by_field_name("name"), node.child_by_field_name("alias"))
        else {
            return;
        };
        let name = self.text(name);
        let full = if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") };
        self.bind(self.text(alias), full);
    }

    fn constant(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) =
            (node.child_by_field_name("left"), node.child_by_field_name("right"))
        else {
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
        (content.kind() == "string_content" && content.named_child_count() == 0)
            .then(|| self.text(content))
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

    /// The dotted paths a name may stand for, its first part followed through the imports.
    fn resolve(&self, node: Node<'_>) -> Vec<String> {
        let node = if node.kind() == "parenthesized_expression" {
            node.named_child(0).unwrap_or(node)
        } else {
            node
        };
        let Some(written) = self.dotted(node) else { return Vec::new() };
        let (head, rest) = written
            .split_once('.')
            .map_or((written.as_str(), None), |(head, rest)| (head, Some(rest)));
        match self.names.get(head) {
            Some(paths) => paths
                .iter()
                .map(|full| rest.map_or_else(|| full.clone(), |rest| format!("{full}.{rest}")))
                .collect(),
            None => self.wildcards.iter().map(|module| format!("{module}.{written}")).collect(),
        }
    }

    fn imported(&self) -> impl Iterator<Item = &str> {
        self.names.values().flatten().map(String::as_str).chain(self.wildcards.iter().copied())
    }

    fn imports_any(&self, modules: &BTreeSet<String>) -> bool {
        self.imported().any(|path| modules.contains(root(path)))
    }

    /// Whether something of these modules is imported that is not of the excepted ones.
    fn imports_beyond(&self, modules: &BTreeSet<String>, except: &[String]) -> bool {
        let excepted = |path: &str| except.iter().any(|module| path.starts_with(module.as_str()));
        self.imported().any(|path| modules.contains(root(path)) && !excepted(path))
    }

    /// What of the rules can match in this module at all; asked once, not at every call.
    fn rules(&self) -> DetectionRules<'_> {
        let signs = signs();
        let hub = signs.hub.iter().filter(|loader| self.imports_any(&loader.modules));
        let methods = signs.models.training_methods.iter();
        let methods = methods.filter(|it| self.imports_beyond(&it.modules, &it.except));
        DetectionRules {
            roots: self.imported().map(root).collect(),
            hub: hub.collect(),
            training_methods: methods.map(|it| it.method.as_str()).collect(),
        }
    }

    /// A client that is named and not called here: passed on, assigned, or derived from.
    fn reference(&self, node: Node<'_>) -> Option<Detection> {
        let paths = self.resolve(node);
        let service = signs()
            .services
            .iter()
            .find(|service| paths.iter().any(|path| service.clients.contains(path)))?;
        Some(detection(AssetKind::HostedService, &service.id, node))
    }

    fn call(&self, call: Node<'_>, rules: &DetectionRules<'_>) -> Option<Detection> {
        let function = call.child_by_field_name("function")?;
        let paths = self.resolve(function);
        let method = (function.kind() == "attribute")
            .then(|| function.child_by_field_name("attribute"))
            .flatten();
        let method = method.map(|name| self.text(name));
        let found = self
            .service_call(call, function, method, &paths, rules)
            .or_else(|| model_call(function, &paths));
        if found.is_some() {
            return found;
        }
        let name = method.or_else(|| paths.first().map(|path| last(path)))?;
        let is_loaded = |loader: &&&HubLoader| {
            loader.call == name
                && (paths.is_empty()
                    || paths.iter().any(|path| loader.modules.contains(root(path))))
        };
        if let Some(loader) = rules.hub.iter().find(is_loaded) {
            let named = paths.first().map_or(name, String::as_str);
            return self.hub_call(call, function, loader, named);
        }
        let trains = method.is_some_and(|method| rules.training_methods.contains(method));
        trains.then(|| detection(AssetKind::Training, name, function))
    }

    /// The hosted service whose client a call makes or uses.
    fn service_call(
        &self,
        call: Node<'_>,
        function: Node<'_>,
        method: Option<&str>,
        paths: &[String],
        rules: &DetectionRules<'_>,
    ) -> Option<Detection> {
        let service = signs().services.iter().find(|service| {
            let is_with = |it: &CallWith| {
                // `boto3.client(...)`, and the same method of something made from the module.
                let named = paths.contains(&it.call)
                    || (method == Some(last(&it.call)) && rules.roots.contains(root(&it.call)));
                named && self.argument(call, 0, &it.arguments) == Some(&it.argument)
            };
            service.calls_with.iter().any(is_with)
                || paths
                    .iter()
                    .any(|path| service.clients.contains(path) || service.calls.contains(path))
        })?;
        Some(detection(AssetKind::HostedService, &service.id, function))
    }

    /// What a call loads from a hub; `None` where that is no model and no dataset of another's.
    fn hub_call(
        &self,
        call: Node<'_>,
        function: Node<'_>,
        loader: &HubLoader,
        named: &str,
    ) -> Option<Detection> {
        // A hub holds datasets and applications as well.
        let kind = self.keyword(call, &["repo_type"]).and_then(|value| self.literal(value));
        let id = self.argument(call, loader.position, &loader.arguments);
        if loader.data || kind == Some("dataset") {
            let id = id.filter(|id| is_hub_id(id) && !signs().builders.contains(*id));
            return id.map(|id| detection(AssetKind::HubDataset, id, function));
        }
        if kind.is_some_and(|kind| kind != "model") {
            return None;
        }
        match id {
            Some(id) if is_hub_id(id) => Some(detection(AssetKind::HubModel, id, function)),
            Some(_) => None,
            None => Some(detection(AssetKind::ModelUse, named, function)),
        }
    }

    /// The text of a positional argument, or of one of these keyword arguments.
    fn argument(&self, call: Node<'_>, position: usize, names: &[String]) -> Option<&'s str> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let first = || {
            let arguments = call.child_by_field_name("arguments")?;
            let mut cursor = arguments.walk();
            let mut children =
                arguments.named_children(&mut cursor).filter(|it| it.kind() != "comment");
            children.nth(position).filter(|found| found.kind() != "keyword_argument")
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
        let mut keywords =
            arguments.named_children(&mut cursor).filter(|it| it.kind() == "keyword_argument");
        let found = keywords.find(|it| {
            let name = it.child_by_field_name("name").map(|name| self.text(name));
            name.is_some_and(|name| names.contains(&name))
        })?;
        found.child_by_field_name("value")
    }

    /// A loader that is told to run what the model's repository brings along.
    fn remote_code(&self, call: Node<'_>) -> Option<Detection> {
        let told = self.keyword(call, &["trust_remote_code"])?;
        let function = call.child_by_field_name("function")?;
        (told.kind() == "true")
            .then(|| detection(AssetKind::RemoteCode, self.text(function), function))
    }

    fn class(&self, class: Node<'_>) -> Option<Detection> {
        let bases = class.child_by_field_name("superclasses")?;
        let mut cursor = bases.walk();
        let is_model = bases
            .named_children(&mut cursor)
            .flat_map(|base| self.resolve(base))
            .any(|base| signs().models.bases.contains(&base));
        let name = class.child_by_field_name("name")?;
        is_model.then(|| detection(AssetKind::ModelDefinition, self.text(name), name))
    }
}

/// The training or the use of a model that a call of these paths is.
fn model_call(function: Node<'_>, paths: &[String]) -> Option<Detection> {
    let models = &signs().models;
    for path in paths {
        let module = path.rsplit_once('.').map_or("", |(module, _)| module);
        if models.training_calls.contains(path) || models.training_modules.contains(module) {
            return Some(detection(AssetKind::Training, path, function));
        }
        if models.use_calls.contains(path) {
            return Some(detection(AssetKind::ModelUse, path, function));
        }
    }
    None
}

/// What of the rules a module can match.
struct DetectionRules<'m> {
    /// First parts of what it imports.
    roots: BTreeSet<&'m str>,
    hub: Vec<&'static HubLoader>,
    training_methods: BTreeSet<&'static str>,
}

fn detection(kind: AssetKind, name: &str, at: Node<'_>) -> Detection {
    let span = Some(Span::new(at.start_byte(), at.end_byte()));
    Detection { kind, name: name.to_owned(), strength: Strength::Evidence, span }
}

/// Whether a text can be the id of a model on a hub, and not a path of the file system.
fn is_hub_id(text: &str) -> bool {
    const FILES: [&str; 8] =
        [".pt", ".pth", ".bin", ".json", ".safetensors", ".ckpt", ".onnx", ".gguf"];
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let parts: Vec<&str> = text.split('/').collect();
    parts.len() <= 2
        && text.len() <= 96
        && parts.into_iter().all(part)
        && !FILES.iter().any(|end| text.ends_with(end))
}
