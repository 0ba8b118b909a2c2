//! Which decisions are due, which record stands for each, and what is wrong with a record.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::files::{CoveredRisk, Record, RecordFiles};
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::inputs::{RecordCandidates, SignOffInputs, covered_paths};
use super::proof::{Signatures, could_sign, signatures};
use super::scope::{Confirmed, highest_level, is_what_runs, of_risk, only_adds, risk_entry};
use super::terms::{RequiredSigners, decision_rule, was_signed_when_merged};
use super::verify::{
    closed_conditions, condition_flaws, coverage_flaw, missing_signers, residual_flaws,
    silent_switch, term_flaws, unnamed_predecessor, validity_flaws,
};
use crate::catalog::{Class, Stage};
use crate::digest::Sha256;
use crate::evidence::fetch;
use crate::finding::Gate;
use crate::ids::{RiskId, SystemId};
use crate::settings::gate::Decision;
use crate::settings::people::Person;
use crate::settings::register::System;
use crate::settings::risks::{Risk, RiskRegister, Status};
use crate::snapshot::View;
use crate::span::RepoPath;

/// Above this weight of a property the whole record must be made anew.
const WHOLE_RECORD: u8 = 2;

/// A decision that a system needs, and what is wrong with it; no flaw where it stands.
pub(crate) struct DueDecision<'a> {
    pub(crate) system: &'a System,
    pub(crate) class: Class,
    pub(crate) decision: Decision,
    pub(crate) gate: Gate,
    pub(crate) flaws: Vec<SignOffFlaw>,
    /// The record that stands for it, or would if it were sound.
    pub(crate) record: Option<&'a RecordFiles>,
}

/// Returns every decision that is due.
pub(crate) fn due_decisions<'a>(inputs: &SignOffInputs<'a>) -> Vec<DueDecision<'a>> {
    let mut all = Vec::new();
    for system in inputs.repo.systems() {
        for decision in Decision::OF_SYSTEMS {
            if !is_due(inputs, system, decision) {
                continue;
            }
            let (record, flaws) = standing_record(inputs, system, decision);
            let (class, gate) = (inputs.class(system), decision_rule(decision).gate);
            all.push(DueDecision { system, class, decision, gate, flaws, record });
        }
    }
    all
}

/// Whether a decision is due of a system.
pub(crate) fn is_due(inputs: &SignOffInputs<'_>, system: &System, decision: Decision) -> bool {
    // What is retired may still stand here, and still be used.
    let is_retired = *system.stage == Stage::Retirement;
    if is_retired && !inputs.items(system).iter().any(is_what_runs) {
        return false;
    }
    let is_in_use = *system.stage >= Stage::Deployment;
    let terms = decision_rule(decision).terms(inputs.class(system));
    if terms.due_from.is_some_and(|from| *system.stage >= from)
        || (is_in_use && inputs.rules().who_signs.contains_key(&decision))
    {
        return true;
    }
    let register = inputs.repo.risk_register(&system.id.value);
    decision == Decision::AcceptResidualRisk
        && register.is_some_and(|register| {
            register.risks.iter().any(|risk| needs_acceptance(register, risk, is_in_use))
        })
}

/// Whether somebody must accept a risk: the register says that it is accepted, or more remains of
/// it in use than may be accepted without a record.
fn needs_acceptance(register: &RiskRegister, risk: &Risk, is_in_use: bool) -> bool {
    let status = risk.status.as_ref().map(|status| status.value);
    let rating = risk.after.as_ref().or(risk.before.as_ref());
    let level = rating.and_then(|rating| register.level(rating.value));
    status == Some(Status::Accepted)
        || (is_in_use
            && status != Some(Status::Closed)
            && level > Some(register.scale.accept_without_record))
}

