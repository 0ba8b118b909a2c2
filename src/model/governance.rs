//! The files a change must not loosen: rules, people, waivers, baseline, signers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::misnamed::{misnamed, misnamed_below};
use crate::document::{Damage, Document};
use crate::evidence::Documents;
use crate::fact::Fact;
use crate::openssh::Trust;
use crate::settings::baseline::{self, Baseline, BaselineEntry};
use crate::settings::gate::{self, GateFile, Rules};
use crate::settings::overlay::{self, OwnOverlay};
use crate::settings::own_check::{self, OwnCheck};
use crate::settings::people::{self, People};
use crate::settings::signers::{self, Keys};
use crate::settings::waiver::{self, Waiver};
use crate::settings::{Mistake, salvage};
use crate::snapshot::{ObjectId, View};
use crate::span::{Place, RepoPath};

/// What a verdict is given by.
#[derive(Clone, Debug)]
pub(crate) struct Governance {
    pub(crate) rules: Rules,
    pub(crate) people: Fact<People>,
    /// The files people were read from.
    pub(crate) people_files: Vec<RepoPath>,
    pub(crate) waivers: Vec<Waiver>,
    pub(crate) baselines: Vec<Baseline>,
    pub(crate) allowed_signers: Keys,
    pub(crate) revoked_keys: Keys,
    /// What other branches, and the change itself, revoke: a key may be taken away freely.
    pub(crate) also_revoked: Vec<Keys>,
    /// The contents of the rules' files.
    pub(crate) objects: BTreeMap<RepoPath, ObjectId>,
    /// Whether a file of rules is there, sound or not. Until it is, nothing was decided to be held
    /// to.
    pub(crate) is_adopted: bool,
    /// What rules and people with mistakes say beside them; nobody is judged by it, a repair is
    /// compared with it.
    pub(crate) salvaged: Salvaged,
    /// Mistakes in those files.
    pub(crate) mistakes: Vec<Mistake>,
    /// Files of these that could not be read at all.
    pub(crate) unreadable: Vec<(RepoPath, Damage)>,
}

/// What is left of files with mistakes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Salvaged {
    pub(crate) rules: Option<Rules>,
    pub(crate) people: Option<People>,
}

impl Salvaged {
    /// Reads what can be read of rules and people, outermost first.
    fn of(view: &View<'_>) -> Self {
        let mut documents = Documents::default();
        let mut gates = Vec::new();
        let mut people: Option<People> = None;
        let mut overlays = Vec::new();
        for folder in view.scope.ancestors_from_root() {
            let at = |file: &str| folder.join(file).ok();
            let document = at(gate::FILE).and_then(|path| documents.load(view, &path));
            gates.extend(document.and_then(|it| Some((it.path.clone(), salvage(it, gate::read)?))));
            let below = at(overlay::FOLDER).map_or(&[][..], |folder| view.below(&folder));
            for entry in below.iter().filter(|entry| entry.path.extension() == "yaml") {
                let document = documents.load(view, &entry.path);
                overlays.extend(document.and_then(|it| salvage(it, overlay::read)));
            }
            let document = at(people::FILE).and_then(|path| documents.load(view, &path));
            match (&mut people, document.and_then(|it| salvage(it, people::read))) {
                (Some(known), Some(more)) => known.add(more),
                (None, Some(more)) => people = Some(more),
                (_, None) => {}
            }
        }
        let rules = (!gates.is_empty()).then(|| {
            let mut rules = Rules::compose(gates);
            overlays.into_iter().for_each(|overlay| rules.add_overlay(overlay));
            rules
        });
        Self { rules, people }
    }
}

/// The people of a folder with those of the folders around it.
fn with_more(known: Fact<People>, more: People) -> Fact<People> {
    match known {
        Fact::Known(mut known) => {
            People::add(&mut known, more);
            Fact::Known(known)
        }
        Fact::Absent => Fact::Known(more),
        undecided @ Fact::Undecided(_) => undecided,
    }
}

