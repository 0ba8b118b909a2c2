//! Whether a revocation counts.

use crate::settings::gate::Proof;
use crate::signoff::files::{Located, RecordFiles, Revocation};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::proof::{Signatures, proof};
use crate::signoff::terms::RequiredSigners;
use crate::span::Span;

/// Checks that a revocation counts: it is of the record as it is, and signed by somebody who signed
/// the record, is of the second line, or could fill one of its seats.
///
/// # Errors
/// Why it does not count.
pub(crate) fn check_revocation(
    inputs: &SignOffInputs<'_>,
    located: &Located<Revocation>,
    record_files: &RecordFiles,
    required: &RequiredSigners<'_>,
    signatures: &Signatures<'_>,
) -> Result<(), Box<SignOffFlaw>> {
    let revocation = &located.value;
    let is_proved = located.signature.is_some() || required.terms.proof < Proof::Signed;
    // The gate judged one that the target branch has when it came in; it stays, whatever became of
    // its signer.
    if !located.is_new && is_proved {
        return Ok(());
    }
    let refuse = |property, span: Span, text: String| {
        Err(Box::new(SignOffFlaw::at(property, located, span, text)))
    };
    let name = &revocation.signer.value;
    if revocation.record.sha256.value != record_files.record.sha256 {
        let text = format!("what `{name}` revokes is other content of the record");
        return refuse(SignOffProperty::Valid, revocation.record.sha256.span, text);
    }
    let people = inputs.people()?;
    let Some(person) = people.people.iter().find(|person| person.id.value == *name) else {
        let text = format!("`{name}` is nobody who could revoke it");
        return refuse(SignOffProperty::Authority, revocation.signer.span, text);
    };
    let (day, role) = (revocation.signed_on.value, revocation.acting_as.value);
    let may_revoke = signatures.has(person)
        || person.line.value == 2
        || required.terms.seats.iter().any(|seat| seat.roles.contains(&role));
    let has_role = !required.parts(people, person, role, day).is_empty();
    if !may_revoke || !has_role || !person.is_active(inputs.today) {
        let text = format!("`{name}` may not revoke it");
        return refuse(SignOffProperty::Authority, revocation.signer.span, text);
    }
    proof(inputs, located, person, day, required).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signoff::testing::{SHA, about, new_record, with_inputs};

    const PEOPLE: &str = "
- {id: ana, roles: [risk-lead], line: 2}
- {id: ben, roles: [engineer], line: 1}
- {id: cem, roles: [system-owner], line: 1}
- {id: dee, roles: [risk-lead], line: 2, until: 2026-11-21}
";

    #[test]
    fn people_of_the_second_line_or_of_a_seat_revoke_the_record_as_it_is() {
        let record_files = new_record("release", "risk-class: limited\n");
        let rest = "revoke: true\nbecause: It is wrong.\n";
        let revocation = |signer: &str, role: &str| about(&record_files, signer, role, rest);
        let other = || {
            let mut other: Located<Revocation> = revocation("ana", "risk-lead");
            other.value.record.sha256.value = SHA.parse().unwrap();
            other
        };
        let merged = || {
            let mut merged: Located<Revocation> = revocation("zoe", "risk-lead");
            merged.is_new = false;
            merged
        };
        let cases = [
            (revocation("ana", "risk-lead"), None),
            (revocation("ana", "system-owner"), Some(SignOffProperty::Authority)),
            (revocation("ben", "engineer"), Some(SignOffProperty::Authority)),
            (revocation("cem", "system-owner"), None),
            (revocation("dee", "risk-lead"), Some(SignOffProperty::Authority)),
            (revocation("zoe", "risk-lead"), Some(SignOffProperty::Authority)),
            (other(), Some(SignOffProperty::Valid)),
            (merged(), None),
        ];
        for (revocation, expected) in cases {
            let found = with_inputs(PEOPLE, |inputs| {
                let required = inputs
                    .required_of(&record_files, crate::catalog::Class::Limited)
                    .owned_by(vec!["cem".into()]);
                let signatures = Signatures::default();
                check_revocation(&inputs, &revocation, &record_files, &required, &signatures)
            });
            let signer = &revocation.value.signer.value;
            assert_eq!(found.err().map(|flaw| flaw.property), expected, "{signer}");
        }
    }
}
