//! Python source: clients of hosted models, models loaded from a hub, models defined and trained.
//!
//! The source is read as tokens, so a word in a comment or a text is nothing. Names are followed
//! through imports, through constants that are assigned once, and from a value to the call that
//! made it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use super::model_ids::{is_model_id, without_gateway};
use super::python_marks::{choices, hosted_ids, libraries};
use super::python_names::{NameOwner, NameRole, NameRule, last, listed, root};
use super::python_reader::{
    Callee, ClassHead, Expression, PythonCall, PythonFacts, PythonText, read,
};
use super::python_scope::PythonScope;
use super::signs::{CallWith, HubLoader, Library, Service, signs};
use crate::asset::{AssetKind, Detection, Strength};
use crate::span::Span;

/// What a source shows.
pub(super) fn detections(source: &str) -> Vec<Detection> {
    let (text, facts) = read(source);
    let scope = PythonScope::of(&text, &facts);
    let module = Module::of(&text, &facts, &scope);
    let mut found = Vec::new();
    for call in &facts.calls {
        module.call(call, &mut found);
    }
    found.extend(facts.classes.iter().filter_map(|class| module.class(class)));
    for value in &facts.values {
        let name = text.dotted(value);
        if let Some(service) = client(&scope.resolve(&name)) {
            let span = text.span(value);
            found.push(detection(AssetKind::HostedService, &service.id, span));
        }
    }
    let ids = hosted_ids(&text, &found);
    found.extend(ids);
    found.extend(libraries(&text, &facts));
    found
}

/// The service of which one of these paths is a client.
fn client(paths: &[String]) -> Option<&'static Service> {
    paths.iter().find_map(|path| match listed().rule(path, NameRole::Client)?.owner {
        NameOwner::Service(service) => Some(service),
        _ => None,
    })
}

/// A module, and what of the signs can match in it at all; asked once, not at every call.
pub(super) struct Module<'m, 's> {
    pub(super) text: &'m PythonText<'s>,
    facts: &'m PythonFacts<'s>,
    pub(super) scope: &'m PythonScope<'m, 's>,
    pub(super) hub: Vec<&'static HubLoader>,
    /// Methods that train, with the libraries whose models have them.
    methods: HashMap<&'static str, Vec<&'static Library>>,
    /// Libraries whose methods count on a value of which nothing is known.
    loose: HashSet<&'static str>,
    /// First parts of what it imports.
    roots: BTreeSet<&'m str>,
    has_service: bool,
    /// Whether anything is told to run code that a model brings along.
    has_remote_code: bool,
    /// The texts that names are compared with, where a hub is asked.
    pub(super) choices: BTreeMap<&'s str, Vec<&'s str>>,
}

impl<'m, 's> Module<'m, 's> {
    fn of(
        text: &'m PythonText<'s>,
        facts: &'m PythonFacts<'s>,
        scope: &'m PythonScope<'m, 's>,
    ) -> Self {
        let signs = signs();
        let roots: BTreeSet<&str> = scope.imported().map(root).collect();
        let imports = |modules: &BTreeSet<String>| modules.iter().any(|it| roots.contains(&**it));
        let mut methods: HashMap<&str, Vec<&Library>> = HashMap::new();
        for library in &signs.libraries {
            for method in library.methods.iter().chain(&library.uses) {
                methods.entry(method).or_default().push(library);
            }
        }
        let mut loose: HashSet<&str> = signs
            .libraries
            .iter()
            .filter(|library| library.any_import && imports(&library.loose))
            .map(|library| library.name.as_str())
            .collect();
        let mut has_service = false;
        let called = facts.calls.iter().filter_map(|call| match &call.callee {
            Callee::Name(name) => Some(scope.resolve(&text.dotted(name))),
            Callee::Of { .. } => None,
        });
        let bases = facts.classes.iter().flat_map(|class| text.names(&class.bases));
        let bases = bases.map(|base| scope.resolve(&base));
        let imported = scope.imported().map(|path| vec![path.to_owned()]);
        for path in called.chain(bases).chain(imported).flatten() {
            for rule in listed().rules(&path) {
                match (rule.role, rule.owner) {
                    (NameRole::Model | NameRole::Base, NameOwner::Library(library))
                        if imports(&library.loose) =>
                    {
                        loose.insert(&library.name);
                    }
                    (_, NameOwner::Service(_)) => has_service = true,
                    _ => {}
                }
            }
        }
        has_service |= signs.services.iter().any(|service| {
            let mut with = service.calls_with.iter();
            let mut patterns = service.clients.iter().chain(&service.calls);
            with.any(|it| roots.contains(root(&it.call)) && text.source.contains(&it.argument))
                || patterns.any(|it| roots.contains(root(it)))
        });
        let hub: Vec<&HubLoader> =
            signs.hub.iter().filter(|loader| imports(&loader.modules)).collect();
        let has_remote_code = text.source.contains("trust_remote_code");
        let choices = if hub.is_empty() { BTreeMap::new() } else { choices(text) };
        Self {
            text,
            facts,
            scope,
            hub,
            methods,
            loose,
            roots,
            has_service,
            has_remote_code,
            choices,
        }
    }

