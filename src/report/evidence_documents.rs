//! The documents that are owed, as evidence: what each says of each element, and what speaks
//! against it.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence_data::{DocumentEvidence, EvidenceEntry, EvidenceState, RecordEvidence};
use super::evidence_records::RecordsBySystem;
use crate::canonical::of_prose;
use crate::catalog::LegalSubject;
use crate::check_id::CheckId;
use crate::decision::Judged;
use crate::document::Document;
use crate::evidence::{Answer, ElementReading, Reading, Requirement, State, stated, stated_day};
use crate::finding::{FindingKind, Subject};
use crate::ids::{KindId, SystemId};
use crate::model::RepositoryModel;
use crate::settings::gate::Proof;
use crate::signoff::SignOffInputs;
use crate::span::Lines;

/// The checks that find two places of a repository saying different things.
const CONTRADICTING: [CheckId; 7] = [
    CheckId::BomDiffers,
    CheckId::CroissantInvalid,
    CheckId::DigestDiffers,
    CheckId::MetricDiffers,
    CheckId::PurposeDiffers,
    CheckId::RiskLevelDiffers,
    CheckId::VersionDiffers,
];

/// Returns each document that is owed, and each thing that it must say.
pub(super) fn documents(
    inputs: &SignOffInputs<'_>,
    judged: &[Judged],
    records: &RecordsBySystem<'_>,
) -> (Vec<DocumentEvidence>, Vec<EvidenceEntry>) {
    let against = against(judged);
    let (mut documents, mut entries) = (Vec::new(), Vec::new());
    for (need, answer) in &inputs.repo.evidence {
        let is_due = match answer {
            Answer::NotApplicable => false,
            Answer::Missing => need.is_asked(inputs.today),
            _ => true,
        };
        if !is_due {
            continue;
        }
        let key = (&need.kind.id, need.system.as_ref(), need.object.as_ref());
        let against = against.get(&key).map_or(&[][..], Vec::as_slice);
        let document = document(inputs, need, answer, against);
        let records = records.of(need.system.as_deref());
        entries.extend(entries_of(inputs, need, answer, against, &document, records));
        documents.push(document);
    }
    (documents, entries)
}

/// The kind, the system and the object of a document.
type DocumentKey<'j> = (&'j KindId, Option<&'j SystemId>, Option<&'j String>);

/// What was found wrong with a document: the element, if it is about one, the check, and whether
/// that could be decided.
struct Against<'j> {
    element: Option<&'j str>,
    check: CheckId,
    nature: FindingKind,
}

/// Returns what was found wrong, by kind, system and object of the document.
fn against(judged: &[Judged]) -> BTreeMap<DocumentKey<'_>, Vec<Against<'_>>> {
    let mut against: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for it in judged {
        let (kind, system, object, element) = match &it.finding.subject {
            Subject::Document { kind, system, object } => (kind, system, object, None),
            Subject::Element { kind, system, object, element } => {
                (kind, system, object, Some(element.as_str()))
            }
            _ => continue,
        };
        let (check, nature) = (it.finding.check, it.finding.nature);
        let found = Against { element, check, nature };
        against.entry((kind, system.as_ref(), object.as_ref())).or_default().push(found);
    }
    against
}

/// Returns the state of something that is said, after what was found wrong with it.
fn lowered<'j>(against: impl Iterator<Item = &'j Against<'j>>) -> EvidenceState {
    let state = |it: &Against<'_>| match it.nature {
        _ if CONTRADICTING.contains(&it.check) => EvidenceState::Contradicted,
        FindingKind::Undecided => EvidenceState::NotLookedAt,
        FindingKind::Fail | FindingKind::Waiting => EvidenceState::Lacking,
    };
    against.map(state).fold(EvidenceState::Evidenced, worse)
}

/// Returns the state of two things together: what speaks against them comes first.
pub(super) fn worse(one: EvidenceState, other: EvidenceState) -> EvidenceState {
    use EvidenceState::{Contradicted, Evidenced, Lacking, NotLookedAt};
    [Contradicted, Lacking, NotLookedAt]
        .into_iter()
        .find(|state| [one, other].contains(state))
        .unwrap_or(Evidenced)
}

fn document(
    inputs: &SignOffInputs<'_>,
    need: &Requirement,
    answer: &Answer,
    against: &[Against<'_>],
) -> DocumentEvidence {
    let path = answer.accepted();
    let read = read(inputs.repo, answer);
    let said = |key: &str| {
        let (document, reading) = read?;
        stated(document, reading, key).map(|(text, _)| text.to_owned())
    };
    let day = |key: &str| {
        let (document, reading) = read?;
        stated_day(document, reading, key).map(|(day, _)| day.to_string())
    };
    let own = answered(answer);
    let state = if own == EvidenceState::Evidenced { lowered(against.iter()) } else { own };
    let checks: BTreeSet<&str> = against.iter().map(|it| it.check.name()).collect();
    DocumentEvidence {
        kind: need.kind.id.to_string(),
        system: need.system.as_ref().map(ToString::to_string),
        object: need.object.clone(),
        class: need.class.name(),
        controls: need.kind.controls.clone(),
        state,
        path: path.map(ToString::to_string),
        sha256: path.and_then(|path| {
            let snapshot = inputs.repo.view.snapshot;
            let sha256 = inputs.digests.of_bytes(snapshot, snapshot.entry(path)?)?;
            Some(sha256.to_string())
        }),
        is_pointer: matches!(answer, Answer::Pointer(_)),
        owner: said("owner").or_else(|| need.owner.clone()),
        approved_by: said("approved-by"),
        approved_on: day("approved-on"),
        next_review: day("next-review"),
        checks: checks.into_iter().map(str::to_owned).collect(),
    }
}

/// Returns the document that was read for an answer, with what was read of it.
fn read<'r>(
    repo: &'r RepositoryModel<'_>,
    answer: &'r Answer,
) -> Option<(&'r Document, &'r Reading)> {
    match answer {
        Answer::Read(reading) => repo.documents.get(&reading.path).map(|it| (it, reading)),
        _ => None,
    }
}

