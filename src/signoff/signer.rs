//! Who signed a record, whether that counts, and who is still missing.

use std::collections::{BTreeMap, BTreeSet};

use super::court::SignOffEvaluator;
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::ledger::{Located, RecordFiles};
use super::record::Statement;
use super::table::{Seat, Terms};
use crate::catalog::{Class, Level, Role};
use crate::date::Date;
use crate::document::Spanned;
use crate::fact::Fact;
use crate::finding::Who;
use crate::openssh::{self, PublicKey, Signature, VerifyTimes};
use crate::settings::gate::{Decision, Proof, WhoSigns};
use crate::settings::people::{Forge, Person};
use crate::snapshot::ObjectId;
use crate::span::RepoPath;

/// The namespace of every signature (PROTOCOL.sshsig).
pub const NAMESPACE: &str = "aimsgate";

/// Days that may lie between a signature and the change that brings it.
pub(super) const FRESH_DAYS: i32 = 14;

/// Somebody's approval of a change on a forge, and what they saw of its sign-offs when they gave
/// it.
#[derive(Clone, Debug)]
pub struct Approval {
    pub forge: Forge,
    pub login: String,
    pub commit: ObjectId,
    /// Whether the account may write to the repository, as far as the forge says.
    pub may_write: Fact<bool>,
    /// The files of the commit that was approved.
    pub files: BTreeMap<RepoPath, ObjectId>,
}

/// What somebody would get more by a decision, if anything.
pub type Benefits<'f> = &'f dyn Fn(&Person) -> Option<String>;

/// What a decision takes: the shipped terms, and what the rules ask for beyond.
pub(super) struct RequiredSigners<'t> {
    pub(super) decision: Decision,
    pub(super) class: Class,
    pub(super) terms: &'t Terms,
    pub(super) settings: Option<&'t WhoSigns>,
    /// The highest level that is covered.
    pub(super) level: Option<Level>,
    /// Who wrote what is covered: ids and e-mail addresses.
    pub(super) authors: BTreeSet<String>,
    /// Whom the decision would give more, and what.
    pub(super) favours: Option<Benefits<'t>>,
}

impl RequiredSigners<'_> {
    fn proof(&self) -> Proof {
        self.settings.map_or(self.terms.proof, |who| who.proof.max(self.terms.proof))
    }
}

/// Somebody whose signature counts.
#[derive(Debug)]
pub struct Signer<'a> {
    pub person: &'a Person,
    pub role: Role,
    pub signed_on: Date,
    pub proof: Proof,
    key: Option<PublicKey>,
}

/// Who signed, who did so in vain, and what is missing.
#[derive(Debug, Default)]
pub struct Signatures<'a> {
    pub signers: Vec<Signer<'a>>,
    /// Whoever does not agree.
    pub dissent: Vec<String>,
    pub refused: Vec<SignOffFlaw>,
    /// The parts nobody has taken yet, in words; empty where enough people signed.
    pub missing: Vec<String>,
    /// Whoever could take one.
    pub people: Vec<String>,
}

impl Signatures<'_> {
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

