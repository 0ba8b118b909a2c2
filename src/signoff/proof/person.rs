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

/// Returns the person of a name who acts in a role: one who may on that day and, if the file comes
/// in now, today.
///
/// # Errors
/// Why nobody of that name may.
pub(crate) fn person_who_may<'a, T>(
    inputs: &SignOffInputs<'a>,
    located: &Located<T>,
    name: &Spanned<PersonId>,
    role: Role,
    day: Date,
    required: &RequiredSigners<'_>,
) -> Result<&'a Person, Box<SignOffFlaw>> {
    let days = inputs.required_days(located, day);
    let found = find_person(inputs.people()?, &name.value, role, &days, required);
    found.map_err(|(property, text)| Box::new(SignOffFlaw::at(property, located, name.span, text)))
}

/// A property that does not hold, and why, in words.
type PersonRefusal = (SignOffProperty, String);

/// Returns the person of an id who acts in a role on all of these days.
fn find_person<'p>(
    people: &'p People,
    id: &PersonId,
    role: Role,
    days: &[Date],
    required: &RequiredSigners<'_>,
) -> Result<&'p Person, PersonRefusal> {
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
    for day in days {
        if let Some(text) = lacks_authority(people, person, role, *day, required) {
            return unauthorised(text);
        }
    }
    if person.line.value == 3 || role == Role::InternalAuditor {
        let text = format!("`{id}` audits, and so decides nothing");
        return Err((SignOffProperty::Independence, text));
    }
    match exclusion(person, role, required) {
        Some(refusal) => Err(refusal),
        None => Ok(person),
    }
}

/// Returns what a person lacks on a day to act in a role, in words. None where nothing.
fn lacks_authority(
    people: &People,
    person: &Person,
    role: Role,
    day: Date,
    required: &RequiredSigners<'_>,
) -> Option<String> {
    let id = &person.id.value;
    if !person.is_active(day) {
        return Some(format!("`{id}` was not among the people on {day}"));
    }
    if !people.has_role(person, role, day) {
        return Some(format!("`{id}` was no {} on {day}", role.words()));
    }
    let limit = people.limit(person, role, day);
    if required.needs_limit(role) && limit < required.level {
        let limit = limit.map_or("nothing", Level::name);
        let level = required.level.map_or("nothing", Level::name);
        return Some(format!("`{id}` may accept {limit} at most, and {level} remains"));
    }
    None
}

/// Returns why a person's statement does not count although the role would. None where it counts.
pub(crate) fn exclusion(
    person: &Person,
    role: Role,
    required: &RequiredSigners<'_>,
) -> Option<(SignOffProperty, String)> {
    let id = &person.id.value;
    if person.is_outside() && !required.admits_outsiders(role) {
        let text = format!(
            "`{id}` is no employee, and this is for the organisation's own people to decide"
        );
        return Some((SignOffProperty::Affiliation, text));
    }
    let is_author = required.authors.iter().any(|name| person.is_called(name));
    let text = if is_author && !required.is_solo(person) {
        format!("`{id}` is an author of what the record covers")
    } else if required.decision == Decision::AcceptResidualRisk && validates(person) {
        format!("`{id}` validates, and so does not accept")
    } else {
        let more = required.benefits.and_then(|benefits| benefits(person))?;
        format!("the change gives `{id}` more ({more})")
    };
    Some((SignOffProperty::Independence, text))
}

fn validates(person: &Person) -> bool {
    use Role::{IndependentValidator, RedTeamLead, Validator};
    person.roles.iter().any(|role| matches!(role, Validator | IndependentValidator | RedTeamLead))
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
            let found = find_person(&people, &id.into(), role, &[day], &required);
            assert_eq!(found.err().map(|(property, _)| property), expected, "{id}");
        }
        let mut required = accept(&[], low);
        let to_ana = |person: &Person| (person.id.value == "ana").then(|| "a role".to_owned());
        required.benefits = Some(&to_ana);
        let refused =
            find_person(&people, &"ana".into(), Role::RiskLead, &[day], &required).unwrap_err();
        assert_eq!(refused, (Independence, "the change gives `ana` more (a role)".to_owned()));
    }
}