/// Returns the state of a document by itself.
fn answered(answer: &Answer) -> EvidenceState {
    let is_said = |it: &ElementReading| it.state == State::Present;
    match answer {
        Answer::Read(reading) if reading.elements.iter().all(is_said) => EvidenceState::Evidenced,
        Answer::Pointer(_) | Answer::Typed(_) => EvidenceState::Evidenced,
        Answer::Unreadable(..) | Answer::UnreadLanguage(..) | Answer::NotApplicable => {
            EvidenceState::NotLookedAt
        }
        Answer::Read(_)
        | Answer::NotThere { .. }
        | Answer::NotRecognised(..)
        | Answer::EmptySection(_)
        | Answer::Missing => EvidenceState::Lacking,
    }
}

/// Returns an entry for each element of a document, or one for all of it where it has none.
fn entries_of(
    inputs: &SignOffInputs<'_>,
    need: &Requirement,
    answer: &Answer,
    against: &[Against<'_>],
    of: &DocumentEvidence,
    records: &[&RecordEvidence],
) -> Vec<EvidenceEntry> {
    let whole = EvidenceEntry {
        requirements: of.controls.clone(),
        provisions: provisions(inputs, need),
        system: of.system.clone(),
        kind: of.kind.clone(),
        object: of.object.clone(),
        element: None,
        state: of.state,
        found_as: None,
        path: of.path.clone(),
        lines: None,
        sha256: of.sha256.clone(),
        words_sha256: None,
        owner: of.owner.clone(),
        approved_by: of.approved_by.clone(),
        approved_on: of.approved_on.clone(),
        proof: of.approved_by.as_ref().map(|_| Proof::Claimed.name()),
        signed_in: Vec::new(),
        next_review: of.next_review.clone(),
        checks: of.checks.clone(),
    };
    let Some((document, reading)) = read(inputs.repo, answer) else { return vec![whole] };
    let lines = Lines::new(&*document.source);
    let element = |it: &ElementReading| {
        let entry = element(&whole, document, &lines, it, against);
        signed(entry, records)
    };
    reading.elements.iter().map(element).collect()
}

fn element(
    whole: &EvidenceEntry,
    document: &Document,
    lines: &Lines,
    read: &ElementReading,
    against: &[Against<'_>],
) -> EvidenceEntry {
    let is_said = read.state == State::Present;
    let span = read.span.filter(|_| is_said).map(|span| span.trimmed(&document.source));
    let is_about = |it: &&Against<'_>| it.element.is_none_or(|key| key == read.element.key);
    // What is missing is told once for a document, and is about the elements that are not there.
    let own = against.iter().filter(is_about);
    let own: Vec<&Against<'_>> = own
        .filter(|it| {
            !is_said || !matches!(it.check, CheckId::ElementMissing | CheckId::Placeholder)
        })
        .collect();
    let checks: BTreeSet<&str> = own.iter().map(|it| it.check.name()).collect();
    EvidenceEntry {
        element: Some(read.element.key.clone()),
        state: if is_said { lowered(own.into_iter()) } else { EvidenceState::Lacking },
        found_as: read.found_as.clone().filter(|_| is_said),
        lines: span
            .filter(|_| document.has_lines())
            .map(|it| [lines.position(it.start).line, lines.position(it.end).line]),
        words_sha256: span.map(|span| of_prose(span.of(&document.source)).to_string()),
        checks: checks.into_iter().map(str::to_owned).collect(),
        ..whole.clone()
    }
}

/// Returns an entry with the records that stand and cover its section, or all of its file.
fn signed(mut entry: EvidenceEntry, records: &[&RecordEvidence]) -> EvidenceEntry {
    let Some(path) = &entry.path else { return entry };
    let covers = |record: &&RecordEvidence| {
        record.stands
            && record.covers.iter().any(|it| {
                let is_whole = it.section.is_none() && it.risk.is_none();
                let is_section = it.section.is_some() && it.section == entry.found_as;
                it.is_here && it.paths.contains(path) && (is_whole || is_section)
            })
    };
    let signing: Vec<&RecordEvidence> = records.iter().copied().filter(covers).collect();
    entry.signed_in = signing.iter().filter_map(|it| it.id.clone()).collect();
    if let Some(signer) = signing.iter().flat_map(|it| &it.signers).next() {
        entry.proof = Some(signer.proof);
    }
    entry
}

/// Returns the provisions, named by the rules, that ask for a document today.
fn provisions(inputs: &SignOffInputs<'_>, need: &Requirement) -> Vec<String> {
    let system = need.system.as_ref().and_then(|id| inputs.repo.system(id));
    let subject = system.map(|it| LegalSubject { class: need.class, ..it.legal_subject() });
    let asks = inputs.rules().provisions().filter(|raise| {
        raise.is_about(CheckId::DocumentMissing, Some(&need.kind.id))
            && subject.as_ref().is_some_and(|subject| raise.applies(subject, inputs.today))
    });
    let sources: BTreeSet<&String> = asks.map(|raise| &raise.source).collect();
    sources.into_iter().cloned().collect()
}
