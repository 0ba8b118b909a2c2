//! Collects the evidence that is there into what the report says of it.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence_data::{
    ControlEvidence, CoveredEvidence, DocumentEvidence, ElementEvidence, EvidenceState,
    RecordEvidence, ReportedEvidence, RiskEvidence, SignerEvidence,
};
use crate::canonical::of_prose;
use crate::catalog::{Control, clauses, controls};
use crate::digest::sha256;
use crate::document::{Document, Spanned};
use crate::evidence::{Answer, ElementReading, Reading, Requirement, State, stated, stated_day};
use crate::ids::SystemId;
use crate::model::RepositoryModel;
use crate::settings::gate::Decision;
use crate::settings::risks::{Risk, RiskRegister};
use crate::signoff::{DueDecision, RecordFiles, SignOffInputs, signatures_of};
use crate::span::{Lines, RepoPath};

/// Bytes of the largest file that is digested as evidence.
const LARGEST: u64 = 64 << 20;

/// Returns the evidence of the judged content, and of the decisions that are due.
pub(crate) fn evidence(
    inputs: &SignOffInputs<'_>,
    decisions: &[DueDecision<'_>],
) -> ReportedEvidence {
    let documents = documents(inputs);
    let records = records(inputs, decisions);
    let [controls, clauses] = coverage(&documents, &records);
    let risks = risks(inputs.repo, inputs, decisions);
    ReportedEvidence { controls, clauses, documents, risks, records }
}

/// Returns each document that is owed, with what was found of it.
fn documents(inputs: &SignOffInputs<'_>) -> Vec<DocumentEvidence> {
    let repo = inputs.repo;
    let is_due = |(need, answer): &&(Requirement, Answer)| match answer {
        Answer::NotApplicable => false,
        Answer::Missing => need.is_asked(inputs.today),
        _ => true,
    };
    let due = repo.evidence.iter().filter(is_due);
    due.map(|(need, answer)| document(repo, need, answer)).collect()
}

fn document(repo: &RepositoryModel<'_>, need: &Requirement, answer: &Answer) -> DocumentEvidence {
    let path = answer.accepted();
    let read = match answer {
        Answer::Read(reading) => repo.documents.get(&reading.path).map(|it| (it, reading)),
        _ => None,
    };
    let said = |key: &str| {
        let (document, reading) = read?;
        stated(document, reading, key).map(|(text, _)| text.to_owned())
    };
    let day = |key: &str| {
        let (document, reading) = read?;
        stated_day(document, reading, key).map(|(day, _)| day.to_string())
    };
    let elements = read.map(|(document, reading)| elements(document, reading)).unwrap_or_default();
    let is_said = |it: &ElementEvidence| it.state == EvidenceState::Evidenced;
    let state = match answer {
        Answer::Read(_) if elements.iter().all(is_said) => EvidenceState::Evidenced,
        Answer::Pointer(_) | Answer::Typed(_) => EvidenceState::Evidenced,
        Answer::Unreadable(..) | Answer::UnreadLanguage(..) | Answer::NotApplicable => {
            EvidenceState::NotLookedAt
        }
        Answer::Read(_)
        | Answer::NotThere { .. }
        | Answer::NotRecognised(..)
        | Answer::EmptySection(_)
        | Answer::Missing => EvidenceState::Lacking,
    };
    DocumentEvidence {
        kind: need.kind.id.to_string(),
        system: need.system.as_ref().map(ToString::to_string),
        object: need.object.clone(),
        class: need.class.name(),
        controls: need.kind.controls.clone(),
        state,
        path: path.map(ToString::to_string),
        sha256: path.and_then(|path| bytes_digest(repo, path)),
        is_pointer: matches!(answer, Answer::Pointer(_)),
        owner: said("owner"),
        approved_by: said("approved-by"),
        approved_on: day("approved-on"),
        next_review: day("next-review"),
        elements,
    }
}

fn bytes_digest(repo: &RepositoryModel<'_>, path: &RepoPath) -> Option<String> {
    let snapshot = repo.view.snapshot;
    let bytes = snapshot.read(snapshot.entry(path)?, LARGEST).ok()?;
    Some(sha256(&bytes).to_string())
}

fn elements(document: &Document, reading: &Reading) -> Vec<ElementEvidence> {
    let lines = Lines::new(&*document.source);
    reading.elements.iter().map(|it| element(document, &lines, it)).collect()
}

fn element(document: &Document, lines: &Lines, read: &ElementReading) -> ElementEvidence {
    let is_said = read.state == State::Present;
    let span = read.span.filter(|_| is_said).map(|span| span.trimmed(&document.source));
    ElementEvidence {
        element: read.element.key.clone(),
        state: if is_said { EvidenceState::Evidenced } else { EvidenceState::Lacking },
        found_as: read.found_as.clone().filter(|_| is_said),
        lines: span.map(|it| [lines.position(it.start).line, lines.position(it.end).line]),
        words_sha256: span.map(|span| of_prose(span.of(&document.source)).to_string()),
    }
}

/// Returns the records of the decisions that are due.
fn records(inputs: &SignOffInputs<'_>, decisions: &[DueDecision<'_>]) -> Vec<RecordEvidence> {
    decisions.iter().filter_map(|due| Some(record(inputs, due, due.record?))).collect()
}

