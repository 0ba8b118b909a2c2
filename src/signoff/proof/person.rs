//! Who may act: in which role, on which day, and independent of what is decided.

use crate::catalog::{Level, Role};
use crate::date::Date;
use crate::document::Spanned;
use crate::ids::PersonId;
use crate::settings::gate::Decision;
use crate::settings::people::{People, Person};
use crate::signoff::files::Located;
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::terms::RequiredSigners;

/// Somebody who acts in a role, and whose part that can be: the own one, or that of somebody for
/// whom the person stands in.
#[derive(Debug)]
pub(crate) struct Actor<'p> {
    pub(crate) person: &'p Person,
    pub(crate) parts: Vec<&'p Person>,
}

/// Returns the person of a name who acts in a role: one who may on that day and, if the file comes
/// in now, today.
///
/// # Errors
/// Why nobody of that name may.
pub(crate) fn actor_who_may<'a, T>(
    inputs: &SignOffInputs<'a>,
    located: &Located<T>,
    name: &Spanned<PersonId>,
    role: Role,
    day: Date,
    required: &RequiredSigners<'_>,
) -> Result<Actor<'a>, Box<SignOffFlaw>> {
    let days = inputs.required_days(located, day);
    let found = find_actor(inputs.people()?, &name.value, role, &days, required);
    found.map_err(|(property, text)| Box::new(SignOffFlaw::at(property, located, name.span, text)))
}

/// A property that does not hold, and why, in words.
type PersonRefusal = (SignOffProperty, String);

/// Returns the person of an id who acts in a role on all of these days.
fn find_actor<'p>(
    people: &'p People,
    id: &PersonId,
    role: Role,
    days: &[Date],
    required: &RequiredSigners<'_>,
) -> Result<Actor<'p>, PersonRefusal> {
    let unauthorised = |text: String| Err((SignOffProperty::Authority, text));
    let is_program = people
        .automation
        .iter()
        .any(|it| it.id.value == *id || it.logins.values().any(|login| *id == login.as_str()));
    if is_program {
        return unauthorised(format!("`{id}` is a program; programs record and never decide"));
    }
    let Some(person) = people.people.iter().find(|person| person.id.value == *id) else {
        return unauthorised(format!(
            "`{id}` is nobody in governance/people.yaml of the target branch; a person signs, not \
             a team and not an assistant"
        ));
    };
    if !people.is_outermost(person) {
        return unauthorised(format!("`{id}` stands among the people of a subfolder only"));
    }
    let mut parts: Option<Vec<&Person>> = None;
    for day in days {
        match parts_on(people, person, role, *day, required) {
            Ok(of_day) => match &mut parts {
                Some(parts) => parts.retain(|part| of_day.iter().any(|it| it.id == part.id)),
                None => parts = Some(of_day),
            },
            Err(text) => return unauthorised(text),
        }
    }
    let mut refusal = None;
    let mut parts = parts.unwrap_or_default();
    parts.retain(|part| {
        let found = exclusion(people, person, part, role, days, required);
        let is_free = found.is_none();
        refusal = refusal.take().or(found);
        is_free
    });
    match refusal.filter(|_| parts.is_empty()) {
        Some(refusal) => Err(refusal),
        None if parts.is_empty() => {
            unauthorised(format!("`{id}` takes the part of another person on each of the days"))
        }
        None => Ok(Actor { person, parts }),
    }
}

/// Returns whose part a person may take in a role on a day.
///
/// # Errors
/// What the person lacks, in words.
fn parts_on<'p>(
    people: &'p People,
    person: &'p Person,
    role: Role,
    day: Date,
    required: &RequiredSigners<'_>,
) -> Result<Vec<&'p Person>, String> {
    let id = &person.id.value;
    if !person.is_active(day) {
        return Err(format!("`{id}` was not among the people on {day}"));
    }
    let mut parts = required.parts(people, person, role, day);
    if parts.is_empty() {
        let owner = required.owners.first().filter(|_| role == Role::SystemOwner);
        return Err(match owner {
            Some(owner) => format!("`{id}` does not own the system; `{owner}` does"),
            None => format!("`{id}` was no {} on {day}", role.words()),
        });
    }
    if required.needs_limit(role) {
        let limit = parts.iter().filter_map(|part| part.may_accept).max();
        parts.retain(|part| part.may_accept >= required.level);
        if parts.is_empty() {
            let limit = limit.map_or("nothing", Level::name);
            let level = required.level.map_or("nothing", Level::name);
            return Err(format!("`{id}` may accept {limit} at most, and {level} remains"));
        }
    }
    Ok(parts)
}

