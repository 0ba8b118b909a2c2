//! What shows that somebody signed: a signature of OpenSSH, an approval, or a claim.

use super::approval::reviewed;
use crate::date::Date;
use crate::digest::sha256;
use crate::openssh::{self, PublicKey, Refused, Signature, Trust, VerifyTimes};
use crate::settings::gate::Proof;
use crate::settings::people::{AutomationSigns, Person};
use crate::signoff::files::{Located, RunRecord};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::{NAMESPACE, SignOffInputs, VerifiedKey};
use crate::signoff::terms::RequiredSigners;

/// Seconds from the beginning of a day to its noon.
const HALF_DAY: u64 = 43_200;

/// When a file was signed, as it says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signed {
    pub(crate) day: Date,
    /// The day of the record that it is about. A certificate that ended before it signed nothing
    /// of the record.
    pub(crate) of_record: Option<Date>,
}

impl From<Date> for Signed {
    fn from(day: Date) -> Self {
        Self { day, of_record: None }
    }
}

/// Returns what shows that a person signed a file, and with which key.
///
/// # Errors
/// Why nothing shows it, or less than is required.
pub(crate) fn proof<T>(
    inputs: &SignOffInputs<'_>,
    located: &Located<T>,
    person: &Person,
    signed: impl Into<Signed>,
    required: &RequiredSigners<'_>,
) -> Result<(Proof, Option<PublicKey>), Box<SignOffFlaw>> {
    let name = &person.id.value;
    let refuse = |property, text: String| {
        Err(Box::new(SignOffFlaw::at(property, located, Default::default(), text)))
    };
    let Some(bytes) = &located.signature else {
        return match required.proof() {
            Proof::Claimed => Ok((Proof::Claimed, None)),
            Proof::Reviewed => {
                reviewed(inputs, located, &[], person)?;
                Ok((Proof::Reviewed, None))
            }
            Proof::Signed | Proof::TimeStamped => {
                let text =
                    format!("that `{name}` signed is only claimed: there is no `.sig` beside it");
                refuse(SignOffProperty::Proof, text)
            }
        };
    };
    let signed = signed.into();
    let digests = [located.sha256.clone(), sha256(bytes)];
    let id = (located.path.clone(), digests, name.clone(), signed.day, signed.of_record);
    let verify = || verified(inputs, located, bytes, person, signed);
    let key = match inputs.verified_once(id, verify) {
        Ok(key) => key,
        Err(why) => {
            let text = format!("the signature is not that of `{name}`: {why}");
            return refuse(SignOffProperty::Signature, text);
        }
    };
    if required.proof() > Proof::Signed {
        let text = "a time stamp is asked for, and this version reads none".to_owned();
        return refuse(SignOffProperty::Proof, text);
    }
    Ok((Proof::Signed, Some(key)))
}

/// Returns the key by which a person signed a file.
fn verified<T>(
    inputs: &SignOffInputs<'_>,
    located: &Located<T>,
    signature: &[u8],
    person: &Person,
    signed: Signed,
) -> VerifiedKey {
    let signature = Signature::parse(signature).map_err(|why| why.to_string())?;
    // A certificate for an hour holds on the day of signing; the line that trusts its authority,
    // today as well.
    let window = signature.key().window();
    let day = signed.day;
    let certificate = window.map_or(day.noon(), |window| day.within(window));
    if let (Some((_, until)), Some(made)) = (window, signed.of_record)
        && until.saturating_add(HALF_DAY) <= made.noon()
    {
        return Err(format!(
            "the certificate ended before {made}, the day of the record (`prepared-on`)"
        ));
    }
    for line in inputs.required_days(located, day) {
        let at = VerifyTimes { line: line.noon(), certificate };
        signed_as(&inputs.trust, NAMESPACE, (&located.bytes, &signature), person, at)
            .map_err(|why| format!("{why} (on {line})"))?;
    }
    Ok(signature.key().clone())
}

