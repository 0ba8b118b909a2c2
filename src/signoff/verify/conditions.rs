//! Whether the conditions of a record are met in time.

use std::collections::BTreeSet;

use crate::date::Date;
use crate::finding::Who;
use crate::signoff::files::{Closing, Condition, Located, Record, RecordFiles};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::proof::{Signatures, actor_who_may, proof};
use crate::signoff::terms::RequiredSigners;
use crate::span::{RepoPath, Span};

/// Returns the conditions that are overdue.
pub(crate) fn condition_flaws(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
    signatures: &Signatures<'_>,
    required: &RequiredSigners<'_>,
) -> Vec<SignOffFlaw> {
    let mut flaws = Vec::new();
    for condition in &record_files.record.value.conditions {
        let mut refused = None;
        let is_closed = closings(record_files, condition).any(|closing| {
            let flaw = closing_flaw(inputs, closing, condition, record_files, signatures, required);
            let is_closed = flaw.is_none();
            refused = flaw.or(refused.take());
            is_closed
        });
        if is_closed || condition.due.value >= inputs.today {
            continue;
        }
        flaws.push(refused.unwrap_or_else(|| overdue(&record_files.record, condition)));
    }
    flaws
}

fn overdue(located: &Located<Record>, condition: &Condition) -> SignOffFlaw {
    let (id, record, due) = (&condition.id.value, &located.value.id.value, condition.due.value);
    let text = format!(
        "condition `{id}` of `{record}` was due on {due} and is open{}",
        condition.consequences()
    );
    let remedy = format!("meet it, then have it closed: aimsgate sign {record} --close {id}");
    SignOffFlaw::at(SignOffProperty::Conditions, located, condition.id.span, text)
        .passed(due)
        .label(condition.must.value.clone())
        .remedy(Who::Owner, remedy)
}

/// Returns the ids of the conditions that somebody closed who may.
pub(crate) fn closed_conditions<'r>(
    inputs: &SignOffInputs<'_>,
    record_files: &'r RecordFiles,
    signatures: &Signatures<'_>,
    required: &RequiredSigners<'_>,
) -> BTreeSet<&'r str> {
    let mut closed = BTreeSet::new();
    for condition in &record_files.record.value.conditions {
        let is_closed = closings(record_files, condition).any(|closing| {
            closing_flaw(inputs, closing, condition, record_files, signatures, required).is_none()
        });
        if is_closed {
            closed.insert(condition.id.value.as_str());
        }
    }
    closed
}

/// Iterates over what is said to close a condition.
fn closings<'r>(
    record_files: &'r RecordFiles,
    condition: &Condition,
) -> impl Iterator<Item = &'r Located<Closing>> {
    let id = condition.id.value.clone();
    record_files.closings.iter().filter(move |closing| closing.value.condition.value == id)
}

/// Returns why a closing does not close its condition. None where it does.
pub(crate) fn closing_flaw(
    inputs: &SignOffInputs<'_>,
    located: &Located<Closing>,
    condition: &Condition,
    record_files: &RecordFiles,
    signatures: &Signatures<'_>,
    required: &RequiredSigners<'_>,
) -> Option<SignOffFlaw> {
    let refuse =
        |property, span: Span, text: String| Some(SignOffFlaw::at(property, located, span, text));
    let closing = &located.value;
    let (name, signer) = (&closing.condition.value, &closing.signer);
    if closing.record.sha256.value != record_files.record.sha256 {
        let text = format!("condition `{name}` was closed for other content of the record");
        return refuse(SignOffProperty::Conditions, closing.record.sha256.span, text);
    }
    let owner = inputs.people().ok().and_then(|people| people.find(&condition.owner.value));
    if signer.value == condition.owner.as_str() || owner.is_some_and(|it| it.id == *signer) {
        let text = format!("`{}` owns condition `{name}` and cannot close it", signer.value);
        return refuse(SignOffProperty::Conditions, signer.span, text);
    }
    let day = closing.signed_on.value;
    let first = signatures.signers.iter().map(|signer| signer.signed_on).min();
    if is_impossible(day, first, inputs.today) {
        let text = format!("condition `{name}` was closed on {day}, which cannot be");
        return refuse(SignOffProperty::Dates, closing.signed_on.span, text);
    }
    let role = closing.acting_as.value;
    let actor = match actor_who_may(inputs, located, signer, role, day, required) {
        Ok(actor) => actor,
        Err(flaw) => return Some(*flaw),
    };
    let person = actor.person;
    // Whoever closes it in no part but that of its owner closes it for the owner.
    if actor.parts.iter().all(|part| part.is_called(&condition.owner.value)) {
        let (id, owner) = (&signer.value, &condition.owner.value);
        let text = format!("`{id}` takes the part of `{owner}`, who owns condition `{name}`");
        return refuse(SignOffProperty::Conditions, signer.span, text);
    }
    if person.line.value != 2 && !signatures.has(person) {
        let text =
            format!("`{}` neither signed the record nor is of the second line", signer.value);
        return refuse(SignOffProperty::Conditions, signer.span, text);
    }
    if let Err(flaw) = proof(inputs, located, person, day, required) {
        return Some(*flaw);
    }
    let snapshot = inputs.repo.view.snapshot;
    for evidence in closing.evidence.iter().filter(|_| located.is_new) {
        let path = RepoPath::from(evidence.path.value.as_str());
        if !inputs.digests.is_at(snapshot, &path, &evidence.sha256.value) {
            let path = &evidence.path.value;
            let text = format!("`{path}` is not what closed condition `{name}`");
            return refuse(SignOffProperty::Conditions, evidence.path.span, text);
        }
    }
    None
}

