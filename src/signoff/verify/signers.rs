//! Whether enough people signed.

use std::fmt::Write as _;

use crate::finding::{FindingKind, Who};
use crate::signoff::files::{Located, Record};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::proof::Signatures;

/// Returns what is missing of the signatures: each that was refused or, where none was, the people
/// who have not signed yet.
pub(crate) fn missing_signers(
    located: &Located<Record>,
    signatures: Signatures<'_>,
) -> Vec<SignOffFlaw> {
    if signatures.is_complete() {
        return Vec::new();
    }
    let wants = format!("it still takes {}", signatures.missing.join(", and "));
    if !signatures.refused.is_empty() {
        let mut refused = signatures.refused;
        refused.dedup_by(|one, other| one.text == other.text && one.place == other.place);
        for flaw in refused.iter_mut().filter(|flaw| flaw.nature != FindingKind::Undecided) {
            flaw.text = format!("{}, so it does not count; {wants}", flaw.text);
        }
        return refused;
    }
    let dissent = match signatures.dissent.as_slice() {
        [] => String::new(),
        names => format!(" (against it: {})", names.join(", ")),
    };
    let id = &located.value.id;
    let mut text = format!("`{}` is not signed by enough people{dissent}: {wants}", id.value);
    let mut remedies = Vec::new();
    for seat in &signatures.seats {
        if let Some(why) = seat.why_nobody() {
            let _ = write!(text, "; for the seat of {}, {why}", seat.name);
            let remedy = &seat.remedy;
            remedies.push(if signatures.seats.len() == 1 {
                remedy.clone()
            } else {
                format!("for the seat of {}: {remedy}", seat.name)
            });
        }
    }
    let mut flaw = SignOffFlaw::at(SignOffProperty::Signers, located, id.span, text).waiting();
    if !remedies.is_empty() {
        flaw = flaw.remedy(Who::SecondLine, remedies.join("; "));
    }
    flaw.people = signatures.people;
    vec![flaw]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signoff::testing::record;

    #[test]
    fn what_was_refused_is_reported_before_who_is_missing() {
        let record = record("release", "");
        let texts = |missing: &[&str], dissent: &[&str], refused: Vec<SignOffFlaw>| {
            let signatures = Signatures {
                missing: missing.iter().map(|it| (*it).to_owned()).collect(),
                dissent: dissent.iter().map(|it| (*it).into()).collect(),
                refused,
                ..Signatures::default()
            };
            let flaws = missing_signers(&record, signatures);
            flaws.into_iter().map(|flaw| (flaw.property, flaw.text)).collect::<Vec<_>>()
        };
        let refused = |text: &str| {
            SignOffFlaw::at(SignOffProperty::Authority, &record, Default::default(), text)
        };
        assert!(texts(&[], &["ben"], vec![refused("`zoe` is nobody")]).is_empty());
        let id = &record.value.id.value;
        let waiting = format!("`{id}` is not signed by enough people: it still takes a, and b");
        assert_eq!(texts(&["a", "b"], &[], vec![]), [(SignOffProperty::Signers, waiting)]);
        let against =
            format!("`{id}` is not signed by enough people (against it: ben): it still takes a");
        assert_eq!(texts(&["a"], &["ben"], vec![]), [(SignOffProperty::Signers, against)]);
        let twice = vec![refused("`zoe` is nobody"), refused("`zoe` is nobody")];
        let not_counted = "`zoe` is nobody, so it does not count; it still takes a".to_owned();
        let expected = [(SignOffProperty::Authority, not_counted)];
        assert_eq!(texts(&["a"], &["ben"], twice), expected);
        let undecided = refused("nobody knows").undecided();
        let expected = [(SignOffProperty::Authority, "nobody knows".to_owned())];
        assert_eq!(texts(&["a"], &[], vec![undecided]), expected);
    }
}
