//! The decisions that are due, as evidence: what each record covers, whether that is here, who
//! signed it and with which key.

use std::collections::BTreeMap;

use super::evidence_data::{CoveredEvidence, EvidenceEntry, EvidenceState};
use super::evidence_data::{RecordEvidence, SignerEvidence};
use crate::digest::Sha256;
use crate::settings::gate::Decision;
use crate::signoff::{
    DueDecision, ItemForm, RecordFiles, SignOffInputs, is_pattern, listed_files, signatures_of,
};
use crate::span::RepoPath;

/// The records by the system that they are about.
pub(super) struct RecordsBySystem<'r> {
    all: Vec<&'r RecordEvidence>,
    of: BTreeMap<&'r str, Vec<&'r RecordEvidence>>,
}

impl<'r> RecordsBySystem<'r> {
    pub(super) fn new(records: &'r [RecordEvidence]) -> Self {
        let mut of: BTreeMap<&str, Vec<&RecordEvidence>> = BTreeMap::new();
        records.iter().for_each(|it| of.entry(&it.system).or_default().push(it));
        Self { all: records.iter().collect(), of }
    }

    /// Returns the records of a system; all where none is given.
    pub(super) fn of(&self, system: Option<&str>) -> &[&'r RecordEvidence] {
        match system {
            Some(system) => self.of.get(system).map_or(&[], Vec::as_slice),
            None => &self.all,
        }
    }
}

/// Returns each decision that is due, with its record.
pub(super) fn records(
    inputs: &SignOffInputs<'_>,
    decisions: &[DueDecision<'_>],
) -> Vec<RecordEvidence> {
    decisions.iter().map(|due| record(inputs, due)).collect()
}

fn record(inputs: &SignOffInputs<'_>, due: &DueDecision<'_>) -> RecordEvidence {
    let without = RecordEvidence {
        id: None,
        decision: due.decision.name(),
        system: due.system.id.value.to_string(),
        stands: due.flaws.is_empty(),
        flaws: due.flaws.iter().map(|flaw| flaw.text.clone()).collect(),
        expires: None,
        path: None,
        sha256: None,
        covers: Vec::new(),
        subjects: Vec::new(),
        signers: Vec::new(),
        refused: BTreeMap::new(),
        open_seats: Vec::new(),
    };
    let Some(files) = due.record else { return without };
    let signatures = signatures_of(inputs, files);
    let signers = signatures.signers.iter().map(|signer| SignerEvidence {
        person: signer.person.id.value.to_string(),
        role: signer.role.name(),
        signed_on: signer.signed_on.to_string(),
        proof: signer.proof.name(),
        key: signer.fingerprint(),
        path: signer.statement.to_string(),
    });
    let refused = signatures.refused.iter();
    RecordEvidence {
        id: Some(files.record.value.id.value.to_string()),
        expires: Some(files.record.value.expires.value.to_string()),
        path: Some(files.record.path.to_string()),
        sha256: Some(files.record.sha256.to_string()),
        covers: covered(inputs, due, files),
        subjects: files.record.value.subjects.iter().map(|it| it.value.clone()).collect(),
        signers: signers.collect(),
        refused: refused.map(|flaw| (flaw.place.path.to_string(), flaw.text.clone())).collect(),
        open_seats: signatures.missing.clone(),
        ..without
    }
}

/// Returns each piece of content that a record covers.
fn covered(
    inputs: &SignOffInputs<'_>,
    due: &DueDecision<'_>,
    files: &RecordFiles,
) -> Vec<CoveredEvidence> {
    let covers = &files.record.value.covers;
    let items = inputs.items(due.system);
    let register = inputs.repo.risk_register(&due.system.id.value);
    // What moved to another folder is still what was signed.
    let is_here = |digest: &Sha256| items.iter().any(|item| item.is_digest(digest));
    let risks = covers.risks.iter().map(|it| CoveredEvidence {
        what: it.id.value.to_string(),
        sha256: it.sha256.value.to_string(),
        is_here: items.iter().any(|item| {
            let form = item.form.label();
            form == ItemForm::Risk { id: it.id.value.clone(), residual: None }
                && item.is_digest(&it.sha256.value)
        }),
        risk: Some(it.id.value.to_string()),
        section: None,
        paths: register.map(|register| register.path.to_string()).into_iter().collect(),
    });
    let sections = covers.sections.iter().map(|it| CoveredEvidence {
        what: format!("{}: {}", it.path.value, it.section.value),
        sha256: it.sha256.value.to_string(),
        is_here: is_here(&it.sha256.value),
        risk: None,
        section: Some(it.section.value.clone()),
        paths: vec![it.path.value.clone()],
    });
    let of_files = covers.files.iter().map(|it| CoveredEvidence {
        what: it.path.value.clone(),
        sha256: it.sha256.value.to_string(),
        is_here: is_here(&it.sha256.value),
        risk: None,
        section: None,
        paths: named(inputs, &it.path.value),
    });
    risks.chain(sections).chain(of_files).collect()
}

/// Returns the files that a path or a pattern of a record names.
pub(super) fn named(inputs: &SignOffInputs<'_>, path: &str) -> Vec<String> {
    let snapshot = inputs.repo.view.snapshot;
    if snapshot.entry(&RepoPath::from(path)).is_some() || !is_pattern(path) {
        return vec![path.to_owned()];
    }
    let files = listed_files(snapshot, inputs.digests, path);
    files.into_iter().map(|(path, _)| path.to_string()).collect()
}

/// What a decision is evidence for: whoever owns a risk accepts what remains of it, a release is
/// approved, and treatment is planned and approved.
pub(super) fn requirement_of(decision: &str) -> Option<&'static str> {
    let decisions: [(Decision, &'static str); 3] = [
        (Decision::AcceptResidualRisk, "6.1.3"),
        (Decision::TreatmentPlan, "6.1.3"),
        (Decision::Release, "A.6.2.5"),
    ];
    let (_, id) = decisions.into_iter().find(|(it, _)| it.name() == decision)?;
    Some(id)
}

/// Returns an entry for each decision that is due.
pub(super) fn entries(records: &[RecordEvidence]) -> impl Iterator<Item = EvidenceEntry> {
    records.iter().map(|record| EvidenceEntry {
        requirements: requirement_of(record.decision).map(str::to_owned).into_iter().collect(),
        provisions: Vec::new(),
        system: Some(record.system.clone()),
        kind: record.decision.to_owned(),
        object: None,
        element: None,
        state: if record.stands { EvidenceState::Evidenced } else { EvidenceState::Lacking },
        found_as: None,
        path: record.path.clone(),
        lines: None,
        sha256: record.sha256.clone(),
        words_sha256: None,
        owner: None,
        approved_by: None,
        approved_on: record.signers.iter().map(|it| it.signed_on.clone()).max(),
        proof: record.signers.first().map(|it| it.proof),
        signed_in: record.id.clone().filter(|_| record.stands).into_iter().collect(),
        next_review: record.expires.clone(),
        checks: Vec::new(),
    })
}
