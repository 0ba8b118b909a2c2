//! The files a change must not loosen: rules, people, waivers, baseline, signers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::governance_reader::GovernanceReader;
use super::organisation::TakenOver;
use crate::document::Damage;
use crate::evidence::Documents;
use crate::fact::Fact;
use crate::openssh::Trust;
use crate::settings::baseline::{self, Baseline, BaselineEntry};
use crate::settings::gate::{self, GateFile, Rules};
use crate::settings::organisation;
use crate::settings::overlay::{self, OwnOverlay};
use crate::settings::own_check::OwnCheck;
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
    /// The organisation's bundle that is the outermost layer of all this.
    pub(crate) organisation: Option<TakenOver>,
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
        Self::load_over(view, None)
    }

    /// Reads as [`Governance::load`] does; where the repository takes over a bundle of its
    /// organisation, with this one in its place.
    pub(crate) fn load_over(view: &View<'_>, over: Option<&TakenOver>) -> Self {
        let mut reader = GovernanceReader::new(view);
        let mut layers = Layers::default();
        for folder in view.scope.ancestors_from_root() {
            layers.add(&mut reader, &folder, over);
        }
        let Layers {
            gates,
            broken_rules,
            overlays,
            people,
            people_files,
            waivers,
            baselines,
            own_checks,
            allowed_signers,
            revoked_keys,
            organisation,
        } = layers;
        let is_adopted = broken_rules || !gates.is_empty();
        let mut rules = Rules::compose(gates);
        overlays.into_iter().for_each(|overlay| rules.add_overlay(overlay));
        // Those of a bundle stand in one file.
        for own in &own_checks {
            if !rules.files.contains(&own.place.path) {
                rules.files.push(own.place.path.clone());
            }
        }
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
            organisation,
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

/// What was read so far, outermost first.
struct Layers {
    gates: Vec<(RepoPath, GateFile)>,
    broken_rules: bool,
    overlays: Vec<OwnOverlay>,
    people: Fact<People>,
    people_files: Vec<RepoPath>,
    waivers: Vec<Waiver>,
    baselines: Vec<Baseline>,
    own_checks: Vec<Arc<OwnCheck>>,
    allowed_signers: Keys,
    revoked_keys: Keys,
    organisation: Option<TakenOver>,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            gates: Vec::new(),
            broken_rules: false,
            overlays: Vec::new(),
            people: Fact::Absent,
            people_files: Vec::new(),
            waivers: Vec::new(),
            baselines: Vec::new(),
            own_checks: Vec::new(),
            allowed_signers: Keys::default(),
            revoked_keys: Keys::default(),
            organisation: None,
        }
    }
}

impl Layers {
    /// Adds the files of a folder.
    fn add(
        &mut self,
        reader: &mut GovernanceReader<'_, '_>,
        folder: &RepoPath,
        over: Option<&TakenOver>,
    ) {
        let at = |file: &str| folder.join(file).ok();
        match reader.read(at(gate::FILE), gate::read) {
            Some(Ok((path, gate))) => {
                self.take_over(reader, (&path, &gate), over);
                self.gates.push((path, gate));
            }
            Some(Err(_)) => self.broken_rules = true,
            None => {}
        }
        for overlay in reader.each(folder, (overlay::FOLDER, "an overlay"), overlay::read) {
            match overlay {
                Ok(overlay) => self.overlays.push(overlay),
                Err(_) => self.broken_rules = true,
            }
        }
        match reader.read(at(people::FILE), people::read) {
            Some(Ok((path, more))) => self.add_people(path, more),
            Some(Err(why)) => self.people = Fact::Undecided(why),
            None => {}
        }
        // What excuses is read where the rules begin: a nested folder only adds to them.
        let is_nested = !self.gates.is_empty()
            && self.gates.iter().all(|(path, _)| path.parent().parent() != *folder);
        if !is_nested {
            if let Some(Ok((_, baseline))) = reader.read(at(baseline::FILE), baseline::read) {
                self.baselines.push(baseline);
            }
            let read = reader.each(folder, (waiver::FOLDER, "a waiver"), waiver::read);
            self.waivers.extend(read.into_iter().flatten());
        }
        reader.own_checks(folder, &mut self.own_checks);
        reader.keys(at(signers::ALLOWED), &mut self.allowed_signers);
        reader.keys(at(signers::REVOKED), &mut self.revoked_keys);
    }

    fn add_people(&mut self, path: RepoPath, more: People) {
        self.people_files.push(path);
        let known = std::mem::replace(&mut self.people, Fact::Absent);
        self.people = with_more(known, more);
    }

    /// Adds the bundle that the rules of the root pin, before them. Where it does not count, nobody
    /// can say what holds.
    fn take_over(
        &mut self,
        reader: &mut GovernanceReader<'_, '_>,
        (path, gate): (&RepoPath, &GateFile),
        over: Option<&TakenOver>,
    ) {
        let Some(pin) = &gate.organisation else { return };
        if *path != RepoPath::from(gate::FILE) {
            let place = Place::bytes(path.clone(), pin.name.span);
            let text = "a bundle is pinned by the rules of the repository's root only";
            return reader.mistakes.push(Mistake::at(place, text));
        }
        let read = over.map_or_else(|| TakenOver::pinned(reader.view, pin, path), TakenOver::again);
        let (taken_over, bundle) = match read {
            Ok(read) => read,
            Err(mistake) => {
                self.broken_rules = true;
                self.people = Fact::Undecided(mistake.message.clone());
                return reader.mistakes.extend(mistake.each());
            }
        };
        let text = "this asks for less than the rules of the organisation, so it counts for \
            nothing; take it out";
        let less = gate.asks_for_less_than(&bundle.rules).into_iter();
        reader.mistakes.extend(less.map(|place| Mistake::at(place, text)));
        let file = RepoPath::from(organisation::FILE);
        self.allowed_signers.add(file.clone(), bundle.allowed_signers.as_bytes());
        self.revoked_keys.add(file.clone(), bundle.revoked_keys.as_bytes());
        self.overlays.extend(bundle.overlays);
        self.own_checks.extend(bundle.own_checks);
        self.add_people(file.clone(), bundle.people);
        self.gates.push((file, bundle.rules));
        self.organisation = Some(taken_over);
    }
}

/// Adds a mistake for each key that counts in the outermost rules only.
fn mistakes_of_nested(rules: &Rules, mistakes: &mut Vec<Mistake>) {
    let message = "names, languages and exceptions count in the outermost rules only; a nested \
        file may add kinds of documents";
    let mistake = |place: &Place| Mistake::at(place.clone(), message.to_owned());
    mistakes.extend(rules.misplaced.iter().map(mistake));
}
