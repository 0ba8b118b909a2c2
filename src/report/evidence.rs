//! Collects the evidence that is there into what the report says of it.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence_data::{
    ControlEvidence, DocumentEvidence, EvidenceEntry, EvidenceExtent, EvidenceState, FileEvidence,
    RecordEvidence, ReportedEvidence,
};
use super::evidence_documents::{documents, worse};
use super::evidence_records::{self, RecordsBySystem};
use super::evidence_risks;
use crate::catalog::{Control, Overlay, clauses, controls, crosswalk};
use crate::decision::Judged;
use crate::settings::layout::OwnFile;
use crate::settings::material::Material;
use crate::signoff::{DueDecision, ItemForm, SignOffInputs};
use crate::span::RepoPath;

/// Returns the evidence of the judged content, and of the decisions that are due.
pub(crate) fn evidence(
    inputs: &SignOffInputs<'_>,
    decisions: &[DueDecision<'_>],
    judged: &[Judged],
    extent: EvidenceExtent,
) -> ReportedEvidence {
    let records = evidence_records::records(inputs, decisions);
    if extent == EvidenceExtent::Records {
        return ReportedEvidence { records, ..ReportedEvidence::default() };
    }
    let by_system = RecordsBySystem::new(&records);
    let (documents, mut entries) = documents(inputs, judged, &by_system);
    entries.extend(evidence_records::entries(&records));
    let [controls, clauses] = coverage(&entries, &inputs.rules().overlays);
    let risks = evidence_risks::risks(inputs.repo, &by_system);
    let measurements = evidence_risks::measurements(inputs.repo);
    let mut paths = paths(inputs, &documents, &records);
    paths.extend(measurements.iter().map(|it| it.path.clone()));
    for risk in &risks {
        paths.extend(risk.tested_in.clone());
        paths.extend(risk.measures.iter().filter_map(|it| it.shown_in.clone()));
    }
    let files = files(inputs, paths);
    ReportedEvidence { entries, controls, clauses, documents, risks, measurements, records, files }
}

/// Returns the files that documents, records and the gate's own settings are.
fn paths(
    inputs: &SignOffInputs<'_>,
    documents: &[DocumentEvidence],
    records: &[RecordEvidence],
) -> BTreeSet<String> {
    let of_documents = documents.iter().filter_map(|it| it.path.clone());
    let mut paths: BTreeSet<String> = of_documents.collect();
    if let Some(register) = inputs.repo.declared.register.known() {
        paths.insert(register.path.to_string());
        paths.extend(register.included.iter().map(ToString::to_string));
    }
    paths.extend(inputs.repo.risks.iter().map(|(_, register)| register.path.to_string()));
    paths.extend(rules(inputs));
    let ids: BTreeSet<&str> = records.iter().filter_map(|it| it.id.as_deref()).collect();
    for record in records {
        paths.extend(record.path.clone());
        paths.extend(record.covers.iter().flat_map(|it| it.paths.clone()));
    }
    // Whoever signed, did not agree, closed a condition or revoked it: all that stands beside it.
    for (_, files) in inputs.store.records.iter().filter(|(id, _)| ids.contains(id.as_str())) {
        let beside = files.statements.iter().map(|it| &it.path);
        let beside = beside.chain(files.closings.iter().map(|it| &it.path));
        for path in beside.chain(files.revocations.iter().map(|it| &it.path)) {
            paths.extend([path.to_string(), format!("{path}.sig")]);
        }
    }
    paths
}

/// Returns where rules, overlays, people, keys, waivers and baseline stand: at or above the judged
/// folder.
fn rules(inputs: &SignOffInputs<'_>) -> Vec<String> {
    use OwnFile::{AllowedSigners, Baseline, Overlays, People, RevokedKeys, Rules, Waivers};
    let view = &inputs.repo.view;
    let mut paths = Vec::new();
    for folder in view.scope.ancestors_from_root() {
        for file in [Rules, People, AllowedSigners, RevokedKeys, Baseline] {
            paths.extend(folder.join(file.path()).ok().map(|path| path.to_string()));
        }
        let folders = [Waivers, Overlays].map(|own| folder.join(own.path()).ok());
        let is_below = |path: &RepoPath| folders.contains(&Some(path.parent()));
        let entries = view.snapshot.entries().iter().map(|entry| &entry.path);
        paths.extend(entries.filter(|path| is_below(path)).map(ToString::to_string));
    }
    paths
}

/// Returns the files of these paths that are here, each with its digest.
fn files(inputs: &SignOffInputs<'_>, paths: BTreeSet<String>) -> Vec<FileEvidence> {
    let snapshot = inputs.repo.view.snapshot;
    let (assets, rules) = (assets(inputs), BTreeSet::from_iter(rules(inputs)));
    let file = |path: String| {
        let entry = snapshot.entry(&RepoPath::from(path.as_str()))?;
        let sha256 = inputs.digests.of_bytes(snapshot, entry).map(|it| it.to_string());
        let (is_asset, is_rule) = (assets.contains(&path), rules.contains(&path));
        Some(FileEvidence { path, sha256, is_asset, is_rule })
    };
    paths.into_iter().filter_map(file).collect()
}

/// Returns the files that are models or data themselves.
fn assets(inputs: &SignOffInputs<'_>) -> BTreeSet<String> {
    let items = inputs.repo.systems().iter().flat_map(|system| inputs.items(system));
    let items = items.filter(|it| matches!(it.material, Material::Weights | Material::Data));
    let mut paths = BTreeSet::new();
    for item in items {
        if let ItemForm::File { path } = &item.form {
            paths.extend(evidence_records::named(inputs, path));
        }
    }
    paths
}

/// Returns what there is for each control of Annex A, and for each clause that asks for documented
/// information.
fn coverage(entries: &[EvidenceEntry], overlays: &BTreeSet<Overlay>) -> [Vec<ControlEvidence>; 2] {
    let mut found: BTreeMap<&str, (EvidenceState, BTreeSet<&String>)> = BTreeMap::new();
    for entry in entries {
        for id in &entry.requirements {
            let (state, paths) = found.entry(id).or_insert((entry.state, BTreeSet::new()));
            *state = worse(*state, entry.state);
            let is_said = entry.state == EvidenceState::Evidenced;
            paths.extend(entry.path.as_ref().filter(|_| is_said));
        }
    }
    let related = |id: &str| {
        let all = crosswalk().related.get(id);
        let named = |(framework, _): &(&String, _)| {
            overlays.iter().any(|overlay| overlay.name() == framework.as_str())
        };
        let named = all.into_iter().flatten().filter(named);
        named.map(|(framework, references)| (framework.clone(), references.clone())).collect()
    };
    let control = |control: &Control| {
        let (state, paths) = match found.get(control.id.as_str()) {
            Some((state, paths)) => (*state, paths.iter().map(|it| (*it).clone()).collect()),
            None => (EvidenceState::NotLookedAt, Vec::new()),
        };
        ControlEvidence {
            id: control.id.clone(),
            title: control.title.clone(),
            state,
            paths,
            related: related(&control.id),
        }
    };
    [controls(), clauses()].map(|all| all.iter().map(control).collect())
}
