//! What a decision takes: the shipped terms, and what the rules ask for beyond.

use std::collections::BTreeSet;

use super::table::{Terms, decision_rule};
use crate::catalog::{Class, Level, Role};
use crate::date::Date;
use crate::ids::PersonId;
use crate::settings::gate::{Decision, Proof, Rules, WhoSigns};
use crate::settings::people::{People, Person};

/// Returns what a person would get more by a decision, in words. None where that is nothing.
pub(crate) type Benefits<'f> = &'f dyn Fn(&Person) -> Option<String>;

/// What a decision takes.
pub(crate) struct RequiredSigners<'t> {
    pub(crate) decision: Decision,
    pub(crate) class: Class,
    pub(crate) terms: &'t Terms,
    pub(crate) settings: Option<&'t WhoSigns>,
    /// The person whom the rules let decide alone, where they do for this class.
    pub(crate) solo: Option<&'t PersonId>,
    /// The highest level that is covered.
    pub(crate) level: Option<Level>,
    /// The ids and e-mail addresses of the authors of what is covered.
    pub(crate) authors: BTreeSet<String>,
    /// The owners, by the register, of what is decided about. The role `system-owner` is theirs.
    pub(crate) owners: Vec<PersonId>,
    /// Whether all others together decide, in whatever roles, for nobody entitled is left.
    pub(crate) by_all_others: bool,
    /// Whom the decision would give more, and what.
    pub(crate) benefits: Option<Benefits<'t>>,
}

impl<'t> RequiredSigners<'t> {
    /// Returns what a decision takes for a class, where this is the highest level covered.
    pub(crate) fn new(
        rules: &'t Rules,
        decision: Decision,
        class: Class,
        level: Option<Level>,
        authors: BTreeSet<String>,
    ) -> Self {
        let terms = decision_rule(decision).terms(class);
        let settings = rules.who_signs.get(&decision);
        let solo = rules.solo.as_ref().filter(|_| class <= Class::Limited);
        let solo = solo.map(|solo| &solo.person.value);
        let (owners, by_all_others, benefits) = (Vec::new(), false, None);
        Self {
            decision,
            class,
            terms,
            settings,
            solo,
            level,
            authors,
            owners,
            by_all_others,
            benefits,
        }
    }

    /// Returns the same, for what these people own.
    pub(crate) fn owned_by(self, owners: Vec<PersonId>) -> Self {
        Self { owners, ..self }
    }

    /// Returns the same, for a change that gives some people more.
    pub(crate) fn benefiting(self, benefits: Benefits<'t>) -> Self {
        Self { benefits: Some(benefits), ..self }
    }

    /// Returns the weakest proof that counts.
    pub(crate) fn proof(&self) -> Proof {
        self.settings.map_or(self.terms.proof, |who| who.proof.max(self.terms.proof))
    }

    /// Whether somebody who acts in this role can fill a seat, or is one of the people that the
    /// rules ask for beyond the seats. Where all others decide, each role will do.
    pub(crate) fn asks_for(&self, role: Role) -> bool {
        self.by_all_others
            || self.has_seat(role)
            || self.settings.is_some_and(|who| who.from.contains(&role))
    }

    /// Whether a seat is for this role.
    pub(crate) fn has_seat(&self, role: Role) -> bool {
        self.terms.seats(self.level).any(|seat| seat.roles.contains(&role))
    }

    /// Whether a person who is not of the organisation may fill a seat in this role.
    pub(crate) fn admits_outsiders(&self, role: Role) -> bool {
        self.terms.seats(self.level).any(|seat| seat.outsiders && seat.roles.contains(&role))
    }

    /// Whether every seat for this role is for people who may accept the level that remains.
    pub(crate) fn needs_limit(&self, role: Role) -> bool {
        let mut seats =
            self.terms.seats(self.level).filter(|seat| seat.roles.contains(&role)).peekable();
        seats.peek().is_some() && seats.all(|seat| seat.limit)
    }

    /// Whether a role is somebody's own: the list of people says so or, of a system's owner, the
    /// register. Where all others decide, or one person alone, they do so in any role of the list.
    pub(crate) fn is_role_of(&self, person: &Person, role: Role) -> bool {
        let is_listed = person.roles.contains(&role);
        if role == Role::SystemOwner && !self.by_all_others && !self.is_solo(person) {
            return self.is_owner(person);
        }
        is_listed
    }

    /// Whether the register names a person as the owner of what is decided about.
    pub(crate) fn is_owner(&self, person: &Person) -> bool {
        self.owners.contains(&person.id.value)
    }

    /// Returns whose part somebody may take in a role on a day: the own one, and those of the
    /// people for whom the person stands in.
    pub(crate) fn parts<'p>(
        &self,
        people: &'p People,
        person: &'p Person,
        role: Role,
        day: Date,
    ) -> Vec<&'p Person> {
        if !person.is_active(day) {
            return Vec::new();
        }
        people.parts(person, day).filter(|part| self.is_role_of(part, role)).collect()
    }

    /// Whether the rules let this person decide alone.
    pub(crate) fn is_solo(&self, person: &Person) -> bool {
        self.solo == Some(&person.id.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_and_the_level_say_who_is_asked_for() {
        let rules = Rules::default();
        let of = |decision, class, level| {
            RequiredSigners::new(&rules, decision, class, level, BTreeSet::new())
        };
        let (accept, release) = (Decision::AcceptResidualRisk, Decision::Release);
        let (low, high) = (Some(Level::Low), Some(Level::High));
        let cases = [
            (accept, Class::Limited, low, Role::SystemOwner, true),
            (accept, Class::Limited, low, Role::RiskLead, false),
            (accept, Class::Limited, high, Role::RiskLead, true),
            (accept, Class::High, low, Role::SystemOwner, false),
            (accept, Class::High, high, Role::SystemOwner, true),
            (release, Class::Minimal, None, Role::RiskLead, false),
            (release, Class::High, None, Role::RiskLead, true),
            (release, Class::Prohibited, None, Role::RiskLead, true),
        ];
        for (decision, class, level, role, expected) in cases {
            let required = of(decision, class, level);
            assert_eq!(required.asks_for(role), expected, "{decision:?} {class:?} {level:?}");
        }
        assert!(of(release, Class::High, None).admits_outsiders(Role::IndependentValidator));
        assert!(!of(release, Class::High, None).admits_outsiders(Role::RiskLead));
        assert!(of(accept, Class::High, low).needs_limit(Role::RiskAcceptor));
        assert!(!of(accept, Class::High, high).needs_limit(Role::RiskAcceptor));
        assert_eq!(of(accept, Class::High, low).proof(), Proof::Signed);
    }
}
