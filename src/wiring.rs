//! The gate's own step in pipelines and hooks, and whether a change removes, narrows or downgrades it.
//!
//! Pipelines are read as what they are, YAML: a step is the smallest mapping that names aimsgate, and
//! its conditions are the keys around it that say when it runs and whether its failure counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::change::{Change, Edit};
use crate::document::{Document, Node, Value};
use crate::evidence::Documents;
use crate::settings::gate::Version;
use crate::snapshot::View;
use crate::span::{Place, RepoPath, Span};

/// What the step is known by.
const NAME: &str = "aimsgate";

/// Keys that say when something runs, or whether its failure counts.
const CONDITIONS: [&str; 21] = [
    "on",
    "if",
    "needs",
    "continue-on-error",
    "strategy",
    "container",
    "rules",
    "only",
    "except",
    "when",
    "allow_failure",
    "workflow",
    "extends",
    "include",
    "default",
    "exclude",
    "files",
    "stages",
    "default_stages",
    "ci",
    "trigger",
];

/// Conditions that can only hold something back, so that their absence is the stricter form.
const RESTRICTIONS: [&str; 5] = ["if", "continue-on-error", "allow_failure", "except", "exclude"];

/// Keys of the step itself that change nothing about the verdict.
const NEUTRAL: [&str; 11] = [
    "name",
    "timeout-minutes",
    "timeout",
    "tags",
    "interruptible",
    "retry",
    "cache",
    "runs-on",
    "permissions",
    "concurrency",
    "resource_group",
];

/// A step that is no longer what it was.
#[derive(Debug)]
pub struct Rewired {
    pub path: RepoPath,
    pub place: Place,
    /// What became of it, in words.
    pub text: String,
}

/// Every step of the gate that the change removes or weakens.
pub fn rewired(tip: &View<'_>, judged: &View<'_>, change: &Change, fallback: &Place) -> Vec<Rewired> {
    let (mut before, mut now) = (Documents::default(), Documents::default());
    let mut found = Vec::new();
    let changed = change.files.iter().filter(|(path, edit)| **edit != Edit::Added && may_be_wiring(path));
    for (path, _) in changed {
        let Some(old) = before.load(tip, path) else { continue };
        let steps = steps(old);
        if steps.is_empty() {
            continue;
        }
        let moved = change.moved_from.iter().find(|(_, from)| *from == path).map_or(path, |(to, _)| to);
        // A workflow works where its forge looks for it, so one that moved elsewhere is gone.
        let still = if moved.parent() == path.parent() { now.load(judged, moved) } else { None };
        let Some(new) = still else {
            let text = format!("`{path}` ran the gate and is gone");
            found.push(Rewired { path: path.clone(), place: fallback.clone(), text });
            continue;
        };
        if let Some(damage) = new.damage() {
            let place = Place::bytes(new.path.clone(), damage.span);
            found.push(Rewired {
                path: path.clone(),
                place,
                text: format!("`{path}` ran the gate and cannot be read"),
            });
            continue;
        }
        let all = self::steps(new);
        for step in &steps {
            if let Some((span, what)) = step.weakened(&all) {
                let place =
                    span.map_or_else(|| Place::whole(new.path.clone()), |span| Place::bytes(new.path.clone(), span));
                found.push(Rewired { path: path.clone(), place, text: format!("the gate's step in `{path}` {what}") });
            }
        }
    }
    found
}

fn may_be_wiring(path: &RepoPath) -> bool {
    let name = path.file_name();
    let folders = path.parent().to_string();
    matches!(path.extension().as_str(), "yml" | "yaml")
        && (name.starts_with('.')
            || folders.split('/').any(|part| part.starts_with('.') || part.eq_ignore_ascii_case("ci")))
}

/// One step, job or hook that runs the gate.
struct Step {
    /// The keys on the way to it.
    path: String,
    /// Conditions around it and its own keys.
    keys: BTreeMap<String, Text>,
    /// The events that start it, each with what narrows it; `None` where the format has none.
    events: Option<BTreeMap<String, String>>,
    span: Span,
}

/// A value as one text, with the comment behind it: a pin by digest says its version there.
#[derive(Clone, PartialEq, Eq)]
struct Text {
    text: String,
    span: Span,
}

