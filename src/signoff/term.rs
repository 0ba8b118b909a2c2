//! Whether a record says what it must, and still holds: its end, its revocation, its conditions.

use std::collections::BTreeSet;

use super::court::SignOffEvaluator;
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::ledger::{Located, RecordFiles};
use super::record::{Closing, Condition, Revocation};
use super::signer::{RequiredSigners, Signatures};
use crate::catalog::Level;
use crate::document::Spanned;
use crate::evidence::is_placeholder;
use crate::fact::Fact;
use crate::finding::Who;
use crate::settings::gate::Proof;
use crate::span::RepoPath;

/// Conditions that may be open at once.
const MOST_CONDITIONS: usize = 3;

/// Days after its last one that a record still holds, for the sake of time zones.
const GRACE_DAYS: i32 = 1;

/// Days that a month counts.
const MONTH: i32 = 31;

impl<'a> SignOffEvaluator<'a> {
    /// What a record says of itself.
    pub(super) fn form(&self, filed: &RecordFiles) -> Vec<SignOffFlaw> {
        let held = &filed.record;
        let record = &held.value;
        let mut flaws = Vec::new();
        let mut add = |span, text: String| {
            let flaw = SignOffFlaw::at(SignOffProperty::Valid, held, span, text);
            flaws.push(flaw.remedy(
                Who::Author,
                "write a new record: one that was merged or signed \
                is not edited",
            ));
        };
        if self.rules().repositories.is_empty() {
            add(
                record.repository.span,
                "governance/gate.yaml does not say what the `repository` is called, so a record \
                 could be of any"
                    .to_owned(),
            );
        } else if !self.is_of_this_repository(record) {
            let text =
                format!("the record was made for the repository `{}`", record.repository.value);
            add(record.repository.span, text);
        }
        if is_placeholder(&record.because.value) || record.because.value.trim().is_empty() {
            add(record.because.span, "`because` does not say why yet".to_owned());
        }
        if record.conditions.len() > MOST_CONDITIONS {
            let text = format!(
                "there are more than {MOST_CONDITIONS} conditions; what needs so many is \
                    not decided yet"
            );
            add(record.conditions[MOST_CONDITIONS].id.span, text);
        }
        for condition in &record.conditions {
            if is_placeholder(&condition.must.value) {
                add(
                    condition.must.span,
                    format!("condition `{}` does not say what must be done", condition.id.value),
                );
            }
            let people = self.governance.people.known();
            if people.is_some_and(|people| people.find(&condition.owner.value).is_none()) {
                let text = format!(
                    "`{}`, who owns condition `{}`, is nobody here",
                    condition.owner.value, condition.id.value
                );
                add(condition.owner.span, text);
            }
        }
        let named: BTreeSet<&String> = record.authors.iter().map(|it| &it.value).collect();
        let people = self.governance.people.known();
        let is_named = |wrote: &String| {
            let ids = people.and_then(|people| people.find(wrote));
            named.iter().any(|it| it.eq_ignore_ascii_case(wrote))
                || ids.is_some_and(|person| {
                    named.contains(&person.id.value)
                        || person.emails.iter().any(|it| named.contains(it))
                })
        };
        if filed.is_fresh()
            && let Some(unnamed) = self.wrote(held).iter().find(|wrote| !is_named(wrote))
        {
            let text = format!(
                "`{unnamed}` wrote some of what the record covers and is not among \
                its `authors`"
            );
            add(record.id.span, text);
        }
        if filed.is_fresh() {
            flaws.extend(self.unknown_authors(held, &record.id));
        }
        flaws
    }

    /// That the history here does not say who wrote what something covers.
    pub(super) fn unknown_authors<T>(
        &self,
        held: &Located<T>,
        id: &Spanned<String>,
    ) -> Option<SignOffFlaw> {
        let Fact::Undecided(why) = self.commits else { return None };
        let text = format!("nobody can say who wrote what `{}` covers: {why}", id.value);
        let flaw = SignOffFlaw::at(SignOffProperty::Valid, held, id.span, text).undecided();
        let remedy = "fetch the history before the check: `fetch-depth: 0` of the checkout step, \
            or git \
             fetch --unshallow";
        Some(flaw.remedy(Who::Platform, remedy))
    }

