//! The dotted names of Python that count, what each of them is, and whether a source can hold one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::hosted;
use super::packages::python_modules;
use super::signs::{Library, Service, signs};

/// What a dotted name is a sign of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameRole {
    Client,
    ServiceCall,
    Base,
    Trains,
    Runs,
    Model,
    Wraps,
    Loads,
    Note,
    Request,
}

/// Whose name it is.
#[derive(Clone, Copy)]
pub(super) enum NameOwner {
    Service(&'static Service),
    Library(&'static Library),
    Nobody,
}

#[derive(Clone, Copy)]
pub(super) struct NameRule {
    pub(super) role: NameRole,
    pub(super) owner: NameOwner,
    /// Which argument is the id of a model.
    pub(super) position: Option<usize>,
}

/// The dotted paths the signs name, and every path on the way to one.
pub(super) struct Listed {
    /// First parts.
    pub(super) roots: BTreeSet<&'static str>,
    /// Listed paths and their beginnings.
    pub(super) paths: HashSet<&'static str>,
    /// Last parts of calls that load from a hub.
    pub(super) loaders: BTreeSet<&'static str>,
    /// Last parts of listed paths.
    pub(super) lasts: HashSet<&'static str>,
    exact: HashMap<&'static str, Vec<NameRule>>,
    /// By what stands before the first part with a `*`: what follows.
    open: HashMap<&'static str, Vec<(&'static str, NameRule)>>,
}

impl Listed {
    /// Whether any name of a module may count.
    pub(super) fn is_open(&self, module: &str) -> bool {
        self.open.contains_key(module)
    }

    /// The rules of a dotted path, the closest of each role first.
    pub(super) fn rules(&self, path: &str) -> Vec<NameRule> {
        let mut rules = self.exact.get(path).cloned().unwrap_or_default();
        for (dot, _) in path.rmatch_indices('.') {
            let Some(tails) = self.open.get(&path[..dot]) else { continue };
            let rest = &path[dot + 1..];
            let mut fitting: Vec<_> = tails.iter().filter(|(tail, _)| fits(tail, rest)).collect();
            fitting.sort_by_key(|(tail, _)| std::cmp::Reverse(tail.len()));
            rules.extend(fitting.into_iter().map(|(_, rule)| *rule));
        }
        rules
    }

    pub(super) fn rule(&self, path: &str, role: NameRole) -> Option<NameRule> {
        self.rules(path).into_iter().find(|rule| rule.role == role)
    }
}

/// Whether a pattern of one part is the last part of a path, or one of several its whole.
fn fits(pattern: &str, path: &str) -> bool {
    let text = if pattern.contains('.') { path } else { last(path) };
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let end = parts.pop();
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    end.map_or(rest.is_empty(), |end| rest.ends_with(end))
}

/// A pattern without the number of the argument that is an id, and that number.
pub(super) fn pattern(written: &str) -> (&str, Option<usize>) {
    let parts = written.strip_suffix(')').and_then(|it| it.rsplit_once('('));
    parts.map_or((written, None), |(path, position)| (path, position.parse().ok()))
}

/// Every pattern of the signs with what it is a sign of.
pub(super) fn patterns() -> Vec<(&'static str, NameRule)> {
    let signs = signs();
    let mut all = Vec::new();
    let mut add = |patterns: &'static [String], role, owner| {
        all.extend(patterns.iter().map(|written| {
            let (path, position) = pattern(written);
            (path, NameRule { role, owner, position })
        }));
    };
    for service in &signs.services {
        let owner = NameOwner::Service(service);
        add(&service.clients, NameRole::Client, owner);
        add(&service.calls, NameRole::ServiceCall, owner);
    }
    for library in &signs.libraries {
        let owner = NameOwner::Library(library);
        add(&library.bases, NameRole::Base, owner);
        add(&library.trains, NameRole::Trains, owner);
        add(&library.runs, NameRole::Runs, owner);
        add(&library.notes, NameRole::Note, owner);
        add(&library.models, NameRole::Model, owner);
        add(&library.wraps, NameRole::Wraps, owner);
        add(&library.loads, NameRole::Loads, owner);
    }
    add(&signs.request_calls, NameRole::Request, NameOwner::Nobody);
    all
}

pub(super) fn listed() -> &'static Listed {
    static LISTED: LazyLock<Listed> = LazyLock::new(|| {
        let signs = signs();
        let mut it = Listed {
            roots: BTreeSet::new(),
            paths: HashSet::new(),
            loaders: signs.hub.iter().map(|loader| loader.call.as_str()).collect(),
            lasts: HashSet::new(),
            exact: HashMap::new(),
            open: HashMap::new(),
        };
        let beginnings =
            |path: &'static str| path.match_indices('.').map(|(at, _)| &path[..at]).chain([path]);
        for (path, rule) in patterns() {
            let path = match path.find('*') {
                None => {
                    it.exact.entry(path).or_default().push(rule);
                    it.lasts.insert(last(path));
                    path
                }
                Some(star) => {
                    let dot = path[..star].rfind('.').unwrap_or(0);
                    let tail = path.get(dot + 1..).unwrap_or_default();
                    it.open.entry(&path[..dot]).or_default().push((tail, rule));
                    &path[..dot]
                }
            };
            // What only sends a request matters where the address of a service is.
            if rule.role != NameRole::Request {
                it.roots.insert(root(path));
            }
            it.paths.extend(beginnings(path));
        }
        let with = signs.services.iter().flat_map(|service| &service.calls_with);
        let modules = with.map(|with| &with.call);
        let modules = modules
            .chain(signs.hub.iter().flat_map(|loader| &loader.modules))
            .chain(signs.libraries.iter().flat_map(|library| &library.loose));
        for path in modules {
            it.roots.insert(root(path));
            it.paths.extend(beginnings(path));
        }
        it.lasts.extend(&it.loaders);
        it
    });
    &LISTED
}

/// Whether a source imports any module that could matter, or names the address of a service.
/// Cheap, and wrong on the side of reading: the words may stand in a comment, and the statement
/// may go on behind a backslash.
pub(super) fn may_matter(source: &[u8]) -> bool {
    static IMPORTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let roots: BTreeSet<&str> =
            listed().roots.iter().copied().chain(python_modules()).collect();
        let modules = roots.into_iter().collect::<Vec<_>>().join("|");
        let words = r"(?-u)(?:\b(?:import|from)\b|import_module|__import__|importorskip)";
        Regex::new(&format!(r"{words}(?:[^\n\\]|\\\r?\n|\\)*?\b(?:{modules})\b")).ok()
    });
    static CALLS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let signs = signs();
        let hosts = signs.services.iter().flat_map(|service| &service.hosts);
        // A call that is known by its end alone has several parts.
        let calls = signs.model_calls.iter().filter(|call| call.contains('.'));
        let texts = hosts.chain(calls).map(|it| regex::escape(it));
        let ids = hosted::beginnings().map(|it| format!("[\"']{}", regex::escape(it)));
        let texts: Vec<String> = texts.chain(ids).collect();
        Regex::new(&texts.join("|")).ok()
    });
    [&IMPORTS, &CALLS].iter().any(|it| it.as_ref().is_none_or(|it| it.is_match(source)))
}

pub(super) fn root(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or_default()
}

pub(super) fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or_default()
}
