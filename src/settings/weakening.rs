//! Whether a change of the rules allows more than before.
//!
//! The effective rules are compared, not their text. What is not provably as strict counts as
//! looser.

use std::collections::BTreeSet;
use std::fmt::Debug;

use super::gate::Rules;
use super::people::{Automation, Deputy, People, Person};
use crate::catalog::{AddedTo, Language, Role};
use crate::check_id::CheckId;
use crate::finding::Severity;
use crate::span::Place;

/// One point in which the new settings allow more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakening {
    /// The key, or who is meant.
    pub what: String,
    pub from: String,
    pub to: String,
    /// Where it stands now; `None` where it is gone.
    pub place: Option<Place>,
}

impl Weakening {
    /// The point in words: `enforce.mode: strict became observe`.
    pub fn words(&self) -> String {
        format!("{}: {} became {}", self.what, self.from, self.to)
    }
}

const NOTHING: &str = "nothing";

fn shown<T: Debug>(value: Option<&T>) -> String {
    value.map_or_else(|| NOTHING.to_owned(), kebab)
}

/// A value as settings write it: `RiskLead` as `risk-lead`.
fn kebab<T: Debug>(value: &T) -> String {
    let mut out = String::new();
    let mut lower = false;
    for c in format!("{value:?}").chars() {
        if c.is_ascii_uppercase() && lower {
            out.push('-');
        }
        lower = c.is_ascii_lowercase();
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// In which points `new` rules are looser than `old` ones; `severities` are those a check has by
/// itself.
pub fn rules(
    old: &Rules,
    new: &Rules,
    severities: impl Fn(CheckId) -> Vec<Severity>,
) -> Vec<Weakening> {
    let mut found = Vec::new();
    let mut add = |key: &str, what: &str, from: String, to: String| {
        let place = new.places.get(key).cloned();
        found.push(Weakening { what: what.to_owned(), from, to, place });
    };
    if new.mode < old.mode {
        add("enforce", "enforce.mode", kebab(&old.mode), kebab(&new.mode));
    }
    if let Some(from) = old.strict_from
        && new.mode < super::gate::Mode::Strict
        && new.strict_from.is_none_or(|new| new > from)
    {
        let to = new.strict_from.map_or_else(|| NOTHING.to_owned(), |day| day.to_string());
        add("enforce", "enforce.strict-from", from.to_string(), to);
    }
    if let Some(pinned) = &new.pinned
        && old.pinned.as_ref().is_none_or(|old| pinned < old)
    {
        let from = old.pinned.as_ref().map_or_else(|| "the newest".to_owned(), ToString::to_string);
        add("rules", "rules", from, pinned.to_string());
    }
    let minimum =
        |rules: &Rules| rules.minimum_versions.iter().map(|(_, version)| version.clone()).max();
    if minimum(new) < minimum(old) {
        let shown = |rules: &Rules| {
            minimum(rules).map_or_else(|| NOTHING.to_owned(), |version| version.to_string())
        };
        add("minimum-version", "minimum-version", shown(old), shown(new));
    }
    if !old.repositories.is_empty() && old.repositories != new.repositories {
        let shown =
            |names: &[String]| if names.is_empty() { NOTHING.to_owned() } else { names.join(", ") };
        add("repository", "repository", shown(&old.repositories), shown(&new.repositories));
    }
    for overlay in old.overlays.difference(&new.overlays) {
        add("overlays", "overlays", kebab(overlay), NOTHING.to_owned());
    }
    if new.release_gate < old.release_gate {
        add("release-gate", "release-gate", kebab(&old.release_gate), kebab(&new.release_gate));
    }
    for (decision, who) in &old.who_signs {
        let now = new.who_signs.get(decision);
        if now.is_none_or(|now| !now.is_as_strict_as(who)) {
            let shown = |who: &super::gate::WhoSigns| {
                let roles: Vec<String> = who.from.iter().map(kebab).collect();
                format!("{} of {}, {}", who.people, roles.join(" or "), kebab(&who.proof))
            };
            let to = now.map_or_else(|| NOTHING.to_owned(), shown);
            add("who-signs", &format!("who-signs.{}", kebab(decision)), shown(who), to);
        }
    }
    for name in new.extension.names.difference(&old.extension.names) {
        let of = match &name.of {
            AddedTo::Title => "titles".to_owned(),
            AddedTo::Place => "places".to_owned(),
            AddedTo::Element(key) => format!("elements.{key}"),
        };
        add(
            "documents",
            &format!("documents.{}.{of}", name.kind),
            NOTHING.to_owned(),
            format!("`{}`", name.text),
        );
    }
    for kind in &old.extension.kinds {
        let now = new.extension.kinds.iter().find(|now| now.id == kind.id);
        if now != Some(kind) {
            let to = if now.is_some() { "another" } else { NOTHING };
            add(
                "documents",
                &format!("documents.{}", kind.id),
                "a kind of document".to_owned(),
                to.to_owned(),
            );
        }
    }
    // A language decides how dates and numbers are read, and what is read at all, so any change of
    // one may loosen.
    let codes: BTreeSet<&str> = old
        .extension
        .languages
        .iter()
        .chain(&new.extension.languages)
        .map(|it| it.language.as_str())
        .collect();
    for code in codes {
        let find = |rules: &Rules| {
            rules.extension.languages.iter().find(|it| it.language == code).cloned()
        };
        let (before, now) = (find(old), find(new));
        if before != now {
            let named = |language: &Option<Language>| {
                language.as_ref().map_or(NOTHING.to_owned(), |it| it.name.clone())
            };
            let to =
                if before.is_some() && now.is_some() { "another".to_owned() } else { named(&now) };
            add("languages", &format!("languages.{code}"), named(&before), to);
        }
    }
    if let Some(solo) =
        new.solo.as_ref().filter(|solo| old.solo.as_ref().is_none_or(|it| it.person != solo.person))
    {
        let from = old.solo.as_ref().map_or(NOTHING.to_owned(), |it| it.person.value.clone());
        add("solo", "solo", from, solo.person.value.clone());
    }
    for (it, _) in &new.not_applicable {
        if !old.not_applicable.iter().any(|(known, _)| known.includes(it)) {
            let of = it
                .system
                .as_ref()
                .map_or_else(String::new, |system| format!(" of `{}`", system.value));
            let what = format!("not-applicable.{}", it.document.value);
            add("not-applicable", &what, "asked for".to_owned(), format!("not asked for{of}"));
        }
    }
    for channel in old.must_publish.difference(&new.must_publish) {
        add("must-publish", "must-publish", channel.name().to_owned(), NOTHING.to_owned());
    }
    for (pattern, kind) in old.material.looser(&new.material) {
        let (from, to) = match kind {
            Some(kind) => (kebab(&kind), NOTHING.to_owned()),
            None => ("what its name says".to_owned(), "none".to_owned()),
        };
        add("material", &format!("material.{pattern}"), from, to);
    }
    let ids: BTreeSet<CheckId> =
        old.settings.iter().chain(&new.settings).filter_map(|(id, _)| id.id()).collect();
    for id in ids {
        // Whatever the class, it must not come out lower than before.
        let lower =
            severities(id).into_iter().find(|own| new.severity(id, *own) < old.severity(id, *own));
        if let Some(own) = lower {
            let place =
                new.settings.iter().find(|(known, _)| *known == id).map(|(_, place)| place.clone());
            found.push(Weakening {
                what: format!("checks.{id}"),
                from: old.severity(id, own).name().to_owned(),
                to: new.severity(id, own).name().to_owned(),
                place: place.or_else(|| new.places.get("checks").cloned()),
            });
        }
    }
    found
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
    let mut found = Vec::new();
    for person in &old.people {
        let id = &person.id.value;
        let Some(now) = new.people.iter().find(|now| now.id == person.id) else {
            let (from, to) =
                ("an entry".to_owned(), "nothing; entries end with `until`".to_owned());
            found.push(Weakening { what: id.clone(), from, to, place: None });
            continue;
        };
        let mut add = |key: &str, from: String, to: String| {
            found.push(Weakening {
                what: format!("{id}.{key}"),
                from,
                to,
                place: Some(place(now)),
            });
        };
        let list = |roles: &[Role]| roles.iter().map(kebab).collect::<Vec<_>>().join(", ");
        if !now.roles.iter().all(|role| person.roles.contains(role)) {
            add("roles", list(&person.roles), list(&now.roles));
        }
        if now.line != person.line {
            add("line", person.line.value.to_string(), now.line.value.to_string());
        }
        if now.may_accept > person.may_accept {
            add("may-accept", shown(person.may_accept.as_ref()), shown(now.may_accept.as_ref()));
        }
        if now.may_grant_emergency && !person.may_grant_emergency {
            add("may-grant-emergency", "false".to_owned(), "true".to_owned());
        }
        // A deputy's days may be cut, and nothing else.
        let is_within = |now: &Deputy| {
            let known = |it: &&Deputy| {
                it.person == now.person && it.from <= now.from && now.until <= it.until
            };
            person.stands_in_for.iter().any(|it| known(&it))
        };
        if !now.stands_in_for.iter().all(is_within) {
            let list = |person: &Person| {
                let all = person
                    .stands_in_for
                    .iter()
                    .map(|it| format!("{} until {}", it.person.value, it.until));
                all.collect::<Vec<_>>().join(", ")
            };
            add("stands-in-for", list(person), list(now));
        }
        let ends = |person: &Person| {
            person.until.map_or_else(|| "no end".to_owned(), |day| day.to_string())
        };
        if person.until.is_some_and(|until| now.until.is_none_or(|now| now > until)) {
            add("until", ends(person), ends(now));
        }
        if now.from < person.from {
            add("from", person.from.to_string(), now.from.to_string());
        }
        if now.affiliation != person.affiliation && (person.is_outside() || !now.is_outside()) {
            add("affiliation", shown(person.affiliation.as_ref()), shown(now.affiliation.as_ref()));
        }
        // Who wrote something and who reviewed it is known by these.
        if now.emails != person.emails {
            add("emails", person.emails.join(", "), now.emails.join(", "));
        }
        if now.logins != person.logins {
            let list =
                |person: &Person| person.logins.values().cloned().collect::<Vec<_>>().join(", ");
            add("logins", list(person), list(now));
        }
    }
    let is_new = |person: &&Person| !old.people.iter().any(|known| known.id == person.id);
    for person in new.people.iter().filter(is_new).filter(|person| has_authority(person)) {
        found.push(Weakening {
            what: person.id.value.clone(),
            from: NOTHING.to_owned(),
            to: format!(
                "somebody with authority ({})",
                person.roles.iter().map(kebab).collect::<Vec<_>>().join(", ")
            ),
            place: Some(place(person)),
        });
    }
    found.extend(automation(old, new));
    found
}

/// Programs that may record more than before, or are no longer known as programs.
fn automation(old: &People, new: &People) -> Vec<Weakening> {
    let find =
        |people: &People, id: &str| people.automation.iter().find(|it| it.id.value == id).cloned();
    let ids: BTreeSet<&str> = old
        .automation
        .iter()
        .chain(&new.automation)
        .map(|automation| automation.id.value.as_str())
        .collect();
    let words = |it: &Option<Automation>| match it {
        None => NOTHING.to_owned(),
        Some(it) => it
            .signs
            .as_ref()
            .map_or_else(|| "a program".to_owned(), |signs| format!("signs {}", kebab(signs))),
    };
    let changed = ids.into_iter().filter_map(|id| {
        let (before, now) = (find(old, id), find(new, id));
        let more = match (&before, &now) {
            (None, Some(now)) => now.signs.is_some(),
            (Some(before), Some(now)) => {
                before != now && !(now.signs.is_none() && before.logins == now.logins)
            }
            (Some(_), None) => true,
            (None, None) => false,
        };
        let what = format!("automation {id}");
        more.then(|| Weakening { what, from: words(&before), to: words(&now), place: None })
    });
    changed.collect()
}
