//! What a register declares, and which files each system covers.

use std::collections::BTreeMap;

use globset::GlobSet;

use super::misnamed::misnamed;
use crate::asset::PathRole;
use crate::catalog::{Catalogue, Class};
use crate::document::Damage;
use crate::evidence::{Documents, Lexicon};
use crate::fact::Fact;
use crate::ids::SystemId;
use crate::settings::gate::Rules;
use crate::settings::register::{self, Model, Register, System};
use crate::settings::{Mistake, PatternOwners, covers};
use crate::snapshot::{Entry, ObjectId, Snapshot, View};
use crate::span::{Place, RepoPath, Span};

/// The register that holds for the judged folder.
pub(crate) struct Declared {
    pub(crate) register: Fact<Register>,
    /// Why the register as a whole could not be used, if so.
    pub(crate) mistake: Option<Mistake>,
    /// Included registers that could not be read at all.
    pub(crate) unreadable: Vec<(RepoPath, Damage)>,
    /// Registers below the judged folder that this one does not name.
    pub(crate) unnamed: Vec<RepoPath>,
    /// The files each system, wherever it owns something, declares as models and as datasets.
    declares: Vec<(GlobSet, GlobSet)>,
    /// The judged folder and those above it.
    above: Vec<RepoPath>,
    /// What each system's paths cover, in the order of the register, then of the systems that own
    /// nothing in the judged folder.
    covered: PatternOwners,
    /// What patterns that begin with a folder cover: a system names these files as its own.
    named: GlobSet,
}

impl Declared {
    /// What the register of a view declares, where these rules hold.
    pub(crate) fn of(view: &View<'_>, rules: &Rules) -> Self {
        Self::load(view, rules, &mut Documents::default())
    }

    /// Reads the register of a view, included ones with it.
    pub(super) fn load(view: &View<'_>, rules: &Rules, documents: &mut Documents) -> Self {
        let catalogue = Lexicon::of(&rules.extension).catalogue();
        let mut unreadable = Vec::new();
        let (mut register, mistake) = find(view, catalogue, documents, &mut unreadable);
        if let Fact::Known(register) = &mut register {
            keep_in_scope(register, view);
            share_classes(register, view);
        }
        let named = |path: &RepoPath| {
            register.known().is_some_and(|it| it.path == *path || it.included.contains(path))
                || mistake.as_ref().is_some_and(|mistake| mistake.place.path == *path)
                || unreadable.iter().any(|(known, _)| known == path)
        };
        let nested = view
            .named_like(register::FILE)
            .map(|entry| &entry.path)
            .filter(|path| path.is_in(&view.scope) && path.file_name() == register::FILE);
        let unnamed = nested.filter(|path| !named(path)).cloned().collect();
        let above = view.scope.ancestors_from_root();
        Self {
            register,
            mistake,
            unreadable,
            unnamed,
            declares: Vec::new(),
            above,
            covered: PatternOwners::default(),
            named: GlobSet::empty(),
        }
        .compiled()
    }

    /// Compiles the patterns once, for many files.
    fn compiled(mut self) -> Self {
        if let Fact::Known(register) = &self.register {
            self.covered = covered_by(register);
            let patterns = register.systems.iter().flat_map(|system| {
                system.paths.iter().map(move |path| (&system.base, path.value.as_str()))
            });
            self.named = covers(patterns.filter(|(_, path)| !path.starts_with('*')));
            self.declares =
                register.all_systems().map(|it| (it.model_files(), it.data_files())).collect();
        }
        self
    }

    /// The same register over other content, for what it would say there.
    pub(super) fn over(self, view: &View<'_>) -> Self {
        let Fact::Known(mut register) = self.register else { return self };
        register.systems.append(&mut register.elsewhere);
        keep_in_scope(&mut register, view);
        share_classes(&mut register, view);
        Self { register: Fact::Known(register), ..self }.compiled()
    }

    /// The declared systems; none where the register is absent or could not be used.
    pub(crate) fn systems(&self) -> &[System] {
        self.register.known().map_or(&[], |register| &register.systems)
    }

    /// The declared system of this id.
    pub(crate) fn system(&self, id: &SystemId) -> Option<&System> {
        self.systems().iter().find(|system| system.id.value == *id)
    }

    /// A place in the register itself.
    pub(crate) fn in_register(&self, span: Span) -> Place {
        let path = self
            .register
            .known()
            .map_or_else(|| RepoPath::from(register::FILE), |it| it.path.clone());
        Place::bytes(path, span)
    }

    /// Every system, wherever it owns something.
    pub(crate) fn all_systems(&self) -> impl Iterator<Item = &System> {
        self.register.known().into_iter().flat_map(Register::all_systems)
    }

