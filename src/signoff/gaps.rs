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
use super::proof::open_seats;
use super::terms::RequiredSigners;
use crate::catalog::Role;
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
        let required = inputs.required(decision, class, None, BTreeSet::new());
        let required = match system {
            Some(system) => required.owned_by(inputs.owners(system)),
            None => required,
        };
        let gaps = gaps(inputs, people, system.is_some(), required);
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

fn gaps<'a>(
    inputs: &SignOffInputs<'a>,
    people: &'a People,
    is_of_system: bool,
    required: RequiredSigners<'_>,
) -> Vec<Gap<'a>> {
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
    let is_able = |person: &Person| has_address(person) && inputs.can_prove(person, proof);
    let seats = |required: &RequiredSigners<'_>, can_prove: &dyn Fn(&Person) -> bool| {
        open_seats(Some(people), &[], required, inputs.today, can_prove)
    };
    let of_able = seats(&required, &is_able);
    if of_able.iter().all(|seat| seat.can_be_filled) {
        let writers: Vec<&Person> =
            all.iter().copied().filter(|it| !is_of_system || it.line.value == 1).collect();
        let mut required = required;
        let mut is_free = |writer: &&Person| {
            required.authors = BTreeSet::from([writer.id.value.to_string()]);
            seats(&required, &is_able).iter().all(|seat| seat.can_be_filled)
        };
        return match writers.first() {
            Some(first) if !writers.iter().any(&mut is_free) => vec![Gap::OnlyAuthor(first)],
            _ => Vec::new(),
        };
    }
    let of_all = seats(&required, &|_| true);
    let unfilled = of_all.iter().filter(|seat| !seat.can_be_filled);
    let mut gaps: Vec<Gap<'a>> = unfilled.map(|seat| Gap::Seat(seat.roles.clone())).collect();
    for (of_able, of_all) in of_able.iter().zip(&of_all) {
        let is_among =
            |person: &&Person| of_all.candidates.iter().any(|it| it.id == person.id.value);
        for person in all.iter().copied().filter(|it| !of_able.can_be_filled && is_among(it)) {
            let of_person = lacks(person).into_iter();
            gaps.extend(of_person.filter(|gap| !gaps.contains(gap)).collect::<Vec<_>>());
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Class;
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
                    let required = inputs
                        .required(decision, Class::Limited, None, BTreeSet::new())
                        .owned_by(vec!["ana".into()]);
                    let gaps = gaps(&inputs, people, is_of_system, required);
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
