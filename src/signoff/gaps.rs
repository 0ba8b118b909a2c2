//! What keeps everybody from ever signing a decision: whom nobody names, who has no key or address.
//!
//! # Design
//!
//! Nobody signs what they wrote. So a decision can be made where, for at least one person who may
//! write what it is about, others can fill all seats. Of systems those of the first line write; of
//! rules, anybody.

use std::collections::BTreeSet;

use super::evaluate::is_due;
use super::inputs::SignOffInputs;
use super::terms::{RequiredSigners, assign_seats};
use crate::catalog::{Class, Role};
use crate::settings::gate::{Decision, Proof};
use crate::settings::people::{People, Person};
use crate::settings::register::System;

/// What is missing for a decision ever to be signed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Gap<'a> {
    /// Nobody holds a role of the seat, or not enough people do.
    Seat(Vec<Role>),
    /// The person could sign and has no key.
    Key(&'a Person),
    /// The person could sign and has no login on a forge.
    Login(&'a Person),
    /// Nobody could tell by which address the person writes or signs.
    Address(&'a Person),
    /// Nobody else could sign what the person writes.
    OnlyAuthor(&'a Person),
}

/// A decision that nobody could ever sign, and why.
#[derive(Debug)]
pub(crate) struct Unsignable<'a> {
    pub(crate) decision: Decision,
    pub(crate) system: Option<&'a System>,
    pub(crate) gaps: Vec<Gap<'a>>,
}

/// The decisions that can be due of a system.
const OF_SYSTEMS: [Decision; 3] =
    [Decision::TreatmentPlan, Decision::AcceptResidualRisk, Decision::Release];

/// Returns the decisions that nobody could ever sign: of the rules, and those due of systems.
pub(crate) fn unsignable<'a>(inputs: &SignOffInputs<'a>) -> Vec<Unsignable<'a>> {
    let Ok(people) = inputs.people() else { return Vec::new() };
    let rules = (None, Decision::RuleChange, inputs.class_of_rules());
    let due = inputs.repo.systems().iter().flat_map(|system| {
        let due = OF_SYSTEMS.into_iter().filter(|decision| is_due(inputs, system, *decision));
        due.map(move |decision| (Some(system), decision, inputs.class(system)))
    });
    let mut all = Vec::new();
    for (system, decision, class) in std::iter::once(rules).chain(due) {
        let gaps = gaps(inputs, people, system.is_some(), decision, class);
        if !gaps.is_empty() {
            all.push(Unsignable { decision, system, gaps });
        }
    }
    all
}

/// Returns everybody whose writing and signing nobody could tell, for want of an address.
pub(crate) fn without_address<'a>(inputs: &SignOffInputs<'a>) -> Vec<&'a Person> {
    let Ok(people) = inputs.people() else { return Vec::new() };
    let active = people.people.iter().filter(|person| person.is_active(inputs.today));
    active.filter(|person| !has_address(person)).collect()
}

fn has_address(person: &Person) -> bool {
    !person.emails.is_empty() || person.id.value.contains('@')
}

/// The roles of a seat, or of people whom the rules ask for beyond the seats.
struct AskedRoles<'r> {
    roles: &'r [Role],
    outsiders: bool,
}

