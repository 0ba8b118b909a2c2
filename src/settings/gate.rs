//! `governance/gate.yaml`: the rules. Which rule set, how strictly, who signs, which severities.
//!
//! Rules may stand in several folders on the way down to the judged one. They are composed into one
//! [`Rules`]: the strictest wins, and a nested file only adds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::channel::Channel;
use super::extension::{self, Catalogued, DocumentSettings, NotApplicable};
use super::layout::OwnFile;
use super::material::{self, MaterialPath, Materials};
use super::overlay::OwnOverlay;
use super::own_ai::{self, OwnAi};
use super::own_check::{self, OwnCheck};
use super::pin::BundlePin;
pub(crate) use super::version::Version;
pub(crate) use super::who_signs::{Decision, Proof, ReleaseGate, Solo, WhoSigns};
use super::{Mistake, Schema, read as read_settings};
use crate::catalog::{Extension, Language, Overlay, Raise, raises};
use crate::check_id::{CheckId, NamedCheck};
use crate::date::Date;
use crate::document::{Document, Node, Spanned};
use crate::finding::Severity;
use crate::span::{Place, RepoPath};

/// The path of the rules, relative to the folder they hold for.
pub(crate) const FILE: &str = OwnFile::Rules.path();

/// One file of rules.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct GateFile {
    #[serde(rename = "schema")]
    _schema: Schema,
    /// The name of the repository. Every record states it, so that a record of one repository does
    /// not count in another.
    pub(crate) repository: Option<Spanned<String>>,
    /// The rule set; newer checks report and do not block.
    pub(crate) rules: Option<Spanned<Version>>,
    pub(crate) minimum_version: Option<Spanned<Version>>,
    pub(crate) enforce: Option<Enforce>,
    #[serde(default)]
    pub(crate) overlays: Vec<Spanned<Overlay>>,
    pub(crate) release_gate: Option<ReleaseGate>,
    #[serde(default)]
    pub(crate) who_signs: BTreeMap<Decision, WhoSigns>,
    #[serde(default)]
    pub(super) checks: BTreeMap<NamedCheck, CheckSettings>,
    #[serde(default)]
    documents: BTreeMap<String, DocumentSettings>,
    #[serde(default)]
    languages: Vec<Language>,
    #[serde(default)]
    not_applicable: Vec<NotApplicable>,
    #[serde(default)]
    material: Vec<MaterialPath>,
    #[serde(default)]
    inventory: OwnAi,
    #[serde(default)]
    must_publish: BTreeSet<Channel>,
    pub(super) solo: Option<Solo>,
    /// The bundle of the organisation that the repository takes over.
    pub(crate) organisation: Option<BundlePin>,
    /// What `documents`, `languages` and `not-applicable` say, after they were checked.
    #[serde(skip)]
    catalogued: Catalogued,
    /// Where each key of `checks` stands.
    #[serde(skip)]
    pub(super) check_places: BTreeMap<String, Place>,
    /// Where each key of the file stands.
    #[serde(skip)]
    pub(super) places: BTreeMap<String, Place>,
}

/// How strictly findings are weighed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Enforce {
    pub mode: Mode,
    /// From this day the mode is strict.
    pub(crate) strict_from: Option<Date>,
}

/// `observe` reports and does not block, `introduce` weighs by class, `strict` weighs every class
/// as class high.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Mode {
    Observe,
    Introduce,
    Strict,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct CheckSettings {
    pub(super) severity: Severity,
}