/// Returns why a person's statement does not count although the role would. None where it counts.
/// Whoever takes another's part is bound by what binds either of them.
pub(crate) fn exclusion(
    people: &People,
    person: &Person,
    part: &Person,
    role: Role,
    days: &[Date],
    required: &RequiredSigners<'_>,
) -> Option<PersonRefusal> {
    let own = format!("`{}`", person.id.value);
    bound(person, &own, role, required)
        .or_else(|| dependence(people, person, part, role, days, required))
        .or_else(|| {
            let other = format!("`{}`, whose part `{}` takes,", part.id.value, person.id.value);
            if part.id == person.id { None } else { bound(part, &other, role, required) }
        })
}

/// Returns what keeps somebody from deciding in a role; `name` is what the sentence calls them.
fn bound(
    person: &Person,
    name: &str,
    role: Role,
    required: &RequiredSigners<'_>,
) -> Option<PersonRefusal> {
    if person.line.value == 3 || role == Role::InternalAuditor {
        let text = format!("{name} audits, and so decides nothing");
        return Some((SignOffProperty::Independence, text));
    }
    if person.is_outside() && !required.admits_outsiders(role) {
        let text = format!(
            "{name} is no employee, and this is for the organisation's own people to decide"
        );
        return Some((SignOffProperty::Affiliation, text));
    }
    let is_author = required.authors.iter().any(|name| person.is_called(name));
    let text = if is_author && !required.is_solo(person) {
        format!("{name} is an author of what the record covers")
    } else if required.decision == Decision::AcceptResidualRisk && has_validating_role(person) {
        format!("{name} validates, and so does not accept")
    } else {
        let more = required.benefits.and_then(|benefits| benefits(person))?;
        format!("the change gives {name} more ({more})")
    };
    Some((SignOffProperty::Independence, text))
}

/// Returns whose part makes somebody dependent: whoever takes the part of a validator does not
/// accept, and whoever is of the first line, or takes the part of the system's owner, does not
/// validate.
fn dependence(
    people: &People,
    person: &Person,
    part: &Person,
    role: Role,
    days: &[Date],
    required: &RequiredSigners<'_>,
) -> Option<PersonRefusal> {
    let id = &person.id.value;
    let taken: Vec<&Person> = days.iter().flat_map(|day| people.parts(person, *day)).collect();
    let text = if required.decision == Decision::AcceptResidualRisk {
        let validator = taken.iter().find(|it| has_validating_role(it))?;
        format!(
            "`{id}` takes the part of `{}`, who validates, and so does not accept",
            validator.id.value
        )
    } else if !is_validating(role) || required.is_solo(person) {
        return None;
    } else if let Some(owner) = taken.iter().find(|it| required.is_owner(it)) {
        let owner = &owner.id.value;
        if owner == id {
            format!("`{id}` owns the system, and so does not validate it")
        } else {
            format!(
                "`{id}` takes the part of `{owner}`, who owns the system, and so does not \
                validate it"
            )
        }
    } else if part.id != person.id && person.line.value == 1 && part.line.value != 1 {
        format!("`{id}` is of the first line, and so does not validate for `{}`", part.id.value)
    } else {
        return None;
    };
    Some((SignOffProperty::Independence, text))
}

fn has_validating_role(person: &Person) -> bool {
    person.roles.iter().copied().any(is_validating)
}

