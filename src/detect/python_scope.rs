//! What the names of a Python module stand for: imports, constants, and where a value comes from.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use super::python_names::{NameRole, last, listed, root};
use super::python_reader::{Callee, Expression, PythonFacts, PythonText};

/// Assignments of a name that are looked at. Where there are more, nothing is known of it.
const MOST_VALUES: usize = 8;

/// Steps from a value to the call that made it.
const MOST_STEPS: usize = 8;

/// Modules of which everything is imported that are looked at for a name of no known ending.
const MOST_OPEN: usize = 8;

/// Functions that import a module by its name.
const IMPORTERS: [&str; 5] = [
    "importlib.import_module",
    "import_module",
    "__import__",
    "pytest.importorskip",
    "lazy_import",
];

pub(super) struct PythonScope<'m, 's> {
    text: &'m PythonText<'s>,
    facts: &'m PythonFacts<'s>,
    /// Local name to every dotted path it was imported as: a second import of the name may be the
    /// fallback of a failed one.
    names: HashMap<&'s str, Vec<String>>,
    /// Names that are imported from modules which are not listed.
    foreign: HashSet<&'s str>,
    /// Listed modules of which everything was imported.
    wildcards: BTreeSet<&'s str>,
    /// Names assigned one text; `None` after another one.
    constants: HashMap<&'m str, Option<&'s str>>,
    /// Names and the values assigned to them.
    values: HashMap<&'m str, Vec<Option<&'m Range<usize>>>>,
    /// Classes of the module and their place.
    classes: HashMap<&'s str, usize>,
}

/// Where a value comes from.
#[derive(Default)]
pub(super) struct ValueOrigin {
    /// What it is made by, or is itself: imported paths.
    pub(super) paths: Vec<String>,
    /// Whether it may come from something else of which nothing is known.
    pub(super) is_unknown: bool,
}

impl ValueOrigin {
    fn known(paths: Vec<String>) -> Self {
        Self { paths, is_unknown: false }
    }

    fn unknown() -> Self {
        Self { paths: Vec::new(), is_unknown: true }
    }

    /// Something that is none of the signs.
    fn other() -> Self {
        Self::default()
    }
}

impl<'m, 's> PythonScope<'m, 's> {
    pub(super) fn of(text: &'m PythonText<'s>, facts: &'m PythonFacts<'s>) -> Self {
        let mut scope = Self {
            text,
            facts,
            names: HashMap::new(),
            foreign: HashSet::new(),
            wildcards: BTreeSet::new(),
            constants: HashMap::new(),
            values: HashMap::new(),
            classes: HashMap::new(),
        };
        for (name, path) in &facts.imports {
            scope.bind(name, path.clone());
        }
        let everything = facts.wildcards.iter().copied();
        scope.wildcards = everything.filter(|it| listed().paths.contains(it)).collect();
        scope.classes = facts.classes.iter().enumerate().map(|(at, it)| (it.name, at)).collect();
        for assignment in &facts.assignments {
            let target: &'m str = &assignment.target;
            let value = assignment.value.as_ref();
            let is = value.map(|value| text.expression(value, facts));
            let literal = match is {
                Some(Expression::Literal(literal)) => Some(literal),
                _ => None,
            };
            let constant = scope.constants.entry(target).or_insert(literal);
            if *constant != literal {
                *constant = None;
            }
            let values = scope.values.entry(target).or_default();
            if values.len() <= MOST_VALUES {
                values.push(value);
            }
            // A name that is given to something imported, or to a module imported by its name.
            let paths = match is {
                Some(Expression::Name(name)) => scope.resolve(&name),
                Some(Expression::Call(call)) => scope.imported_by(call),
                _ => Vec::new(),
            };
            if let Cow::Borrowed(target) = &assignment.target
                && !target.contains('.')
            {
                for path in paths {
                    if listed().paths.contains(path.as_str()) {
                        scope.bind(target, path);
                    }
                }
            }
        }
        scope
    }