/// Reads one file of rules.
///
/// # Errors
/// The first mistake in it.
pub(crate) fn read(document: &Document) -> Result<GateFile, Mistake> {
    let mut gate: GateFile = read_settings(document)?;
    for (decision, who) in &gate.who_signs {
        if who.people == 0 || who.from.is_empty() {
            let span = document
                .tree()
                .ok()
                .and_then(|root| root.entry("who-signs"))
                .map(|(key, _)| key.span);
            let message = format!(
                "nobody need sign `{}` by this; name at least one person and one role",
                decision.name()
            );
            return Err(Mistake::new(document, span.unwrap_or_default(), message));
        }
    }
    let solo = gate.solo.iter().flat_map(|Solo { person, because }| {
        [(person.as_str(), person.span), (because.as_str(), because.span)]
    });
    for (text, span) in solo {
        if text.trim().is_empty() {
            return Err(Mistake::new(document, span, "this is empty"));
        }
    }
    if let Some(pin) = &gate.organisation
        && !pin.signers.value.asks_somebody()
    {
        let message = "nobody need sign a bundle by this; name at least one person and one role";
        return Err(Mistake::new(document, pin.signers.span, message));
    }
    gate.catalogued =
        extension::read(document, &gate.documents, &gate.languages, &gate.not_applicable)?;
    gate.catalogued.loosening.extend(material::read(document, &gate.material)?);
    own_ai::read(document, &gate.inventory)?;
    let places = |node: &Node| -> BTreeMap<String, Place> {
        let own = node.entries().iter().filter(|(key, _)| !key.text.starts_with("x-"));
        own.map(|(key, _)| (key.text.to_string(), Place::bytes(document.path.clone(), key.span)))
            .collect()
    };
    if let Ok(root) = document.tree() {
        gate.places = places(root);
        gate.check_places = root.get("checks").map(places).unwrap_or_default();
    }
    Ok(gate)
}

/// The effective rules for a judged folder.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// The files they came from, outermost first.
    pub(crate) files: Vec<RepoPath>,
    /// Whether a file could not be read. The mode is `strict` then.
    pub(crate) refused: bool,
    pub mode: Mode,
    pub(crate) strict_from: Option<Date>,
    /// The rule set that may block; `None` is the newest.
    pub(crate) pinned: Option<Version>,
    /// Where rule sets are pinned, and which.
    pub(crate) pins: Vec<(Place, Version)>,
    pub(crate) minimum_versions: Vec<(Place, Version)>,
    pub(crate) overlays: BTreeSet<Overlay>,
    /// The overlays of the repository itself.
    pub(crate) own_overlays: Vec<OwnOverlay>,
    pub(crate) release_gate: ReleaseGate,
    pub(crate) who_signs: BTreeMap<Decision, WhoSigns>,
    /// The names records are bound to, outermost first.
    pub(crate) repositories: Vec<String>,
    /// The severities each branch's rules set; where there are several, the heaviest counts.
    pub(super) severities: Vec<BTreeMap<NamedCheck, Severities>>,
    /// Each check id that a file sets, and where.
    pub(crate) settings: Vec<(NamedCheck, Place)>,
    /// Where a key stands, in the innermost file that has it.
    pub(crate) places: BTreeMap<String, Place>,
    /// What the rules add to the catalogue of documents.
    pub(crate) extension: Extension,
    /// The documents that the rules do not ask for, each with its place.
    pub(crate) not_applicable: Vec<(NotApplicable, Place)>,
    /// The files that `material` names or takes out.
    pub(crate) material: Materials,
    /// What shows AI here beside what ships.
    pub(crate) inventory: OwnAi,
    /// The channels without which a pass of a job does not count.
    pub(crate) must_publish: BTreeSet<Channel>,
    /// Who decides alone, where the outermost rules say so.
    pub(crate) solo: Option<Solo>,
    /// The places in nested files of keys that only the outermost file may have.
    pub(crate) misplaced: Vec<Place>,
    /// The organisation's own checks, outermost first.
    pub(crate) own_checks: Vec<Arc<OwnCheck>>,
    /// The bundle of the organisation that is taken over.
    pub(crate) organisation: Option<BundlePin>,
}

/// What the outermost file sets a check to, and what nested files raise it to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Severities {
    set: Option<Severity>,
    raised: Option<Severity>,
}

impl Default for Rules {
    /// Returns the rules that hold where no file says otherwise.
    fn default() -> Self {
        Self {
            files: Vec::new(),
            refused: false,
            mode: Mode::Introduce,
            strict_from: None,
            pinned: None,
            pins: Vec::new(),
            minimum_versions: Vec::new(),
            overlays: BTreeSet::new(),
            own_overlays: Vec::new(),
            release_gate: ReleaseGate::AtRelease,
            who_signs: BTreeMap::new(),
            repositories: Vec::new(),
            severities: vec![BTreeMap::new()],
            settings: Vec::new(),
            places: BTreeMap::new(),
            extension: Extension::default(),
            not_applicable: Vec::new(),
            material: Materials::default(),
            inventory: OwnAi::default(),
            must_publish: BTreeSet::new(),
            solo: None,
            misplaced: Vec::new(),
            own_checks: Vec::new(),
            organisation: None,
        }
    }
}

