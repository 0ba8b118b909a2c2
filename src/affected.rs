//! Which systems a change affects, and whether their behaviour may change.
//!
//! A change affects a system when it edits a file that the system owns before or after the change.
//! Files of governance affect no system: a repair of them must not be held up by what failed
//! before.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;

use crate::asset::{FileSort, PathRole};
use crate::change::Change;
use crate::finding::Subject;
use crate::ids::SystemId;
use crate::model::{Declared, RepositoryModel};
use crate::settings::covers;
use crate::settings::material::Materials;
use crate::settings::register::System;
use crate::span::RepoPath;

/// The systems and files that a change affects.
#[derive(Debug, Default)]
pub(crate) struct AffectedSystems {
    /// Systems of which any owned file changed.
    systems: BTreeSet<SystemId>,
    /// Systems whose behaviour may change: weights, data, prompts, thresholds, configuration.
    material: BTreeSet<SystemId>,
    /// Files outside of governance that changed.
    files: BTreeSet<RepoPath>,
    /// Models and datasets, with their system, that came in or whose files changed.
    objects: BTreeSet<(SystemId, String)>,
    /// Where files stood that moved.
    moved_from: BTreeMap<RepoPath, RepoPath>,
    /// What systems were called whose id changed.
    renamed: BTreeMap<SystemId, SystemId>,
    /// Systems the target branch does not know.
    new: BTreeSet<SystemId>,
}

impl AffectedSystems {
    /// Works out what the change from `tip` to the judged content affects; `renamed` maps the ids
    /// of systems to those they had on the target branch.
    pub(crate) fn of(
        change: &Change,
        tip: &Declared,
        judged: &RepositoryModel<'_>,
        materials: &Materials,
        renamed: BTreeMap<SystemId, SystemId>,
    ) -> Self {
        let mut affected =
            Self { moved_from: change.moved_from.clone(), renamed, ..Self::default() };
        for path in change.files.keys() {
            if judged.is_governance(path) {
                continue;
            }
            affected.files.insert(path.clone());
            let sort = FileSort::of(path);
            let is_named = materials.names(path);
            let is_aside = sort == FileSort::Page
                || judged.declared.role(path, &judged.view.scope) == PathRole::Aside;
            if is_aside && !is_named {
                continue;
            }
            for system in judged.systems_of(path).chain(tip.systems_of(path)) {
                affected.systems.insert(system.id.value.clone());
                if is_named || (sort == FileSort::Content && !materials.excepts(path)) {
                    affected.material.insert(system.id.value.clone());
                }
            }
        }
        for system in judged.systems() {
            let id = &system.id.value;
            let before = tip.system(affected.renamed.get(id).unwrap_or(id));
            if before.is_none() {
                affected.new.insert(id.clone());
                if takes_over(change, tip, judged, system) {
                    affected.systems.insert(id.clone());
                }
            }
            if before.is_some_and(|before| before.purpose != system.purpose) {
                affected.material.insert(id.clone());
                affected.systems.insert(id.clone());
            }
            affected.objects(change, system, before);
        }
        affected
    }

    /// Models and datasets: which ones the change brings in, rather than only declaring them.
    fn objects(&mut self, change: &Change, system: &System, before: Option<&System>) {
        let known = before.map(sources).unwrap_or_default();
        for (id, source) in sources(system) {
            let changed = |path: &RepoPath| {
                change.brings_content(path) && source.files.is_match(path.to_string())
            };
            let is_in_git = !source.files.is_empty();
            let comes_in = if is_in_git {
                change.files.keys().any(changed)
            } else {
                // What git does not hold came in where another is named, or where its system's code
                // changed.
                match known.get(id) {
                    Some(before) => before.name != source.name,
                    None => self.systems.contains(&system.id.value),
                }
            };
            if comes_in {
                self.objects.insert((system.id.value.clone(), id.to_owned()));
                self.material.insert(system.id.value.clone());
                if is_in_git {
                    self.systems.insert(system.id.value.clone());
                }
            }
        }
    }

    /// Returns what a finding was about before files moved and systems were renamed; `None` where
    /// that is the same.
    pub(crate) fn subject_before(&self, subject: &Subject) -> Option<Subject> {
        if let Some(id) = subject.system().and_then(|system| self.renamed.get(system)) {
            return Some(subject.of_system(id));
        }
        let before = |path: &RepoPath| self.moved_from.get(path);
        match subject {
            Subject::File(path) => before(path).cloned().map(Subject::File),
            Subject::Asset(name) => {
                let path = before(&RepoPath::from(name.strip_prefix("file:")?))?;
                Some(Subject::Asset(format!("file:{path}")))
            }
            _ => None,
        }
    }

    /// Whether a file that the system owns changed.
    pub(crate) fn affects(&self, system: &SystemId) -> bool {
        self.systems.contains(system)
    }

    /// Whether the system may behave otherwise.
    pub(crate) fn is_material(&self, system: &SystemId) -> bool {
        self.material.contains(system)
    }

    /// Whether a file outside of governance changed.
    pub(crate) fn affects_file(&self, path: &RepoPath) -> bool {
        self.files.contains(path)
    }

    /// Whether the change brings in what is asked about, rather than only declaring what was there.
    pub(crate) fn brings_in(&self, system: &SystemId, object: Option<&str>) -> bool {
        let comes_in = object
            .is_some_and(|object| self.objects.contains(&(system.clone(), object.to_owned())));
        comes_in || (self.new.contains(system) && self.systems.contains(system))
    }
}

/// Whether a new system takes files over from one of the target branch.
fn takes_over(
    change: &Change,
    tip: &Declared,
    judged: &RepositoryModel<'_>,
    system: &System,
) -> bool {
    judged
        .files_of(system)
        .filter_map(|entry| change.origin(&entry.path))
        .any(|was| tip.systems_of(was).next().is_some())
}

/// Where a model or dataset comes from.
struct ModelSource<'a> {
    /// Its files, if git holds it.
    files: GlobSet,
    /// What it is called where git does not.
    name: Option<&'a str>,
}

/// The models and datasets of a system, by their ids.
fn sources(system: &System) -> BTreeMap<&str, ModelSource<'_>> {
    let models = system
        .models
        .iter()
        .map(|it| (&it.id, it.files().collect::<Vec<_>>(), [&it.hub, &it.service]));
    let datasets =
        system.datasets.iter().map(|it| (&it.id, it.files().collect::<Vec<_>>(), [&it.hub, &None]));
    let all = models.chain(datasets).map(|(id, files, names)| {
        let files = covers(files.into_iter().map(|path| (&system.base, path.value.as_str())));
        let name = names.into_iter().flatten().map(|name| name.value.as_str()).next();
        (id.value.as_str(), ModelSource { files, name })
    });
    all.collect()
}

#[cfg(test)]
impl AffectedSystems {
    /// A change that affects one system in the named ways.
    pub(crate) fn of_system(id: &str, affected: bool, material: bool, new: bool) -> Self {
        let set =
            |is: bool| if is { BTreeSet::from([SystemId::from(id)]) } else { BTreeSet::new() };
        Self { systems: set(affected), material: set(material), new: set(new), ..Self::default() }
    }
}