    /// Remembers what a name was imported as, where it can matter: a listed path whole, and of the
    /// rest one for each root and hub loader, so that filler neither hides a path nor adds up.
    fn bind(&mut self, name: &'s str, path: String) {
        let listed = listed();
        let is_listed = listed.roots.contains(root(&path))
            || listed.rule(&path, NameRole::Request).is_some()
            || listed.paths.contains(path.as_str());
        if !is_listed {
            self.foreign.insert(name);
            return;
        }
        let loader = |path: &str| listed.loaders.get(last(path)).copied();
        let paths = self.names.entry(name).or_default();
        let counts = |path: &str| listed.paths.contains(path) || !listed.rules(path).is_empty();
        let known = |known: &String| {
            *known == path
                || (root(known) == root(&path) && loader(known) == loader(&path) && !counts(&path))
        };
        // Of what a pattern covers there may be any number.
        if paths.len() < 64 + listed.paths.len() && !paths.iter().any(known) {
            paths.push(path);
        }
    }

    pub(super) fn imported(&self) -> impl Iterator<Item = &str> {
        self.names.values().flatten().map(String::as_str).chain(self.wildcards.iter().copied())
    }

    /// Whether a dotted name begins with something of a module that is not listed.
    pub(super) fn is_foreign(&self, written: &str) -> bool {
        self.foreign.contains(root(written))
    }

