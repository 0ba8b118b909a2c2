//! Whom a change of people, keys or rules gives more, and what: they do not decide about it.

use super::inputs::NAMESPACE;
use crate::date::Date;
use crate::fact::Fact;
use crate::model::Governance;
use crate::openssh::{names_principal, replaces_keys};
use crate::settings::gate::Rules;
use crate::settings::people::{People, Person};
use crate::settings::weakening::{self, Weakening};
use crate::span::Place;

/// Returns what a change of rules gives a person, in words. None where it gives nothing.
pub(crate) fn benefit(
    before: &Governance,
    now: &Governance,
    person: &Person,
    today: Date,
) -> Option<String> {
    let place = |person: &Person| Place::bytes(person.file.clone(), person.id.span);
    let in_people = || {
        let Fact::Known(now) = &now.people else { return None };
        let before = before.people.known().cloned().unwrap_or_else(People::default);
        more_in_people(&weakening::people(&before, now, place), person)
    };
    in_people()
        .or_else(|| more_in_keys(before, now, person, today))
        .or_else(|| more_in_rules(&before.rules, &now.rules, person))
}

/// Returns what of these a person has more.
pub(crate) fn more_in_people(weakenings: &[Weakening], person: &Person) -> Option<String> {
    let is_own = |it: &&Weakening| it.of.is_of(&person.id.value);
    weakenings.iter().find(is_own).map(Weakening::words)
}

/// Returns what a change of keys gives a person.
pub(crate) fn more_in_keys(
    before: &Governance,
    now: &Governance,
    person: &Person,
    today: Date,
) -> Option<String> {
    let names: Vec<&str> = std::iter::once(person.id.as_str())
        .chain(person.emails.iter().map(String::as_str))
        .collect();
    let lines = |one: &'_ Governance, other: &Governance| -> Vec<Vec<u8>> {
        let named = |line: &&Vec<u8>| names.iter().any(|name| names_principal(line, name));
        let lines = one.allowed_signers.lines.difference(&other.allowed_signers.lines);
        lines.filter(named).cloned().collect()
    };
    let (old, new) = (lines(before, now), lines(now, before));
    let (old, new): (Vec<&[u8]>, Vec<&[u8]>) =
        (old.iter().map(Vec::as_slice).collect(), new.iter().map(Vec::as_slice).collect());
    // Whoever has a key that counts and puts another one of the own in its place gets no more by
    // it, and signs that with the old one.
    let trust = before.trust();
    let has_key = || names.iter().any(|name| trust.has_key(name, NAMESPACE, today.noon()));
    let rotates = || has_key() && replaces_keys(&old, &new, &names);
    (!new.is_empty() && !rotates()).then(|| "a key".to_owned())
}

/// Returns what a change of rules lets a person decide.
pub(crate) fn more_in_rules(before: &Rules, now: &Rules, person: &Person) -> Option<String> {
    let is_own = now.solo.as_ref().is_some_and(|it| it.person.value == person.id.value);
    let newly = now.who_signs.iter().find(|(decision, who)| {
        let before = before.who_signs.get(decision);
        person
            .roles
            .iter()
            .any(|role| who.from.contains(role) && before.is_some_and(|it| !it.from.contains(role)))
    });
    let signs = newly.map(|(decision, _)| format!("signs `{}`", decision.name()));
    (is_own && before.solo != now.solo).then(|| "decides alone".to_owned()).or(signs)
}