    /// Everything that a call shows.
    fn call(&self, call: &PythonCall, found: &mut Vec<Detection>) {
        let (attribute, of) = match &call.callee {
            Callee::Name(name) => (name.clone(), None),
            Callee::Of { end, attribute } => (attribute.clone(), Some(*end)),
        };
        let written = self.text.dotted(&attribute);
        let paths = self.scope.callee(&call.callee);
        let is_method = of.is_some() || written.contains('.');
        let method = is_method.then(|| written.rsplit('.').next().unwrap_or_default());
        let span = self.text.span(&attribute);
        if self.has_remote_code {
            self.remote_code(call, span, &written, found);
        }
        if paths.is_empty() && method.is_none_or(|it| !self.may_be_method(it)) {
            return;
        }
        if let Some((service, position)) = self.service_call(call, method, &paths) {
            found.push(detection(AssetKind::HostedService, &service.id, span));
            found.extend(self.model_id(call, position, span));
            return;
        }
        if let Some(detections) = self.hub_call(call, span, method, &written, &paths) {
            found.extend(detections);
            return;
        }
        if let Some(detection) = self.library_call(call, span, &paths, found) {
            found.push(detection);
            return;
        }
        if let Some(method) = method {
            found.extend(self.method(call, span, method));
        }
        found.extend(self.request(call, span, method, &paths));
        if self.is_model_call(&written) {
            found.extend(self.model_id(call, None, span));
        }
    }

    /// Whether a method can count, whatever it is a method of.
    fn may_be_method(&self, method: &str) -> bool {
        let signs = signs();
        self.methods.contains_key(method)
            || listed().lasts.contains(method)
            || signs.request_methods.contains(method)
            || signs.model_calls.iter().any(|call| call.rsplit('.').next() == Some(method))
            || signs
                .services
                .iter()
                .flat_map(|service| &service.calls_with)
                .any(|it| it.call.ends_with(method))
    }

    /// The hosted service whose client a call makes or uses, and which argument is the model.
    fn service_call(
        &self,
        call: &PythonCall,
        method: Option<&str>,
        paths: &[String],
    ) -> Option<(&'static Service, Option<usize>)> {
        let roles = [NameRole::Client, NameRole::ServiceCall];
        let rules = paths.iter().flat_map(|path| listed().rules(path));
        for rule in rules.filter(|rule| roles.contains(&rule.role)) {
            if let NameOwner::Service(service) = rule.owner {
                return Some((service, rule.position));
            }
        }
        let is_with = |it: &CallWith| {
            // `boto3.client(...)`, and the same method of something made from the module.
            let last = it.call.rsplit('.').next();
            let named =
                paths.contains(&it.call) || (method == last && self.roots.contains(root(&it.call)));
            named && self.argument(call, Some(0), &it.arguments) == Some(&it.argument)
        };
        let service = signs().services.iter().find(|it| it.calls_with.iter().any(is_with))?;
        Some((service, None))
    }

    /// The id of the hosted model that a call names.
    fn model_id(
        &self,
        call: &PythonCall,
        position: Option<usize>,
        span: Span,
    ) -> Option<Detection> {
        let names: Vec<String> = signs().model_arguments.iter().cloned().collect();
        let id = self.argument(call, position, &names)?;
        is_model_id(id).then(|| detection(AssetKind::HostedModel, without_gateway(id), span))
    }

    /// Whether a dotted name ends as a call of a hosted model does.
    fn is_model_call(&self, written: &str) -> bool {
        signs().model_calls.iter().any(|end| {
            // One word alone says too little where no client of a service can be.
            (self.has_service || end.contains('.'))
                && written.strip_suffix(end.as_str()).is_some_and(|it| it.ends_with('.'))
        })
    }

    /// A request to the address of a service.
    fn request(
        &self,
        call: &PythonCall,
        span: Span,
        method: Option<&str>,
        paths: &[String],
    ) -> Option<Detection> {
        let is_request = paths.iter().any(|it| listed().rule(it, NameRole::Request).is_some())
            || method.is_some_and(|it| signs().request_methods.contains(it));
        if !is_request {
            return None;
        }
        let arguments = self.text.arguments(call.open);
        let address = |keyword: &Option<&str>| keyword.is_none_or(|it| matches!(it, "url" | "uri"));
        let mut texts =
            arguments.iter().filter(|(keyword, _)| address(keyword)).take(3).map(|(_, value)| {
                match self.text.expression(value, self.facts) {
                    Expression::Name(name) => self.scope.constant(&name).unwrap_or_default(),
                    _ => self.text.written(value),
                }
            });
        let service = texts.find_map(|text| {
            let is_of = |host: &String| text.contains(host.as_str());
            signs().services.iter().find(|service| service.hosts.iter().any(is_of))
        })?;
        Some(detection(AssetKind::HostedService, &service.id, span))
    }

