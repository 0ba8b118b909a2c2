//! Statements, closings and revocations that the change brings and that do not count.

use super::files::{Closing, CoveredSection, Located, RecordFiles};
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::inputs::SignOffInputs;
use super::proof::{Signatures, signatures};
use super::scope::ItemForm;
use super::terms::RequiredSigners;
use super::verify::{check_revocation, closing_flaw, unnamed_predecessor};
use crate::settings::gate::Decision;

/// Returns what the change brings of statements, closings and revocations that does not count. Once
/// merged it would count, whether or not anything depends on it now.
pub(crate) fn uncounted_files(inputs: &SignOffInputs<'_>) -> Vec<SignOffFlaw> {
    let mut flaws = Vec::new();
    for record_files in inputs.store.records.values() {
        let has_new = record_files.statements.iter().any(|it| it.is_new)
            || record_files.closings.iter().any(|it| it.is_new)
            || record_files.revocations.iter().any(|it| it.is_new);
        if has_new {
            flaws.extend(uncounted_of(inputs, record_files));
        }
    }
    flaws
}

fn uncounted_of(inputs: &SignOffInputs<'_>, record_files: &RecordFiles) -> Vec<SignOffFlaw> {
    let required = inputs.required_of(record_files, inputs.class_of(record_files));
    let signatures = signatures(inputs, record_files, &required);
    let mut flaws = Vec::new();
    flaws.extend(uncounted_record(inputs, record_files, &signatures));
    for flaw in &signatures.refused {
        let mut statements = record_files.statements.iter();
        if statements.any(|it| it.is_new && it.path == flaw.place.path) {
            flaws.push(flaw.clone());
        }
    }
    for revocation in record_files.revocations.iter().filter(|it| it.is_new) {
        let counts = check_revocation(inputs, revocation, record_files, &required, &signatures);
        flaws.extend(counts.err().map(|flaw| *flaw));
    }
    for closing in record_files.closings.iter().filter(|it| it.is_new) {
        flaws.extend(uncounted_closing(inputs, closing, record_files, &signatures, &required));
    }
    flaws
}

/// Returns that a record which the change completes stands beside another and does not say that it
/// takes its place: it would begin to count as soon as its content comes.
fn uncounted_record(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
    signatures: &Signatures<'_>,
) -> Option<SignOffFlaw> {
    let record = &record_files.record.value;
    if !signatures.is_complete() {
        return None;
    }
    let of_system = Decision::OF_SYSTEMS.contains(&record.decision.value);
    let system = record.system.as_ref()?;
    let flaw =
        |span, text| SignOffFlaw::at(SignOffProperty::Valid, &record_files.record, span, text);
    let Some(declared) = inputs.system_of(record) else {
        let text = format!("the register declares no system `{}`", system.value);
        return (of_system && record_files.record.is_new).then(|| flaw(system.span, text));
    };
    if record.decision.value == Decision::Confirm && record_files.record.is_new {
        let is_here = |it: &&CoveredSection| {
            inputs.items(declared).iter().any(|item| {
                let form = ItemForm::Section {
                    path: it.path.value.clone(),
                    section: it.section.value.clone(),
                };
                item.form == form && item.is_digest(&it.sha256.value)
            })
        };
        let other = record.covers.sections.iter().find(|it| !is_here(it))?;
        let text = format!("`{}` does not say what is confirmed", other.section.value);
        return Some(flaw(other.section.span, text));
    }
    if !of_system {
        return None;
    }
    let candidates = inputs.candidates(record.decision.value, &system.value)?;
    unnamed_predecessor(record_files, candidates)
}

fn uncounted_closing(
    inputs: &SignOffInputs<'_>,
    closing: &Located<Closing>,
    record_files: &RecordFiles,
    signatures: &Signatures<'_>,
    required: &RequiredSigners<'_>,
) -> Option<SignOffFlaw> {
    let named = &closing.value.condition;
    let mut conditions = record_files.record.value.conditions.iter();
    match conditions.find(|condition| condition.id == *named) {
        Some(condition) => {
            closing_flaw(inputs, closing, condition, record_files, signatures, required)
        }
        None => {
            let text = format!("the record has no condition `{}`", named.value);
            Some(SignOffFlaw::at(SignOffProperty::Conditions, closing, named.span, text))
        }
    }
}