impl Governance {
    /// Reads every such file on the way from the root down to the judged folder.
    ///
    /// Rules that cannot be read are replaced by the strictest, never by the default.
    pub(crate) fn load(view: &View<'_>) -> Self {
        let mut reader = GovernanceReader {
            view,
            documents: Documents::default(),
            mistakes: Vec::new(),
            unreadable: Vec::new(),
        };
        let mut gates: Vec<(RepoPath, GateFile)> = Vec::new();
        let mut broken_rules = false;
        let mut overlays: Vec<OwnOverlay> = Vec::new();
        let mut people = Fact::Absent;
        let mut people_files = Vec::new();
        let (mut waivers, mut baselines) = (Vec::new(), Vec::new());
        let mut own_checks: Vec<Arc<OwnCheck>> = Vec::new();
        let (mut allowed_signers, mut revoked_keys) = (Keys::default(), Keys::default());
        for folder in view.scope.ancestors_from_root() {
            let at = |file: &str| folder.join(file).ok();
            match reader.read(at(gate::FILE), gate::read) {
                Some(Ok((path, gate))) => gates.push((path, gate)),
                Some(Err(_)) => broken_rules = true,
                None => {}
            }
            for overlay in reader.each(&folder, (overlay::FOLDER, "an overlay"), overlay::read) {
                match overlay {
                    Ok(overlay) => overlays.push(overlay),
                    Err(_) => broken_rules = true,
                }
            }
            match reader.read(at(people::FILE), people::read) {
                Some(Ok((path, more))) => {
                    people_files.push(path);
                    people = with_more(people, more);
                }
                Some(Err(why)) => people = Fact::Undecided(why),
                None => {}
            }
            // What excuses is read where the rules begin: a nested folder only adds to them.
            let is_nested =
                !gates.is_empty() && gates.iter().all(|(path, _)| path.parent().parent() != folder);
            if !is_nested {
                if let Some(Ok((_, baseline))) = reader.read(at(baseline::FILE), baseline::read) {
                    baselines.push(baseline);
                }
                let read = reader.each(&folder, (waiver::FOLDER, "a waiver"), waiver::read);
                waivers.extend(read.into_iter().flatten());
            }
            reader.own_checks(&folder, &mut own_checks);
            for (file, keys) in
                [(signers::ALLOWED, &mut allowed_signers), (signers::REVOKED, &mut revoked_keys)]
            {
                reader.keys(at(file), keys);
            }
        }
        let is_adopted = broken_rules || !gates.is_empty();
        let mut rules = Rules::compose(gates);
        overlays.into_iter().for_each(|overlay| rules.add_overlay(overlay));
        rules.files.extend(own_checks.iter().map(|own| own.place.path.clone()));
        rules.own_checks = own_checks;
        if broken_rules {
            rules.refuse();
        }
        let is_broken = broken_rules || matches!(people, Fact::Undecided(_));
        let salvaged = if is_broken { Salvaged::of(view) } else { Salvaged::default() };
        mistakes_of_nested(&rules, &mut reader.mistakes);
        let content = |path: &RepoPath| view.snapshot.object_id(view.snapshot.entry(path)?).ok();
        let objects =
            rules.every_file().filter_map(|path| Some((path.clone(), content(path)?))).collect();
        let GovernanceReader { mistakes, unreadable, .. } = reader;
        Self {
            rules,
            people,
            people_files,
            waivers,
            baselines,
            allowed_signers,
            revoked_keys,
            also_revoked: Vec::new(),
            objects,
            is_adopted,
            salvaged,
            mistakes,
            unreadable,
        }
    }

    /// Whose keys count, and which no longer do.
    pub(crate) fn trust(&self) -> Trust {
        let others: Vec<&Keys> = self.also_revoked.iter().collect();
        Trust {
            allowed: self.allowed_signers.allowed(),
            revoked: self.revoked_keys.revoked(&others),
        }
    }

    /// What both this and another branch's governance allow.
    #[must_use]
    pub(crate) fn and(mut self, other: &Governance) -> Self {
        self.rules = self.rules.and(&other.rules);
        self.people = match (self.people, &other.people) {
            (Fact::Known(people), Fact::Known(others)) => Fact::Known(people.and(others)),
            (Fact::Known(_), Fact::Absent) => Fact::Known(People::default()),
            (Fact::Known(_), Fact::Undecided(why)) => Fact::Undecided(why.clone()),
            (unknown, _) => unknown,
        };
        self.allowed_signers = self.allowed_signers.and(&other.allowed_signers);
        self.keeping(other)
    }

    /// The same, with further waivers.
    #[must_use]
    pub(crate) fn excusing(mut self, waivers: Vec<Waiver>) -> Self {
        self.waivers.extend(waivers);
        self
    }

    /// The same, with those waivers and entries that `proposed` keeps, as it has them.
    #[must_use]
    pub(crate) fn keeping(mut self, proposed: &Governance) -> Self {
        self.also_revoked.push(proposed.revoked_keys.clone());
        let trusted = std::mem::replace(&mut self.waivers, proposed.waivers.clone());
        self.waivers.retain(|waiver| trusted.iter().any(|known| waiver.is_within(known)));
        let trusted = std::mem::replace(&mut self.baselines, proposed.baselines.clone());
        for baseline in &mut self.baselines {
            let known = |entry: &BaselineEntry| {
                trusted.iter().flat_map(|it| &it.entries).any(|known| entry.is_within(known))
            };
            baseline.entries.retain(known);
        }
        self
    }
}

