//! Which systems a change touches, and how gravely.
//!
//! A system is touched when a file that it owns, before or after the change, is not as it was. Files of
//! governance touch nothing: whoever repairs them must not be held up by what was red before.

use std::collections::{BTreeMap, BTreeSet};

use crate::asset::{FileSort, PathRole};
use crate::change::{Change, Edit};
use crate::finding::Subject;
use crate::settings::covers;
use crate::settings::register::System;
use crate::span::RepoPath;
use crate::world::{Declared, World};

/// What a change touches.
#[derive(Debug, Default)]
pub struct Touch {
    /// Systems of which any owned file changed.
    systems: BTreeSet<String>,
    /// Systems whose behaviour may change: weights, data, prompts, thresholds, configuration.
    material: BTreeSet<String>,
    /// Files outside of governance that changed.
    files: BTreeSet<RepoPath>,
    /// Models and datasets, with their system, that came in or whose files changed.
    objects: BTreeSet<(String, String)>,
    /// Where files stood that moved.
    moved_from: BTreeMap<RepoPath, RepoPath>,
    /// Systems the target branch does not know.
    new: BTreeSet<String>,
    /// Models and datasets the target branch does not know.
    new_objects: BTreeSet<(String, String)>,
}

impl Touch {
    /// What the change from `tip` to the judged content touches.
    pub fn of(change: &Change, tip: &Declared, judged: &World<'_>) -> Self {
        let mut touch = Self { moved_from: change.moved_from.clone(), ..Self::default() };
        for path in change.files.keys() {
            if judged.is_governance(path) {
                continue;
            }
            touch.files.insert(path.clone());
            let sort = FileSort::of(path);
            if sort == FileSort::Page || PathRole::of(path, &judged.view.scope) == PathRole::Aside {
                continue;
            }
            for system in judged.systems_of(path).chain(tip.systems_of(path)) {
                touch.systems.insert(system.id.value.clone());
                if sort == FileSort::Content {
                    touch.material.insert(system.id.value.clone());
                }
            }
        }
        for system in judged.systems() {
            let id = &system.id.value;
            let before = tip.system(id);
            if before.is_none() {
                touch.new.insert(id.clone());
            }
            if before.is_some_and(|before| before.purpose != system.purpose) {
                touch.material.insert(id.clone());
                touch.systems.insert(id.clone());
            }
            touch.objects(change, system, before);
        }
        touch
    }

    fn objects(&mut self, change: &Change, system: &System, before: Option<&System>) {
        let models = system.models.iter().map(|it| (&it.id.value, vec![&it.path, &it.pointer]));
        let datasets = system.datasets.iter().map(|it| (&it.id.value, vec![&it.path, &it.pointer]));
        for (id, sources) in models.chain(datasets) {
            let object = (system.id.value.clone(), id.clone());
            let known = before.is_some_and(|before| {
                before
                    .models
                    .iter()
                    .map(|it| &it.id)
                    .chain(before.datasets.iter().map(|it| &it.id))
                    .any(|it| it.value == *id)
            });
            let paths = covers(sources.into_iter().flatten().map(|path| (&system.base, path.value.as_str())));
            let changed = |(path, edit): (&RepoPath, &Edit)| {
                *edit != Edit::Removed && !change.moved_from.contains_key(path) && paths.is_match(path.to_string())
            };
            if change.files.iter().any(changed) {
                self.objects.insert(object.clone());
                self.material.insert(system.id.value.clone());
                self.systems.insert(system.id.value.clone());
            }
            if !known {
                // What git does not hold came in where the code of its system changed.
                if paths.is_empty() && self.systems.contains(&system.id.value) {
                    self.objects.insert(object.clone());
                }
                self.new_objects.insert(object);
            }
        }
    }

    /// What a finding was about before files moved.
    pub fn subject_before(&self, subject: &Subject) -> Option<Subject> {
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
    pub fn touches(&self, system: &str) -> bool {
        self.systems.contains(system)
    }

    /// Whether the system may behave otherwise.
    pub fn is_material(&self, system: &str) -> bool {
        self.material.contains(system)
    }

    /// Whether a file outside of governance changed.
    pub fn touches_file(&self, path: &RepoPath) -> bool {
        self.files.contains(path)
    }

    /// Whether the change brings in what is asked about, rather than only declaring what was there.
    pub fn brings_in(&self, system: &str, object: Option<&str>) -> bool {
        let object = object.map(|object| (system.to_owned(), object.to_owned()));
        match object {
            Some(object) if self.new_objects.contains(&object) => self.objects.contains(&object),
            _ => self.new.contains(system) && self.systems.contains(system),
        }
    }
}

#[cfg(test)]
impl Touch {
    /// A change that touches one system as told.
    pub(crate) fn of_system(id: &str, touched: bool, material: bool, new: bool) -> Self {
        let set = |is: bool| if is { BTreeSet::from([id.to_owned()]) } else { BTreeSet::new() };
        Self { systems: set(touched), material: set(material), new: set(new), ..Self::default() }
    }
}