    /// The systems that declare a file as a model.
    pub(crate) fn models_of(&self, path: &RepoPath) -> impl Iterator<Item = &System> {
        let name = path.to_string();
        self.all_systems()
            .zip(&self.declares)
            .filter(move |(_, (models, _))| models.is_match(&name))
            .map(|(it, _)| it)
    }

    /// The systems that declare a file as a dataset.
    pub(crate) fn data_of(&self, path: &RepoPath) -> impl Iterator<Item = &System> {
        let name = path.to_string();
        self.all_systems()
            .zip(&self.declares)
            .filter(move |(_, (_, data))| data.is_match(&name))
            .map(|(it, _)| it)
    }

    /// Whether a path is a register in force, or below the `governance` folder beside one or at or
    /// above the judged folder.
    pub(crate) fn has_governance_of(&self, path: &RepoPath) -> bool {
        let of_registers = self.register.known().into_iter().flat_map(|register| {
            std::iter::once(&register.path).chain(&register.included).map(RepoPath::parent)
        });
        let named = path.file_name() == register::FILE;
        let mut folders = of_registers.chain(self.above.iter().cloned());
        folders.any(|folder| {
            let below = folder
                .join("governance")
                .is_ok_and(|governance| path.is_in(&governance) && *path != governance);
            below || (named && path.parent() == folder)
        })
    }

    /// The systems whose paths cover a file.
    pub(crate) fn systems_of(&self, path: &RepoPath) -> impl Iterator<Item = &System> {
        let owners = self.covered.at(&path.to_string()).into_iter();
        owners.filter_map(|at| self.systems().get(at))
    }

    /// Returns what a path says about how its file is used. In the folders that a system names as
    /// its own, only tests are beside the product.
    pub(crate) fn role(&self, path: &RepoPath, scope: &RepoPath) -> PathRole {
        if self.named.is_match(path.to_string()) {
            PathRole::of_owned(path, scope)
        } else {
            PathRole::of(path, scope)
        }
    }

    /// The same, where what `ignored` covers is beside the product.
    pub(crate) fn role_unless(
        &self,
        ignored: &GlobSet,
        path: &RepoPath,
        scope: &RepoPath,
    ) -> PathRole {
        if ignored.is_match(path.to_string()) { PathRole::Aside } else { self.role(path, scope) }
    }

    /// The systems whose paths cover a file, wherever they own something. For files that may lie
    /// outside the judged folder.
    pub(crate) fn covering(&self, path: &RepoPath) -> impl Iterator<Item = &System> {
        let systems: Vec<&System> = self.all_systems().collect();
        self.covered
            .at(&path.to_string())
            .into_iter()
            .filter_map(move |at| systems.get(at).copied())
    }

    /// For each system the positions of the entries that its paths cover.
    pub(super) fn owned(&self, entries: &[Entry]) -> Vec<Vec<usize>> {
        let mut owned = vec![Vec::new(); self.systems().len()];
        for (at, entry) in entries.iter().enumerate() {
            for owner in self.covered.at(&entry.path.to_string()) {
                if let Some(files) = owned.get_mut(owner) {
                    files.push(at);
                }
            }
        }
        owned
    }

    /// The strictest class that covers a file; a file of no system is judged as limited.
    pub(crate) fn class_of(&self, path: &RepoPath) -> Class {
        self.systems_of(path).map(System::class).max().unwrap_or(Class::Limited)
    }

    /// The strictest class of all systems.
    pub(crate) fn strictest_class(&self) -> Class {
        self.systems().iter().map(System::class).max().unwrap_or(Class::Limited)
    }
}

/// The nearest register at or above the judged folder, unless one further up includes it: then that
/// one.
fn find(
    view: &View<'_>,
    catalogue: &Catalogue,
    documents: &mut Documents,
    unreadable: &mut Vec<(RepoPath, Damage)>,
) -> (Fact<Register>, Option<Mistake>) {
    let folders = view.scope.ancestors_from_root();
    let places: Vec<RepoPath> =
        folders.iter().rev().filter_map(|folder| folder.join(register::FILE).ok()).collect();
    let mut nearest = None;
    for path in &places {
        let Some(document) = documents.load(view, path) else { continue };
        let read = register::read(document, catalogue);
        match (&nearest, &read) {
            (None, _) => nearest = Some((path, read)),
            (Some((inner, _)), Ok(outer))
                if outer.included_paths().any(|(_, named)| named.as_ref() == Some(*inner)) =>
            {
                nearest = Some((path, read));
            }
            // What an outer register includes cannot be known where it cannot be read.
            (Some(_), Err(_)) => nearest = Some((path, read)),
            (Some(_), Ok(_)) => {}
        }
    }
    match nearest {
        Some((path, Ok(mut register))) => {
            register.mistakes.extend(misnamed(view, path));
            include(&mut register, view, catalogue, documents, unreadable);
            (Fact::Known(register), None)
        }
        Some((_, Err(mistake))) => (Fact::Undecided(mistake.message.clone()), Some(mistake)),
        None => match places.iter().find_map(|path| misnamed(view, path)) {
            Some(mistake) => (Fact::Undecided(mistake.message.clone()), Some(mistake)),
            None => (Fact::Absent, None),
        },
    }
}

