//! Whether a change of the rules, or of the people, allows more than before.
//!
//! # Design
//!
//! The effective rules are compared, not their text. What is not provably as strict counts as
//! weaker. Every struct that is compared is taken apart field by field, without `..`: a new field
//! that nobody compares does not compile.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::extension::NotApplicable;
use super::gate::{Decision, Mode, Rules, Solo, Version, WhoSigns};
use super::material::Materials;
use super::people::{Automation, Deputy, People, Person};
use crate::catalog::{AddedTo, Extension, Language, Role};
use crate::check_id::CheckId;
use crate::date::Date;
use crate::finding::Severity;
use crate::ids::PersonId;
use crate::span::Place;

/// One point in which the new settings allow more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakening {
    pub of: Weakened,
    /// What is different, in words that follow the name of the point.
    what: String,
    /// Where it stands now; `None` where it is gone.
    pub place: Option<Place>,
}

/// The point that allows more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weakened {
    /// A key of `governance/gate.yaml`.
    Rule(String),
    /// Somebody of `governance/people.yaml`, by id, and the key that gives more; `None` where it is
    /// the entry as a whole.
    Person { id: PersonId, key: Option<&'static str> },
    /// A program of `governance/people.yaml`, by id.
    Automation(PersonId),
    /// A file of keys.
    Keys(&'static str),
}

impl Weakened {
    /// Whether it gives more to the person of this id.
    pub fn is_of(&self, person: &PersonId) -> bool {
        matches!(self, Self::Person { id, .. } if id == person)
    }
}

impl fmt::Display for Weakened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(key) => f.write_str(key),
            Self::Person { id, key: None } => f.write_str(id),
            Self::Person { id, key: Some(key) } => write!(f, "{id}.{key}"),
            Self::Automation(id) => write!(f, "automation {id}"),
            Self::Keys(file) => f.write_str(file),
        }
    }
}

impl Weakening {
    /// A point that was `from` and is `to`; `None` stands for what is not set.
    fn became(
        of: Weakened,
        from: Option<String>,
        to: Option<String>,
        place: Option<Place>,
    ) -> Self {
        let what = match (from, to) {
            (Some(from), Some(to)) => format!("{from} became {to}"),
            (None, Some(to)) => format!("{to} is new"),
            (Some(from), None) => format!("{from} is gone"),
            (None, None) => "it is not as it was".to_owned(),
        };
        Self { of, what, place }
    }

    /// A point of which `what` says what is different.
    pub fn new(of: Weakened, what: impl Into<String>, place: Option<Place>) -> Self {
        Self { of, what: what.into(), place }
    }

    /// The point in words: `enforce.mode: strict became observe`.
    pub fn words(&self) -> String {
        format!("{}: {}", self.of, self.what)
    }
}

