//! In which points a list of people gives anybody more than before.

use std::collections::BTreeSet;

use super::point::{Weakened, Weakening, list, named};
use crate::catalog::Role;
use crate::date::Date;
use crate::ids::PersonId;
use crate::settings::people::{Automation, Deputy, People, Person};
use crate::span::Place;

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
pub(crate) fn people(
    old: &People,
    new: &People,
    place: impl Fn(&Person) -> Place,
) -> Vec<Weakening> {
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
    let Automation { id: _, signs, emails: _, logins } = now;
    now == before || (signs.is_none() && *logins == before.logins)
}

fn what_it_signs(program: &Automation) -> String {
    match program.signs {
        None => "a program".to_owned(),
        Some(signs) => format!("a program that signs {}", <&str>::from(signs)),
    }
}
