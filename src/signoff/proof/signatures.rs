//! Who signed a record, whose statements do not count, and who is still missing.

use std::collections::BTreeSet;

use super::person::exclusion;
use super::statement::{Signer, counted_signer};
use crate::catalog::Role;
use crate::ids::PersonId;
use crate::settings::gate::Decision;
use crate::settings::people::{People, Person};
use crate::signoff::files::{Located, RecordFiles, Statement};
use crate::signoff::flaw::SignOffFlaw;
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::terms::{RequiredSigners, Seat, assign_seats};

/// Who signed, whose statements do not count, and what is missing.
#[derive(Debug, Default)]
pub(crate) struct Signatures<'a> {
    pub(crate) signers: Vec<Signer<'a>>,
    /// The ids of those who do not agree.
    pub(crate) dissent: Vec<PersonId>,
    /// Why statements do not count.
    pub(crate) refused: Vec<SignOffFlaw>,
    /// The seats that nobody has taken yet, in words; empty where enough people signed.
    pub(crate) missing: Vec<String>,
    /// The ids of the people who could take one.
    pub(crate) people: Vec<PersonId>,
}

impl Signatures<'_> {
    /// Whether enough people signed.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    pub(crate) fn has(&self, person: &Person) -> bool {
        self.signers.iter().any(|signer| signer.person.id == person.id)
    }
}

/// Returns what counts of all that was signed about a record.
pub(crate) fn signatures<'a>(
    inputs: &SignOffInputs<'a>,
    record_files: &RecordFiles,
    required: &RequiredSigners<'_>,
) -> Signatures<'a> {
    let mut all = Signatures::default();
    let mut statements: Vec<&Located<Statement>> = record_files.statements.iter().collect();
    statements.sort_by_key(|located| (located.value.signed_on.value, &located.path));
    for located in statements {
        match counted_signer(inputs, record_files, located, required, &all.signers) {
            Ok(signer) if located.value.agree.value => all.signers.push(signer),
            Ok(signer) => all.dissent.push(signer.person.id.value.clone()),
            Err(flaw) => all.refused.push(*flaw),
        }
    }
    fill_seats(inputs, &mut all, required);
    all
}

/// Returns the ids of the people who could sign something that nobody has signed.
pub(crate) fn could_sign(
    inputs: &SignOffInputs<'_>,
    required: &RequiredSigners<'_>,
) -> Vec<PersonId> {
    let mut nobody = Signatures::default();
    fill_seats(inputs, &mut nobody, required);
    nobody.people
}

/// Seats the signers: adds which seats stay open, and who could take one.
fn fill_seats(
    inputs: &SignOffInputs<'_>,
    all: &mut Signatures<'_>,
    required: &RequiredSigners<'_>,
) {
    let has_signed =
        |solo: &PersonId| all.signers.iter().any(|signer| signer.person.id.value == *solo);
    match required.solo {
        Some(solo) if has_signed(solo) => return,
        // Whoever else may change the rules still may.
        Some(solo) if required.decision != Decision::RuleChange => {
            all.missing.push("the one person there is".to_owned());
            all.people.push(solo.clone());
            return;
        }
        _ => {}
    }
    if required.by_all_others {
        return wait_for_all_others(inputs, all, required);
    }
    let people = inputs.people().ok();
    let open = open_seats(&all.signers, people, required);
    all.missing.extend(open.iter().map(|seat| in_words(&seat.roles)));
    let mut wanted: Vec<Role> = open.iter().flat_map(|seat| seat.roles.iter().copied()).collect();
    if let Some(beyond) = wanted_beyond_seats(&all.signers, required) {
        if all.missing.is_empty() {
            all.missing.push(in_words(&beyond));
        }
        wanted.extend(beyond);
    }
    let Some(people) = people.filter(|_| !all.missing.is_empty()) else { return };
    for person in people.deciding(inputs.today) {
        let mut roles = wanted.iter().copied();
        let could_act = !all.has(person)
            && inputs.can_prove(person, required.proof())
            && (could_decide_alone(person, required)
                || roles.any(|role| could_fill(inputs, people, person, role, &open, required)));
        if could_act {
            all.people.push(person.id.value.clone());
        }
    }
}

/// Whether the rules let a person decide alone, who gains nothing by it.
fn could_decide_alone(person: &Person, required: &RequiredSigners<'_>) -> bool {
    let mut roles = person.roles.iter();
    required.is_solo(person) && roles.any(|role| exclusion(person, *role, required).is_none())
}

/// The fewest people who decide together where nobody entitled is left.
const FEWEST_OTHERS: usize = 2;

