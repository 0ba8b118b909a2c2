//! Who signed a record, whose statements do not count, and who is still missing.

use std::collections::BTreeSet;

use super::person::exclusion;
use super::seating::{OpenSeat, open_seats};
use super::statement::{Signer, counted_signer};
use crate::ids::PersonId;
use crate::settings::people::Person;
use crate::signoff::files::{Located, RecordFiles, Statement};
use crate::signoff::flaw::SignOffFlaw;
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::terms::RequiredSigners;

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
    /// The same seats, each with who could take it.
    pub(crate) seats: Vec<OpenSeat>,
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
    if required.by_all_others {
        return wait_for_all_others(inputs, all, required);
    }
    all.seats = seats_of(inputs, &all.signers, required);
    // What the rules ask for beyond the seats is said once these are taken.
    let of_table = all.seats.iter().filter(|seat| !seat.is_beyond);
    all.missing = of_table.map(|seat| seat.name.clone()).collect();
    if all.missing.is_empty() {
        all.missing = all.seats.iter().map(|seat| seat.name.clone()).collect();
    }
    let could: BTreeSet<&PersonId> =
        all.seats.iter().flat_map(|seat| &seat.candidates).map(|it| &it.id).collect();
    let Ok(people) = inputs.people() else {
        all.people = could.into_iter().cloned().collect();
        return;
    };
    let could_act = |person: &&Person| {
        let is_alone = !all.missing.is_empty()
            && !all.has(person)
            && inputs.can_prove(person, required.proof())
            && could_decide_alone(person, required);
        could.contains(&person.id.value) || is_alone
    };
    let able = people.people.iter().filter(could_act).map(|person| person.id.value.clone());
    all.people = able.collect();
}

/// Returns the seats that none of the signers fills, each with the people who could.
pub(crate) fn seats_of(
    inputs: &SignOffInputs<'_>,
    signers: &[Signer<'_>],
    required: &RequiredSigners<'_>,
) -> Vec<OpenSeat> {
    let can_prove = |person: &Person| inputs.can_prove(person, required.proof());
    open_seats(inputs.people().ok(), signers, required, inputs.today, &can_prove)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Class, Level};
    use crate::settings::gate::Decision;
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
