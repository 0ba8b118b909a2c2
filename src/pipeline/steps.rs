//! The steps of a pipeline that run the gate, with all that says when they run and with what.

use std::collections::{BTreeMap, BTreeSet};

use super::gitlab::{from_elsewhere, referenced, uninherited};
use super::pins::Pinned;
use super::step_names::StepNames;
use super::strictness::{canonical, is_as_strict, is_as_wide, is_long_enough};
use crate::document::{Document, Key, Node, Value};
use crate::span::Span;

/// Keys at the top of a pipeline that hold for every job.
const GLOBAL: [&str; 17] = [
    "defaults",
    "env",
    "workflow",
    "default",
    "image",
    "services",
    "cache",
    "variables",
    "before_script",
    "after_script",
    "stages",
    "include",
    "exclude",
    "files",
    "default_stages",
    "ci",
    "runs",
];

/// Keys of a job that change nothing about the verdict.
const NEUTRAL: [&str; 7] = [
    "interruptible",
    "retry",
    "permissions",
    "concurrency",
    "resource_group",
    "outputs",
    "artifacts",
];

/// The same for a step of a job, and for one that runs before the gate's.
const NEUTRAL_IN_STEP: [&str; 2] = ["name", "id"];
const NEUTRAL_BEFORE: [&str; 3] = ["name", "id", "timeout-minutes"];

/// Conditions that can only hold something back, so that their absence is the stricter form.
const RESTRICTIONS: [&str; 7] = [
    "continue-on-error",
    "allow_failure",
    "except",
    "exclude",
    "cache",
    "timeout",
    "timeout-minutes",
];

/// Variables that change how an output looks and nothing else.
const HARMLESS_VARIABLES: [&str; 8] =
    ["NO_COLOR", "FORCE_COLOR", "CLICOLOR", "TERM", "TZ", "LANG", "RUST_LOG", "RUST_BACKTRACE"];

/// Inputs of a checkout that give the gate no less to see.
const HARMLESS_INPUTS: [&str; 3] = ["fetch-depth", "fetch-tags", "persist-credentials"];

/// Jobs that a job may wait for, one behind the other.
const LONGEST_CHAIN: usize = 8;

/// Steps of one file that are looked at.
const MOST_STEPS: usize = 200;

/// One step, job or hook that runs the gate.
pub(super) struct Step {
    /// The keys on the way to it.
    pub(super) path: String,
    /// Its own keys, and those around it that say when it runs and with what.
    keys: BTreeMap<String, (Pinned, Span)>,
    /// The steps that run before it in its job.
    before: Vec<BTreeMap<String, Pinned>>,
    /// The events that start it, each with what narrows it; `None` where the format has none.
    events: Option<BTreeMap<String, Node>>,
    pub(super) span: Span,
}

impl Step {
    /// The templates it is made of.
    pub(super) fn templates(&self) -> impl Iterator<Item = String> {
        let extends = self.keys.iter().filter(|(key, _)| key.ends_with("/extends"));
        let names = extends.flat_map(|(_, (value, _))| value.text.split([',', '[', ']', ' ']));
        names.filter(|name| !name.is_empty()).map(str::to_owned)
    }

    /// The job of a pipeline of GitLab that it is a part of.
    pub(super) fn job(&self) -> Option<&str> {
        self.path.trim_start_matches('/').split('/').next()
    }

    /// All it says, and what each step says that runs before it.
    pub(super) fn texts(&self) -> Vec<String> {
        let own = self.keys.iter().map(|(key, (value, _))| (key, value));
        let mut found = vec![said(own)];
        found.extend(self.before.iter().map(|step| said(step.iter())));
        found
    }

    /// Whether it is as strict as another, whatever starts it.
    pub(super) fn is_as_strict_as(&self, before: &Step) -> bool {
        before.differs_in_itself(self).is_none()
    }

