//! Which seats of a decision are open, who could fill each, and why others cannot.

use std::collections::BTreeSet;
use std::fmt;

use super::person::exclusion;
use super::statement::Signer;
use crate::catalog::{Class, Level, Role};
use crate::date::Date;
use crate::ids::PersonId;
use crate::settings::gate::Decision;
use crate::settings::people::{People, Person};
use crate::signoff::terms::{RequiredSigners, Seat, assign_seats};

/// A seat that nobody has taken yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenSeat {
    /// The roles in one of which somebody fills it, in words.
    pub(crate) name: String,
    /// Whether it is what the rules ask for beyond the seats of the shipped table.
    pub(crate) is_beyond: bool,
    /// Who could fill it.
    pub(crate) candidates: Vec<Candidate>,
    /// Why nobody else who has one of its roles can fill it, a sentence each.
    pub(crate) obstacles: Vec<String>,
    /// Whether one of the candidates is left when the other seats are filled as well as can be.
    pub(crate) can_be_filled: bool,
    /// What makes it possible to fill it.
    pub(crate) remedy: String,
}

/// Somebody who could fill a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) id: PersonId,
    /// Whose part the person takes, where the role is another's.
    stands_in_for: Option<PersonId>,
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.stands_in_for {
            Some(other) => write!(f, "{} (for {other})", self.id),
            None => write!(f, "{}", self.id),
        }
    }
}

impl OpenSeat {
    /// Says why nobody can fill it. None where somebody can.
    pub(crate) fn why_nobody(&self) -> Option<String> {
        if self.can_be_filled {
            return None;
        }
        if self.obstacles.is_empty() {
            return Some("nobody has the role".to_owned());
        }
        Some(format!("nobody can: {}", self.obstacles.join("; ")))
    }
}

/// What somebody must bring for a seat.
struct SeatTerms<'s> {
    roles: &'s [Role],
    limit: bool,
    outsiders: bool,
}

/// Who signed, who there is and what is asked for, on a day.
struct Seating<'s, 'a> {
    people: &'s People,
    signers: &'s [Signer<'a>],
    required: &'s RequiredSigners<'s>,
    today: Date,
    /// Whether somebody can show that they signed, as far as the rules ask for it.
    can_prove: &'s dyn Fn(&Person) -> bool,
}

