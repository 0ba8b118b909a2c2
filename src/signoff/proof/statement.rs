//! Whether one statement about a record counts.

use super::approval::reviewed;
use super::person::actor_who_may;
use super::signature::{Signed, proof};
use crate::catalog::Role;
use crate::date::Date;
use crate::finding::Who;
use crate::openssh::PublicKey;
use crate::settings::gate::Proof;
use crate::settings::people::Person;
use crate::signoff::files::{Located, RecordFiles, Statement};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::terms::RequiredSigners;
use crate::span::{RepoPath, Span};

/// Days that may lie between a signature and the change that brings it.
const FRESH_DAYS: i32 = 14;

/// A person whose signature counts.
#[derive(Clone, Debug)]
pub(crate) struct Signer<'a> {
    pub(crate) person: &'a Person,
    /// Whose part the signer can take: the own one, or that of others.
    pub(crate) parts: Vec<&'a Person>,
    pub(crate) role: Role,
    pub(crate) signed_on: Date,
    pub(crate) proof: Proof,
    /// The file of the statement.
    pub(crate) statement: RepoPath,
    key: Option<PublicKey>,
}

/// Returns the signer of a statement, beside those whose statements count already. The statement
/// may say that the signer does not agree.
///
/// # Errors
/// Why the statement does not count.
pub(super) fn counted_signer<'a>(
    inputs: &SignOffInputs<'a>,
    record_files: &RecordFiles,
    located: &Located<Statement>,
    required: &RequiredSigners<'_>,
    others: &[Signer<'a>],
) -> Result<Signer<'a>, Box<SignOffFlaw>> {
    let signer = entitled_signer(inputs, record_files, located, required)?;
    let record = &record_files.record;
    let prepared = record.value.prepared_on.as_ref().map(|day| day.value);
    let unknown = Some(inputs.today).filter(|_| located.is_new);
    let signed = Signed { day: signer.signed_on, of_record: prepared.or(unknown) };
    let (proof, key) = proof(inputs, located, signer.person, signed, required)
        .map_err(|flaw| sign_again(*flaw, record_files, located))?;
    if proof == Proof::Reviewed {
        // Who saw the statement only did not see what it is about.
        reviewed(inputs, record, &inputs.reviewed_paths(record), signer.person)?;
    }
    let signer = Signer { proof, key, ..signer };
    match signer.repeats(others) {
        Some((property, text)) => {
            Err(Box::new(SignOffFlaw::at(property, located, located.value.signer.span, text)))
        }
        None => Ok(signer),
    }
}

/// Returns a flaw with what to do where it is one of the signature.
fn sign_again(
    flaw: SignOffFlaw,
    record_files: &RecordFiles,
    located: &Located<Statement>,
) -> Box<SignOffFlaw> {
    if flaw.property != SignOffProperty::Signature {
        return Box::new(flaw);
    }
    let role = located.value.acting_as.value.name();
    let sign = format!("aimsgate sign {} --as {role}", record_files.record.value.id.value);
    // What was merged stays as it is, and a file has one statement of a person.
    let text = if located.is_new {
        format!("take `{}` and its `.sig` away, then: {sign}", located.path)
    } else {
        format!("another person of that role: {sign}; or prepare a new record")
    };
    Box::new(flaw.remedy(Who::Signers, text))
}

/// Returns the signer of a statement, whatever shows that the person made it.
///
/// # Errors
/// Why the statement does not count, whatever shows it.
pub(crate) fn entitled_signer<'a>(
    inputs: &SignOffInputs<'a>,
    record_files: &RecordFiles,
    located: &Located<Statement>,
    required: &RequiredSigners<'_>,
) -> Result<Signer<'a>, Box<SignOffFlaw>> {
    let statement = &located.value;
    let flaw = |property, span: Span, text: String| {
        Err(Box::new(SignOffFlaw::at(property, located, span, text)))
    };
    if statement.record.sha256.value != record_files.record.sha256 {
        let text =
            format!("what `{}` signed is other content of the record", statement.signer.value);
        return flaw(SignOffProperty::Valid, statement.record.sha256.span, text);
    }
    let (day, expires) = (statement.signed_on.value, record_files.record.value.expires.value);
    if let Some(text) = impossible_day(day, expires, located.is_new, inputs.today) {
        return flaw(SignOffProperty::Dates, statement.signed_on.span, text);
    }
    let role = statement.acting_as.value;
    let actor = actor_who_may(inputs, located, &statement.signer, role, day, required)?;
    let (person, parts) = (actor.person, actor.parts);
    if !required.asks_for(role) && !required.is_solo(person) {
        let decision = required.decision.name();
        let text = format!("a `{}` is not asked to sign a `{decision}`", role.name());
        return flaw(SignOffProperty::Authority, statement.acting_as.span, text);
    }
    let statement = located.path.clone();
    Ok(Signer { person, parts, role, signed_on: day, proof: Proof::Claimed, statement, key: None })
}

/// Returns why a statement cannot be of a day, in words. None where it can.
fn impossible_day(day: Date, expires: Date, is_new: bool, today: Date) -> Option<String> {
    if day > today.plus_days(1) {
        return Some(format!("it was signed on {day}, which is to come"));
    }
    if day > expires {
        return Some(format!("it was signed on {day}, after the record had ended"));
    }
    (is_new && day.plus_days(FRESH_DAYS) < today).then(|| {
        format!(
            "it was signed on {day} and comes in only now; a signature is at most {FRESH_DAYS} \
             days old when it does"
        )
    })
}

impl Signer<'_> {
    /// Returns the fingerprint of the key that signed, as `ssh-keygen -l` prints it. None where no
    /// key did, or one in a certificate.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        self.key.as_ref()?.fingerprint()
    }

    /// Returns how one of the others is the same person or has the same key. None where none is.
    fn repeats(&self, others: &[Signer<'_>]) -> Option<(SignOffProperty, String)> {
        let id = &self.person.id.value;
        if let Some(other) = others.iter().find(|other| self.has_key_of(other)) {
            let text = format!("the key of `{id}` signed for `{}` already", other.person.id.value);
            return Some((SignOffProperty::Signature, text));
        }
        let is_same = others.iter().any(|other| other.person.id == self.person.id);
        let text = format!("`{id}` signed twice, and counts once");
        is_same.then_some((SignOffProperty::Authority, text))
    }

    fn has_key_of(&self, other: &Signer<'_>) -> bool {
        match (&self.key, &other.key) {
            (Some(own), Some(other)) => other.is_same(own),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_of_a_day_that_can_be() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let (today, expires) = (date("2026-11-22"), date("2027-05-01"));
        let cases = [
            ("2026-11-22", true, None),
            ("2026-11-23", true, None),
            ("2026-11-24", true, Some("it was signed on 2026-11-24, which is to come")),
            ("2026-11-08", true, None),
            ("2026-11-07", true, Some("it was signed on 2026-11-07 and comes in only now; ")),
            ("2026-11-07", false, None),
        ];
        for (day, is_new, expected) in cases {
            let found = impossible_day(date(day), expires, is_new, today);
            assert_eq!(found.is_some(), expected.is_some(), "{day}: {found:?}");
            assert!(found.unwrap_or_default().starts_with(expected.unwrap_or_default()), "{day}");
        }
        let ended = impossible_day(date("2026-11-22"), date("2026-11-21"), false, today);
        assert_eq!(ended.unwrap(), "it was signed on 2026-11-22, after the record had ended");
    }
}