impl Rules {
    /// Composes files of rules, given from the outermost folder inwards.
    pub(crate) fn compose(gates: Vec<(RepoPath, GateFile)>) -> Self {
        let mut rules = Self::default();
        let mut severities: BTreeMap<NamedCheck, Severities> = BTreeMap::new();
        for (at, (path, gate)) in gates.into_iter().enumerate() {
            let outermost = at == 0;
            // Every field is named, so that a new one cannot be forgotten here.
            let GateFile {
                _schema: _,
                repository,
                rules: pin,
                minimum_version,
                enforce,
                overlays,
                release_gate,
                who_signs,
                checks,
                documents: _,
                languages: _,
                not_applicable,
                material,
                inventory,
                must_publish,
                solo,
                organisation,
                catalogued,
                check_places,
                places,
            } = gate;
            rules.organisation = rules.organisation.or(organisation);
            if let Some(enforce) = enforce {
                rules.mode = if outermost { enforce.mode } else { rules.mode.max(enforce.mode) };
                rules.strict_from = earliest(rules.strict_from, enforce.strict_from);
            }
            if let Some(version) = pin {
                rules.pins.push((Place::bytes(path.clone(), version.span), version.value.clone()));
                // Nested rules may ask for a newer rule set, never for an older one.
                let newer = rules.pinned.as_ref().is_some_and(|pinned| *pinned < version.value);
                if outermost || newer {
                    rules.pinned = Some(version.value);
                }
            }
            if let Some(version) = minimum_version {
                rules
                    .minimum_versions
                    .push((Place::bytes(path.clone(), version.span), version.value));
            }
            add_severities(&mut severities, checks, outermost);
            rules.overlays.extend(overlays.into_iter().map(|overlay| overlay.value));
            rules.release_gate = rules.release_gate.max(release_gate.unwrap_or_default());
            rules.add_who_signs(&who_signs);
            if outermost {
                rules.solo = solo;
                rules.extension = catalogued.extension;
                rules.not_applicable.extend(not_applicable.into_iter().map(|it| {
                    let place = Place::bytes(path.clone(), it.document.span);
                    (it, place)
                }));
            } else {
                // A kind of document more is asked for; names and exceptions let something pass.
                rules.extension.add_kinds(&catalogued.extension.kinds);
                rules.misplaced.extend(catalogued.loosening);
            }
            rules.must_publish.extend(must_publish);
            rules.inventory.add(&inventory);
            rules.material.add(&path.parent().parent(), material, outermost);
            rules.repositories.extend(repository.map(|name| name.value));
            let named = check_places.into_iter().map(|(text, place)| (text.into(), place));
            rules.settings.extend(named);
            rules.places.extend(places);
            rules.files.push(path);
        }
        rules.severities = vec![severities];
        rules
    }

    /// Of two numbers of signers for a decision the stricter holds.
    fn add_who_signs(&mut self, others: &BTreeMap<Decision, WhoSigns>) {
        for (decision, who) in others {
            let both = self.who_signs.get(decision).map_or(who.clone(), |known| known.and(who));
            self.who_signs.insert(*decision, both);
        }
    }

    /// Adds an overlay of the repository, unless it is there already.
    pub(crate) fn add_overlay(&mut self, overlay: OwnOverlay) {
        self.extension.add_kinds(&overlay.kinds);
        if !self.own_overlays.contains(&overlay) {
            self.own_overlays.push(overlay);
        }
    }

    /// Returns the files the rules came from, and those of overlays.
    pub(crate) fn every_file(&self) -> impl Iterator<Item = &RepoPath> {
        self.files.iter().chain(self.own_overlays.iter().map(|overlay| &overlay.path))
    }