/// Returns the seats that none of the signers fills, each with the people who could. One person
/// fills one seat. Where nobody is known, nobody could.
pub(crate) fn open_seats(
    people: Option<&People>,
    signers: &[Signer<'_>],
    required: &RequiredSigners<'_>,
    today: Date,
    can_prove: &dyn Fn(&Person) -> bool,
) -> Vec<OpenSeat> {
    if let Some(solo) = required.solo {
        if signers.iter().any(|signer| signer.person.id.value == *solo) {
            return Vec::new();
        }
        // Whoever else may change the rules still may.
        if required.decision != Decision::RuleChange {
            return vec![of_solo(solo)];
        }
    }
    let nobody = People::default();
    let people = people.unwrap_or(&nobody);
    let seating = Seating { people, signers, required, today, can_prove };
    let untaken = seating.untaken();
    let of = |seat: &&Seat| {
        let (limit, outsiders) = (seat.limit, seat.outsiders);
        seating.seat(&SeatTerms { roles: &seat.roles, limit, outsiders })
    };
    let mut seats: Vec<OpenSeat> = untaken.iter().map(of).collect();
    share_out(&mut seats);
    if let Some(roles) = seating.wanted_beyond() {
        let beyond = seating.seat(&SeatTerms { roles: &roles, limit: false, outsiders: true });
        seats.push(OpenSeat { is_beyond: true, ..beyond });
    }
    seats
}

fn of_solo(person: &PersonId) -> OpenSeat {
    OpenSeat {
        name: "the one person there is".to_owned(),
        is_beyond: false,
        candidates: vec![Candidate { id: person.clone(), stands_in_for: None }],
        obstacles: Vec::new(),
        can_be_filled: true,
        remedy: String::new(),
    }
}

/// Finds the seats for which nobody is left because whoever could fills another.
fn share_out(seats: &mut [OpenSeat]) {
    let all: BTreeSet<&PersonId> =
        seats.iter().flat_map(|seat| &seat.candidates).map(|it| &it.id).collect();
    let people: Vec<PersonId> = all.into_iter().cloned().collect();
    let fits = |person: usize, seat: usize| {
        seats[seat].candidates.iter().any(|it| it.id == people[person])
    };
    let taken = assign_seats(seats.len(), people.len(), &fits);
    let names: Vec<String> = seats.iter().map(|seat| seat.name.clone()).collect();
    for (seat, taken_by) in seats.iter_mut().zip(&taken) {
        seat.can_be_filled = taken_by.is_some();
        if taken_by.is_some() {
            continue;
        }
        for candidate in &seat.candidates {
            let is_in = |by: &Option<usize>| by.is_some_and(|by| people[by] == candidate.id);
            if let Some(other) = taken.iter().position(is_in) {
                let text = format!("`{}` fills the seat of {}", candidate.id, names[other]);
                seat.obstacles.push(text);
            }
        }
    }
}

impl<'s> Seating<'s, '_> {
    /// Returns the seats that none of the signers fills.
    fn untaken(&self) -> Vec<&'s Seat> {
        let required = self.required;
        let seats: Vec<&Seat> = required.terms.seats(required.level).collect();
        let fits = |signer: usize, seat: usize| {
            let (signer, seat) = (&self.signers[signer], seats[seat]);
            let limit = self.people.limit(signer.person, signer.role, signer.signed_on);
            seat.roles.contains(&signer.role)
                && (!seat.limit || limit >= required.level)
                && (seat.outsiders || !signer.person.is_outside())
        };
        let taken = assign_seats(seats.len(), self.signers.len(), &fits);
        let open = seats.into_iter().zip(taken).filter(|(_, taken)| taken.is_none());
        open.map(|(seat, _)| seat).collect()
    }

    /// Returns the roles of which the rules ask for more people than signed, seats or no seats.
    /// None where enough of them signed.
    fn wanted_beyond(&self) -> Option<Vec<Role>> {
        let who = self.required.settings?;
        let roles = self.signers.iter().map(|signer| signer.role);
        let acting: Vec<Role> = roles.filter(|role| who.from.contains(role)).collect();
        let distinct: BTreeSet<Role> = acting.iter().copied().collect();
        let people = who.people as usize;
        if distinct.len() >= people.min(who.from.len()) && acting.len() >= people {
            return None;
        }
        let unseen: Vec<Role> =
            who.from.iter().filter(|role| !distinct.contains(role)).copied().collect();
        Some(if unseen.is_empty() { who.from.clone() } else { unseen })
    }

    /// Returns a seat with who could fill it, and why others cannot.
    fn seat(&self, terms: &SeatTerms<'_>) -> OpenSeat {
        let (mut candidates, mut obstacles, mut is_active) = (Vec::new(), Vec::new(), false);
        for person in &self.people.people {
            let has = |role: &&Role| {
                person.roles.contains(role) || self.people.has_role(person, **role, self.today)
            };
            let held = terms.roles.iter().filter(has);
            let found: Vec<Result<Candidate, String>> =
                held.map(|role| self.candidate(person, *role, terms)).collect();
            is_active |= !found.is_empty() && person.is_active(self.today);
            match found.iter().find_map(|it| it.as_ref().ok()) {
                Some(candidate) => candidates.push(candidate.clone()),
                None => obstacles.extend(found.into_iter().find_map(Result::err)),
            }
        }
        OpenSeat {
            name: in_words(terms.roles),
            is_beyond: false,
            can_be_filled: !candidates.is_empty(),
            remedy: remedy(terms.roles, is_active, self.required.class),
            candidates,
            obstacles,
        }
    }

    /// Returns somebody who could fill a seat in a role.
    ///
    /// # Errors
    /// Why the person cannot, in words.
    fn candidate(
        &self,
        person: &Person,
        role: Role,
        terms: &SeatTerms<'_>,
    ) -> Result<Candidate, String> {
        let (id, today) = (&person.id.value, self.today);
        if let Some(signer) = self.signers.iter().find(|it| it.person.id.value == *id) {
            return Err(format!("`{id}` has signed, as {}", signer.role.words()));
        }
        if person.from > today {
            return Err(format!("`{id}` comes on {}", person.from));
        }
        if let Some(until) = person.until.filter(|until| *until < today) {
            return Err(format!("`{id}` was there until {until}"));
        }
        if person.line.value == 3 {
            return Err(format!("`{id}` audits, and so decides nothing"));
        }
        if !self.people.is_outermost(person) {
            return Err(format!("`{id}` stands among the people of a subfolder only"));
        }
        if let Some((_, why)) = exclusion(person, role, self.required) {
            return Err(why);
        }
        if person.is_outside() && !terms.outsiders {
            return Err(format!("`{id}` is no employee"));
        }
        if !(self.can_prove)(person) {
            return Err(format!("`{id}` has no key or login that shows who signed"));
        }
        let limit = self.people.limit(person, role, today);
        if terms.limit && limit < self.required.level {
            let name = |level: Option<Level>| level.map_or("nothing", Level::name);
            let (limit, level) = (name(limit), name(self.required.level));
            return Err(format!("`{id}` may accept {limit} at most, and {level} remains"));
        }
        let lender = self.people.lender(person, role, today).map(|it| &it.id.value);
        let stands_in_for = lender.filter(|lender| *lender != id).cloned();
        Ok(Candidate { id: id.clone(), stands_in_for })
    }
}

