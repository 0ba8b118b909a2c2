//! Whether a record still holds: not revoked, not past its day, not for too long.

use super::revocation::check_revocation;
use crate::catalog::Level;
use crate::date::Date;
use crate::signoff::files::{Located, Record, RecordFiles};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::proof::Signatures;
use crate::signoff::terms::RequiredSigners;

/// Days after its last one that a record still holds, for the sake of time zones.
const GRACE_DAYS: i32 = 1;

/// Days that a month counts.
const MONTH: i32 = 31;

/// Returns why a record does not hold today.
pub(crate) fn term_flaws(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
    signatures: &Signatures<'_>,
    required: &RequiredSigners<'_>,
) -> Vec<SignOffFlaw> {
    let located = &record_files.record;
    let id = &located.value.id.value;
    let mut flaws = Vec::new();
    for revocation in &record_files.revocations {
        match check_revocation(inputs, revocation, record_files, required, signatures) {
            Ok(()) => {
                let it = &revocation.value;
                let (signer, day) = (&it.signer.value, it.signed_on.value);
                let text = format!("`{id}` was revoked by `{signer}` on {day}");
                let (property, span) = (SignOffProperty::InForce, it.because.span);
                flaws.push(SignOffFlaw::at(property, revocation, span, text).waiting());
            }
            Err(flaw) => flaws.push(*flaw),
        }
    }
    let from = signatures.signers.iter().map(|signer| signer.signed_on).min();
    let from = from.unwrap_or(inputs.today);
    let is_high = required.level >= Some(Level::High);
    let months = if is_high { required.terms.months / 2 } else { required.terms.months };
    flaws.extend(end_flaw(located, from, months, inputs.today));
    flaws
}

/// Returns that a record has ended, or ends later than it may. None where it holds.
fn end_flaw(
    located: &Located<Record>,
    from: Date,
    months: i32,
    today: Date,
) -> Option<SignOffFlaw> {
    let (id, expires) = (&located.value.id.value, located.value.expires.value);
    let flaw = |text: String| {
        let span = located.value.expires.span;
        SignOffFlaw::at(SignOffProperty::InForce, located, span, text)
    };
    if expires.plus_days(GRACE_DAYS) < today {
        return Some(flaw(format!("`{id}` ended on {expires}")).waiting().passed(expires));
    }
    (from.days_until(expires) > months * MONTH).then(|| {
        flaw(format!("`{id}` would hold until {expires}; it may hold for {months} months at most"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::FindingKind;
    use crate::signoff::testing::record;

    #[test]
    fn a_record_holds_until_its_day_and_not_for_too_long() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        // The day of signing, the last day, months, today: how it ends.
        let cases = [
            ("2026-11-01", "2027-10-31", 12, "2026-11-22", None),
            ("2026-11-01", "2026-11-21", 12, "2026-11-22", None),
            ("2026-11-01", "2026-11-20", 12, "2026-11-22", Some(FindingKind::Waiting)),
            ("2026-11-01", "2027-11-08", 12, "2026-11-22", None),
            ("2026-11-01", "2027-11-09", 12, "2026-11-22", Some(FindingKind::Fail)),
            ("2026-11-01", "2027-05-10", 6, "2026-11-22", Some(FindingKind::Fail)),
        ];
        for (from, expires, months, today, expected) in cases {
            let record = record("release", &format!("expires: {expires}\n"));
            let flaw = end_flaw(&record, date(from), months, date(today));
            assert_eq!(flaw.map(|flaw| flaw.nature), expected, "{from} {expires} {today}");
        }
    }
}
