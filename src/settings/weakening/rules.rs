//! In which points rules are weaker than before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::point::{Weakened, Weakening, list, named};
use crate::catalog::{AddedTo, Extension, Language, Raise};
use crate::check_id::CheckId;
use crate::date::Date;
use crate::finding::Severity;
use crate::settings::extension::NotApplicable;
use crate::settings::gate::{Decision, Mode, Rules, Solo, Version, WhoSigns};
use crate::settings::material::Materials;
use crate::settings::overlay::OwnOverlay;
use crate::settings::own_check::OwnCheck;
use crate::settings::pin::BundlePin;
use crate::span::Place;

/// What was found so far between the rules of one revision and those of another.
struct RulesComparison<'r> {
    now: &'r Rules,
    found: Vec<Weakening>,
}

impl RulesComparison<'_> {
    /// Notes that the point `what`, which the key `key` of the rules is about, allows more.
    fn weaker(&mut self, key: &str, what: &str, from: Option<String>, to: Option<String>) {
        let place = self.now.places.get(key).cloned();
        self.found.push(Weakening::became(Weakened::Rule(what.to_owned()), from, to, place));
    }
}

/// In which points `new` rules are weaker than `old` ones; `severities` are those a check has by
/// itself.
pub(crate) fn rules(
    old: &Rules,
    new: &Rules,
    severities: impl Fn(CheckId) -> Vec<Severity>,
) -> Vec<Weakening> {
    // Rules that cannot be read are the strictest and are told by another check; places and pins
    // only say where a rule stands.
    let Rules {
        files: _,
        refused: _,
        mode,
        strict_from,
        pinned,
        pins: _,
        minimum_versions: _,
        overlays,
        own_overlays,
        release_gate,
        who_signs,
        repositories,
        severities: _,
        settings: _,
        places: _,
        extension,
        not_applicable,
        material,
        inventory,
        must_publish,
        solo,
        misplaced: _,
        own_checks,
        organisation,
    } = old;
    let mut compared = RulesComparison { now: new, found: Vec::new() };
    let it = &mut compared;
    it.enforcement(*mode, *strict_from);
    it.versions(pinned.as_ref(), old.minimum_version());
    if !repositories.is_empty() && *repositories != new.repositories {
        it.weaker("repository", "repository", list(repositories), list(&new.repositories));
    }
    for overlay in overlays.difference(&new.overlays) {
        it.weaker("overlays", "overlays", named(*overlay), None);
    }
    it.own_overlays(own_overlays);
    if new.release_gate < *release_gate {
        let (from, to) = (named(*release_gate), named(new.release_gate));
        it.weaker("release-gate", "release-gate", from, to);
    }
    it.signing(who_signs);
    it.catalogue(extension, &new.extension);
    it.alone(solo.as_ref());
    it.exceptions(not_applicable);
    for channel in must_publish.difference(&new.must_publish) {
        it.weaker("must-publish", "must-publish", named(*channel), None);
    }
    it.material(material);
    for entry in inventory.entries().difference(&new.inventory.entries()) {
        it.weaker("inventory", &format!("inventory.{entry}"), named("shows AI"), None);
    }
    it.severities(old, severities);
    it.own_checks(own_checks);
    it.organisation(organisation.as_ref());
    compared.found
}

fn signers(who: &WhoSigns) -> String {
    let WhoSigns { people, from, proof } = who;
    let roles: Vec<&str> = from.iter().map(|role| role.name()).collect();
    format!("{people} of {}, {}", roles.join(" or "), proof.name())
}