/// Returns the record that stands for a decision, and what is wrong with it. Of several that do not
/// hold it is the one that lacks least; among equals the change's own.
pub(crate) fn standing_record<'a>(
    inputs: &SignOffInputs<'a>,
    system: &System,
    decision: Decision,
) -> (Option<&'a RecordFiles>, Vec<SignOffFlaw>) {
    let class = inputs.class(system);
    let Some(candidates) = inputs.candidates(decision, &system.id.value) else {
        return (None, vec![missing_record(inputs, system, class, decision)]);
    };
    // The newest ones first: mostly one of them stands, and nothing else need be looked at.
    let mut all = candidates.all.clone();
    all.sort_by_key(|record_files| !candidates.replacing(record_files).is_empty());
    let mut best: Option<(&'a RecordFiles, Vec<SignOffFlaw>)> = None;
    for record_files in all {
        if is_superseded(inputs, record_files, candidates, class) {
            continue;
        }
        let flaws = record_flaws(inputs, record_files, system, class, candidates);
        if flaws.is_empty() {
            return (Some(record_files), flaws);
        }
        let is_better = best
            .as_ref()
            .is_none_or(|(known, lacks)| rank(record_files, &flaws) < rank(known, lacks));
        if is_better {
            best = Some((record_files, flaws));
        }
    }
    match best {
        Some((record_files, flaws)) => (Some(record_files), flaws),
        None => (None, vec![missing_record(inputs, system, class, decision)]),
    }
}

/// Returns how much a record lacks: less is better.
fn rank(record_files: &RecordFiles, flaws: &[SignOffFlaw]) -> (Option<u8>, usize, bool) {
    let heaviest = flaws.iter().map(|flaw| flaw.property.weight()).max();
    (heaviest, flaws.len(), !record_files.record.is_new)
}

fn missing_record(
    inputs: &SignOffInputs<'_>,
    system: &System,
    class: Class,
    decision: Decision,
) -> SignOffFlaw {
    let level = highest_level(inputs.items(system));
    let required = inputs.required(decision, class, level, BTreeSet::new());
    let required = required.owned_by(inputs.owners(system));
    let (id, version) = (&system.id.value, &system.version.value);
    let text = format!("nobody has signed `{}` for `{id}` {version}", decision.name());
    let place = system.place(system.id.span);
    let mut flaw = SignOffFlaw::new(SignOffProperty::Present, place, text).waiting();
    flaw.label = format!("class {}, stage {}", class.name(), system.stage.name());
    flaw.people = could_sign(inputs, &required);
    flaw
}

/// Whether somebody entitled replaced a record, whatever became of the other since: who replaced it
/// may have lost the key, and it was replaced all the same.
fn is_superseded(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
    candidates: &RecordCandidates<'_>,
    class: Class,
) -> bool {
    let id = &record_files.record.value.id;
    let others = candidates.replacing(record_files).iter();
    others
        .filter(|other| other.record.value.id != *id)
        .any(|other| was_signed_when_merged(other) || is_signed(inputs, other, class))
}

/// Whether enough people signed a record of this repository.
fn is_signed(inputs: &SignOffInputs<'_>, record_files: &RecordFiles, class: Class) -> bool {
    let required = inputs.required_of(record_files, class);
    inputs.is_of_this_repository(&record_files.record.value)
        && signatures(inputs, record_files, &required).is_complete()
}

/// Returns everything that is wrong with a record of a system's decision.
fn record_flaws(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
    system: &System,
    class: Class,
    candidates: &RecordCandidates<'_>,
) -> Vec<SignOffFlaw> {
    let located = &record_files.record;
    let required = inputs.required_of(record_files, class);
    let confirmed = confirmed(inputs, record_files, class);
    let mut flaws = validity_flaws(inputs, record_files);
    flaws.extend(unnamed_predecessor(record_files, candidates));
    flaws.extend(silent_switch(inputs, record_files, candidates, system, required.terms));
    flaws.extend(residual_flaws(located, required.terms, inputs.items(system)));
    flaws.extend(coverage_flaw(inputs, located, system, class, required.terms, &confirmed));
    let signatures = signatures(inputs, record_files, &required);
    flaws.extend(term_flaws(inputs, record_files, &signatures, &required));
    let people = signatures.people.clone();
    if flaws.is_empty() {
        flaws.extend(condition_flaws(inputs, record_files, &signatures, &required));
        flaws.extend(missing_signers(located, signatures));
    } else {
        // It must be signed anew, so the people who can sign such a record can clear it.
        flaws.sort_by_key(|flaw| Reverse(flaw.property.weight()));
        flaws.truncate(1);
    }
    for flaw in flaws.iter_mut().filter(|flaw| flaw.people.is_empty()) {
        let is_whole = flaw.property.weight() > WHOLE_RECORD;
        flaw.people = if is_whole { could_sign(inputs, &required) } else { people.clone() };
    }
    flaws
}

/// Returns what somebody of the second line confirmed since a record covered it: sections that were
/// only reworded, and risks that ask for no less.
fn confirmed<'a>(
    inputs: &SignOffInputs<'a>,
    record_files: &RecordFiles,
    class: Class,
) -> Confirmed<'a> {
    let mut confirmed = Confirmed::default();
    let covers = &record_files.record.value.covers;
    let mut known: Vec<&CoveredRisk> = covers.risks.iter().collect();
    for other in inputs.confirming(&record_files.record.value.id.value) {
        let required = inputs.required_of(other, class);
        let signatures = signatures(inputs, other, &required);
        let is_sound = validity_flaws(inputs, other).is_empty()
            && signatures.is_complete()
            && term_flaws(inputs, other, &signatures, &required).is_empty();
        if is_sound {
            let (own, is_new) = (&other.record.value.covers, other.record.is_new);
            confirmed.sections.extend(&own.sections);
            // What was merged was compared then.
            let may_stand = |it: &&CoveredRisk| !is_new || asks_no_less(inputs, it, &known);
            let risks: Vec<&CoveredRisk> = own.risks.iter().filter(may_stand).collect();
            known.extend(&risks);
            confirmed.risks.extend(risks);
        }
    }
    confirmed
}