/// Takes in the registers that one includes.
fn include(
    register: &mut Register,
    view: &View<'_>,
    catalogue: &Catalogue,
    documents: &mut Documents,
    unreadable: &mut Vec<(RepoPath, Damage)>,
) {
    let named: Vec<(Span, String, Option<RepoPath>)> = register
        .included_paths()
        .map(|(written, path)| (written.span, written.value.clone(), path))
        .collect();
    for (span, written, path) in named {
        let place = Place::bytes(register.path.clone(), span);
        let Some(document) = path.as_ref().and_then(|path| documents.load(view, path)) else {
            let message = format!(
                "there is no register `{written}`; name the `aims.yaml` of a subfolder, or \
                    its folder"
            );
            register.mistakes.push(Mistake::at(place, message));
            continue;
        };
        match (document.damage(), register::read(document, catalogue)) {
            (Some(damage), _) => unreadable.push((document.path.clone(), damage.clone())),
            (None, Ok(nested)) if register.included.contains(&nested.path) => {
                let message = format!("`{written}` stands here twice");
                register.mistakes.push(Mistake::at(place, message));
            }
            (None, Ok(nested)) => register.add(nested),
            (None, Err(mistake)) => register.mistakes.extend(mistake.each()),
        }
    }
}

/// Returns what the paths of all systems cover, in their order.
fn covered_by(register: &Register) -> PatternOwners {
    PatternOwners::of(register.all_systems().enumerate().flat_map(|(at, system)| {
        system.paths.iter().map(move |path| (at, &system.base, path.value.as_str()))
    }))
}

/// Of a register that reaches beyond the judged folder, the systems that own something in it.
fn keep_in_scope(register: &mut Register, view: &View<'_>) {
    if register.base.is_in(&view.scope) {
        return;
    }
    let systems = std::mem::take(&mut register.systems);
    let owns = |system: &System| {
        let set = system.covered();
        // What does not compile is a mistake of the register, and no way out of being judged.
        set.is_empty() || view.entries().iter().any(|entry| set.is_match(entry.path.to_string()))
    };
    (register.systems, register.elsewhere) = systems.into_iter().partition(owns);
}

/// Gives each model the strictest class of all systems that cover or declare its files, or declare
/// a file of the same content.
fn share_classes(register: &mut Register, view: &View<'_>) {
    let covered = covered_by(register);
    let classes: Vec<Class> = register.all_systems().map(System::class).collect();
    let mut of_content: BTreeMap<ObjectId, Class> = BTreeMap::new();
    let mut of_model: Vec<Vec<ObjectId>> = Vec::new();
    for system in register.all_systems() {
        for model in &system.models {
            let mut contents = Vec::new();
            for entry in files_of(model, &system.base, view.snapshot) {
                let name = entry.path.to_string();
                let covering =
                    covered.at(&name).into_iter().filter_map(|at| classes.get(at).copied());
                let class = covering.max().unwrap_or(Class::Minimal).max(system.class());
                // A file whose content is not here shares its class with nothing but itself.
                if let Ok(content) = view.snapshot.object_id(entry) {
                    let slot = of_content.entry(content.clone()).or_insert(class);
                    *slot = class.max(*slot);
                    contents.push(content);
                }
            }
            of_model.push(contents);
        }
    }
    let models = register
        .systems
        .iter_mut()
        .chain(&mut register.elsewhere)
        .flat_map(|system| &mut system.models);
    for (model, contents) in models.zip(of_model) {
        model.shared_class =
            contents.iter().filter_map(|content| of_content.get(content)).max().copied();
    }
}

/// The files a model's `path` or `pointer` names.
pub(crate) fn files_of<'s>(
    model: &Model,
    base: &RepoPath,
    snapshot: &'s dyn Snapshot,
) -> impl Iterator<Item = &'s Entry> + use<'s> {
    let set = covers(model.files().map(|path| (base, path.value.as_str())));
    let entries = if set.is_empty() { &[] } else { snapshot.entries() };
    entries.iter().filter(move |entry| set.is_match(entry.path.to_string()))
}