    /// The text that a name stands for.
    pub(super) fn constant(&self, name: &str) -> Option<&'s str> {
        self.constants.get(name).copied().flatten()
    }

    /// The dotted paths a name may stand for, its first part followed through the imports.
    pub(super) fn resolve(&self, written: &str) -> Vec<String> {
        let (head, rest) =
            written.split_once('.').map_or((written, None), |(head, rest)| (head, Some(rest)));
        if let Some(paths) = self.names.get(head) {
            let whole =
                |full: &String| rest.map_or_else(|| full.clone(), |rest| format!("{full}.{rest}"));
            return paths.iter().map(whole).collect();
        }
        if self.wildcards.is_empty() || self.classes.contains_key(head) {
            return Vec::new();
        }
        let is_listed = listed().lasts.contains(last(written));
        let open = self.wildcards.iter().filter(|it| listed().is_open(it)).take(MOST_OPEN);
        let all = self.wildcards.iter().filter(|_| is_listed);
        all.chain(open).map(|module| format!("{module}.{written}")).collect()
    }

    /// The paths that a call of one of the importing functions, or of `getattr`, gives.
    fn imported_by(&self, call: usize) -> Vec<String> {
        let call = &self.facts.calls[call];
        let Callee::Name(name) = &call.callee else { return Vec::new() };
        let name = self.text.dotted(name);
        let is_importer = IMPORTERS.contains(&&*name);
        if !is_importer && name != "getattr" {
            return Vec::new();
        }
        let arguments = self.text.arguments(call.open);
        let is =
            |at: usize| arguments.get(at).map(|(_, value)| self.text.expression(value, self.facts));
        let text = |at: usize| match is(at) {
            Some(Expression::Literal(text)) => Some(text),
            Some(Expression::Name(name)) => self.constant(&name),
            _ => None,
        };
        if is_importer {
            return text(0).map(str::to_owned).into_iter().collect();
        }
        let Some(attribute) = text(1) else { return Vec::new() };
        let from = match is(0) {
            Some(Expression::Name(name)) => self.resolve(&name),
            Some(Expression::Call(inner)) if inner != 0 => self.modules_by(inner),
            _ => Vec::new(),
        };
        from.into_iter().map(|module| format!("{module}.{attribute}")).collect()
    }

    /// The module that a call of an importing function gives.
    fn modules_by(&self, call: usize) -> Vec<String> {
        match &self.facts.calls[call].callee {
            Callee::Name(name) if self.text.dotted(name) != "getattr" => self.imported_by(call),
            _ => Vec::new(),
        }
    }

    /// The dotted paths of what is called.
    pub(super) fn callee(&self, callee: &Callee) -> Vec<String> {
        match callee {
            Callee::Name(name) => self.resolve(&self.text.dotted(name)),
            Callee::Of { end, attribute } => {
                let from = if let Some(call) = self.text.call_before(*end) {
                    self.imported_by(call)
                } else if let Some(inside) = self.text.inside(*end) {
                    match self.text.expression(&inside, self.facts) {
                        Expression::Name(name) => self.resolve(&name),
                        _ => Vec::new(),
                    }
                } else {
                    Vec::new()
                };
                let rest = self.text.dotted(attribute);
                let whole = |path: String| {
                    if attribute.is_empty() { path } else { format!("{path}.{rest}") }
                };
                from.into_iter().map(whole).collect()
            }
        }
    }

    /// Where the value that a method is called on comes from.
    pub(super) fn origin(&self, callee: &Callee) -> ValueOrigin {
        match callee {
            Callee::Name(name) => {
                let written = self.text.dotted(name);
                match written.rsplit_once('.') {
                    Some((object, _)) => self.of_name(object, MOST_STEPS),
                    None => ValueOrigin::other(),
                }
            }
            Callee::Of { end, attribute } => match self.text.call_before(*end) {
                Some(call) if attribute.len() == 1 => self.of_call(call, MOST_STEPS),
                Some(_) => ValueOrigin::unknown(),
                None if self.text.is_text(*end) => ValueOrigin::other(),
                None => match self.text.inside(*end) {
                    Some(inside) => {
                        let is = self.text.expression(&inside, self.facts);
                        self.of_expression(is, MOST_STEPS)
                    }
                    None => ValueOrigin::unknown(),
                },
            },
        }
    }

    fn of_expression(&self, is: Expression<'_>, steps: usize) -> ValueOrigin {
        match is {
            Expression::Literal(_) => ValueOrigin::other(),
            Expression::Name(name) => self.of_name(&name, steps),
            Expression::Call(call) => self.of_call(call, steps),
            Expression::Other => ValueOrigin::unknown(),
        }
    }

    fn of_name(&self, name: &str, steps: usize) -> ValueOrigin {
        let Some(steps) = steps.checked_sub(1) else { return ValueOrigin::unknown() };
        let paths = self.resolve(name);
        if !paths.is_empty() && self.names.contains_key(root(name)) {
            return ValueOrigin::known(paths);
        }
        match self.values.get(name) {
            Some(values) if values.len() <= MOST_VALUES => {
                let mut all = ValueOrigin::other();
                for value in values {
                    let origin = match value {
                        None => ValueOrigin::unknown(),
                        Some(value) if self.text.written(value) == "None" => continue,
                        Some(value) => {
                            let is = self.text.expression(value, self.facts);
                            self.of_expression(is, steps.min(3))
                        }
                    };
                    all.paths.extend(origin.paths);
                    all.is_unknown |= origin.is_unknown;
                }
                all
            }
            Some(_) => ValueOrigin::unknown(),
            None if self.is_foreign(name) => ValueOrigin::other(),
            None => ValueOrigin::unknown(),
        }
    }

    /// Where what a call gives comes from: the class that is called, or the value whose method
    /// gives it back.
    fn of_call(&self, call: usize, steps: usize) -> ValueOrigin {
        let Some(steps) = steps.checked_sub(1) else { return ValueOrigin::unknown() };
        let callee = &self.facts.calls[call].callee;
        let paths = self.callee(callee);
        if !paths.is_empty() {
            return ValueOrigin::known(paths);
        }
        match callee {
            Callee::Name(name) => {
                let written = self.text.dotted(name);
                if let Some(class) = self.classes.get(&*written) {
                    return self.of_class(*class, steps);
                }
                let is_class = last(&written).starts_with(|c: char| c.is_ascii_uppercase());
                match written.rsplit_once('.') {
                    _ if is_class => ValueOrigin::other(),
                    // A method that gives back what it is called on.
                    Some((object, _)) => self.of_name(object, steps.min(3)),
                    None => ValueOrigin::unknown(),
                }
            }
            Callee::Of { end, attribute } if attribute.len() == 1 => {
                match self.text.call_before(*end) {
                    Some(inner) => self.of_call(inner, steps),
                    None => ValueOrigin::unknown(),
                }
            }
            Callee::Of { .. } => ValueOrigin::unknown(),
        }
    }

    /// The paths of the classes that a class of the module is derived from.
    fn of_class(&self, class: usize, steps: usize) -> ValueOrigin {
        let bases = self.text.names(&self.facts.classes[class].bases).into_iter().take(MOST_VALUES);
        let mut all = Vec::new();
        for base in bases {
            let paths = self.resolve(&base);
            if paths.is_empty()
                && let Some(inner) = self.classes.get(&*base).filter(|it| **it != class)
                && let Some(steps) = steps.checked_sub(1)
            {
                all.extend(self.of_class(*inner, steps.min(2)).paths);
            }
            all.extend(paths);
        }
        ValueOrigin::known(all)
    }
}