    /// Whether a record still holds: not revoked, not past its day, not for too long.
    pub(super) fn end(
        &self,
        filed: &'a RecordFiles,
        signatures: &Signatures<'_>,
        asked: &RequiredSigners<'_>,
    ) -> Vec<SignOffFlaw> {
        let held = &filed.record;
        let record = &held.value;
        let id = &record.id.value;
        let mut flaws = Vec::new();
        for revocation in &filed.revocations {
            let it = &revocation.value;
            let entitled = self.may_revoke(revocation, filed, asked, signatures);
            match entitled {
                Ok(()) => {
                    let text = format!(
                        "`{id}` was revoked by `{}` on {}",
                        it.signer.value, it.signed_on.value
                    );
                    flaws.push(
                        SignOffFlaw::at(
                            SignOffProperty::InForce,
                            revocation,
                            it.because.span,
                            text,
                        )
                        .waiting(),
                    );
                }
                Err(flaw) => flaws.push(*flaw),
            }
        }
        let expires = record.expires.value;
        let from =
            signatures.signers.iter().map(|signer| signer.signed_on).min().unwrap_or(self.today);
        let is_high = asked.level >= Some(Level::High);
        let months = if is_high { asked.terms.months / 2 } else { asked.terms.months };
        if expires.plus_days(GRACE_DAYS) < self.today {
            let text = format!("`{id}` ended on {expires}");
            flaws.push(
                SignOffFlaw::at(SignOffProperty::InForce, held, record.expires.span, text)
                    .waiting()
                    .passed(expires),
            );
        } else if from.days_until(expires) > months * MONTH {
            let text = format!(
                "`{id}` would hold until {expires}; it may hold for {months} months \
                at most"
            );
            flaws.push(SignOffFlaw::at(SignOffProperty::InForce, held, record.expires.span, text));
        }
        flaws
    }

    /// What the change brings of statements, closings and revocations that does not count. Once
    /// merged it would pass for judged, whether or not anything depends on it now.
    pub fn newcomers(&self) -> Vec<SignOffFlaw> {
        let mut flaws = Vec::new();
        for filed in self.store.records.values() {
            let closings = filed.closings.iter().any(|it| it.is_new);
            let revocations = filed.revocations.iter().any(|it| it.is_new);
            if !filed.statements.iter().any(|it| it.is_new) && !closings && !revocations {
                continue;
            }
            let asked = self.asked_of(filed, self.class_of(filed));
            let signatures = self.signatures(filed, &asked);
            let is_new = |flaw: &&SignOffFlaw| {
                filed.statements.iter().any(|it| it.is_new && it.path == flaw.place.path)
            };
            flaws.extend(signatures.refused.iter().filter(is_new).cloned());
            let new = filed.revocations.iter().filter(|it| it.is_new);
            flaws.extend(
                new.filter_map(|it| Some(*self.may_revoke(it, filed, &asked, &signatures).err()?)),
            );
            for closing in filed.closings.iter().filter(|it| it.is_new) {
                let of = filed
                    .record
                    .value
                    .conditions
                    .iter()
                    .find(|it| it.id == closing.value.condition);
                flaws.extend(match of {
                    Some(condition) => self
                        .closes(closing, condition, filed, &signatures, &asked)
                        .err()
                        .map(|it| *it),
                    None => {
                        let text = format!(
                            "the record has no condition `{}`",
                            closing.value.condition.value
                        );
                        Some(SignOffFlaw::at(
                            SignOffProperty::Conditions,
                            closing,
                            closing.value.condition.span,
                            text,
                        ))
                    }
                });
            }
        }
        flaws
    }

    /// Whether a revocation counts.
    pub(super) fn may_revoke(
        &self,
        held: &Located<Revocation>,
        filed: &RecordFiles,
        asked: &RequiredSigners<'_>,
        signatures: &Signatures<'_>,
    ) -> Result<(), Box<SignOffFlaw>> {
        let it = &held.value;
        // One that the target branch holds was judged when it came in, and stays whatever became of
        // its signer.
        if !held.is_new && (held.signature.is_some() || asked.terms.proof < Proof::Signed) {
            return Ok(());
        }
        if it.record.sha256.value != filed.record.sha256 {
            let text = format!("what `{}` revokes is other content of the record", it.signer.value);
            return Err(Box::new(SignOffFlaw::at(
                SignOffProperty::Valid,
                held,
                it.record.sha256.span,
                text,
            )));
        }
        let people = self.people()?;
        let Some(person) = people.people.iter().find(|person| person.id.value == it.signer.value)
        else {
            let text = format!("`{}` is nobody who could revoke it", it.signer.value);
            return Err(Box::new(SignOffFlaw::at(
                SignOffProperty::Authority,
                held,
                it.signer.span,
                text,
            )));
        };
        let day = it.signed_on.value;
        let signed = signatures.signers.iter().any(|signer| signer.person.id == person.id);
        let may = signed
            || person.line.value == 2
            || asked.terms.seats.iter().any(|seat| seat.roles.contains(&it.acting_as.value));
        if !may
            || !people.has_role(person, it.acting_as.value, day)
            || !person.is_active(self.today)
        {
            let text = format!("`{}` may not revoke it", it.signer.value);
            return Err(Box::new(SignOffFlaw::at(
                SignOffProperty::Authority,
                held,
                it.signer.span,
                text,
            )));
        }
        self.proof(held, person, day, asked).map(drop)
    }