    /// The first point in which `now` is not provably as strict.
    pub(super) fn differs_from(&self, now: &Step) -> Option<StepDifference> {
        if let Some(before) = &self.events {
            for (event, narrowed) in before {
                match now.events.as_ref().and_then(|events| events.get(event)) {
                    None => return Some(now.other(format!("no longer runs on `{event}`"))),
                    Some(still) if !is_as_wide(narrowed, still) => {
                        return Some(now.other(format!("runs on fewer events of `{event}`")));
                    }
                    Some(_) => {}
                }
            }
        }
        self.differs_in_itself(now)
    }

    fn differs_in_itself(&self, now: &Step) -> Option<StepDifference> {
        let difference =
            |span: Span, what: String| Some(StepDifference { span, what, is_before: false });
        let names: BTreeSet<&String> = self.keys.keys().chain(now.keys.keys()).collect();
        for name in names {
            let key = name.rsplit('/').next().unwrap_or(name);
            match (self.keys.get(name), now.keys.get(name)) {
                (Some((before, _)), Some((after, span))) => {
                    if !is_as_strict(key, before, after) {
                        return difference(*span, format!("has another `{key}`"));
                    }
                }
                (Some((before, _)), None) => {
                    let only_held_back = !["always()", "failure()", "cancelled()"]
                        .iter()
                        .any(|it| before.text.contains(it));
                    if !(RESTRICTIONS.contains(&key) || (key == "if" && only_held_back)) {
                        return difference(now.span, format!("has no `{key}` any more"));
                    }
                }
                (None, Some((after, span))) => {
                    let is_off = (after.text == "false" && RESTRICTIONS.contains(&key))
                        || (["cache", "needs", "dependencies"].contains(&key)
                            && ["[]", "{}"].contains(&&*after.text))
                        || (key.starts_with("timeout") && is_long_enough(&after.text));
                    if !is_off {
                        return difference(*span, format!("has a `{key}` it did not have"));
                    }
                }
                (None, None) => {}
            }
        }
        // What runs before it may stand in for it, so nothing new may.
        let mut known = self.before.iter();
        let is_known = |step: &BTreeMap<String, Pinned>| {
            known.any(|before| {
                let keys: BTreeSet<&String> = before.keys().chain(step.keys()).collect();
                keys.into_iter().all(|key| match (before.get(key), step.get(key)) {
                    (Some(before), Some(after)) => is_as_strict(key, before, after),
                    _ => false,
                })
            })
        };
        let all_known = now.before.iter().all(is_known);
        (!all_known)
            .then(|| StepDifference { is_before: true, ..now.other("has other steps before it") })
    }

    fn other(&self, what: impl Into<String>) -> StepDifference {
        StepDifference { span: self.span, what: what.into(), is_before: false }
    }
}

/// In what a step is less strict than it was.
pub(super) struct StepDifference {
    pub(super) span: Span,
    pub(super) what: String,
    /// Whether it is what runs before it.
    pub(super) is_before: bool,
}

/// Keys and values as lines.
fn said<'a>(keys: impl Iterator<Item = (&'a String, &'a Pinned)>) -> String {
    let key = |path: &'a str| path.rsplit('/').next().unwrap_or(path);
    keys.map(|(path, value)| format!("{}: {}\n", key(path), value.text)).collect()
}

/// The steps of one file.
pub(super) fn steps(document: &Document, names: &StepNames) -> Vec<Step> {
    let Ok(root) = document.tree() else { return Vec::new() };
    let mut walk = Walk { source: &document.source, root, names, found: Vec::new() };
    let mut around = BTreeMap::new();
    for (key, value) in root.entries().iter().filter(|(key, _)| GLOBAL.contains(&&*key.text)) {
        if &*key.text == "include" {
            let text = from_elsewhere(value);
            let pinned = Pinned { text, comment: String::new() };
            if !pinned.text.is_empty() {
                around.insert("/include".to_owned(), (pinned, value.span));
            }
            continue;
        }
        if &*key.text != "default" {
            around.insert(format!("/{}", key.text), walk.pinned(key, value));
            continue;
        }
        let counts = |key: &&(Key, Node)| !["retry", "interruptible"].contains(&&*key.0.text);
        for (key, value) in value.entries().iter().filter(counts) {
            around.insert(format!("/default/{}", key.text), walk.pinned(key, value));
        }
    }
    walk.visit(root, &StepPlace { path: "", around: &around, before: &[], kind: StepKind::Root });
    walk.found
}

