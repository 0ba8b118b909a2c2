//! What other jobs of a pipeline of GitLab hand to the gate's job: files and variables.
//!
//! The artifacts of all earlier stages are unpacked into a job, unless `dependencies` or `needs`
//! says from which jobs it takes some.

use std::collections::BTreeSet;

use super::gitlab::items;
use super::sides::{Pipelines, Sides, WeakenedKind, WeakenedStep};
use super::steps::Step;
use super::strictness::canonical;
use crate::document::{Key, Node};
use crate::evidence::Documents;
use crate::span::{Place, RepoPath};

/// Jobs that come to hand over what the gate's job runs, or variables.
pub(super) fn handed(
    path: &RepoPath,
    own: &[Step],
    sides: &Sides<'_>,
    pipelines: &Pipelines,
    before: &mut Documents,
    now: &mut Documents,
) -> Vec<WeakenedStep> {
    let texts: Vec<String> = own.iter().flat_map(Step::texts).collect();
    let names: BTreeSet<&str> = own.iter().filter_map(Step::job).collect();
    let mut files = pipelines.now.clone();
    files.insert(path.clone());
    let mut taken = Some(BTreeSet::new());
    for file in &files {
        let Some(root) = now.load(sides.judged, file).and_then(|it| it.tree().ok()) else {
            continue;
        };
        for name in &names {
            let Some(job) = root.get(name) else { continue };
            taken = match (taken, takes_from(job)) {
                (Some(all), Some(own)) => Some(all.into_iter().chain(own).collect()),
                _ => None,
            };
        }
    }
    let mut found = Vec::new();
    for file in files {
        let old = before.load(sides.tip, &file).and_then(|it| it.tree().ok()).cloned();
        let Some(new) = now.load(sides.judged, &file).and_then(|it| it.tree().ok()) else {
            continue;
        };
        for (key, job) in new.entries() {
            let is_other = !names.contains(&*key.text);
            let may_take = taken.as_ref().is_none_or(|taken| taken.contains(&*key.text));
            let Some(artifacts) = job.get("artifacts").filter(|_| is_other && may_take) else {
                continue;
            };
            let was = old.as_ref().and_then(|root| root.get(&key.text)?.get("artifacts"));
            let is_same = was.is_some_and(|was| canonical(was) == canonical(artifacts));
            if !is_same && let Some(what) = hands(artifacts, was, &texts) {
                found.push(told(&file, key, &what));
            }
        }
    }
    found
}

fn told(file: &RepoPath, key: &Key, what: &str) -> WeakenedStep {
    WeakenedStep {
        path: file.clone(),
        place: Place::bytes(file.clone(), key.span),
        text: format!("the job `{}` hands {what} to the gate's job", key.text),
        kind: WeakenedKind::Before,
    }
}

/// The jobs of which a job takes artifacts. None where it takes them of all.
fn takes_from(job: &Node) -> Option<BTreeSet<String>> {
    let listed = job.get("dependencies").or_else(|| job.get("needs"))?;
    let name = |item: &Node| {
        let takes = item.get("artifacts").and_then(Node::as_text) != Some("false");
        let name = item.as_text().or_else(|| item.get("job").and_then(Node::as_text))?;
        takes.then(|| name.to_owned())
    };
    Some(items(listed).into_iter().filter_map(name).collect())
}

/// What artifacts hand over that they did not before and that the gate's job, in these texts, runs.
fn hands(artifacts: &Node, was: Option<&Node>, texts: &[String]) -> Option<String> {
    let variables = |it: &Node| it.get("reports").and_then(|it| it.get("dotenv")).map(canonical);
    let now = variables(artifacts);
    if now.is_some() && now != was.and_then(variables) {
        return Some("variables".to_owned());
    }
    let paths = |it: &Node| -> Vec<String> {
        let listed = it.get("paths").map(items).unwrap_or_default();
        listed.into_iter().filter_map(Node::as_text).map(str::to_owned).collect()
    };
    let known = was.map(paths).unwrap_or_default();
    paths(artifacts).into_iter().find(|path| !known.contains(path) && may_be_run(path, texts))
}

/// Whether a path, or what a pattern covers, is named in one of these texts, or is the program.
fn may_be_run(path: &str, texts: &[String]) -> bool {
    let plain = path.trim_start_matches("./").split(['*', '?', '[', '$']).next().unwrap_or("");
    let plain = plain.trim_end_matches('/');
    let name = plain.rsplit('/').next().unwrap_or(plain);
    plain.is_empty()
        || plain == "."
        || name == "aimsgate"
        || texts.iter().any(|text| text.contains(plain))
}