/// Adds a mistake for each key that counts in the outermost rules only.
fn mistakes_of_nested(rules: &Rules, mistakes: &mut Vec<Mistake>) {
    let message = "names, languages and exceptions count in the outermost rules only; a nested \
        file may add kinds of documents";
    let mistake = |place: &Place| Mistake::at(place.clone(), message.to_owned());
    mistakes.extend(rules.misplaced.iter().map(mistake));
}

/// Reads trusted files and keeps what is wrong with them.
struct GovernanceReader<'v, 'a> {
    view: &'v View<'a>,
    documents: Documents,
    mistakes: Vec<Mistake>,
    unreadable: Vec<(RepoPath, Damage)>,
}

impl GovernanceReader<'_, '_> {
    /// Reads one file; the error is why it could not be used, which is among the mistakes already.
    fn read<T>(
        &mut self,
        path: Option<RepoPath>,
        read: impl Fn(&Document) -> Result<T, Mistake>,
    ) -> Option<Result<(RepoPath, T), String>> {
        let path = path?;
        self.mistakes.extend(misnamed(self.view, &path));
        let document = self.documents.load(self.view, &path)?;
        Some(match read(document) {
            Ok(value) => Ok((path, value)),
            Err(mistake) => {
                let why = mistake.message.clone();
                match document.damage() {
                    Some(damage) => self.unreadable.push((path, damage.clone())),
                    None => self.mistakes.extend(mistake.each()),
                }
                Err(why)
            }
        })
    }

    /// Reads each file of a folder of the gate's own; the error of one that cannot be used is among
    /// the mistakes already, and so is what is no such file.
    fn each<T>(
        &mut self,
        folder: &RepoPath,
        (below, what): (&str, &str),
        read: impl Fn(&Document) -> Result<T, Mistake>,
    ) -> Vec<Result<T, String>> {
        let paths = self.files_of(folder, below, what);
        let values = paths.into_iter().filter_map(|path| self.read(Some(path), &read));
        values.map(|it| it.map(|(_, value)| value)).collect()
    }

    /// Adds the own checks of a folder. Of two of one id the outer one holds.
    fn own_checks(&mut self, folder: &RepoPath, known: &mut Vec<Arc<OwnCheck>>) {
        let mut paths = self.files_of(folder, own_check::FOLDER, "an own check");
        if let Some(first_too_many) = paths.get(own_check::MOST) {
            let text = format!("more than {} own checks", own_check::MOST);
            self.mistakes.push(Mistake::at(Place::whole(first_too_many.clone()), text));
            paths.truncate(own_check::MOST);
        }
        for path in paths {
            let Some(Ok((_, own))) = self.read(Some(path), own_check::read) else { continue };
            match known.iter().find(|it| it.id == own.id) {
                None => known.push(Arc::new(own)),
                Some(first) => {
                    let text =
                        format!("the check `{}` stands in `{}` too", own.id, first.place.path);
                    self.mistakes.push(Mistake::at(own.place, text));
                }
            }
        }
    }

    /// The files of a folder that holds one thing in each: `what` says which.
    fn files_of(&mut self, folder: &RepoPath, below: &str, what: &str) -> Vec<RepoPath> {
        let Ok(folder) = folder.join(below) else { return Vec::new() };
        self.mistakes.extend(misnamed_below(self.view, &folder));
        let mut read = Vec::new();
        for entry in self.view.below(&folder) {
            let path = &entry.path;
            let direct = path.parent() == folder;
            match path.extension().as_str() {
                "yaml" if direct => read.push(path.clone()),
                "md" | "sig" => {}
                _ if path.file_name().starts_with('.') => {}
                _ => self.mistakes.push(Mistake::at(
                    Place::whole(path.clone()),
                    format!("this file is not read; {what} is `{below}/ID.yaml`"),
                )),
            }
        }
        read
    }

    fn keys(&mut self, path: Option<RepoPath>, keys: &mut Keys) {
        let Some(path) = path else { return };
        self.mistakes.extend(misnamed(self.view, &path));
        let Some(entry) = self.view.snapshot.entry(&path) else { return };
        let bytes = if entry.is_file() {
            self.view.snapshot.read(entry, signers::LARGEST).map_err(|error| error.to_string())
        } else {
            Err("a link or a submodule; it must be a file here".to_owned())
        };
        match bytes {
            Ok(bytes) => {
                self.mistakes.extend(signers::mistakes(&path, &bytes));
                keys.add(path, &bytes);
            }
            Err(why) => {
                self.unreadable.push((path, Damage::new(crate::span::Span::default(), why)))
            }
        }
    }
}