    /// Returns the provisions of every overlay that the rules name or bring.
    pub(crate) fn provisions(&self) -> impl Iterator<Item = &Raise> {
        let named = |raise: &&Raise| raise.overlay.is_some_and(|it| self.overlays.contains(&it));
        let own = self.own_overlays.iter().flat_map(|overlay| &overlay.provisions);
        raises().iter().filter(named).chain(own)
    }

    /// Returns these rules as those of a repository that has others now: overlays and checks of its
    /// own stay, and so does its name.
    #[must_use]
    pub(crate) fn in_place_of(mut self, known: &Rules) -> Self {
        known.own_overlays.iter().for_each(|it| self.add_overlay(it.clone()));
        self.own_checks = own_check::both(&self.own_checks, &known.own_checks);
        self.repositories.clone_from(&known.repositories);
        self
    }

    /// Rules of which a part could not be read: the strictest mode holds.
    pub(crate) fn refuse(&mut self) {
        self.refused = true;
        self.mode = Mode::Strict;
    }

    /// Returns in each point the stricter of these rules and another branch's.
    #[must_use]
    pub(crate) fn and(mut self, other: &Rules) -> Self {
        self.refused |= other.refused;
        self.mode = self.mode.max(other.mode);
        self.strict_from = earliest(self.strict_from, other.strict_from);
        self.pinned = self.pinned.zip(other.pinned.clone()).map(|(one, other)| one.max(other));
        self.minimum_versions.extend(other.minimum_versions.iter().cloned());
        self.overlays.extend(&other.overlays);
        other.own_overlays.iter().for_each(|it| self.add_overlay(it.clone()));
        self.release_gate = self.release_gate.max(other.release_gate);
        self.add_who_signs(&other.who_signs);
        self.severities.extend(other.severities.iter().cloned());
        self.extension = self.extension.and(&other.extension);
        self.material.and(&other.material);
        self.inventory.add(&other.inventory);
        self.own_checks = own_check::both(&self.own_checks, &other.own_checks);
        self.must_publish.extend(&other.must_publish);
        self.solo =
            self.solo.filter(|solo| other.solo.as_ref().is_some_and(|it| it.person == solo.person));
        self.not_applicable
            .retain(|(it, _)| other.not_applicable.iter().any(|(known, _)| known.includes(it)));
        self
    }

    /// Returns the mode on a day: `strict` from `strict-from` on.
    pub(crate) fn mode_on(&self, today: Date) -> Mode {
        match self.strict_from {
            Some(from) if today >= from => Mode::Strict,
            Some(_) | None => self.mode,
        }
    }

    /// Returns the severity the rules give a check. `default` is what the check has by itself.
    pub(crate) fn severity(&self, check: CheckId, default: Severity) -> Severity {
        let check = NamedCheck::Known(check);
        let of = |severities: &BTreeMap<NamedCheck, Severities>| {
            let Severities { set, raised } = severities.get(&check).copied().unwrap_or_default();
            set.unwrap_or(default).max(raised.unwrap_or(Severity::Note))
        };
        self.severities.iter().map(of).max().unwrap_or(default)
    }

    /// The oldest version of the gate that may judge. None where any may.
    pub(crate) fn minimum_version(&self) -> Option<&Version> {
        self.minimum_versions.iter().map(|(_, version)| version).max()
    }

    /// Whether a check of rule set `since` may block.
    pub(crate) fn includes(&self, since: &str) -> bool {
        match (&self.pinned, since.parse::<Version>()) {
            (Some(pinned), Ok(since)) => since <= *pinned,
            (None, _) | (_, Err(_)) => true,
        }
    }
}

/// Adds the severities of one file: the outermost sets them, a nested one only raises them.
fn add_severities(
    severities: &mut BTreeMap<NamedCheck, Severities>,
    checks: BTreeMap<NamedCheck, CheckSettings>,
    outermost: bool,
) {
    for (id, settings) in checks {
        let slot = severities.entry(id).or_default();
        if outermost {
            slot.set = Some(settings.severity);
        } else {
            slot.raised = slot.raised.max(Some(settings.severity));
        }
    }
}

fn earliest(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
