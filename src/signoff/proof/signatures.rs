//! Who signed a record, whose statements do not count, and who is still missing.

use std::collections::BTreeSet;

use super::open_seat::OpenSeat;
use super::person::exclusion;
use super::seating::open_seats;
use super::statement::{Signer, counted_signer};
use crate::catalog::Role;
use crate::date::Date;
use crate::ids::PersonId;
use crate::settings::people::{People, Person};
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

impl<'a> Signatures<'a> {
    /// Whether enough people signed.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Returns the signers and one more.
    pub(crate) fn with(&self, signer: Signer<'a>) -> Vec<Signer<'a>> {
        self.signers.iter().cloned().chain([signer]).collect()
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
    all.seats = seats_of(inputs, &all.signers, required);
    // What the rules ask for beyond the seats is said once these are taken.
    let of_table = all.seats.iter().filter(|seat| !seat.is_beyond);
    all.missing = of_table.map(|seat| seat.name.clone()).collect();
    if all.missing.is_empty() {
        all.missing = all.seats.iter().map(|seat| seat.name.clone()).collect();
    }
    // Where all others decide, one who cannot sign keeps all from it.
    let seats = all.seats.iter().filter(|seat| seat.can_be_filled || !required.by_all_others);
    let could: BTreeSet<&PersonId> =
        seats.flat_map(|seat| &seat.candidates).map(|it| &it.id).collect();
    let Ok(people) = inputs.people() else {
        all.people = could.into_iter().cloned().collect();
        return;
    };
    let could_act = |person: &&Person| {
        let is_alone = !all.missing.is_empty()
            && !all.has(person)
            && inputs.can_prove(person, required.proof())
            && could_decide_alone(people, person, inputs.today, required);
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
    if required.by_all_others {
        return seat_of_all_others(inputs, signers, required).into_iter().collect();
    }
    let can_prove = |person: &Person| inputs.can_prove(person, required.proof());
    open_seats(inputs.people().ok(), signers, required, inputs.today, &can_prove)
}

/// Whether the rules let a person decide alone, who gains nothing by it.
fn could_decide_alone(
    people: &People,
    person: &Person,
    today: Date,
    required: &RequiredSigners<'_>,
) -> bool {
    let mut roles = person.roles.iter();
    required.is_solo(person) && roles.any(|role| is_free(people, person, *role, today, required))
}

/// Whether nothing keeps a person from deciding in a role of the own.
fn is_free(
    people: &People,
    person: &Person,
    role: Role,
    today: Date,
    required: &RequiredSigners<'_>,
) -> bool {
    exclusion(people, person, person, role, &[today], required).is_none()
}

/// The fewest people who decide together where nobody entitled is left.
const FEWEST_OTHERS: usize = 2;

/// Returns the seat of all people who may decide anything, wrote nothing of it and gain nothing by
/// it. One alone does not decide; where one of them cannot sign, nobody can. None where all signed.
fn seat_of_all_others(
    inputs: &SignOffInputs<'_>,
    signers: &[Signer<'_>],
    required: &RequiredSigners<'_>,
) -> Option<OpenSeat> {
    let today = inputs.today;
    let others: Vec<&Person> = inputs.people().map_or_else(
        |_| Vec::new(),
        |people| {
            let may = |person: &&Person| {
                person.roles.iter().any(|role| is_free(people, person, *role, today, required))
            };
            people.deciding(today).filter(may).collect()
        },
    );
    let has_signed = |person: &&&Person| signers.iter().any(|signer| signer.person.id == person.id);
    let still: Vec<&Person> = others.iter().filter(|it| !has_signed(it)).copied().collect();
    let are_enough = others.len() >= FEWEST_OTHERS;
    if are_enough && still.is_empty() {
        return None;
    }
    let lack = |person: &&&Person| !inputs.can_prove(person, required.proof());
    let without: Vec<&str> = others.iter().filter(lack).map(|it| it.id.value.as_str()).collect();
    Some(OpenSeat::of_all_others(&still, are_enough, &without))
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
                let required = inputs
                    .required(decision, Class::Limited, level, BTreeSet::new())
                    .owned_by(vec!["ben".into()]);
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