    /// The training or the use of a model that a call of these paths is.
    fn library_call(
        &self,
        call: &PythonCall,
        span: Span,
        paths: &[String],
        found: &mut Vec<Detection>,
    ) -> Option<Detection> {
        for path in paths {
            for NameRule { role, owner, position } in listed().rules(path) {
                let NameOwner::Library(library) = owner else { continue };
                let kind = match role {
                    NameRole::Trains => AssetKind::Training,
                    NameRole::Runs => AssetKind::ModelUse,
                    _ => continue,
                };
                let has_keyword = |it: &String| self.keyword(call, it);
                if !library.keywords.is_empty() && !library.keywords.iter().any(has_keyword) {
                    continue;
                }
                if library.agent || position.is_some() {
                    found.extend(self.model_id(call, position, span));
                }
                let strength = if library.hint { Strength::Hint } else { Strength::Evidence };
                return Some(Detection { strength, ..detection(kind, path, span) });
            }
        }
        None
    }

    /// A method that trains or runs the model it is a method of.
    fn method(&self, call: &PythonCall, span: Span, method: &str) -> Option<Detection> {
        let libraries = self.methods.get(method)?;
        let origin = self.scope.origin(&call.callee);
        for path in &origin.paths {
            for rule in listed().rules(path) {
                let NameOwner::Library(library) = rule.owner else { continue };
                if !libraries.iter().any(|it| it.name == library.name) {
                    continue;
                }
                let named = format!("{path}.{method}");
                let strength = match rule.role {
                    // What is a note in one list and a model in another is a note.
                    NameRole::Note => Strength::Hint,
                    NameRole::Model if listed().rule(path, NameRole::Note).is_some() => {
                        Strength::Hint
                    }
                    NameRole::Model | NameRole::Base if library.methods.contains(method) => {
                        Strength::Evidence
                    }
                    NameRole::Loads if library.uses.contains(method) => {
                        return Some(detection(AssetKind::ModelUse, path, span));
                    }
                    NameRole::Wraps if self.loose.contains(&*library.name) => Strength::Evidence,
                    _ => continue,
                };
                return Some(Detection {
                    strength,
                    ..detection(AssetKind::Training, &named, span)
                });
            }
        }
        // What a function of a library gives may be anything.
        let is_made = |path: &String| {
            last(path).starts_with(|c: char| c.is_ascii_lowercase())
                && listed().rules(path).is_empty()
        };
        let is_unknown = origin.is_unknown || origin.paths.iter().any(is_made);
        let mut libraries = libraries.iter();
        let is_loose = libraries.any(|library| {
            library.methods.contains(method)
                && self.loose.contains(&*library.name)
                && (is_unknown || library.any_import)
        });
        is_loose.then(|| detection(AssetKind::Training, method, span))
    }

    /// The text of a positional argument, or of one of these keyword arguments.
    pub(super) fn argument(
        &self,
        call: &PythonCall,
        position: Option<usize>,
        names: &[String],
    ) -> Option<&'s str> {
        let value = self.value(call, position, names)?;
        match self.text.expression(&value, self.facts) {
            Expression::Literal(text) => Some(text),
            Expression::Name(name) => self.scope.constant(&name),
            _ => None,
        }
    }

    /// What a positional argument is, or one of these keyword arguments.
    pub(super) fn value(
        &self,
        call: &PythonCall,
        position: Option<usize>,
        names: &[String],
    ) -> Option<Range<usize>> {
        let arguments = self.text.arguments(call.open);
        let is_named = |keyword: &str| names.iter().any(|it| it == keyword);
        let named = arguments.iter().find(|(keyword, _)| keyword.is_some_and(is_named));
        let at = || arguments.get(position?).filter(|(keyword, _)| keyword.is_none());
        named.or_else(at).map(|(_, value)| value.clone())
    }

    /// Whether a call has a keyword argument.
    fn keyword(&self, call: &PythonCall, name: &str) -> bool {
        self.text.arguments(call.open).iter().any(|(keyword, _)| *keyword == Some(name))
    }

    /// A loader that is told to run what the model's repository brings along.
    fn remote_code(
        &self,
        call: &PythonCall,
        span: Span,
        written: &str,
        found: &mut Vec<Detection>,
    ) {
        let arguments = self.text.arguments(call.open);
        let told = arguments.iter().find(|(keyword, _)| *keyword == Some("trust_remote_code"));
        if told.is_some_and(|(_, value)| self.text.written(value) == "True") {
            found.push(detection(AssetKind::RemoteCode, written, span));
        }
    }

    fn class(&self, class: &ClassHead<'s>) -> Option<Detection> {
        let bases = self.text.names(&class.bases);
        let is_model = bases
            .iter()
            .flat_map(|base| self.scope.resolve(base))
            .any(|base| listed().rule(&base, NameRole::Base).is_some());
        is_model.then(|| detection(AssetKind::ModelDefinition, class.name, class.span))
    }
}

pub(super) fn detection(kind: AssetKind, name: &str, span: Span) -> Detection {
    Detection::evidence(kind, name, Some(span))
}