/// Says what makes it possible to fill a seat that nobody can fill. A deputy has a part only while
/// the person is there whose part it is.
fn remedy(roles: &[Role], is_held: bool, class: Class) -> String {
    let who = match (roles, is_held) {
        ([role], true) => format!("name a second {}", role.words()),
        ([role], false) => format!("name a {}", role.words()),
        (_, true) => "name somebody else for it".to_owned(),
        (_, false) => "name somebody for it".to_owned(),
    };
    let deputy = if is_held { " or a deputy (`stands-in-for`)" } else { "" };
    let alone = if class <= Class::Limited {
        ", or let one person decide alone (`solo` in governance/gate.yaml)"
    } else {
        ""
    };
    format!("{who}{deputy} in governance/people.yaml{alone}")
}

fn in_words(roles: &[Role]) -> String {
    roles.iter().map(|role| role.words()).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::gate::Rules;
    use crate::signoff::testing::people;

    /// People, authors, class and the lines that say who can fill the seats of a release.
    type Case = (&'static str, &'static [&'static str], Class, &'static [&'static str]);

    const OTHERS: &str = "product owner or engineering lead or operations owner or validator or \
        independent validator or risk lead or compliance lead or ai governance lead or security \
        lead";

    #[test]
    fn each_open_seat_has_its_people_or_says_why_nobody_can() {
        const BOTH: &str = "- {id: max, roles: [system-owner, risk-lead], line: 1}\n\
            - {id: rita, roles: [risk-lead], line: 2}\n";
        const MAX: &str = "- {id: max, roles: [system-owner, risk-lead], line: 1}\n";
        let cases: [Case; 6] = [
            (BOTH, &[], Class::Limited, &["max", "max rita"]),
            (
                BOTH,
                &["max"],
                Class::Limited,
                &[
                    "nobody can: `max` is an author of what the record covers => name a second \
                     system owner or a deputy (`stands-in-for`) in governance/people.yaml, or let \
                     one person decide alone (`solo` in governance/gate.yaml)",
                    "rita",
                ],
            ),
            // One person fills one seat.
            (
                MAX,
                &[],
                Class::Limited,
                &[
                    "max",
                    "nobody can: `max` fills the seat of system owner => name somebody else for it \
                     or a deputy (`stands-in-for`) in governance/people.yaml, or let one person \
                     decide alone (`solo` in governance/gate.yaml)",
                ],
            ),
            (
                "- {id: max, roles: [system-owner], line: 1, until: 2026-11-01}\n\
                 - {id: fay, roles: [independent-validator], line: 2, affiliation: external}\n\
                 - {id: dee, roles: [risk-lead], line: 3}\n",
                &[],
                Class::High,
                &[
                    "nobody can: `max` was there until 2026-11-01 => name a system owner in \
                     governance/people.yaml",
                    "fay",
                    "nobody can: `dee` audits, and so decides nothing => name a second risk lead \
                     or a deputy (`stands-in-for`) in governance/people.yaml",
                ],
            ),
            (
                "- {id: max, roles: [system-owner], line: 1}\n\
                 - {id: ana, roles: [engineer], line: 1, stands-in-for: [{person: max, \
                 from: 2026-11-01, until: 2026-12-01}]}\n",
                &["max"],
                Class::Minimal,
                &["ana (for max)"],
            ),
            (
                "- {id: zoe, roles: [engineer], line: 1}\n",
                &[],
                Class::Minimal,
                &["nobody has the role => name a system owner in \
                governance/people.yaml, or let one person decide alone (`solo` in \
                governance/gate.yaml)"],
            ),
        ];
        let (rules, today) = (Rules::default(), "2026-11-22".parse().unwrap());
        for (list, authors, class, expected) in cases {
            let people = people(list);
            let authors = authors.iter().map(|it| (*it).to_owned()).collect();
            let required = RequiredSigners::new(&rules, Decision::Release, class, None, authors);
            let found = open_seats(Some(&people), &[], &required, today, &|_| true);
            let lines: Vec<String> = found.iter().map(line).collect();
            assert_eq!(lines, expected, "{list} {class:?}");
        }
        let required =
            RequiredSigners::new(&rules, Decision::Release, Class::Limited, None, BTreeSet::new());
        let seats = open_seats(None, &[], &required, today, &|_| true).into_iter();
        let names: Vec<String> = seats.map(|it| it.name).collect();
        assert_eq!(names, ["system owner", OTHERS]);
    }

    fn line(seat: &OpenSeat) -> String {
        let names: Vec<String> = seat.candidates.iter().map(ToString::to_string).collect();
        let why = seat.why_nobody();
        why.map_or_else(|| names.join(" "), |why| format!("{why} => {}", seat.remedy))
    }
}