fn gaps<'a>(
    inputs: &SignOffInputs<'a>,
    people: &'a People,
    is_of_system: bool,
    decision: Decision,
    class: Class,
) -> Vec<Gap<'a>> {
    let required = inputs.required(decision, class, None, BTreeSet::new());
    let proof = required.proof();
    let all: Vec<&Person> = people.deciding(inputs.today).collect();
    let lacks = |person: &'a Person| {
        let mut gaps = Vec::new();
        if !has_address(person) {
            gaps.push(Gap::Address(person));
        }
        if !inputs.can_prove(person, proof) {
            gaps.push(if proof == Proof::Reviewed { Gap::Login(person) } else { Gap::Key(person) });
        }
        gaps
    };
    if let Some(solo) = all.iter().find(|person| required.is_solo(person)) {
        return lacks(solo);
    }
    let holds = |person: &Person, place: &AskedRoles<'_>| {
        (place.outsiders || !person.is_outside())
            && place.roles.iter().any(|role| people.has_role(person, *role, inputs.today))
    };
    let places = places(&required);
    // How many people it takes of the roles of `who-signs`.
    let beyond = required.settings.map_or((0, &[][..]), |who| (who.people as usize, &who.from));
    let unfilled = |signers: &[&Person]| {
        let fits = |signer: usize, place: usize| holds(signers[signer], &places[place]);
        let taken = assign_seats(places.len(), signers.len(), &fits);
        let mut open: Vec<Vec<Role>> = places
            .iter()
            .zip(taken)
            .filter(|(_, taken)| taken.is_none())
            .map(|(place, _)| place.roles.to_vec())
            .collect();
        let asked = AskedRoles { roles: beyond.1, outsiders: false };
        if signers.iter().filter(|person| holds(person, &asked)).count() < beyond.0 {
            open.push(beyond.1.to_vec());
        }
        open
    };
    let able: Vec<&Person> = all.iter().copied().filter(|it| lacks(it).is_empty()).collect();
    let without = |writer: &Person| -> Vec<&Person> {
        able.iter().copied().filter(|person| person.id != writer.id).collect()
    };
    let writers: Vec<&Person> =
        all.iter().copied().filter(|it| !is_of_system || it.line.value == 1).collect();
    if unfilled(&able).is_empty() {
        let is_free = |writer: &&Person| unfilled(&without(writer)).is_empty();
        return match writers.first() {
            Some(first) if !writers.iter().any(is_free) => vec![Gap::OnlyAuthor(first)],
            _ => Vec::new(),
        };
    }
    let mut gaps: Vec<Gap<'a>> = unfilled(&all).into_iter().map(Gap::Seat).collect();
    for roles in unfilled(&able) {
        let place = AskedRoles { roles: &roles, outsiders: true };
        for person in all.iter().filter(|person| holds(person, &place)) {
            gaps.extend(
                lacks(person).into_iter().filter(|gap| !gaps.contains(gap)).collect::<Vec<_>>(),
            );
        }
    }
    gaps
}

fn places<'r>(required: &RequiredSigners<'r>) -> Vec<AskedRoles<'r>> {
    let seats = required.terms.seats(required.level);
    seats.map(|seat| AskedRoles { roles: &seat.roles, outsiders: seat.outsiders }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signoff::testing::with_inputs;

    #[test]
    fn what_keeps_everybody_from_signing_is_named() {
        // The people; what is missing for an acceptance of class limited, which takes no key, and
        // for a change of the rules, which does.
        let cases = [
            (
                "- {id: ana, emails: [a@e.c], roles: [system-owner], line: 1}\n\
              - {id: dee, emails: [d@e.c], roles: [risk-lead], line: 2}\n",
                "only-author ana",
                "key dee",
            ),
            (
                "- {id: ana, emails: [a@e.c], roles: [system-owner], line: 1}\n\
              - {id: ben, emails: [b@e.c], roles: [engineer], line: 1}\n",
                "",
                "seat",
            ),
            (
                "- {id: ana, roles: [system-owner], line: 1}\n\
              - {id: ben, emails: [b@e.c], roles: [engineer], line: 1}\n\
              - {id: dee, roles: [risk-lead], line: 2}\n",
                "address ana",
                "address dee, key dee",
            ),
            (
                "- {id: dee, emails: [d@e.c], roles: [risk-lead], line: 2, until: 2026-02-01}\n",
                "seat",
                "seat",
            ),
        ];
        for (list, acceptance, rules) in cases {
            let found = |is_of_system, decision| {
                with_inputs(list, |inputs| {
                    let people = inputs.people().unwrap();
                    let gaps = gaps(&inputs, people, is_of_system, decision, Class::Limited);
                    gaps.iter().map(named).collect::<Vec<_>>().join(", ")
                })
            };
            assert_eq!(found(true, Decision::AcceptResidualRisk), acceptance, "{list}");
            assert_eq!(found(false, Decision::RuleChange), rules, "{list}");
        }
    }

    fn named(gap: &Gap<'_>) -> String {
        match gap {
            Gap::Seat(_) => "seat".to_owned(),
            Gap::Key(person) => format!("key {}", person.id.value),
            Gap::Login(person) => format!("login {}", person.id.value),
            Gap::Address(person) => format!("address {}", person.id.value),
            Gap::OnlyAuthor(person) => format!("only-author {}", person.id.value),
        }
    }
}