/// Whether a risk asks for no less than on the target branch, where it is as somebody of `known`
/// has it.
fn asks_no_less(inputs: &SignOffInputs<'_>, risk: &CoveredRisk, known: &[&CoveredRisk]) -> bool {
    let id = &risk.id.value;
    let is_known =
        |digest: &Sha256| known.iter().any(|it| it.id.value == *id && it.sha256.value == *digest);
    inputs.repo.risks.iter().any(|(_, register)| {
        let Some((_, tip)) = inputs.tip else { return false };
        let before = fetch(&View::new(tip, RepoPath::root()), &register.path);
        let now = inputs.repo.documents.get(&register.path);
        let (Some(before), Some(now)) = (before, now) else { return false };
        match (risk_entry(&before, id), risk_entry(now, id)) {
            (Some(old), Some(new)) => {
                of_risk(old).is_ok_and(|digest| is_known(&digest)) && only_adds(old, new)
            }
            _ => false,
        }
    })
}

/// Returns everything that is wrong with a record, whether or not another stands.
pub(crate) fn flaws_of(inputs: &SignOffInputs<'_>, record_files: &RecordFiles) -> Vec<SignOffFlaw> {
    let class = inputs.class_of(record_files);
    let record = &record_files.record.value;
    let of_system = Decision::OF_SYSTEMS.contains(&record.decision.value);
    if let Some(system) = inputs.system_of(record).filter(|_| of_system) {
        let candidates = RecordCandidates::default();
        return record_flaws(inputs, record_files, system, class, &candidates);
    }
    let required = inputs.required_of(record_files, class);
    let signatures = signatures(inputs, record_files, &required);
    general_flaws(inputs, record_files, signatures, &required)
}

/// Returns what is wrong with a record that covers no content of a system.
pub(crate) fn general_flaws(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
    signatures: Signatures<'_>,
    required: &RequiredSigners<'_>,
) -> Vec<SignOffFlaw> {
    let mut flaws = validity_flaws(inputs, record_files);
    flaws.extend(term_flaws(inputs, record_files, &signatures, required));
    flaws.extend(missing_signers(&record_files.record, signatures));
    flaws
}

/// Returns who signed a record.
pub(crate) fn signatures_of<'a>(
    inputs: &SignOffInputs<'a>,
    record_files: &RecordFiles,
) -> Signatures<'a> {
    let required = inputs.required_of(record_files, inputs.class_of(record_files));
    signatures(inputs, record_files, &required)
}

