//! Jobs of GitHub Actions that may pass in the gate's place: with the name of its check, or with
//! the right to write checks.

use std::collections::BTreeSet;

use super::files::{MOST_FILES, is_workflow};
use super::sides::{Sides, WeakenedKind, WeakenedStep};
use super::step_names::StepNames;
use super::steps::{Step, steps};
use crate::change::Edit;
use crate::document::{Key, Node};
use crate::evidence::Documents;
use crate::span::{Place, RepoPath};

/// Events that start nothing on the commits of a change.
const QUIET: [&str; 4] = ["schedule", "release", "repository_dispatch", "workflow_call"];

/// The gate's steps of the tip, by the workflow they stand in.
pub(super) type GateSteps = Vec<(RepoPath, Vec<Step>)>;

pub(super) fn twins(
    gate: &GateSteps,
    names: &StepNames,
    sides: &Sides<'_>,
    before: &mut Documents,
    now: &mut Documents,
) -> Vec<WeakenedStep> {
    let checks = checks(gate, sides, before);
    let mut found = Vec::new();
    if checks.is_empty() {
        return found;
    }
    let changed = sides
        .change
        .files
        .iter()
        .filter(|(path, edit)| **edit != Edit::Removed && is_workflow(path));
    for (path, _) in changed.take(MOST_FILES) {
        let Some(new) = now.load(sides.judged, path) else { continue };
        let Ok(root) = new.tree() else { continue };
        let old = sides.change.origin(path).cloned();
        let old = old.and_then(|path| before.load(sides.tip, &path)?.tree().ok().cloned());
        let own = steps(new, names);
        for (key, job) in jobs(root) {
            let same =
                old.as_ref().and_then(|root| Some((root, root.get("jobs")?.get(&key.text)?)));
            let place = Place::bytes(path.clone(), key.span);
            let mut tell = |text: String| {
                let (path, place) = (path.clone(), place.clone());
                found.push(WeakenedStep { path, place, text, kind: WeakenedKind::Twin });
            };
            let own: Vec<&Step> = own.iter().filter(|step| is_of_job(step, &key.text)).collect();
            let check = checks.iter().find(|check| may_be_called(key, job, check));
            let was = |check: &str| same.is_some_and(|(_, job)| may_be_called(key, job, check));
            if let Some(check) = check.filter(|check| !was(check))
                && !is_quiet(root, !own.is_empty())
                && !is_the_gate(&own, gate)
            {
                tell(format!(
                    "another job of `{path}` may be called `{check}`, as the gate's check is"
                ));
            }
            let may_write = writes(root, job) && !same.is_some_and(|(root, job)| writes(root, job));
            if may_write && !ends_with_gate(job, &own) {
                let id = &key.text;
                tell(format!("the job `{id}` of `{path}` may write checks, and so the gate's"));
            }
        }
    }
    found
}

/// What the gate's checks are called.
fn checks(gate: &GateSteps, sides: &Sides<'_>, documents: &mut Documents) -> BTreeSet<String> {
    let (mut plain, mut callers, mut inner) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (path, own) in gate.iter().filter(|(path, _)| is_workflow(path)) {
        let Some(document) = documents.load(sides.tip, path) else { continue };
        let Ok(root) = document.tree() else { continue };
        for (key, job) in jobs(root) {
            if !own.iter().any(|step| is_of_job(step, &key.text)) {
                continue;
            }
            let name = check(key, job).to_owned();
            if job.get("uses").is_some() {
                callers.push(name);
            } else if events(root) == ["workflow_call"] {
                inner.push(name);
            } else {
                plain.insert(name);
            }
        }
    }
    for caller in &callers {
        plain.extend(inner.iter().map(|inner| format!("{caller} / {inner}")));
    }
    plain
}

fn jobs(root: &Node) -> &[(Key, Node)] {
    root.get("jobs").map(Node::entries).unwrap_or_default()
}

fn is_of_job(step: &Step, id: &str) -> bool {
    let mut keys = step.path.trim_start_matches('/').split('/');
    keys.next() == Some("jobs") && keys.next() == Some(id)
}

/// The name of a job's check.
fn check<'n>(key: &'n Key, job: &'n Node) -> &'n str {
    job.get("name").and_then(Node::as_text).unwrap_or(&key.text).trim()
}

/// Whether the check of a job has that name, or may have it when it runs.
fn may_be_called(key: &Key, job: &Node, wanted: &str) -> bool {
    let name = check(key, job);
    if !name.contains("${{") {
        return name == wanted;
    }
    let (texts, expressions) = parts(name);
    let names = || names_of_matrix(job, &texts, &expressions);
    fits(wanted, &texts) && names().is_none_or(|names| names.contains(wanted))
}