/// Whether nothing can be closed on a day: before the record was first signed, or to come.
fn is_impossible(day: Date, first_signed: Option<Date>, today: Date) -> bool {
    first_signed.is_some_and(|first| day < first) || day > today.plus_days(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Class;
    use crate::signoff::testing::{SHA, about, new_record, with_inputs};

    const PEOPLE: &str = "
- {id: ana, roles: [risk-lead], line: 2}
- {id: ben, roles: [engineer], line: 1}
- {id: cem, roles: [risk-lead], line: 2}
";

    #[test]
    fn a_condition_is_met_in_time_and_closed_by_somebody_else() {
        let day = |due: &str| {
            let condition = format!("{{id: C-1, must: Train them., owner: cem, due: {due}}}");
            new_record("release", &format!("risk-class: limited\nconditions: [{condition}]\n"))
        };
        let page = crate::digest::of_content(b"# A page\n");
        // When it is due, who closes it by which evidence: what is wrong.
        let cases = [
            ("2026-11-22", None, &page, None),
            ("2026-11-21", None, &page, Some("condition `C-1` of `example-1` was due on")),
            ("2026-11-21", Some(("ana", "risk-lead")), &page, None),
            ("2026-11-21", Some(("cem", "risk-lead")), &page, Some("`cem` owns condition `C-1`")),
            ("2026-11-21", Some(("ben", "engineer")), &page, Some("`ben` neither signed")),
            ("2026-11-21", Some(("zoe", "risk-lead")), &page, Some("`zoe` is nobody in")),
            (
                "2026-11-21",
                Some(("ana", "risk-lead")),
                &SHA.parse().unwrap(),
                Some("`README.md` is not"),
            ),
        ];
        for (due, closed, evidence, expected) in cases {
            let mut record_files = day(due);
            let evidence = format!("evidence: [{{path: README.md, sha256: {evidence}}}]\n");
            let rest = format!("condition: C-1\n{evidence}");
            if let Some((signer, role)) = closed {
                record_files.closings.push(about(&record_files, signer, role, &rest));
            }
            let flaws = with_inputs(PEOPLE, |inputs| {
                let required = inputs.required_of(&record_files, Class::Limited);
                condition_flaws(&inputs, &record_files, &Signatures::default(), &required)
            });
            let text = flaws.first().map_or("", |flaw| flaw.text.as_str());
            assert_eq!(flaws.len(), usize::from(expected.is_some()), "{closed:?}: {text}");
            assert!(text.starts_with(expected.unwrap_or_default()), "{closed:?}: {text}");
        }
    }

    #[test]
    fn a_condition_is_closed_after_the_first_signature_and_not_tomorrow() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let cases = [
            ("2026-11-20", Some("2026-11-20"), false),
            ("2026-11-19", Some("2026-11-20"), true),
            ("2026-11-19", None, false),
            ("2026-11-23", Some("2026-11-20"), false),
            ("2026-11-24", Some("2026-11-20"), true),
        ];
        for (day, first, expected) in cases {
            let found = is_impossible(date(day), first.map(date), date("2026-11-22"));
            assert_eq!(found, expected, "{day} {first:?}");
        }
    }
}
