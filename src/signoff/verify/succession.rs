//! Whether a new record names the one it takes the place of.

use std::collections::BTreeSet;

use crate::settings::register::System;
use crate::signoff::files::RecordFiles;
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::{RecordCandidates, SignOffInputs};
use crate::signoff::scope::{Confirmed, CoverageExceptions, differences};
use crate::signoff::terms::{Terms, is_fresh};

/// Returns that a new record beside one that stands does not say that it takes its place. None
/// where it does, or nothing stands.
pub(crate) fn unnamed_predecessor(
    record_files: &RecordFiles,
    candidates: &RecordCandidates<'_>,
) -> Option<SignOffFlaw> {
    let located = &record_files.record;
    let last = candidates.last();
    let first = last.first().filter(|_| is_fresh(record_files))?;
    let named = located.value.replaces.as_ref();
    if last.iter().any(|other| named == Some(&other.record.value.id)) {
        return None;
    }
    let id = &first.record.value.id.value;
    let text = format!("the record does not say that it `replaces` `{id}`");
    Some(SignOffFlaw::at(SignOffProperty::Valid, located, located.value.id.span, text))
}

/// Returns that a merged record would take the place of another that stands on the target branch,
/// and was never said to. Two records must not be switched by switching the content. None where it
/// covers the target branch's content, or no other does.
pub(crate) fn silent_switch(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
    candidates: &RecordCandidates<'_>,
    system: &System,
    terms: &Terms,
) -> Option<SignOffFlaw> {
    let last = candidates.last();
    if is_fresh(record_files) || last.len() < 2 {
        return None;
    }
    let tip = inputs.tip_model?.read();
    let (none, closed, varied) = (Confirmed::default(), BTreeSet::new(), BTreeSet::new());
    let exceptions =
        CoverageExceptions { confirmed: &none, closed: &closed, varied: &varied, tip: None };
    let covers_tip = |other: &RecordFiles| {
        let items = inputs.items_of_tip(system);
        let located = &other.record;
        let digests = inputs.digests;
        differences(located, items, &terms.covers, &exceptions, &tip.view, digests).is_none()
    };
    if covers_tip(record_files) {
        return None;
    }
    let located = &record_files.record;
    let other = last.iter().find(|other| covers_tip(other))?;
    let text = format!(
        "`{}` does not say that it `replaces` `{}`, which stands on the target branch",
        located.value.id.value, other.record.value.id.value
    );
    Some(SignOffFlaw::at(SignOffProperty::Valid, located, located.value.id.span, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signoff::testing::{merged, new_record};

    #[test]
    fn a_new_record_replaces_one_that_stands() {
        let stands = merged("treatment-plan", "id: plan-1\n");
        let second = merged("treatment-plan", "id: plan-2\nreplaces: plan-1\n");
        let new = |rest: &str| new_record("treatment-plan", rest);
        let cases = [
            (vec![], new("id: plan-3\n"), None),
            (vec![&stands], new("id: plan-3\n"), Some("plan-1")),
            (vec![&stands], new("id: plan-3\nreplaces: plan-1\n"), None),
            (vec![&stands], new("id: plan-3\nreplaces: plan-0\n"), Some("plan-1")),
            (vec![&stands, &second], new("id: plan-3\nreplaces: plan-1\n"), Some("plan-2")),
            (vec![&stands, &second], new("id: plan-3\nreplaces: plan-2\n"), None),
        ];
        for (known, new, expected) in cases {
            let all = known.into_iter().chain([&new]).collect();
            let flaw = unnamed_predecessor(&new, &RecordCandidates::of(all));
            let expected =
                expected.map(|id| format!("the record does not say that it `replaces` `{id}`"));
            assert_eq!(flaw.map(|flaw| flaw.text), expected);
        }
        // One that stands needs no other.
        assert!(unnamed_predecessor(&stands, &RecordCandidates::of(vec![&stands])).is_none());
    }
}