    pub(super) fn conditions(
        &self,
        filed: &'a RecordFiles,
        signatures: &Signatures<'_>,
        asked: &RequiredSigners<'_>,
    ) -> Vec<SignOffFlaw> {
        let held = &filed.record;
        let mut flaws = Vec::new();
        for condition in &held.value.conditions {
            let id = &condition.id.value;
            let mut refused = None;
            let is_closed =
                filed.closings.iter().filter(|it| it.value.condition.value == *id).any(|closing| {
                    match self.closes(closing, condition, filed, signatures, asked) {
                        Ok(()) => true,
                        Err(flaw) => {
                            refused = Some(flaw);
                            false
                        }
                    }
                });
            let due = condition.due.value;
            if !is_closed
                && due < self.today
                && let Some(flaw) = refused
            {
                flaws.push(*flaw);
            } else if !is_closed && due < self.today {
                let text = format!(
                    "condition `{id}` of `{}` was due on {due} and is open",
                    held.value.id.value
                );
                let flaw =
                    SignOffFlaw::at(SignOffProperty::Conditions, held, condition.id.span, text)
                        .passed(due);
                let text = format!(
                    "meet it, then have it closed: aimsgate sign {} --close {id}",
                    held.value.id.value
                );
                flaws.push(flaw.label(condition.must.value.clone()).remedy(Who::Owner, text));
            }
        }
        flaws
    }

    /// Whether a closing closes its condition.
    fn closes(
        &self,
        held: &Located<Closing>,
        condition: &Condition,
        filed: &'a RecordFiles,
        signatures: &Signatures<'_>,
        asked: &RequiredSigners<'_>,
    ) -> Result<(), Box<SignOffFlaw>> {
        let it = &held.value;
        let refuse = |span, text: String| {
            Err(Box::new(SignOffFlaw::at(SignOffProperty::Conditions, held, span, text)))
        };
        let name = &it.condition.value;
        if it.record.sha256.value != filed.record.sha256 {
            return refuse(
                it.record.sha256.span,
                format!("condition `{name}` was closed for other content of the record"),
            );
        }
        if it.signer.value == condition.owner.value {
            return refuse(
                it.signer.span,
                format!("`{}` owns condition `{name}` and cannot close it", it.signer.value),
            );
        }
        let first = signatures.signers.iter().map(|signer| signer.signed_on).min();
        if first.is_some_and(|first| it.signed_on.value < first)
            || it.signed_on.value > self.today.plus_days(1)
        {
            let text =
                format!("condition `{name}` was closed on {}, which cannot be", it.signed_on.value);
            return Err(Box::new(SignOffFlaw::at(
                SignOffProperty::Dates,
                held,
                it.signed_on.span,
                text,
            )));
        }
        let person =
            self.person(held, &it.signer, it.acting_as.value, it.signed_on.value, asked)?;
        if person.line.value != 2
            && !signatures.signers.iter().any(|signer| signer.person.id == person.id)
        {
            let text = format!(
                "`{}` neither signed the record nor is of the second line",
                it.signer.value
            );
            return refuse(it.signer.span, text);
        }
        self.proof(held, person, it.signed_on.value, asked)?;
        if held.is_new {
            for evidence in &it.evidence {
                let path = RepoPath::from(evidence.path.value.as_str());
                let now = self.digests.at(self.repo.view.snapshot, &path);
                if now != Some(Ok(evidence.sha256.value.clone())) {
                    return refuse(
                        evidence.path.span,
                        format!("`{}` is not what closed condition `{name}`", evidence.path.value),
                    );
                }
            }
        }
        Ok(())
    }

    /// The conditions of a record that somebody closed who may.
    pub fn closed(&self, filed: &'a RecordFiles) -> impl Iterator<Item = &'a str> {
        let asked = self.asked_of(filed, self.class_of(filed));
        let signatures = self.signatures(filed, &asked);
        let closes = |condition: &Condition| {
            let mut closings =
                filed.closings.iter().filter(|it| it.value.condition == condition.id);
            closings
                .any(|closing| self.closes(closing, condition, filed, &signatures, &asked).is_ok())
        };
        let closed: Vec<&str> = filed
            .record
            .value
            .conditions
            .iter()
            .filter(|it| closes(it))
            .map(|it| it.id.value.as_str())
            .collect();
        closed.into_iter()
    }
}
