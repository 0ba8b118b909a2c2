//! A report of one system: what belongs to the others is left out.

use std::collections::BTreeSet;

use super::data::Report;
use super::evidence_data::{RecordEvidence, ReportedEvidence};

impl Report {
    /// Returns the report with what belongs to one system, and to none.
    #[must_use]
    pub(crate) fn only(mut self, system: &str) -> Self {
        let is_meant = |it: &Option<String>| it.as_deref().is_none_or(|it| it == system);
        let before = paths(&self.evidence);
        self.systems.retain(|it| it.id == system);
        self.findings.retain(|it| is_meant(&it.system));
        self.upcoming.retain(|it| is_meant(&it.system));
        let evidence = &mut self.evidence;
        evidence.entries.retain(|it| is_meant(&it.system));
        evidence.documents.retain(|it| is_meant(&it.system));
        evidence.risks.retain(|it| it.system == system);
        evidence.measurements.retain(|it| it.system == system);
        evidence.records.retain(|it| it.system == system);
        // What only the others are about goes; the register and the rules stay.
        let kept = paths(evidence);
        evidence.files.retain(|it| kept.contains(&it.path) || !before.contains(&it.path));
        self
    }
}

/// Returns the files that documents, risks, measurements and records name.
fn paths(evidence: &ReportedEvidence) -> BTreeSet<String> {
    let documents = evidence.documents.iter().filter_map(|it| it.path.clone());
    let mut paths: BTreeSet<String> = documents.collect();
    paths.extend(evidence.measurements.iter().map(|it| it.path.clone()));
    for risk in &evidence.risks {
        paths.insert(risk.path.clone());
        paths.extend(risk.tested_in.clone());
        paths.extend(risk.measures.iter().filter_map(|it| it.shown_in.clone()));
    }
    for record in &evidence.records {
        paths.extend(record.path.clone());
        paths.extend(record.covers.iter().flat_map(|it| it.paths.clone()));
        paths.extend(beside(evidence, record));
    }
    paths
}

/// Returns the files about a record: they begin with its name.
fn beside<'e>(
    evidence: &'e ReportedEvidence,
    record: &'e RecordEvidence,
) -> impl Iterator<Item = String> {
    let start = record.path.as_ref().and_then(|path| path.strip_suffix("yaml"));
    let files = evidence.files.iter().map(|it| &it.path);
    files.filter(move |path| start.is_some_and(|start| path.starts_with(start))).cloned()
}