/// Whether somebody signed a record that this change brings, that holds and that covers a file. A
/// record about a system covers its risks. What was signed before says nothing of what the change
/// makes of the file.
pub(crate) fn has_signed(inputs: &SignOffInputs<'_>, person: &Person, path: &RepoPath) -> bool {
    let covers = |record: &Record| {
        let of_system = |id: &SystemId| inputs.repo.risk_register(id);
        covered_paths(record).any(|covered| *covered == *path.to_string())
            || record
                .system
                .as_ref()
                .and_then(|id| of_system(&id.value))
                .is_some_and(|register| register.path == *path)
    };
    let new = inputs.store.records.values().filter(|it| it.record.is_new);
    let records = new.filter(|it| covers(&it.record.value));
    records.filter(|it| flaws_of(inputs, it).is_empty()).any(|it| {
        let signatures = signatures_of(inputs, it);
        signatures.signers.iter().any(|signer| signer.person.id == person.id)
    })
}

/// Whether people must sign a risk of a system as it is judged before a merge, and signed it as it
/// was: a record of the target branch covers it.
pub(crate) fn is_signed_risk(inputs: &SignOffInputs<'_>, system: &System, risk: &RiskId) -> bool {
    let is_due =
        |decision| decision_rule(decision).gate == Gate::Merge && is_due(inputs, system, decision);
    let decisions = Decision::OF_SYSTEMS.into_iter().filter(|it| is_due(*it));
    let mut records = decisions
        .filter_map(|decision| inputs.candidates(decision, &system.id.value))
        .flat_map(|candidates| &candidates.all)
        .filter(|it| !it.record.is_new);
    records.any(|it| it.record.value.covers.risks.iter().any(|covered| covered.id.value == *risk))
}

/// Returns the ids of a record's conditions that somebody closed who may.
pub(crate) fn closed_conditions_of<'r>(
    inputs: &SignOffInputs<'_>,
    record_files: &'r RecordFiles,
) -> BTreeSet<&'r str> {
    let required = inputs.required_of(record_files, inputs.class_of(record_files));
    let signatures = signatures(inputs, record_files, &required);
    closed_conditions(inputs, record_files, &signatures, &required)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;
    use crate::settings::risks;
    use crate::signoff::testing::{merged, new_record};
    use crate::span::Place;

    #[test]
    fn a_risk_needs_acceptance_where_it_is_accepted_or_remains_in_use() {
        // The rating after treatment, the status, whether the system is in use.
        let cases = [
            (1, "open", true, false),
            (5, "open", true, true),
            (5, "open", false, false),
            (5, "closed", true, false),
            (1, "accepted", false, true),
        ];
        for (rating, status, is_in_use, expected) in cases {
            let text = format!(
                "schema: aimsgate/1\nsystem: example\nrisks:\n- {{id: R-1, risk: It errs., \
                 owner: ana, after: {{likelihood: {rating}, impact: {rating}}}, \
                 status: {status}}}\n"
            );
            let document = parse("risks.yaml".into(), text.into_bytes());
            let register = risks::read(&document).unwrap();
            let found = needs_acceptance(&register, &register.risks[0], is_in_use);
            assert_eq!(found, expected, "{rating} {status} {is_in_use}");
        }
    }

    #[test]
    fn of_records_that_do_not_hold_the_one_that_lacks_least_is_meant() {
        let flaw =
            |property| SignOffFlaw::new(property, Place::whole("a".into()), "it does not hold");
        let (old, new) = (merged("release", ""), new_record("release", ""));
        use SignOffProperty::{Content, Proof, Signers};
        let better_first = [
            (&new, vec![flaw(Signers)]),
            (&old, vec![flaw(Signers)]),
            (&new, vec![flaw(Signers), flaw(Signers)]),
            (&new, vec![flaw(Proof)]),
            (&old, vec![flaw(Content)]),
        ];
        assert!(
            better_first
                .is_sorted_by(|one, other| { rank(one.0, &one.1) < rank(other.0, &other.1) })
        );
    }
}