fn record(
    inputs: &SignOffInputs<'_>,
    due: &DueDecision<'_>,
    files: &RecordFiles,
) -> RecordEvidence {
    let record = &files.record.value;
    let covers = &record.covers;
    let risks = covers.risks.iter().map(|it| (it.id.value.to_string(), &it.sha256));
    let sections = covers.sections.iter();
    let sections =
        sections.map(|it| (format!("{}: {}", it.path.value, it.section.value), &it.sha256));
    let of_files = covers.files.iter().map(|it| (it.path.value.clone(), &it.sha256));
    let covers = risks
        .chain(sections)
        .chain(of_files)
        .map(|(what, sha256)| CoveredEvidence { what, sha256: sha256.value.to_string() });
    let signers = signatures_of(inputs, files).signers;
    RecordEvidence {
        id: record.id.value.to_string(),
        decision: due.decision.name(),
        system: due.system.id.value.to_string(),
        stands: due.flaws.is_empty(),
        expires: record.expires.value.to_string(),
        path: files.record.path.to_string(),
        sha256: files.record.sha256.to_string(),
        covers: covers.collect(),
        signers: signers
            .iter()
            .map(|signer| SignerEvidence {
                person: signer.person.id.value.to_string(),
                role: signer.role.name(),
                signed_on: signer.signed_on.to_string(),
                proof: signer.proof.name(),
                key: signer.fingerprint(),
            })
            .collect(),
    }
}

/// Returns the risks of the registers, each with the records that accept it as it is.
fn risks(
    repo: &RepositoryModel<'_>,
    inputs: &SignOffInputs<'_>,
    decisions: &[DueDecision<'_>],
) -> Vec<RiskEvidence> {
    let mut all = Vec::new();
    for (system, register) in &repo.risks {
        let source = repo.documents.get(&register.path).map(|it| Lines::new(&*it.source));
        let is_acceptance = |due: &&DueDecision<'_>| {
            due.system.id.value == *system
                && due.decision == Decision::AcceptResidualRisk
                && due.flaws.is_empty()
        };
        let own: Vec<&DueDecision<'_>> = decisions.iter().filter(is_acceptance).collect();
        for risk in &register.risks {
            let accepted = own.iter().filter(|due| accepts(inputs, due, risk));
            let accepted =
                accepted.filter_map(|due| Some(due.record?.record.value.id.value.to_string()));
            let line = source.as_ref().map(|it| it.position(risk.id.span.start).line);
            let accepted: BTreeSet<String> = accepted.collect();
            all.push(risk_evidence(system, register, risk, accepted, line));
        }
    }
    all
}

/// Whether the record of a decision names a risk with the digest that it has.
fn accepts(inputs: &SignOffInputs<'_>, due: &DueDecision<'_>, risk: &Risk) -> bool {
    let Some(files) = due.record else { return false };
    let mut named =
        files.record.value.covers.risks.iter().filter(|it| it.id.value == risk.id.value);
    let items = inputs.items(due.system);
    named.any(|named| items.iter().any(|item| item.is_digest(&named.sha256.value)))
}

fn risk_evidence(
    system: &SystemId,
    register: &RiskRegister,
    risk: &Risk,
    accepted: BTreeSet<String>,
    line: Option<usize>,
) -> RiskEvidence {
    let text = |it: &Option<Spanned<String>>| it.as_ref().map(|it| it.value.clone());
    let level = |rating: &Option<Spanned<_>>| {
        rating.as_ref().and_then(|it| register.level(it.value)).map(|level| level.name())
    };
    RiskEvidence {
        system: system.to_string(),
        id: risk.id.value.to_string(),
        risk: text(&risk.risk),
        owner: text(&risk.owner),
        status: risk.status.as_ref().map(|it| it.value.into()),
        before: level(&risk.before),
        after: level(&risk.after),
        controls: risk.controls.iter().map(|it| it.value.clone()).collect(),
        tested_by: text(&risk.tested_by),
        accepted_in: accepted.into_iter().collect(),
        path: register.path.to_string(),
        line,
    }
}

/// Returns what there is for each control of Annex A, and for each clause that asks for documented
/// information.
fn coverage(
    documents: &[DocumentEvidence],
    records: &[RecordEvidence],
) -> [Vec<ControlEvidence>; 2] {
    let mut found: BTreeMap<&str, (BTreeSet<EvidenceState>, BTreeSet<String>)> = BTreeMap::new();
    for document in documents {
        for id in &document.controls {
            let (states, paths) = found.entry(id).or_default();
            states.insert(document.state);
            let is_said = document.state == EvidenceState::Evidenced;
            paths.extend(document.path.clone().filter(|_| is_said));
        }
    }
    // Whoever owns a risk accepts what remains of it (6.1.3).
    let acceptance = Decision::AcceptResidualRisk.name();
    for record in records.iter().filter(|it| it.decision == acceptance) {
        let (states, paths) = found.entry("6.1.3").or_default();
        states.insert(if record.stands {
            EvidenceState::Evidenced
        } else {
            EvidenceState::Lacking
        });
        paths.extend(Some(record.path.clone()).filter(|_| record.stands));
    }
    let entry = |control: &Control| {
        let (states, paths) = found.get(control.id.as_str()).cloned().unwrap_or_default();
        let has = |state| states.contains(&state);
        let state = if has(EvidenceState::Lacking) {
            EvidenceState::Lacking
        } else if has(EvidenceState::Evidenced) && !has(EvidenceState::NotLookedAt) {
            EvidenceState::Evidenced
        } else {
            EvidenceState::NotLookedAt
        };
        ControlEvidence {
            id: control.id.clone(),
            title: control.title.clone(),
            state,
            paths: paths.into_iter().collect(),
        }
    };
    [controls(), clauses()].map(|all| all.iter().map(entry).collect())
}