/// Checks a signature over a message under each of a person's names.
///
/// # Errors
/// Why it is not that person's.
pub(crate) fn signed_as(
    trust: &Trust,
    namespace: &str,
    (message, signature): (&[u8], &Signature),
    person: &Person,
    at: VerifyTimes,
) -> Result<(), Refused> {
    let verify =
        |name: &str| openssh::verify_certified(trust, name, namespace, signature, message, at);
    // An authority certifies addresses: what it calls people beside them, such as the names of
    // their accounts on its machines, are not ids of this list.
    let is_certified = signature.key().window().is_some();
    let id = Some(person.id.as_str()).filter(|id| !is_certified || id.contains('@'));
    let mut first = match id.map(verify) {
        Some(Ok(())) => return Ok(()),
        Some(Err(why)) => why,
        None => Refused::NotAllowed(person.id.value.to_string()),
    };
    for address in &person.emails {
        match verify(address) {
            Ok(()) => return Ok(()),
            // That another of the names has no line says less than what a line says.
            Err(why) if first.is_about_nobody() => first = why,
            Err(_) => {}
        }
    }
    Err(first)
}

/// Checks that a program which may record runs signed one.
///
/// # Errors
/// Why none did, in words.
pub(crate) fn is_signed_by_program(
    inputs: &SignOffInputs<'_>,
    located: &Located<RunRecord>,
) -> Result<(), String> {
    let people = inputs.people().map_err(|flaw| flaw.text)?;
    let Some(bytes) = &located.signature else {
        return Err("there is no `.sig` beside it".to_owned());
    };
    let signature = Signature::parse(bytes).map_err(|why| why.to_string())?;
    let days = inputs.required_days(located, located.value.at.value.date());
    let mut why = "no program of governance/people.yaml signs run records".to_owned();
    for program in &people.automation {
        if program.signs != Some(AutomationSigns::RunRecords) {
            continue;
        }
        let (trust, name, message) = (&inputs.trust, &program.id.value, &located.bytes);
        let verify =
            |day: &Date| openssh::verify(trust, name, NAMESPACE, &signature, message, day.noon());
        match days.iter().try_for_each(verify) {
            Ok(()) => return Ok(()),
            Err(refused) => why = refused.to_string(),
        }
    }
    Err(why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Class, Level};
    use crate::settings::gate::Decision;
    use crate::signoff::testing::{new_record, with_inputs};

    #[test]
    fn a_file_without_a_signature_proves_what_is_claimed() {
        let people = "- {id: ana, roles: [risk-lead], line: 2}\n";
        let day: Date = "2026-11-20".parse().unwrap();
        let broken = Some(b"no signature".to_vec());
        let cases = [
            (Class::Limited, None, Ok(Proof::Claimed)),
            (Class::High, None, Err(SignOffProperty::Proof)),
            (Class::Limited, broken.clone(), Err(SignOffProperty::Signature)),
            (Class::High, broken, Err(SignOffProperty::Signature)),
        ];
        for (class, signature, expected) in cases {
            let mut record = new_record("accept-residual-risk", "").record;
            record.signature = signature;
            let found = with_inputs(people, |inputs| {
                let (decision, level) = (Decision::AcceptResidualRisk, Some(Level::Low));
                let required = inputs.required(decision, class, level, Default::default());
                let person = &inputs.people().unwrap().people[0];
                proof(&inputs, &record, person, day, &required)
                    .map(|(proof, _)| proof)
                    .map_err(|flaw| flaw.property)
            });
            assert_eq!(found, expected, "{class:?}");
        }
    }

    #[test]
    fn a_signature_is_checked_once_however_often_it_is_asked_for() {
        with_inputs("- {id: ana, roles: [risk-lead], line: 2}\n", |inputs| {
            let digest = sha256(b"a");
            let day: Date = "2026-11-20".parse().unwrap();
            let id = |path: &str| {
                (path.into(), [digest.clone(), digest.clone()], "ana".into(), day, None)
            };
            let mut asked = Vec::new();
            for path in ["a", "a", "b", "a"] {
                let found = inputs.verified_once(id(path), || {
                    asked.push(path);
                    Err(format!("{path} is no signature"))
                });
                assert_eq!(found.err(), Some(format!("{path} is no signature")));
            }
            assert_eq!(asked, ["a", "b"]);
        });
    }
}