impl Step {
    /// In what way no step of `all` is as strict as this one.
    fn weakened(&self, all: &[Step]) -> Option<(Option<Span>, String)> {
        let mut same: Vec<&Step> = all.iter().filter(|step| step.path == self.path).collect();
        if same.is_empty() {
            same = all.iter().collect();
        }
        let mut first = None;
        for step in same {
            match self.differs_from(step) {
                None => return None,
                Some(what) => first = first.or(Some(what)),
            }
        }
        Some(first.map_or((None, "is gone".to_owned()), |(span, what)| (Some(span), what)))
    }

    /// The first point in which `now` is not provably as strict.
    fn differs_from(&self, now: &Step) -> Option<(Span, String)> {
        if let Some(before) = &self.events {
            let events = now.events.as_ref();
            for (event, narrowed) in before {
                match events.and_then(|events| events.get(event)) {
                    None => return Some((now.span, format!("no longer runs on `{event}`"))),
                    Some(now_narrowed) if now_narrowed != narrowed && !now_narrowed.is_empty() => {
                        return Some((now.span, format!("runs on fewer events of `{event}`")));
                    }
                    Some(_) => {}
                }
            }
        }
        let names: BTreeSet<&String> = self.keys.keys().chain(now.keys.keys()).collect();
        for name in names {
            let key = name.rsplit('/').next().unwrap_or(name);
            match (self.keys.get(name), now.keys.get(name)) {
                (Some(before), Some(after)) if is_same_or_newer(&before.text, &after.text) => {}
                (Some(_), Some(after)) => return Some((after.span, format!("has another `{key}`"))),
                (Some(_), None) if RESTRICTIONS.contains(&key) => {}
                (Some(_), None) => return Some((now.span, format!("has no `{key}` any more"))),
                (None, Some(after)) if after.text.trim() == "false" && RESTRICTIONS[1..3].contains(&key) => {}
                (None, Some(after)) => return Some((after.span, format!("has a `{key}` it did not have"))),
                (None, None) => {}
            }
        }
        None
    }
}

/// The steps of one file.
fn steps(document: &Document) -> Vec<Step> {
    let Ok(root) = document.tree() else { return Vec::new() };
    let mut found = Vec::new();
    let walk = Walk { source: &document.source, events: root.get("on").map(events) };
    walk.visit(root, "", &BTreeMap::new(), &mut found);
    found
}

struct Walk<'a> {
    source: &'a str,
    events: Option<BTreeMap<String, String>>,
}

impl Walk<'_> {
    /// Collects the steps below a node; returns whether the gate is named in it outside of any of them.
    fn visit(&self, node: &Node, path: &str, around: &BTreeMap<String, Text>, found: &mut Vec<Step>) -> bool {
        match &node.value {
            Value::Scalar(scalar) => scalar.text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == NAME),
            Value::Sequence(items) => {
                // Every item is looked at, whatever the others hold.
                items.iter().map(|item| self.visit(item, path, around, found)).fold(false, |any, named| any | named)
            }
            Value::Mapping(entries) => {
                let mut inner = around.clone();
                for (key, value) in entries {
                    if CONDITIONS.contains(&&*key.text) && &*key.text != "on" {
                        inner.insert(format!("{path}/{}", key.text), self.text(value));
                    }
                }
                let mut named = false;
                for (key, value) in entries.iter().filter(|(key, _)| &*key.text != "name") {
                    named |= self.visit(value, &format!("{path}/{}", key.text), &inner, found);
                }
                if named {
                    let own = entries.iter().filter(|(key, _)| !NEUTRAL.contains(&&*key.text) && &*key.text != "on");
                    inner.extend(own.map(|(key, value)| (format!("{path}/{}", key.text), self.text(value))));
                    let events = self.events.clone();
                    found.push(Step { path: path.to_owned(), keys: inner, events, span: node.span });
                }
                false
            }
        }
    }

    fn text(&self, node: &Node) -> Text {
        let rest = self.source.get(node.span.end..).unwrap_or_default().lines().next().unwrap_or_default();
        let comment = rest.trim_start().strip_prefix('#').map_or(String::new(), |comment| format!(" #{comment}"));
        Text { text: canonical(node) + &comment, span: node.span }
    }
}

/// The events of a workflow and what narrows each.
fn events(on: &Node) -> BTreeMap<String, String> {
    match &on.value {
        Value::Scalar(scalar) => BTreeMap::from([(scalar.text.to_string(), String::new())]),
        Value::Sequence(items) => items.iter().map(|item| (canonical(item), String::new())).collect(),
        Value::Mapping(entries) => {
            let narrowed = |value: &Node| match canonical(value) {
                text if text == "null" || text == "~" || text == "{}" => String::new(),
                text => text,
            };
            entries.iter().map(|(key, value)| (key.text.to_string(), narrowed(value))).collect()
        }
    }
}