impl<'a> SignOffEvaluator<'a> {
    /// Judges all that was signed for a record.
    pub(super) fn signatures(
        &self,
        filed: &'a RecordFiles,
        asked: &RequiredSigners<'_>,
    ) -> Signatures<'a> {
        let mut all = Signatures::default();
        let mut statements: Vec<&Located<Statement>> = filed.statements.iter().collect();
        statements.sort_by_key(|held| (held.value.signed_on.value, &held.path));
        for held in statements {
            match self.signer(filed, held, asked, &all.signers) {
                Ok(signer) if held.value.agree.value => all.signers.push(signer),
                Ok(signer) => all.dissent.push(signer.person.id.value.clone()),
                Err(flaw) => all.refused.push(*flaw),
            }
        }
        self.fill(&mut all, asked);
        all
    }

    /// Whether one statement counts.
    fn signer(
        &self,
        filed: &'a RecordFiles,
        held: &'a Located<Statement>,
        asked: &RequiredSigners<'_>,
        others: &[Signer<'a>],
    ) -> Result<Signer<'a>, Box<SignOffFlaw>> {
        let statement = &held.value;
        let flaw = |property, span, text: String| {
            Err(Box::new(SignOffFlaw::at(property, held, span, text)))
        };
        if statement.record.sha256.value != filed.record.sha256 {
            let text =
                format!("what `{}` signed is other content of the record", statement.signer.value);
            return flaw(SignOffProperty::Valid, statement.record.sha256.span, text);
        }
        let day = statement.signed_on.value;
        if day > self.today.plus_days(1) {
            return flaw(
                SignOffProperty::Dates,
                statement.signed_on.span,
                format!("it was signed on {day}, which is to come"),
            );
        }
        if day > filed.record.value.expires.value {
            let text = format!("it was signed on {day}, after the record had ended");
            return flaw(SignOffProperty::Dates, statement.signed_on.span, text);
        }
        if held.is_new && day.plus_days(FRESH_DAYS) < self.today {
            let text = format!(
                "it was signed on {day} and comes in only now; a signature is at most {FRESH_DAYS} \
                 days old when it does"
            );
            return flaw(SignOffProperty::Dates, statement.signed_on.span, text);
        }
        let role = statement.acting_as.value;
        let person = self.person(held, &statement.signer, role, day, asked)?;
        let is_asked = asked.terms.seats(asked.level).any(|seat| seat.roles.contains(&role))
            || asked.settings.is_some_and(|who| who.from.contains(&role));
        if !is_asked && !self.is_solo(person, asked) {
            let text =
                format!("a `{}` is not asked to sign a `{}`", role.name(), asked.decision.name());
            return flaw(SignOffProperty::Authority, statement.acting_as.span, text);
        }
        let (proof, key) = self.proof(held, person, day, asked)?;
        if proof == Proof::Reviewed {
            // Whoever saw the statement only did not see what it is about.
            self.reviewed(&filed.record, person)?;
        }
        let same = |other: &&Signer<'_>| {
            other.key.is_some()
                && other.key.as_ref().zip(key.as_ref()).is_some_and(|(a, b)| a.is_same(b))
        };
        if let Some(other) = others.iter().find(same) {
            let text = format!(
                "the key of `{}` signed for `{}` already",
                statement.signer.value, other.person.id.value
            );
            return flaw(SignOffProperty::Signature, statement.signer.span, text);
        }
        if others.iter().any(|other| other.person.id == person.id) {
            let text = format!("`{}` signed twice, and counts once", person.id.value);
            return flaw(SignOffProperty::Authority, statement.signer.span, text);
        }
        Ok(Signer { person, role, signed_on: day, proof, key })
    }

    /// The days on which a file has to hold: its own and, if it comes in now, today.
    pub(super) fn days_asked<T>(&self, held: &Located<T>, day: Date) -> Vec<Date> {
        if held.is_new { vec![day, self.today] } else { vec![day] }
    }

    /// Whether somebody may decide: who it is, in which role, on that day and, if it comes in now,
    /// today.
    pub(super) fn person<T>(
        &self,
        held: &Located<T>,
        name: &Spanned<String>,
        role: Role,
        day: Date,
        asked: &RequiredSigners<'_>,
    ) -> Result<&'a Person, Box<SignOffFlaw>> {
        let id = &name.value;
        let refuse = |property, text: String| {
            Err(Box::new(SignOffFlaw::at(property, held, name.span, text)))
        };
        let people = self.people()?;
        if people
            .automation
            .iter()
            .any(|it| it.id.value == *id || it.logins.values().any(|login| login == id))
        {
            return refuse(
                SignOffProperty::Authority,
                format!(
                    "`{id}` is a program; programs record and \
                never decide"
                ),
            );
        }
        let Some(person) = people.people.iter().find(|person| person.id.value == *id) else {
            let text = format!(
                "`{id}` is nobody in governance/people.yaml of the target branch; a person signs, \
                 not a team and not an assistant"
            );
            return refuse(SignOffProperty::Authority, text);
        };
        if !people.is_outermost(person) {
            return refuse(
                SignOffProperty::Authority,
                format!(
                    "`{id}` stands among the people of a \
                subfolder only"
                ),
            );
        }
        for day in self.days_asked(held, day) {
            if !person.is_active(day) {
                return refuse(
                    SignOffProperty::Authority,
                    format!(
                        "`{id}` was not among the people on \
                    {day}"
                    ),
                );
            }
            if !people.has_role(person, role, day) {
                return refuse(
                    SignOffProperty::Authority,
                    format!("`{id}` was no {} on {day}", role.words()),
                );
            }
            let needs_limit =
                asked.terms.seats(asked.level).any(|seat| seat.limit && seat.roles.contains(&role));
            let other = asked
                .terms
                .seats(asked.level)
                .any(|seat| !seat.limit && seat.roles.contains(&role));
            if needs_limit && !other && people.limit(person, role, day) < asked.level {
                let limit = people.limit(person, role, day).map_or("nothing", Level::name);
                let level = asked.level.map_or("nothing", Level::name);
                let text = format!("`{id}` may accept {limit} at most, and {level} remains");
                return refuse(SignOffProperty::Authority, text);
            }
        }
        if person.line.value == 3 || role == Role::InternalAuditor {
            return refuse(
                SignOffProperty::Independence,
                format!("`{id}` audits, and so decides nothing"),
            );
        }
        if let Some(flaw) = self.dependence(person, role, asked) {
            return refuse(flaw.0, flaw.1);
        }
        Ok(person)
    }

    /// Why somebody's word does not count although the role would.
    pub(super) fn dependence(
        &self,
        person: &Person,
        role: Role,
        asked: &RequiredSigners<'_>,
    ) -> Option<(SignOffProperty, String)> {
        let id = &person.id.value;
        let is_open =
            asked.terms.seats(asked.level).any(|seat| seat.outsiders && seat.roles.contains(&role));
        if person.is_outside() && !is_open {
            let text = format!(
                "`{id}` is no employee, and this is for the organisation's own \
                people to decide"
            );
            return Some((SignOffProperty::Affiliation, text));
        }
        if asked.authors.iter().any(|name| person.is_called(name)) && !self.is_solo(person, asked) {
            return Some((
                SignOffProperty::Independence,
                format!(
                    "`{id}` is an author of what the record \
                covers"
                ),
            ));
        }
        let validates = |role: &Role| {
            matches!(role, Role::Validator | Role::IndependentValidator | Role::RedTeamLead)
        };
        if asked.decision == Decision::AcceptResidualRisk && person.roles.iter().any(validates) {
            return Some((
                SignOffProperty::Independence,
                format!("`{id}` validates, and so does not accept"),
            ));
        }
        let more = asked.favours.and_then(|favours| favours(person))?;
        Some((SignOffProperty::Independence, format!("the change gives `{id}` more ({more})")))
    }

    /// What shows that somebody signed, and with which key.
    pub(super) fn proof<T>(
        &self,
        held: &Located<T>,
        person: &Person,
        day: Date,
        asked: &RequiredSigners<'_>,
    ) -> Result<(Proof, Option<PublicKey>), Box<SignOffFlaw>> {
        let name = &person.id.value;
        let refuse = |property, text: String| {
            Err(Box::new(SignOffFlaw::new(property, held.place(Default::default()), text)))
        };
        let Some(bytes) = &held.signature else {
            let needed = asked.proof();
            if needed == Proof::Reviewed {
                self.reviewed(held, person)?;
                return Ok((Proof::Reviewed, None));
            }
            if needed > Proof::Claimed {
                let text = format!(
                    "that `{name}` signed is only claimed: there is no `.sig` \
                    beside it"
                );
                return refuse(SignOffProperty::Proof, text);
            }
            return Ok((Proof::Claimed, None));
        };
        let wrong = |why: String| {
            refuse(
                SignOffProperty::Signature,
                format!(
                    "the signature is not that \
            of `{name}`: {why}"
                ),
            )
        };
        let signature = match Signature::parse(bytes) {
            Ok(signature) => signature,
            Err(why) => return wrong(why.to_string()),
        };
        // A certificate for an hour holds on the day of signing; the line that trusts its
        // authority, today as well.
        let certificate = signature.key().window().map_or(day.noon(), |window| day.within(window));
        let verify = |line: Date| {
            let at = VerifyTimes { line: line.noon(), certificate };
            let mut first = None;
            for principal in std::iter::once(name).chain(&person.emails) {
                match openssh::verify_certified(
                    &self.trust,
                    principal,
                    NAMESPACE,
                    &signature,
                    &held.bytes,
                    at,
                ) {
                    Ok(()) => return Ok(()),
                    // That another of the names has no line says less than what a line says.
                    Err(why) => {
                        first = first
                            .filter(|known: &openssh::Refused| !known.is_about_nobody())
                            .or(Some(why))
                    }
                }
            }
            Err(first)
        };
        for day in self.days_asked(held, day) {
            if let Err(why) = verify(day) {
                return wrong(why.map_or_else(String::new, |why| format!("{why} (on {day})")));
            }
        }
        if asked.proof() > Proof::Signed {
            return refuse(
                SignOffProperty::Proof,
                "a time stamp is asked for, and this version reads none".to_owned(),
            );
        }
        Ok((Proof::Signed, Some(signature.key().clone())))
    }

    /// Whether somebody approved the change on its forge at a commit that holds a file exactly as
    /// it is. What the target branch holds was approved when it was merged: the forge knows, git
    /// does not.
    fn reviewed<T>(&self, held: &Located<T>, person: &Person) -> Result<(), Box<SignOffFlaw>> {
        let Some(approvals) = self.approvals.filter(|_| held.is_new) else { return Ok(()) };
        let name = &person.id.value;
        let flaw = |text: String| {
            SignOffFlaw::new(SignOffProperty::Proof, held.place(Default::default()), text)
        };
        let approvals = match approvals {
            Fact::Known(approvals) => approvals,
            Fact::Undecided(why) => {
                let text = format!(
                    "whether `{name}` approved the change on its forge is not known \
                    here: {why}"
                );
                return Err(Box::new(flaw(text).undecided()));
            }
            Fact::Absent => {
                let text = format!(
                    "whether `{name}` approved is known in the job of a pull or \
                    merge request only"
                );
                return Err(Box::new(flaw(text).undecided()));
            }
        };
        let snapshot = self.repo.view.snapshot;
        let now = snapshot.entry(&held.path).and_then(|entry| snapshot.object_id(entry).ok());
        let is_own = |it: &&Approval| {
            person.logins.get(&it.forge).is_some_and(|login| login.eq_ignore_ascii_case(&it.login))
        };
        let mut own = approvals.iter().filter(is_own).peekable();
        let text = if own.peek().is_none() {
            format!("`{name}` has not approved the change on its forge")
        } else if let Some(it) =
            own.find(|it| now.is_some() && it.files.get(&held.path) == now.as_ref())
        {
            match &it.may_write {
                Fact::Known(true) => return Ok(()),
                Fact::Known(false) | Fact::Absent => {
                    format!(
                        "`{name}` approved the change by an account that may not write to the \
                        repository"
                    )
                }
                Fact::Undecided(why) => {
                    let text = format!(
                        "what right the account has by which `{name}` approved cannot be \
                            verified: {why}"
                    );
                    return Err(Box::new(flaw(text).undecided()));
                }
            }
        } else {
            format!("`{name}` approved the change when `{}` was not what it is now", held.path)
        };
        let mut flaw = flaw(text).waiting();
        flaw.people = vec![name.clone()];
        Err(Box::new(flaw.remedy(
            Who::Signers,
            "approve the change on its forge, at its newest \
            commit",
        )))
    }

    /// Seats people: whether enough signed, and who could fill what is left.
    pub(super) fn fill(&self, all: &mut Signatures<'a>, asked: &RequiredSigners<'_>) {
        let solo = self.rules().solo.as_ref().filter(|_| self.allows_solo(asked));
        if let Some(solo) = solo {
            if !all.signers.iter().any(|signer| signer.person.id.value == solo.person.value) {
                all.missing.push("the one person there is".to_owned());
                all.people.push(solo.person.value.clone());
            }
            return;
        }
        let seats: Vec<&Seat> = asked.terms.seats(asked.level).collect();
        let fits = |signer: &Signer<'_>, seat: &Seat| {
            let limit = self
                .people()
                .map_or(None, |people| people.limit(signer.person, signer.role, signer.signed_on));
            seat.roles.contains(&signer.role)
                && (!seat.limit || limit >= asked.level)
                && (seat.outsiders || !signer.person.is_outside())
        };
        let taken = seated(&seats, &all.signers, &fits);
        let open: Vec<&Seat> = seats
            .iter()
            .zip(&taken)
            .filter(|(_, taken)| taken.is_none())
            .map(|(seat, _)| *seat)
            .collect();
        let list =
            |roles: &[Role]| roles.iter().map(|role| role.words()).collect::<Vec<_>>().join(" or ");
        all.missing.extend(open.iter().map(|seat| list(&seat.roles)));
        let mut wanted: Vec<Role> =
            open.iter().flat_map(|seat| seat.roles.iter().copied()).collect();
        if let Some(who) = asked.settings {
            let acting: Vec<Role> = all
                .signers
                .iter()
                .map(|it| it.role)
                .filter(|role| who.from.contains(role))
                .collect();
            let distinct: BTreeSet<Role> = acting.iter().copied().collect();
            let people = who.people as usize;
            let unseen: Vec<Role> =
                who.from.iter().filter(|role| !distinct.contains(role)).copied().collect();
            if distinct.len() < people.min(who.from.len()) || acting.len() < people {
                let roles = if unseen.is_empty() { &who.from } else { &unseen };
                if all.missing.is_empty() {
                    all.missing.push(list(roles));
                }
                wanted.extend(roles);
            }
        }
        let Ok(people) = self.people() else { return };
        let can = |person: &&Person| {
            let has = |role: &Role| {
                let seat = |seat: &&&Seat| seat.roles.contains(role);
                let limit = open.iter().filter(seat).all(|seat| {
                    !seat.limit || people.limit(person, *role, self.today) >= asked.level
                });
                people.has_role(person, *role, self.today)
                    && limit
                    && self.dependence(person, *role, asked).is_none()
            };
            person.line.value != 3
                && people.is_outermost(person)
                && !all.signers.iter().any(|signer| signer.person.id == person.id)
                && wanted.iter().any(has)
        };
        if !all.missing.is_empty() {
            all.people =
                people.people.iter().filter(can).map(|person| person.id.value.clone()).collect();
        }
    }
}

/// Gives seats to signers, one each, so that as many as possible are taken.
fn seated(
    seats: &[&Seat],
    signers: &[Signer<'_>],
    fits: &impl Fn(&Signer<'_>, &Seat) -> bool,
) -> Vec<Option<usize>> {
    fn place(
        seat: usize,
        seats: &[&Seat],
        signers: &[Signer<'_>],
        fits: &impl Fn(&Signer<'_>, &Seat) -> bool,
        taken: &mut Vec<Option<usize>>,
        tried: &mut BTreeSet<usize>,
    ) -> bool {
        for at in 0..signers.len() {
            if !fits(&signers[at], seats[seat]) || !tried.insert(at) {
                continue;
            }
            let holder = taken.iter().position(|it| *it == Some(at));
            if holder.is_none_or(|other| place(other, seats, signers, fits, taken, tried)) {
                taken[seat] = Some(at);
                return true;
            }
        }
        false
    }
    let mut taken = vec![None; seats.len()];
    for seat in 0..seats.len() {
        place(seat, seats, signers, fits, &mut taken, &mut BTreeSet::new());
    }
    taken
}