fn is_validating(role: Role) -> bool {
    matches!(role, Role::Validator | Role::IndependentValidator | Role::RedTeamLead)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog::Class;
    use crate::settings::gate::Rules;
    use crate::signoff::testing::people;

    const PEOPLE: &str = "
- {id: ana, roles: [risk-lead], line: 2}
- {id: ben, roles: [risk-acceptor], line: 1, may-accept: medium}
- {id: cem, roles: [risk-acceptor], line: 1, may-accept: high}
- {id: dee, roles: [risk-lead, validator], line: 2}
- {id: eva, roles: [risk-lead], line: 2, affiliation: external}
- {id: fay, roles: [internal-auditor], line: 3}
- {id: gus, roles: [risk-lead], line: 2, until: 2026-11-01}
- {id: own, roles: [engineer], line: 1, stands-in-for: [{person: val, from: 2026-11-01,
   until: 2026-12-01}]}
- {id: sam, roles: [system-owner], line: 1}
- {id: dep, roles: [engineer], line: 2, stands-in-for: [{person: own, from: 2026-11-01,
   until: 2026-12-01}, {person: val, from: 2026-11-01, until: 2026-12-01}]}
- {id: val, roles: [independent-validator], line: 2}
- {id: out, roles: [engineer], line: 2, stands-in-for: [{person: val, from: 2026-11-01,
   until: 2026-12-01}]}
- {id: eng, roles: [engineer], line: 1, stands-in-for: [{person: val, from: 2026-11-01,
   until: 2026-12-01}, {person: aud, from: 2026-11-01, until: 2026-12-01}]}
- {id: aud, roles: [risk-lead], line: 3}
- {id: led, roles: [risk-lead], line: 2, stands-in-for: [{person: val, from: 2026-11-01,
   until: 2026-12-01}]}
";

    #[test]
    fn a_person_may_act_in_a_role_of_theirs_on_the_day_and_for_nothing_of_their_own() {
        use SignOffProperty::{Affiliation, Authority, Independence};
        let (people, rules) = (people(PEOPLE), Rules::default());
        let accept = |authors: &[&str], level| {
            let authors: BTreeSet<String> = authors.iter().map(|it| (*it).to_owned()).collect();
            let decision = Decision::AcceptResidualRisk;
            RequiredSigners::new(&rules, decision, Class::High, level, authors)
        };
        let (low, high) = (Some(Level::Low), Some(Level::High));
        let day = "2026-11-20".parse().unwrap();
        let cases = [
            ("ana", Role::RiskLead, accept(&[], low), None),
            ("zoe", Role::RiskLead, accept(&[], low), Some(Authority)),
            ("ana", Role::RiskAcceptor, accept(&[], low), Some(Authority)),
            ("ana", Role::RiskLead, accept(&["ana"], low), Some(Independence)),
            ("ben", Role::RiskAcceptor, accept(&[], low), None),
            // A seat without a limit is there as soon as a high risk remains.
            ("ben", Role::RiskAcceptor, accept(&[], high), None),
            ("cem", Role::RiskAcceptor, accept(&[], high), None),
            ("dee", Role::RiskLead, accept(&[], low), Some(Independence)),
            ("eva", Role::RiskLead, accept(&[], low), Some(Affiliation)),
            ("fay", Role::InternalAuditor, accept(&[], low), Some(Independence)),
            ("gus", Role::RiskLead, accept(&[], low), Some(Authority)),
        ];
        for (id, role, required, expected) in cases {
            let found = find_actor(&people, &id.into(), role, &[day], &required);
            assert_eq!(found.err().map(|(property, _)| property), expected, "{id}");
        }
        // Of a release: who signs as what, who wrote it, whether that may count.
        let release = |authors: &[&str]| {
            let authors: BTreeSet<String> = authors.iter().map(|it| (*it).to_owned()).collect();
            RequiredSigners::new(&rules, Decision::Release, Class::High, None, authors)
                .owned_by(vec!["own".into()])
        };
        let cases = [
            ("own", Role::SystemOwner, release(&[]), None),
            ("sam", Role::SystemOwner, release(&[]), Some(Authority)),
            ("dep", Role::SystemOwner, release(&[]), None),
            ("dep", Role::SystemOwner, release(&["own"]), Some(Independence)),
            ("val", Role::IndependentValidator, release(&[]), None),
            ("out", Role::IndependentValidator, release(&[]), None),
            // The owner stands in for the validator, and so does a deputy of the owner.
            ("own", Role::IndependentValidator, release(&[]), Some(Independence)),
            ("dep", Role::IndependentValidator, release(&[]), Some(Independence)),
            ("eng", Role::IndependentValidator, release(&[]), Some(Independence)),
            ("eng", Role::RiskLead, release(&[]), Some(Independence)),
            ("val", Role::RiskLead, accept(&[], low), Some(Authority)),
            ("led", Role::RiskLead, release(&[]), None),
            ("led", Role::RiskLead, accept(&[], low), Some(Independence)),
        ];
        for (id, role, required, expected) in cases {
            let found = find_actor(&people, &id.into(), role, &[day], &required);
            assert_eq!(found.err().map(|(property, _)| property), expected, "{id} {role:?}");
        }
        let mut required = accept(&[], low);
        let to_ana = |person: &Person| (person.id.value == "ana").then(|| "a role".to_owned());
        required.benefits = Some(&to_ana);
        let refused =
            find_actor(&people, &"ana".into(), Role::RiskLead, &[day], &required).unwrap_err();
        assert_eq!(refused, (Independence, "the change gives `ana` more (a role)".to_owned()));
    }
}
