//! The files that a pipeline of GitLab is made of, and whether a change makes another pipeline of
//! them.

use std::collections::{BTreeMap, BTreeSet};

use super::commands::resolved;
use super::files::{MOST_FILES, is_hooks, is_of_github, may_be_pipeline};
use super::gitlab::{from_elsewhere, items, local, referenced};
use super::pins::{Pinned, Where, is_same_or_newer};
use super::sides::{Pipelines, Sides, WeakenedKind, WeakenedStep};
use super::steps::Step;
use super::strictness::canonical;
use crate::document::Node;
use crate::evidence::Documents;
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// The file that GitLab begins with.
const ROOT: &str = ".gitlab-ci.yml";
/// Files that include each other, one behind the other.
const LONGEST_CHAIN: usize = 20;

/// Every file of the repository that the pipeline includes, the first among them.
pub(super) fn included(view: &View<'_>, documents: &mut Documents) -> BTreeSet<RepoPath> {
    let root = RepoPath::from(ROOT);
    let mut found = BTreeSet::new();
    if view.snapshot.entry(&root).is_none() {
        return found;
    }
    let mut next = vec![root];
    for _ in 0..LONGEST_CHAIN {
        let mut more = Vec::new();
        for path in next {
            if found.len() >= MOST_FILES || !found.insert(path.clone()) {
                continue;
            }
            let Some(document) = documents.load(view, &path) else { continue };
            let Ok(root) = document.tree() else { continue };
            root.walk(&mut |key, node| {
                if key.is_some_and(|key| &*key.text == "include") {
                    let written = items(node).into_iter().filter_map(local);
                    more.extend(written.flat_map(|written| files(view, written)));
                }
            });
        }
        next = more;
    }
    found
}

/// The files that an include of this name stands for.
fn files(view: &View<'_>, written: &str) -> Vec<RepoPath> {
    let Some((folder, _)) = written.split_once('*') else {
        return resolved(&RepoPath::root(), written)
            .into_iter()
            .filter(|path| view.snapshot.entry(path).is_some())
            .collect();
    };
    let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    let Some(folder) = resolved(&RepoPath::root(), folder) else { return Vec::new() };
    let is_yaml = |path: &RepoPath| ["yml", "yaml"].contains(&path.extension().as_str());
    let entries = view.below(&folder).iter().map(|entry| &entry.path);
    entries.filter(|path| is_yaml(path)).take(MOST_FILES).cloned().collect()
}

/// Keys of a GitLab file that hold for the jobs of all files.
const FOR_ALL_JOBS: [&str; 9] = [
    "workflow",
    "default",
    "before_script",
    "after_script",
    "variables",
    "image",
    "services",
    "cache",
    "include",
];

/// A job of a file that is included elsewhere is overridden where another file names it too.
pub(super) fn overridden(
    path: &RepoPath,
    own: &[Step],
    sides: &Sides<'_>,
    pipelines: &Pipelines,
    before: &mut Documents,
    now: &mut Documents,
) -> Vec<WeakenedStep> {
    let jobs = jobs(own, sides, pipelines, before);
    let mut found = Vec::new();
    for other in others(path, sides, pipelines) {
        let old = before.load(sides.tip, &other).and_then(|document| document.tree().ok().cloned());
        let new = now.load(sides.judged, &other).and_then(|document| document.tree().ok().cloned());
        // A file that was not included, or no longer is, said or says nothing.
        let old = old.filter(|_| pipelines.counts(&pipelines.before, &other));
        let new = new.filter(|_| pipelines.counts(&pipelines.now, &other));
        for job in jobs.iter().map(String::as_str).chain(FOR_ALL_JOBS) {
            let value = |root: &Option<Node>| {
                let (key, value) = root.as_ref()?.entry(job)?;
                let text = if job == "include" { from_elsewhere(value) } else { canonical(value) };
                Some((key.span, Pinned { text, comment: String::new() }))
            };
            let (old, new) = (value(&old), value(&new));
            let is_same = match (&old, &new) {
                (Some((_, old)), Some((_, new))) => {
                    let at = if job == "include" { Where::Behind } else { Where::InCommand };
                    is_same_or_newer(old, new, at)
                }
                (None, Some((_, new))) => job == "include" && new.text.is_empty(),
                // What is gone is seen where the job is, or there is no such job any more.
                (Some(_), None) => pipelines.before.contains(&other) && job == "include",
                (None, None) => true,
            };
            if !is_same {
                let place = match &new {
                    Some((span, _)) => Place::bytes(other.clone(), *span),
                    None => sides.place_of(&other),
                };
                found.push(WeakenedStep {
                    path: pipelines.changed(&other, path, sides.change),
                    place,
                    text: format!(
                        "`{job}`, which the gate's job in `{path}` depends on, is not what it was"
                    ),
                    kind: WeakenedKind::Step,
                });
            }
        }
    }
    found
}

/// The names of the gate's jobs, and of the templates they are made of.
fn jobs(
    own: &[Step],
    sides: &Sides<'_>,
    pipelines: &Pipelines,
    before: &mut Documents,
) -> BTreeSet<String> {
    let named = own.iter().filter_map(Step::job).map(str::to_owned);
    let extended = own.iter().flat_map(Step::templates);
    let mut jobs: BTreeSet<String> = named.chain(extended).collect();
    jobs.remove("include");
    let mut extends: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in &pipelines.before {
        let Some(document) = before.load(sides.tip, file) else { continue };
        let Ok(root) = document.tree() else { continue };
        for (key, job) in root.entries() {
            let of = job.get("extends").into_iter().flat_map(items);
            let names = of.filter_map(Node::as_text).map(str::to_owned).chain(referenced(job));
            extends.entry(key.text.to_string()).or_default().extend(names);
        }
    }
    let mut next: Vec<String> = jobs.iter().cloned().collect();
    while let Some(job) = next.pop() {
        for name in extends.get(&job).into_iter().flatten() {
            if jobs.insert(name.clone()) {
                next.push(name.clone());
            }
        }
    }
    jobs
}

/// Other files of the pipeline that the change edits, includes, or leaves out.
fn others(path: &RepoPath, sides: &Sides<'_>, pipelines: &Pipelines) -> BTreeSet<RepoPath> {
    let may_be = |file: &RepoPath| {
        may_be_pipeline(file) && !is_of_github(file) && !is_hooks(file) && !pipelines.is_gitlab()
    };
    let is_one = |file: &RepoPath| {
        may_be(file) || pipelines.now.contains(file) || pipelines.before.contains(file)
    };
    let mut found: BTreeSet<RepoPath> =
        sides.change.files.keys().filter(|file| is_one(file)).cloned().collect();
    found.extend(pipelines.before.symmetric_difference(&pipelines.now).cloned());
    found.remove(path);
    found
}