/// Waits for all people who may decide anything, wrote nothing of it and gain nothing by it. One
/// alone does not decide; where one of them cannot sign, nobody can.
fn wait_for_all_others(
    inputs: &SignOffInputs<'_>,
    all: &mut Signatures<'_>,
    required: &RequiredSigners<'_>,
) {
    let others: Vec<&Person> = inputs.people().map_or_else(
        |_| Vec::new(),
        |people| {
            let is_free = |person: &&Person| {
                person.roles.iter().any(|role| exclusion(person, *role, required).is_none())
            };
            people.deciding(inputs.today).filter(is_free).collect()
        },
    );
    let still: Vec<PersonId> = others
        .iter()
        .filter(|person| !all.has(person))
        .map(|person| person.id.value.clone())
        .collect();
    let are_enough = others.len() >= FEWEST_OTHERS;
    if are_enough && still.is_empty() {
        return;
    }
    all.missing.push(if are_enough {
        format!("all others, for nobody entitled is left: {}", still.join(", "))
    } else {
        format!("{FEWEST_OTHERS} others at least, for nobody entitled is left")
    });
    if are_enough && others.iter().all(|person| inputs.can_prove(person, required.proof())) {
        all.people.extend(still);
    }
}

/// Returns the seats that none of the signers fills.
fn open_seats<'t>(
    signers: &[Signer<'_>],
    people: Option<&People>,
    required: &RequiredSigners<'t>,
) -> Vec<&'t Seat> {
    let seats: Vec<&Seat> = required.terms.seats(required.level).collect();
    let fits = |signer: usize, seat: usize| {
        let (signer, seat) = (&signers[signer], seats[seat]);
        let limit =
            people.and_then(|people| people.limit(signer.person, signer.role, signer.signed_on));
        seat.roles.contains(&signer.role)
            && (!seat.limit || limit >= required.level)
            && (seat.outsiders || !signer.person.is_outside())
    };
    let taken = assign_seats(seats.len(), signers.len(), &fits);
    seats
        .into_iter()
        .zip(taken)
        .filter(|(_, taken)| taken.is_none())
        .map(|(seat, _)| seat)
        .collect()
}

/// Returns the roles of which the rules ask for more people than signed, seats or no seats. None
/// where enough of them signed.
fn wanted_beyond_seats(
    signers: &[Signer<'_>],
    required: &RequiredSigners<'_>,
) -> Option<Vec<Role>> {
    let who = required.settings?;
    let acting: Vec<Role> =
        signers.iter().map(|signer| signer.role).filter(|role| who.from.contains(role)).collect();
    let distinct: BTreeSet<Role> = acting.iter().copied().collect();
    let people = who.people as usize;
    if distinct.len() >= people.min(who.from.len()) && acting.len() >= people {
        return None;
    }
    let unseen: Vec<Role> =
        who.from.iter().filter(|role| !distinct.contains(role)).copied().collect();
    Some(if unseen.is_empty() { who.from.clone() } else { unseen })
}

/// Whether a person could act in a role today, for each open seat of that role.
fn could_fill(
    inputs: &SignOffInputs<'_>,
    people: &People,
    person: &Person,
    role: Role,
    open: &[&Seat],
    required: &RequiredSigners<'_>,
) -> bool {
    let today = inputs.today;
    let mut seats = open.iter().filter(|seat| seat.roles.contains(&role));
    people.has_role(person, role, today)
        && seats.all(|seat| !seat.limit || people.limit(person, role, today) >= required.level)
        && exclusion(person, role, required).is_none()
}

fn in_words(roles: &[Role]) -> String {
    roles.iter().map(|role| role.words()).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Class, Level};
    use crate::signoff::testing::{about, new_record, with_inputs};

    const PEOPLE: &str = "
- {id: ana, roles: [risk-lead], line: 2}
- {id: ben, roles: [system-owner, risk-lead], line: 1}
- {id: cem, roles: [risk-acceptor], line: 1, may-accept: high}
- {id: dee, roles: [internal-auditor], line: 3}
";

    #[test]
    fn seats_are_filled_by_different_people() {
        // Who signed as what: the seats that are open, and who could take them.
        type Case =
            (&'static [(&'static str, &'static str)], &'static [&'static str], &'static str);
        const OWNER: &str = "system owner or risk acceptor or designated management";
        const LEAD: &str = "risk lead or compliance lead or AI governance lead";
        let cases: [Case; 5] = [
            (&[], &[OWNER, LEAD], "ana ben cem"),
            (&[("ana", "risk-lead")], &[OWNER], "ben cem"),
            (&[("ben", "risk-lead")], &[OWNER], "cem"),
            (&[("ben", "system-owner")], &[LEAD], "ana"),
            (&[("ana", "risk-lead"), ("cem", "risk-acceptor")], &[], ""),
        ];
        for (signed, missing, people) in cases {
            let mut record_files = new_record("accept-residual-risk", "");
            for (name, role) in signed {
                let statement = about(&record_files, name, role, "agree: true\n");
                record_files.statements.push(statement);
            }
            with_inputs(PEOPLE, |inputs| {
                let (decision, level) = (Decision::AcceptResidualRisk, Some(Level::Medium));
                let required = inputs.required(decision, Class::Limited, level, BTreeSet::new());
                let found = signatures(&inputs, &record_files, &required);
                assert!(found.refused.is_empty(), "{:?}", found.refused);
                let found_missing: Vec<String> =
                    found.missing.iter().map(|words| words.to_lowercase()).collect();
                let expected: Vec<String> =
                    missing.iter().map(|words| words.to_lowercase()).collect();
                assert_eq!(found_missing, expected, "{signed:?}");
                assert_eq!(found.people.join(" "), people, "{signed:?}");
            });
        }
    }
}