/// The texts of a name around its expressions, one more than there are of these, and the
/// expressions.
fn parts(name: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut texts, mut expressions) = (Vec::new(), Vec::new());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, behind) = after.split_once("}}").unwrap_or((after, ""));
        texts.push(before);
        expressions.push(expression.trim());
        rest = behind;
    }
    texts.push(rest);
    (texts, expressions)
}

/// Whether a name has these texts in their order, from its beginning to its end.
fn fits(wanted: &str, texts: &[&str]) -> bool {
    let [first, middle @ .., last] = texts else { return false };
    let inner = wanted.strip_prefix(first.trim_start());
    let Some(mut rest) = inner.and_then(|rest| rest.strip_suffix(last.trim_end())) else {
        return false;
    };
    middle.iter().all(|text| match rest.split_once(text) {
        Some((_, behind)) => {
            rest = behind;
            true
        }
        None => false,
    })
}

/// The names that the values of a job's matrix make. None where something else makes a part of it.
fn names_of_matrix(job: &Node, texts: &[&str], expressions: &[&str]) -> Option<BTreeSet<String>> {
    const MOST: usize = 1_000;
    let matrix = job.get("strategy").and_then(|strategy| strategy.get("matrix"));
    let mut names = BTreeSet::from([texts.first().map_or("", |text| text.trim_start()).to_owned()]);
    for (at, expression) in expressions.iter().enumerate() {
        let values = values(matrix?, expression.strip_prefix("matrix.")?)?;
        if names.len() * values.len() > MOST {
            return None;
        }
        let text = texts.get(at + 1).copied().unwrap_or_default();
        let with = |name: &String| -> Vec<String> {
            values.iter().map(|value| format!("{name}{value}{text}")).collect()
        };
        names = names.iter().flat_map(with).collect();
    }
    Some(names.iter().map(|name| name.trim().to_owned()).collect())
}

/// The values of a key of a matrix. None where one of them is computed.
fn values<'n>(matrix: &'n Node, key: &str) -> Option<Vec<&'n str>> {
    let listed = matrix.get(key);
    let included = matrix.get("include");
    let is_computed = |node: &Node| node.as_text().is_some_and(|text| text.contains("${{"));
    if is_computed(matrix) || [listed, included].into_iter().flatten().any(is_computed) {
        return None;
    }
    let of_list = listed.map(Node::items).unwrap_or_default().iter();
    let of_included = included.map(Node::items).unwrap_or_default().iter();
    let all = of_list.chain(of_included.filter_map(|item| item.get(key)));
    let texts: Option<Vec<&str>> = all.map(Node::as_text).collect();
    texts.filter(|texts| !texts.is_empty() && !texts.iter().any(|text| text.contains("${{")))
}

fn events(root: &Node) -> Vec<&str> {
    let Some(on) = root.get("on").or_else(|| root.get("true")) else { return Vec::new() };
    let keys = on.entries().iter().map(|(key, _)| &*key.text);
    keys.chain(on.items().iter().filter_map(Node::as_text)).chain(on.as_text()).collect()
}

/// Whether nothing of a change starts a workflow.
fn is_quiet(root: &Node, runs_the_gate: bool) -> bool {
    events(root)
        .iter()
        .all(|event| QUIET.contains(event) || (runs_the_gate && *event == "workflow_dispatch"))
}

/// Whether a job runs the gate as strictly as the target branch does.
fn is_the_gate(own: &[&Step], gate: &GateSteps) -> bool {
    let known: Vec<&Step> = gate.iter().flat_map(|(_, steps)| steps).collect();
    !own.is_empty()
        && own.iter().all(|step| known.iter().any(|before| step.is_as_strict_as(before)))
}

/// Whether the token of a job may write checks or statuses.
fn writes(root: &Node, job: &Node) -> bool {
    let Some(rights) = job.get("permissions").or_else(|| root.get("permissions")) else {
        return false;
    };
    let may = |right: &str| rights.get(right).and_then(Node::as_text) == Some("write");
    rights.as_text() == Some("write-all") || may("checks") || may("statuses")
}

/// Whether the gate's step is the last of a job, so that nothing of the job can write behind it.
fn ends_with_gate(job: &Node, own: &[&Step]) -> bool {
    let last = job.get("steps").map(Node::items).unwrap_or_default().last();
    last.is_some_and(|last| {
        own.iter().any(|step| last.span.start <= step.span.start && step.span.end <= last.span.end)
    })
}