/// Several names as a list; `None` where there is none.
fn list<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Option<String> {
    let names: Vec<String> = names.into_iter().map(|name| name.as_ref().to_owned()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

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
pub fn rules(
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
        release_gate,
        who_signs,
        repositories,
        severities: _,
        settings: _,
        places: _,
        extension,
        not_applicable,
        material,
        must_publish,
        solo,
        misplaced: _,
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
    it.severities(old, severities);
    compared.found
}

/// The name of a value as settings write it.
fn named(value: impl Into<&'static str>) -> Option<String> {
    Some(value.into().to_owned())
}

fn signers(who: &WhoSigns) -> String {
    let WhoSigns { people, from, proof } = who;
    let roles: Vec<&str> = from.iter().map(|role| role.name()).collect();
    format!("{people} of {}, {}", roles.join(" or "), proof.name())
}

impl RulesComparison<'_> {
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

/// Whether somebody may decide anything, or lend weight to a decision.
///
/// Whoever owns a system does so because the register names them, not by this list.
fn has_authority(person: &Person) -> bool {
    let plain = |role: &Role| {
        matches!(
            role,
            Role::Engineer
                | Role::EngineeringLead
                | Role::SystemOwner
                | Role::ProductOwner
                | Role::DataSteward
                | Role::OperationsOwner
                | Role::DeployerOwner
        )
    };
    person.line.value > 1
        || person.may_accept.is_some()
        || person.may_grant_emergency
        || !person.stands_in_for.is_empty()
        || !person.roles.iter().all(plain)
}

/// In which points a `new` list of people gives anybody more than the `old` one.
pub fn people(old: &People, new: &People, place: impl Fn(&Person) -> Place) -> Vec<Weakening> {
    let People { people, automation } = old;
    let mut found = Vec::new();
    for person in people {
        match new.people.iter().find(|now| now.id == person.id) {
            Some(now) => found.extend(of_person(person, now, &place(now))),
            None => {
                let of = Weakened::Person { id: person.id.value.clone(), key: None };
                let what = "the entry is gone; entries end with `until`";
                found.push(Weakening::new(of, what, None));
            }
        }
    }
    let is_new = |person: &&Person| !people.iter().any(|known| known.id == person.id);
    for person in new.people.iter().filter(is_new).filter(|person| has_authority(person)) {
        let of = Weakened::Person { id: person.id.value.clone(), key: None };
        let roles = list(person.roles.iter().map(|role| role.name()));
        let what = match roles {
            Some(roles) => format!("somebody with authority ({roles}) is new"),
            None => "somebody with authority is new".to_owned(),
        };
        found.push(Weakening::new(of, what, Some(place(person))));
    }
    found.extend(programs(automation, &new.automation));
    found
}

/// In which points somebody may do more than before. Who wrote something and who reviewed it is
/// known by addresses and logins, so any change of them counts.
fn of_person(before: &Person, now: &Person, place: &Place) -> Vec<Weakening> {
    let Person {
        id,
        emails,
        logins,
        roles,
        line,
        affiliation,
        may_accept,
        may_grant_emergency,
        stands_in_for,
        from,
        until,
        file: _,
    } = before;
    let mut found = Vec::new();
    let mut add = |key: &'static str, from: Option<String>, to: Option<String>| {
        let of = Weakened::Person { id: id.value.clone(), key: Some(key) };
        found.push(Weakening::became(of, from, to, Some(place.clone())));
    };
    if !now.roles.iter().all(|role| roles.contains(role)) {
        let names = |roles: &[Role]| list(roles.iter().map(|role| role.name()));
        add("roles", names(roles), names(&now.roles));
    }
    if now.line != *line {
        add("line", Some(line.value.to_string()), Some(now.line.value.to_string()));
    }
    if now.may_accept > *may_accept {
        add("may-accept", may_accept.and_then(named), now.may_accept.and_then(named));
    }
    if now.may_grant_emergency && !may_grant_emergency {
        add("may-grant-emergency", Some("false".to_owned()), Some("true".to_owned()));
    }
    // A deputy's days may be cut, and nothing else.
    let is_within = |now: &Deputy| {
        let Deputy { person, from, until } = now;
        let mut known = stands_in_for.iter();
        known.any(|it| it.person == *person && it.from <= *from && *until <= it.until)
    };
    if !now.stands_in_for.iter().all(is_within) {
        let names = |all: &[Deputy]| {
            list(all.iter().map(|it| format!("{} until {}", it.person.value, it.until)))
        };
        add("stands-in-for", names(stands_in_for), names(&now.stands_in_for));
    }
    if until.is_some_and(|until| now.until.is_none_or(|now| now > until)) {
        let end =
            |until: &Option<Date>| until.map_or_else(|| "no end".to_owned(), |day| day.to_string());
        add("until", Some(end(until)), Some(end(&now.until)));
    }
    if now.from < *from {
        add("from", Some(from.to_string()), Some(now.from.to_string()));
    }
    if now.affiliation != *affiliation && (before.is_outside() || !now.is_outside()) {
        add("affiliation", affiliation.and_then(named), now.affiliation.and_then(named));
    }
    if now.emails != *emails {
        add("emails", list(emails), list(&now.emails));
    }
    if now.logins != *logins {
        add("logins", list(logins.values()), list(now.logins.values()));
    }
    found
}

/// Programs that may record more than before, or are no longer known as programs.
fn programs(old: &[Automation], new: &[Automation]) -> Vec<Weakening> {
    let ids: BTreeSet<&PersonId> = old.iter().chain(new).map(|it| &it.id.value).collect();
    let mut found = Vec::new();
    for id in ids {
        let find = |all: &'_ [Automation]| all.iter().find(|it| it.id.value == *id).cloned();
        let (before, now) = (find(old), find(new));
        let is_more = match (&before, &now) {
            (None, Some(now)) => now.signs.is_some(),
            (Some(before), Some(now)) => !is_as_little(now, before),
            (Some(_), None) => true,
            (None, None) => false,
        };
        if is_more {
            let of = Weakened::Automation(id.clone());
            let words = |it: Option<Automation>| it.map(|it| what_it_signs(&it));
            found.push(Weakening::became(of, words(before), words(now), None));
        }
    }
    found
}

/// Whether a program may record nothing that it could not record before.
fn is_as_little(now: &Automation, before: &Automation) -> bool {
    let Automation { id: _, signs, logins } = now;
    now == before || (signs.is_none() && *logins == before.logins)
}

fn what_it_signs(program: &Automation) -> String {
    match program.signs {
        None => "a program".to_owned(),
        Some(signs) => format!("a program that signs {}", <&str>::from(signs)),
    }
}