/// A value as text that does not depend on how it was written.
fn canonical(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.trim().to_owned(),
        Value::Sequence(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(", ")),
        Value::Mapping(entries) => {
            let sorted: BTreeMap<&str, String> =
                entries.iter().map(|(key, value)| (&*key.text, canonical(value))).collect();
            let pairs: Vec<String> = sorted.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

/// Whether two texts differ in nothing but versions that grew. A digest may change where the version
/// beside it, in the text or in its comment, grew.
fn is_same_or_newer(before: &str, now: &str) -> bool {
    static PIN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\b(?:sha256:[0-9a-f]{64}|[0-9a-f]{40}|v?[0-9]+(?:\.[0-9]+){0,2})\b").ok());
    if before == now {
        return true;
    }
    let Some(pin) = &*PIN else { return false };
    let frame = |text: &str| pin.replace_all(text, "@").trim_end().to_owned();
    let (frame_before, frame_now) = (frame(before), frame(now));
    // A comment that came in, or went, says nothing about the frame.
    if frame_before.split(" #").next() != frame_now.split(" #").next() {
        return false;
    }
    let pins = |text: &str| pin.find_iter(text).map(|found| found.as_str().to_owned()).collect::<Vec<_>>();
    let versions = |text: &str| pins(text).iter().filter_map(|pin| pin.parse::<Version>().ok()).collect::<Vec<_>>();
    let digests = |text: &str| pins(text).into_iter().filter(|pin| pin.parse::<Version>().is_err()).collect::<Vec<_>>();
    let (old, new) = (versions(before), versions(now));
    let grew = old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| new >= old);
    let is_newer = grew && old.iter().zip(&new).any(|(old, new)| new > old);
    grew && (is_newer || digests(before) == digests(now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    const WORKFLOW: &str = "\
on:
  pull_request:
  push: {branches: [main]}
jobs:
  test: {runs-on: ubuntu, steps: [{run: cargo test}]}
  gate:
    runs-on: ubuntu
    steps:
      - uses: actions/checkout@v4
      - uses: example/aimsgate@4d7a214614ab2935c943f9e0ff69d22eadbb8f32 # v0.1.0
        with: {path: .}
";

    fn change(from: &str, to: &str) -> Option<String> {
        assert!(WORKFLOW.contains(from), "{from}");
        let document = |text: &str| parse("x.yml".into(), text.as_bytes().to_vec());
        let (before, now) = (document(WORKFLOW), document(&WORKFLOW.replace(from, to)));
        let before = steps(&before);
        assert_eq!(before.len(), 1);
        before[0].weakened(&steps(&now)).map(|(_, what)| what)
    }

    #[test]
    fn what_narrows_or_downgrades_the_step_is_told() {
        let digest = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32";
        for (from, to) in [
            ("  pull_request:\n", ""),
            ("pull_request:", "pull_request: {paths-ignore: ['models/**']}"),
            ("pull_request:", "pull_request_target:"),
            ("    runs-on: ubuntu\n    steps", "    runs-on: ubuntu\n    if: github.actor != 'x'\n    steps"),
            ("    runs-on: ubuntu\n    steps", "    continue-on-error: true\n    steps"),
            ("with: {path: .}", "with: {path: docs}"),
            ("with: {path: .}", "with: {path: .}\n        continue-on-error: true"),
            ("      - uses: example/aimsgate", "      - uses: example/other"),
            ("example/aimsgate@", "fork/aimsgate@"),
            ("# v0.1.0", "# v0.0.9"),
            (digest, "main"),
            (digest, "aaaa214614ab2935c943f9e0ff69d22eadbb8f32"),
        ] {
            assert!(change(from, to).is_some(), "{from} -> {to}");
        }
    }

    #[test]
    fn what_leaves_the_step_as_strict_is_not() {
        let digest = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32 # v0.1.0";
        for (from, to) in [
            ("cargo test", "cargo nextest run"),
            ("checkout@v4", "checkout@v5"),
            (digest, "aaaa214614ab2935c943f9e0ff69d22eadbb8f32 # v0.2.0"),
            ("  push: {branches: [main]}", "  push:"),
            ("  push: {branches: [main]}", "  push: {branches: [main]}\n  schedule: [{cron: '0 0 * * *'}]"),
            ("    runs-on: ubuntu\n    steps", "    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps"),
        ] {
            assert_eq!(change(from, to), None, "{from} -> {to}");
        }
    }
}
