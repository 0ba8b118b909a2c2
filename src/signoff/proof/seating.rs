//! Which seats of a decision are open, who could fill each, and why others cannot.

use std::collections::BTreeSet;

use super::open_seat::{Candidate, OpenSeat};
use super::person::exclusion;
use super::statement::Signer;
use crate::catalog::{Class, Level, Role};
use crate::date::Date;
use crate::settings::gate::Decision;
use crate::settings::people::{People, Person};
use crate::signoff::terms::{RequiredSigners, Seat, Sitting, assign_seats};

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
            return vec![OpenSeat::of_solo(solo)];
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
    if let Some((roles, wanted)) = seating.wanted_beyond() {
        let beyond = seating.seat(&SeatTerms { roles: &roles, limit: false, outsiders: true });
        let ways: Vec<Sitting<'_>> =
            beyond.candidates.iter().flat_map(Candidate::sittings).collect();
        let can_be_filled = most_apart(&ways, wanted) >= wanted;
        seats.push(OpenSeat { is_beyond: true, can_be_filled, ..beyond });
    }
    seats
}

/// Returns how many people there are, none of whom takes the part of another, up to a number.
fn most_apart(ways: &[Sitting<'_>], enough: usize) -> usize {
    let places = vec![ways.to_vec(); enough];
    assign_seats(&places).into_iter().flatten().count()
}

/// Finds the seats for which nobody is left because whoever could fills another.
fn share_out(seats: &mut [OpenSeat]) {
    let ways: Vec<Vec<Sitting<'_>>> = seats
        .iter()
        .map(|seat| seat.candidates.iter().flat_map(Candidate::sittings).collect())
        .collect();
    let taken = assign_seats(&ways);
    let mut found: Vec<(bool, Vec<String>)> = Vec::new();
    for (taken_by, ways) in taken.iter().zip(&ways) {
        let mut obstacles: Vec<String> = Vec::new();
        for way in ways.iter().filter(|_| taken_by.is_none()) {
            let is_in = |other: &Option<Sitting<'_>>| {
                other.is_some_and(|other| other.shares_somebody(*way))
            };
            let Some(other) = taken.iter().position(is_in) else { continue };
            let (by, name) = (taken[other].map_or(way.who, |it| it.who), &seats[other].name);
            let text = format!("`{by}` fills the seat of {name}");
            if !obstacles.contains(&text) {
                obstacles.push(text);
            }
        }
        found.push((taken_by.is_some(), obstacles));
    }
    for (seat, (can_be_filled, obstacles)) in seats.iter_mut().zip(found) {
        seat.can_be_filled = can_be_filled;
        seat.obstacles.extend(obstacles);
    }
}

