//! A seat that nobody has taken, and who could take it.

use std::fmt;

use crate::catalog::Role;
use crate::ids::PersonId;
use crate::settings::people::Person;
use crate::signoff::terms::Sitting;

/// A seat that nobody has taken yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenSeat {
    /// The roles in one of which somebody fills it.
    pub(crate) roles: Vec<Role>,
    /// The roles in words.
    pub(crate) name: String,
    /// Whether it is what the rules ask for beyond the seats of the shipped table.
    pub(crate) is_beyond: bool,
    /// Who could fill it.
    pub(crate) candidates: Vec<Candidate>,
    /// Why nobody else who has one of its roles can fill it, a sentence each.
    pub(crate) obstacles: Vec<String>,
    /// Whether enough of the candidates are left when the other seats are filled as well as can be.
    pub(crate) can_be_filled: bool,
    /// What makes it possible to fill it.
    pub(crate) remedy: String,
}

/// Somebody who could fill a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) id: PersonId,
    /// Whose part the person can take: the own one, or that of others.
    parts: Vec<PersonId>,
}

impl Candidate {
    pub(super) fn new(id: &PersonId, parts: &[&Person]) -> Self {
        Self { id: id.clone(), parts: parts.iter().map(|part| part.id.value.clone()).collect() }
    }

    /// Returns the ways in which the person fills a seat.
    pub(super) fn sittings(&self) -> impl Iterator<Item = Sitting<'_>> {
        self.parts.iter().map(|part| Sitting { who: &self.id, part })
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts.first().filter(|_| self.parts.iter().all(|part| *part != self.id)) {
            Some(other) => write!(f, "{} (for {other})", self.id),
            None => write!(f, "{}", self.id),
        }
    }
}

impl OpenSeat {
    /// Returns the seat of the one person whom the rules let decide alone.
    pub(super) fn of_solo(person: &PersonId) -> Self {
        Self {
            roles: Vec::new(),
            name: "the one person there is".to_owned(),
            is_beyond: false,
            candidates: vec![Candidate { id: person.clone(), parts: vec![person.clone()] }],
            obstacles: Vec::new(),
            can_be_filled: true,
            remedy: String::new(),
        }
    }

    /// Returns what a seat for these roles is called.
    pub(super) fn name_of(roles: &[Role]) -> String {
        roles.iter().map(|role| role.words()).collect::<Vec<_>>().join(" or ")
    }

    /// Returns the seat of all others together: those who have not signed yet, whether there are
    /// enough of them, and who has no key.
    pub(super) fn of_all_others(still: &[&Person], are_enough: bool, without: &[&str]) -> Self {
        let who = still.iter().map(|person| person.id.value.as_str()).collect::<Vec<_>>();
        let name = if are_enough {
            format!("all others, for nobody entitled is left: {}", who.join(", "))
        } else {
            "2 others at least, for nobody entitled is left".to_owned()
        };
        let obstacles = without.iter().map(|id| format!("`{id}` has no key")).collect();
        Self {
            roles: Vec::new(),
            name,
            is_beyond: false,
            candidates: still.iter().map(|it| Candidate::new(&it.id.value, &[*it])).collect(),
            obstacles,
            can_be_filled: are_enough && without.is_empty(),
            remedy: "have the forge decide, as docs/sign-off.md says under \"When nobody can \
                sign\""
                .to_owned(),
        }
    }

    /// Says why nobody can fill it. None where somebody can.
    pub(crate) fn why_nobody(&self) -> Option<String> {
        if self.can_be_filled {
            return None;
        }
        if self.obstacles.is_empty() {
            return Some(match self.candidates.as_slice() {
                [] => "nobody has the role".to_owned(),
                _ => "too few people have the roles".to_owned(),
            });
        }
        Some(format!("nobody can: {}", self.obstacles.join("; ")))
    }
}