/// What a mapping is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StepKind {
    Root,
    /// Entries are jobs, each by its name.
    Jobs,
    /// An item of a job's `steps`.
    Step,
    /// A job, a hook, or anything else.
    Other,
}

/// Where a walk stands.
struct StepPlace<'a> {
    path: &'a str,
    around: &'a BTreeMap<String, (Pinned, Span)>,
    before: &'a [&'a Node],
    kind: StepKind,
}

struct Walk<'a> {
    source: &'a str,
    root: &'a Node,
    names: &'a StepNames,
    found: Vec<Step>,
}

impl<'a> Walk<'a> {
    /// Collects the steps below a node; returns whether the gate is named in it outside of any of
    /// them.
    fn visit(&mut self, node: &'a Node, place: &StepPlace<'_>) -> bool {
        match &node.value {
            Value::Scalar(scalar) => self.names.is_in(&scalar.text),
            Value::Sequence(items) => {
                let mut named = false;
                for (at, item) in items.iter().enumerate() {
                    let before: Vec<&Node> = if place.kind == StepKind::Step {
                        items[..at].iter().collect()
                    } else {
                        Vec::new()
                    };
                    named |= self.visit(item, &StepPlace { before: &before, ..*place });
                }
                named
            }
            Value::Mapping(entries) => {
                self.mapping(node, entries, place);
                false
            }
        }
    }

    fn mapping(&mut self, node: &'a Node, entries: &'a [(Key, Node)], place: &StepPlace<'_>) {
        let neutral: &[&str] =
            if place.kind == StepKind::Step { &NEUTRAL_IN_STEP } else { &NEUTRAL };
        let is_own = |key: &str| match place.kind {
            StepKind::Root => false,
            StepKind::Jobs => false,
            StepKind::Step | StepKind::Other => !neutral.contains(&key) && key != "steps",
        };
        let mut keys = None;
        let mut named = false;
        for (key, value) in entries.iter().filter(|(key, _)| &*key.text != "name") {
            if self.found.len() >= MOST_STEPS {
                return;
            }
            if !self.is_named(value) {
                continue;
            }
            let keys = keys.get_or_insert_with(|| {
                let mut keys = place.around.clone();
                let own = entries.iter().filter(|(key, _)| is_own(&key.text));
                let own = own.map(|(key, value)| (key, self.pinned(key, value)));
                let own = own.filter(|(key, (value, _))| !says_nothing(&key.text, value));
                keys.extend(
                    own.map(|(key, value)| (format!("{}/{}", place.path, key.text), value)),
                );
                if place.kind == StepKind::Other {
                    uninherited(node, &mut keys);
                    self.follow(node, place.path, &mut keys, 0);
                }
                keys
            });
            let kind = match (&*key.text, place.kind) {
                ("jobs", StepKind::Root) => StepKind::Jobs,
                ("steps", _) => StepKind::Step,
                _ => StepKind::Other,
            };
            let path = format!("{}/{}", place.path, key.text);
            let is_named =
                self.visit(value, &StepPlace { path: &path, around: keys, before: &[], kind });
            named |= is_named && (place.kind != StepKind::Root || &*key.text == "include");
        }
        if let (true, Some(keys)) = (named, keys) {
            let before = place.before.iter().map(|step| self.step(step)).collect();
            let events = self.root.get("on").map(events);
            self.found.push(Step {
                path: place.path.to_owned(),
                keys,
                before,
                events,
                span: node.span,
            });
        }
    }

    fn is_named(&self, node: &Node) -> bool {
        let mut named = false;
        node.walk(&mut |_, node| {
            if let Value::Scalar(scalar) = &node.value {
                named |= self.names.is_in(&scalar.text);
            }
        });
        named
    }