impl<'s> Seating<'s, '_> {
    /// Returns the seats that none of the signers fills.
    fn untaken(&self) -> Vec<&'s Seat> {
        let required = self.required;
        let seats: Vec<&Seat> = required.terms.seats(required.level).collect();
        let ways = |seat: &&Seat| {
            let fitting = self.signers.iter().filter(|signer| {
                seat.roles.contains(&signer.role) && (seat.outsiders || !signer.person.is_outside())
            });
            let ways = fitting.flat_map(|signer| {
                let may = |part: &&&Person| !seat.limit || part.may_accept >= required.level;
                let parts = signer.parts.iter().filter(may);
                parts.map(|part| Sitting { who: &signer.person.id.value, part: &part.id.value })
            });
            ways.collect()
        };
        let ways: Vec<Vec<Sitting<'_>>> = seats.iter().map(ways).collect();
        let taken = assign_seats(&ways);
        let open = seats.into_iter().zip(taken).filter(|(_, taken)| taken.is_none());
        open.map(|(seat, _)| seat).collect()
    }

    /// Returns the roles of which the rules ask for more people than signed, seats or no seats, and
    /// how many more. None where enough of them signed.
    fn wanted_beyond(&self) -> Option<(Vec<Role>, usize)> {
        let who = self.required.settings?;
        let acting = || self.signers.iter().filter(|signer| who.from.contains(&signer.role));
        let distinct: BTreeSet<Role> = acting().map(|signer| signer.role).collect();
        let ways: Vec<Sitting<'_>> = acting()
            .flat_map(|signer| {
                let who = &signer.person.id.value;
                signer.parts.iter().map(move |part| Sitting { who, part: &part.id.value })
            })
            .collect();
        let people = who.people as usize;
        let signed = most_apart(&ways, people.min(ways.len()));
        if distinct.len() >= people.min(who.from.len()) && signed >= people {
            return None;
        }
        let unseen: Vec<Role> =
            who.from.iter().filter(|role| !distinct.contains(role)).copied().collect();
        let roles = if unseen.is_empty() { who.from.clone() } else { unseen };
        Some((roles, people.saturating_sub(signed).max(1)))
    }

    /// Returns a seat with who could fill it, and why others cannot.
    fn seat(&self, terms: &SeatTerms<'_>) -> OpenSeat {
        let (mut candidates, mut obstacles, mut is_active) = (Vec::new(), Vec::new(), false);
        for person in &self.people.people {
            let has = |role: &&Role| {
                self.required.is_role_of(person, **role)
                    || !self.required.parts(self.people, person, **role, self.today).is_empty()
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
            roles: terms.roles.to_vec(),
            name: OpenSeat::name_of(terms.roles),
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
        let (id, today, required) = (&person.id.value, self.today, self.required);
        if let Some(signer) = self.signers.iter().find(|it| it.person.id.value == *id) {
            return Err(format!("`{id}` has signed, as {}", signer.role.words()));
        }
        if person.from > today {
            return Err(format!("`{id}` comes on {}", person.from));
        }
        if let Some(until) = person.until.filter(|until| *until < today) {
            return Err(format!("`{id}` was there until {until}"));
        }
        if !self.people.is_outermost(person) {
            return Err(format!("`{id}` stands among the people of a subfolder only"));
        }
        let (mut parts, mut refused) = (Vec::new(), None);
        for part in required.parts(self.people, person, role, today) {
            match exclusion(self.people, person, part, role, &[today], required) {
                Some((_, why)) => refused = refused.or(Some(why)),
                None => parts.push(part),
            }
        }
        if let Some(why) = refused.filter(|_| parts.is_empty()) {
            return Err(why);
        }
        if person.is_outside() && !terms.outsiders {
            return Err(format!("`{id}` is no employee"));
        }
        if !(self.can_prove)(person) {
            return Err(format!("`{id}` has no key or login that shows who signed"));
        }
        let limit = parts.iter().filter_map(|part| part.may_accept).max();
        parts.retain(|part| !terms.limit || part.may_accept >= required.level);
        if parts.is_empty() {
            let name = |level: Option<Level>| level.map_or("nothing", Level::name);
            let (limit, level) = (name(limit), name(required.level));
            return Err(format!("`{id}` may accept {limit} at most, and {level} remains"));
        }
        // Of a person and a deputy one signs.
        let has_signed = |part: &&Person| {
            self.signers.iter().find(|signer| {
                signer.person.id == part.id
                    || matches!(signer.parts.as_slice(), [only] if only.id == part.id)
            })
        };
        if let Some(signer) = parts.first().and_then(has_signed) {
            parts.retain(|part| has_signed(part).is_none());
            if parts.is_empty() {
                let (by, role) = (&signer.person.id.value, signer.role.words());
                return Err(format!(
                    "`{by}` has signed, as {role}, and `{id}` is of the same part"
                ));
            }
        }
        Ok(Candidate::new(id, &parts))
    }
}

/// Says what makes it possible to fill a seat that nobody can fill. A deputy is bound by what binds
/// the person whose part it is, and so helps only where that person cannot sign.
fn remedy(roles: &[Role], is_held: bool, class: Class) -> String {
    let people = "in governance/people.yaml";
    let who = match (roles, is_held) {
        ([Role::SystemOwner], true) => {
            "in a change before this one let the register name somebody else as `owner`".to_owned()
        }
        ([Role::SystemOwner], false) => {
            format!("list the register's `owner` {people}, or let it name somebody who is listed")
        }
        ([role], true) => format!("name a second {} {people}", role.words()),
        ([role], false) => format!("name a {} {people}", role.words()),
        (_, true) => format!("name somebody else for it {people}"),
        (_, false) => format!("name somebody for it {people}"),
    };
    let alone = if class <= Class::Limited {
        ", or let one person decide alone (`solo` in governance/gate.yaml)"
    } else {
        ""
    };
    format!("{who}{alone}")
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
        let cases: [Case; 7] = [
            (BOTH, &[], Class::Limited, &["max", "max rita"]),
            (
                BOTH,
                &["max"],
                Class::Limited,
                &[
                    "nobody can: `max` is an author of what the record covers => in a change \
                     before this one let the register name somebody else as `owner`, or let one \
                     person decide alone (`solo` in governance/gate.yaml)",
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
                     in governance/people.yaml, or let one person decide alone (`solo` in \
                     governance/gate.yaml)",
                ],
            ),
            (
                "- {id: max, roles: [system-owner], line: 1, until: 2026-11-01}\n\
                 - {id: fay, roles: [independent-validator], line: 2, affiliation: external}\n\
                 - {id: dee, roles: [risk-lead], line: 3}\n",
                &[],
                Class::High,
                &[
                    "nobody can: `max` was there until 2026-11-01 => list the register's `owner` \
                     in governance/people.yaml, or let it name somebody who is listed",
                    "fay",
                    "nobody can: `dee` audits, and so decides nothing => name a second risk lead \
                     in governance/people.yaml",
                ],
            ),
            (
                "- {id: max, roles: [system-owner], line: 1}\n\
                 - {id: ana, roles: [engineer], line: 1, stands-in-for: [{person: max, \
                 from: 2026-11-01, until: 2026-12-01}]}\n",
                &["max"],
                Class::Minimal,
                &["nobody can: `max` is an author of what the record covers; `max`, whose part \
                   `ana` takes, is an author of what the record covers => in a change before this \
                   one let the register name somebody else as `owner`, or let one person decide \
                   alone (`solo` in governance/gate.yaml)"],
            ),
            // A person and the own deputy are one.
            (
                "- {id: max, roles: [system-owner], line: 1}\n\
                 - {id: ana, roles: [engineer], line: 1, stands-in-for: [{person: max, \
                 from: 2026-11-01, until: 2026-12-01}]}\n",
                &[],
                Class::Minimal,
                &["max ana (for max)"],
            ),
            (
                "- {id: zoe, roles: [engineer], line: 1}\n",
                &[],
                Class::Minimal,
                &["nobody has the role => list the register's `owner` in governance/people.yaml, \
                   or let it name somebody who is listed, or let one person decide alone (`solo` \
                   in governance/gate.yaml)"],
            ),
        ];
        let (rules, today) = (Rules::default(), "2026-11-22".parse().unwrap());
        for (list, authors, class, expected) in cases {
            let people = people(list);
            let authors = authors.iter().map(|it| (*it).to_owned()).collect();
            let required = RequiredSigners::new(&rules, Decision::Release, class, None, authors)
                .owned_by(vec!["max".into()]);
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