impl RulesComparison<'_> {
    /// Which provisions of the repository's own overlays are gone. Its kinds are compared as all
    /// are; that an overlay is moved to another file changes nothing.
    fn own_overlays(&mut self, before: &[OwnOverlay]) {
        let now: Vec<&Raise> = self.now.provisions().collect();
        for overlay in before {
            let gone = overlay.provisions.iter().filter(|row| !now.contains(row));
            let gone: Vec<String> = gone.map(|row| row.source.clone()).collect();
            if !gone.is_empty() {
                let what = format!("overlays.{}", overlay.name);
                self.weaker("overlays", &what, list(&gone), None);
            }
        }
    }

    fn enforcement(&mut self, mode: Mode, strict_from: Option<Date>) {
        let now = self.now;
        if now.mode < mode {
            self.weaker("enforce", "enforce.mode", named(mode), named(now.mode));
        }
        if let Some(from) = strict_from
            && now.mode < Mode::Strict
            && now.strict_from.is_none_or(|day| day > from)
        {
            let to = now.strict_from.map(|day| day.to_string());
            self.weaker("enforce", "enforce.strict-from", Some(from.to_string()), to);
        }
    }

    fn versions(&mut self, pinned: Option<&Version>, minimum: Option<&Version>) {
        if let Some(now) = &self.now.pinned
            && pinned.is_none_or(|old| now < old)
        {
            let from = pinned.map_or_else(|| "the newest".to_owned(), ToString::to_string);
            self.weaker("rules", "rules", Some(from), Some(now.to_string()));
        }
        let now = self.now.minimum_version();
        if now < minimum {
            let shown = |version: Option<&Version>| version.map(ToString::to_string);
            self.weaker("minimum-version", "minimum-version", shown(minimum), shown(now));
        }
    }

    fn signing(&mut self, before: &BTreeMap<Decision, WhoSigns>) {
        for (decision, who) in before {
            let now = self.now.who_signs.get(decision);
            if now.is_none_or(|now| !now.is_as_strict_as(who)) {
                let what = format!("who-signs.{}", decision.name());
                self.weaker("who-signs", &what, Some(signers(who)), now.map(signers));
            }
        }
    }

    fn exceptions(&mut self, before: &[(NotApplicable, Place)]) {
        for (added, _) in &self.now.not_applicable {
            if before.iter().any(|(known, _)| known.includes(added)) {
                continue;
            }
            let system = added.system.as_ref();
            let of = system.map_or_else(String::new, |system| format!(" of `{}`", system.value));
            let what = format!("not-applicable.{}", added.document.value);
            let (from, to) = ("asked for".to_owned(), format!("not asked for{of}"));
            self.weaker("not-applicable", &what, Some(from), Some(to));
        }
    }

    fn material(&mut self, before: &Materials) {
        for (pattern, kind) in before.looser(&self.now.material) {
            let what = format!("material.{pattern}");
            let (from, to) = match kind {
                Some(kind) => (named(kind), None),
                None => (Some("what its name says".to_owned()), Some("none".to_owned())),
            };
            self.weaker("material", &what, from, to);
        }
    }

    /// What the rules add to the catalogue: names and languages may let something pass, and a kind
    /// that is gone is no longer asked for.
    fn catalogue(&mut self, old: &Extension, new: &Extension) {
        let Extension { kinds, names, languages } = old;
        for name in new.names.difference(names) {
            let of = match &name.of {
                AddedTo::Title => "titles".to_owned(),
                AddedTo::Place => "places".to_owned(),
                AddedTo::Element(key) => format!("elements.{key}"),
            };
            let what = format!("documents.{}.{of}", name.kind);
            self.weaker("documents", &what, None, Some(format!("`{}`", name.text)));
        }
        for kind in kinds {
            let now = new.kinds.iter().find(|now| now.id == kind.id);
            if now != Some(kind) {
                let to = now.map(|_| "another".to_owned());
                let from = Some("a kind of document".to_owned());
                self.weaker("documents", &format!("documents.{}", kind.id), from, to);
            }
        }
        // A language decides how dates and numbers are read, and what is read at all, so any
        // change of one may weaken.
        let all = languages.iter().chain(&new.languages);
        let codes: BTreeSet<&str> = all.map(|it| it.language.as_str()).collect();
        for code in codes {
            let find = |all: &[Language]| all.iter().find(|it| it.language == code).cloned();
            let (before, now) = (find(languages), find(&new.languages));
            if before == now {
                continue;
            }
            let name = |language: &Option<Language>| language.as_ref().map(|it| it.name.clone());
            let to = if before.is_some() && now.is_some() {
                Some("another".to_owned())
            } else {
                name(&now)
            };
            self.weaker("languages", &format!("languages.{code}"), name(&before), to);
        }
    }

    /// Whether somebody may decide alone who could not.
    fn alone(&mut self, before: Option<&Solo>) {
        let Some(Solo { person, because: _ }) = &self.now.solo else { return };
        if before.is_none_or(|known| known.person != *person) {
            let place = self.now.places.get("solo").cloned();
            let what = format!("`{}` may decide alone", person.value);
            self.found.push(Weakening::new(Weakened::Rule("solo".to_owned()), what, place));
        }
    }

    /// Whether another organisation, fewer signers or older bundles would do.
    fn organisation(&mut self, before: Option<&BundlePin>) {
        let Some(before) = before else { return };
        let Some(now) = &self.now.organisation else {
            return self.weaker("", "organisation", Some(before.name.value.clone()), None);
        };
        if now.name.value != before.name.value {
            let [from, to] = [before, now].map(|pin| Some(pin.name.value.clone()));
            self.weaker("organisation", "organisation.name", from, to);
        }
        if !now.signers.value.is_as_strict_as(&before.signers.value) {
            let [from, to] = [before, now].map(|pin| Some(pin.signers.value.words()));
            self.weaker("organisation", "organisation.signers", from, to);
        }
        if now.min_sequence.value < before.min_sequence.value {
            let [from, to] = [before, now].map(|pin| Some(pin.min_sequence.value.to_string()));
            self.weaker("organisation", "organisation.min-sequence", from, to);
        }
    }

    /// An own check of another meaning is another check: that it asks for no less cannot be told.
    fn own_checks(&mut self, before: &[Arc<OwnCheck>]) {
        for check in before {
            let now = self.now.own_checks.iter().find(|now| now.id == check.id);
            if now.is_some_and(|now| now.is_as_strict_as(check)) {
                continue;
            }
            let of = Weakened::Rule(format!("checks.{}", check.id));
            let to = now.map(|_| "another".to_owned());
            let place = now.map(|now| now.place.clone());
            self.found.push(Weakening::became(of, Some("an own check".to_owned()), to, place));
        }
    }

    /// Whether a check comes out lighter than before, whatever the class.
    fn severities(&mut self, old: &Rules, severities: impl Fn(CheckId) -> Vec<Severity>) {
        let new = self.now;
        let named = old.settings.iter().chain(&new.settings);
        let ids: BTreeSet<CheckId> = named.filter_map(|(id, _)| id.id()).collect();
        for id in ids {
            let own = severities(id);
            let lighter = own.into_iter().find(|it| new.severity(id, *it) < old.severity(id, *it));
            let Some(own) = lighter else { continue };
            let place = new.settings.iter().find(|(known, _)| *known == id);
            let place = place.map(|(_, place)| place.clone());
            self.found.push(Weakening::became(
                Weakened::Rule(format!("checks.{id}")),
                Some(old.severity(id, own).name().to_owned()),
                Some(new.severity(id, own).name().to_owned()),
                place.or_else(|| new.places.get("checks").cloned()),
            ));
        }
    }
}