    /// What a job waits for, and the templates it is made of.
    fn follow(
        &self,
        job: &Node,
        path: &str,
        keys: &mut BTreeMap<String, (Pinned, Span)>,
        depth: usize,
    ) {
        let names = |key: &str| -> Vec<String> {
            match job.get(key).map(|node| &node.value) {
                Some(Value::Scalar(scalar)) => vec![scalar.text.to_string()],
                Some(Value::Sequence(items)) => items
                    .iter()
                    .filter_map(|item| item.as_text().or_else(|| item.get("job")?.as_text()))
                    .map(str::to_owned)
                    .collect(),
                _ => Vec::new(),
            }
        };
        if depth >= LONGEST_CHAIN {
            return;
        }
        let jobs = self.root.get("jobs").unwrap_or(self.root);
        for name in names("needs") {
            let Some(needed) = jobs.get(&name) else { continue };
            for key in ["if", "needs", "strategy", "rules", "when", "only", "except"] {
                if let Some((key, value)) = needed.entry(key) {
                    keys.insert(
                        format!("{path}/needs {name}/{}", key.text),
                        self.pinned(key, value),
                    );
                }
            }
            self.follow(needed, &format!("{path}/needs {name}"), keys, depth + 1);
        }
        for name in names("extends").into_iter().chain(referenced(job)) {
            let Some((key, template)) = self.root.entry(&name) else { continue };
            keys.insert(format!("{path}/extends {name}"), self.pinned(key, template));
            self.follow(template, &format!("{path}/extends {name}"), keys, depth + 1);
        }
    }

    fn step(&self, step: &Node) -> BTreeMap<String, Pinned> {
        let own = step.entries().iter().filter(|(key, _)| !NEUTRAL_BEFORE.contains(&&*key.text));
        let own = own.map(|(key, value)| (key.text.to_string(), self.pinned(key, value).0));
        own.filter(|(key, value)| !says_nothing(key, value)).collect()
    }

    fn pinned(&self, key: &Key, node: &Node) -> (Pinned, Span) {
        let rest =
            self.source.get(node.span.end..).unwrap_or_default().lines().next().unwrap_or_default();
        let is_plain =
            matches!(node.value, Value::Scalar(_)) && !node.span.of(self.source).contains('\n');
        let comment = rest.trim_start().strip_prefix('#').filter(|_| is_plain).unwrap_or_default();
        let text = match &*key.text {
            "env" | "variables" => without(node, &HARMLESS_VARIABLES),
            "with" => without(node, &HARMLESS_INPUTS),
            _ => canonical(node),
        };
        (Pinned { text, comment: comment.trim().to_owned() }, node.span)
    }
}

/// The events of a workflow and what narrows each.
fn events(on: &Node) -> BTreeMap<String, Node> {
    let nothing = |span: Span| Node { value: Value::Mapping(Vec::new()), span };
    match &on.value {
        Value::Scalar(scalar) => BTreeMap::from([(scalar.text.to_string(), nothing(on.span))]),
        Value::Sequence(items) => {
            items.iter().map(|item| (canonical(item), nothing(item.span))).collect()
        }
        Value::Mapping(entries) => {
            let narrowed = |value: &Node| match &value.value {
                Value::Scalar(_) => nothing(value.span),
                _ => value.clone(),
            };
            entries.iter().map(|(key, value)| (key.text.to_string(), narrowed(value))).collect()
        }
    }
}

/// Whether a key holds only variables that do no harm.
fn says_nothing(key: &str, value: &Pinned) -> bool {
    matches!(key, "env" | "with") && value.text == "{}"
}

/// A mapping as text, without keys that do no harm.
fn without(node: &Node, harmless: &[&str]) -> String {
    let Value::Mapping(entries) = &node.value else { return canonical(node) };
    let others = entries.iter().filter(|(key, _)| !harmless.contains(&&*key.text));
    canonical(&Node { value: Value::Mapping(others.cloned().collect()), span: node.span })
}
