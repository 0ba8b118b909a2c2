//! What leads from a requirement over risk, measure, control, test and acceptance to the signer,
//! the key and exact bytes; and from a control or clause to the lines that are evidence for it.
//!
//! # Design
//!
//! A trace is a function of the report, so that it says nothing else than the verdict did. A link
//! that leads nowhere is kept with the reason: it is what an auditor looks for.

use std::collections::BTreeSet;

use super::data::Report;
use super::evidence_data::{
    CoveredEvidence, EvidenceEntry, EvidenceState, MeasureEvidence, RecordEvidence,
    ReportedEvidence, RiskEvidence, SignerEvidence,
};
use super::trace_graph::{TraceEdge, TraceGraph, TraceKind, TraceNode};
use crate::settings::gate::{Decision, Proof};
use crate::wording::counted;

/// The clause that a risk is treated under.
const TREATMENT: &str = "6.1.3";

/// Returns the whole trace of a report.
pub(crate) fn trace(report: &Report) -> TraceGraph {
    let mut tracer =
        Tracer { evidence: &report.evidence, graph: TraceGraph::default(), known: BTreeSet::new() };
    for risk in &report.evidence.risks {
        tracer.risk(risk);
    }
    for record in &report.evidence.records {
        tracer.record(record);
    }
    for entry in &report.evidence.entries {
        tracer.entry(entry);
    }
    let mut graph = tracer.graph;
    graph.edges.sort();
    graph.edges.dedup();
    graph.nodes.sort_by(|one, other| (one.kind, &one.id).cmp(&(other.kind, &other.id)));
    graph
}

struct Tracer<'r> {
    evidence: &'r ReportedEvidence,
    graph: TraceGraph,
    known: BTreeSet<String>,
}

/// A node without a file.
fn plain(kind: TraceKind, name: &str, label: String) -> TraceNode {
    TraceNode {
        id: format!("{}:{name}", kind.name()),
        kind,
        name: name.to_owned(),
        label,
        system: None,
        path: None,
        lines: None,
        sha256: None,
    }
}

impl Tracer<'_> {
    fn add(&mut self, node: TraceNode) -> String {
        self.graph.node(&mut self.known, node)
    }

    /// Returns a node with the file it stands in.
    fn at(&self, node: TraceNode, path: &str) -> TraceNode {
        let sha256 = self.evidence.file(path).and_then(|file| file.sha256.clone());
        TraceNode { path: Some(path.to_owned()), sha256, ..node }
    }

    fn link(
        &mut self,
        from: &str,
        relation: &'static str,
        to: &str,
        broken: Option<String>,
        chain: Option<&str>,
    ) {
        self.graph.edges.push(TraceEdge {
            from: from.to_owned(),
            relation,
            to: to.to_owned(),
            broken,
            signed_sha256: None,
            chain: chain.map(str::to_owned),
        });
    }

    /// Adds the file of a path, and why it is not here where it is not.
    fn file(&mut self, path: &str) -> (String, Option<String>) {
        let node = self.at(plain(TraceKind::File, path, String::new()), path);
        let missing = match self.evidence.file(path) {
            None => Some(format!("`{path}` is not here")),
            Some(it) if it.sha256.is_none() => Some(format!("`{path}` cannot be read")),
            Some(_) => None,
        };
        (self.add(node), missing)
    }

    fn requirement(&mut self, id: &str) -> String {
        let title = self.evidence.requirements().find(|it| it.id == id);
        let title = title.map_or_else(String::new, |it| it.title.clone());
        let kind = if id.starts_with("A.") { TraceKind::Control } else { TraceKind::Requirement };
        self.add(plain(kind, id, title))
    }

    /// Adds the chain of a risk: requirement, risk, measures, controls, test, acceptance.
    fn risk(&mut self, risk: &RiskEvidence) {
        let own = self.add(self.risk_node(risk));
        let chain = Some(own.clone());
        let chain = chain.as_deref();
        let asking = if risk.required_by.is_empty() {
            vec![self.requirement(TREATMENT)]
        } else {
            risk.required_by.iter().map(|id| self.requirement(id)).collect()
        };
        for asking in asking {
            self.link(&asking, "is met by treating", &own, None, chain);
        }
        let (register, missing) = self.file(&risk.path);
        self.link(&own, "stands in", &register, missing, chain);
        let mut last = vec![own.clone()];
        let measures: Vec<String> =
            risk.measures.iter().map(|it| self.measure(risk, it, chain)).collect();
        self.step(&mut last, "is treated by", measures, chain);
        let controls: Vec<String> = risk.controls.iter().map(|id| self.requirement(id)).collect();
        for (id, name) in controls.iter().zip(&risk.controls) {
            if !self.evidence.requirements().any(|it| it.id == *name) {
                let why = format!("`{name}` is no control of ISO/IEC 42001");
                self.link(&own, "names", id, Some(why), chain);
            }
        }
        self.step(&mut last, "implements", controls, chain);
        if let Some(link) = &risk.tested_by {
            let (test, missing) = self.test(risk, link, chain);
            for from in &last {
                self.link(from, "is tested by", &test, missing.clone(), chain);
            }
            last = vec![test];
        }
        self.acceptance(risk, &last, chain);
    }

    /// Leads from what came last to the next step, where there is one.
    fn step(
        &mut self,
        last: &mut Vec<String>,
        relation: &'static str,
        next: Vec<String>,
        chain: Option<&str>,
    ) {
        if next.is_empty() {
            return;
        }
        for from in &*last {
            for to in &next {
                self.link(from, relation, to, None, chain);
            }
        }
        *last = next;
    }

    fn risk_node(&self, risk: &RiskEvidence) -> TraceNode {
        let levels = match (risk.before, risk.after) {
            (Some(before), Some(after)) => format!("{before} before treatment, {after} after: "),
            (Some(level), None) | (None, Some(level)) => format!("{level}: "),
            (None, None) => String::new(),
        };
        let text = risk.risk.as_deref().unwrap_or("does not say what it is");
        TraceNode {
            id: format!("risk:{}/{}", risk.system, risk.id),
            name: risk.id.clone(),
            system: Some(risk.system.clone()),
            lines: risk.line.map(|line| [line, line]),
            ..self.at(plain(TraceKind::Risk, &risk.id, levels + text), &risk.path)
        }
    }

    fn measure(
        &mut self,
        risk: &RiskEvidence,
        measure: &MeasureEvidence,
        chain: Option<&str>,
    ) -> String {
        let name = measure.id.clone().unwrap_or_else(|| "measures".to_owned());
        let done = measure.done_on.as_ref().map_or_else(String::new, |day| format!(", {day}"));
        let owner = measure.owner.as_ref().map_or_else(String::new, |it| format!(" ({it}{done})"));
        let node = TraceNode {
            id: format!("measure:{}/{}/{name}", risk.system, risk.id),
            name,
            system: Some(risk.system.clone()),
            ..self.at(plain(TraceKind::Measure, "", format!("{}{owner}", measure.text)), &risk.path)
        };
        let own = self.add(node);
        // What the risk is tested by is the next step anyway.
        if let Some(path) = &measure.shown_in
            && risk.tested_in.as_ref() != Some(path)
        {
            let (file, missing) = self.file(path);
            self.link(&own, "is shown by", &file, missing, chain);
        }
        own
    }

    /// Adds the test of a risk, with the values that the register wants measured there.
    fn test(
        &mut self,
        risk: &RiskEvidence,
        link: &str,
        chain: Option<&str>,
    ) -> (String, Option<String>) {
        let node = TraceNode {
            id: format!("test:{}/{link}", risk.system),
            system: Some(risk.system.clone()),
            ..plain(TraceKind::Test, link, String::new())
        };
        let Some(path) = &risk.tested_in else { return (self.add(node), None) };
        let measured = self.evidence.measurements.iter();
        let measured = measured.filter(|it| it.system == risk.system && it.path == *path);
        let values: Vec<String> = measured
            .map(|it| {
                let value = it.value.map_or("not measured".to_owned(), |it| it.to_string());
                format!("{} {value} ({})", it.metric, it.bound)
            })
            .collect();
        let node = TraceNode { label: values.join("; "), ..self.at(node, path) };
        let id = self.add(node);
        let (file, missing) = self.file(path);
        if missing.is_none() {
            self.link(&id, "stands in", &file, None, chain);
        }
        (id, missing)
    }

    /// Leads from what came last of a risk to the record that accepts it.
    fn acceptance(&mut self, risk: &RiskEvidence, last: &[String], chain: Option<&str>) {
        let name = Decision::AcceptResidualRisk.name();
        let is_own = |it: &&RecordEvidence| it.system == risk.system && it.decision == name;
        let Some(record) = self.evidence.records.iter().find(is_own) else { return };
        let covered = record.covers.iter().find(|it| it.risk.as_ref() == Some(&risk.id));
        let broken = match (&record.id, covered) {
            (None, _) => record.flaws.first().cloned(),
            (Some(id), None) => Some(format!("`{id}` does not cover {}", risk.id)),
            (Some(id), Some(covered)) => {
                (!covered.is_here).then(|| format!("{} is not what was signed in `{id}`", risk.id))
            }
        };
        let node = self.record_node(record);
        let to = self.add(node);
        for from in last {
            self.link(from, "is accepted in", &to, broken.clone(), chain);
        }
    }

    fn record_node(&self, record: &RecordEvidence) -> TraceNode {
        let missing = format!("{} of {}", record.decision, record.system);
        let name = record.id.clone().unwrap_or(missing);
        let label = match (&record.expires, record.stands) {
            (None, _) => "nobody has signed it".to_owned(),
            (Some(day), true) => format!("{}, holds until {day}", record.decision),
            (Some(_), false) => format!("{}, does not count as things are", record.decision),
        };
        let node = TraceNode {
            system: Some(record.system.clone()),
            ..plain(TraceKind::Record, &name, label)
        };
        match &record.path {
            Some(path) => self.at(node, path),
            None => node,
        }
    }

    /// Adds a record with its signers and what it covers.
    fn record(&mut self, record: &RecordEvidence) {
        let own = self.add(self.record_node(record));
        let before = self.graph.edges.len();
        if let Some(path) = &record.path {
            let (file, missing) = self.file(path);
            self.link(&own, "stands in", &file, missing, None);
        }
        for signer in &record.signers {
            self.signer(&own, signer);
        }
        for (path, why) in &record.refused {
            let (file, _) = self.file(path);
            self.link(&own, "is signed by", &file, Some(why.clone()), None);
        }
        // A seat is open because a statement does not count, and that is said.
        for seat in record.open_seats.iter().filter(|_| record.refused.is_empty()) {
            let node = plain(TraceKind::Signer, &format!("{seat} of {own}"), String::new());
            let to = self.add(node);
            self.link(&own, "is signed by", &to, Some(format!("nobody signed as {seat}")), None);
        }
        for covered in &record.covers {
            self.covered(&own, record, covered);
        }
        let is_told = self.graph.edges[before..].iter().any(|edge| edge.broken.is_some());
        let untold = record.flaws.first().filter(|_| !is_told && record.id.is_some());
        if let Some(flaw) = untold {
            let path = record.path.clone().unwrap_or_default();
            let (file, _) = self.file(&path);
            self.link(&own, "counts as", &file, Some(flaw.clone()), None);
        }
    }

    fn signer(&mut self, record: &str, signer: &SignerEvidence) {
        let key = signer.key.as_ref().map_or_else(String::new, |key| format!(", key {key}"));
        let label = format!("{} on {}, {}{key}", signer.role, signer.signed_on, signer.proof);
        let node = TraceNode {
            id: format!("signer:{}@{}", signer.person, signer.path),
            ..self.at(plain(TraceKind::Signer, &signer.person, label), &signer.path)
        };
        let own = self.add(node);
        self.link(record, "is signed by", &own, None, None);
        let (statement, missing) = self.file(&signer.path);
        self.link(&own, "signed", &statement, missing, None);
        if signer.proof == Proof::Signed.name() {
            let signature = format!("{}.sig", signer.path);
            let (file, missing) = self.file(&signature);
            self.link(&own, "signed with", &file, missing, None);
        }
    }

    /// Leads from a record to what it covers. The risks lead to the record by themselves, unless
    /// they are not here.
    fn covered(&mut self, own: &str, record: &RecordEvidence, covered: &CoveredEvidence) {
        if let Some(id) = &covered.risk {
            let is_here = self.evidence.risks.iter();
            let is_here = is_here.filter(|it| it.system == record.system).any(|it| it.id == *id);
            if !is_here {
                let node = TraceNode {
                    id: format!("risk:{}/{id}", record.system),
                    system: Some(record.system.clone()),
                    ..plain(TraceKind::Risk, id, "is in no register".to_owned())
                };
                let risk = self.add(node);
                let why = format!("{id} is in no register");
                self.link(&risk, "is accepted in", own, Some(why), Some(&risk));
            }
            return;
        }
        let not_here =
            (!covered.is_here).then(|| format!("`{}` is not what was signed", covered.what));
        for path in &covered.paths {
            let (file, missing) = self.file(path);
            self.link(
                own,
                "covers",
                &file,
                not_here.clone().map(|why| missing.unwrap_or(why)),
                None,
            );
            if let Some(edge) = self.graph.edges.last_mut() {
                edge.signed_sha256 = Some(covered.sha256.clone());
            }
        }
        if covered.paths.is_empty() {
            let (file, _) = self.file(&covered.what);
            self.link(own, "covers", &file, not_here, None);
        }
    }

    /// Leads from controls and clauses to a document, and from there to its lines.
    fn entry(&mut self, entry: &EvidenceEntry) {
        if self.evidence.records.iter().any(|it| it.decision == entry.kind) {
            return;
        }
        let of = [entry.system.as_deref(), entry.object.as_deref(), Some(&*entry.kind)];
        let name: Vec<&str> = of.into_iter().flatten().collect();
        let mut node = TraceNode {
            system: entry.system.clone(),
            ..plain(TraceKind::Document, &name.join("/"), approved(entry))
        };
        if let Some(path) = &entry.path {
            node = self.at(node, path);
        }
        let own = self.add(node);
        let is_missing = entry.path.is_none() && entry.state == EvidenceState::Lacking;
        let missing = is_missing.then(|| format!("there is no {}", entry.kind));
        for id in &entry.requirements {
            let asking = self.requirement(id);
            self.link(&asking, "is evidenced by", &own, missing.clone(), None);
        }
        let Some(path) = &entry.path else { return };
        let (file, missing) = self.file(path);
        let said = entry.element.as_ref().filter(|_| entry.state != EvidenceState::Evidenced);
        let said = said.map(|element| format!("{element} is {}", entry.state.words()));
        self.link(&own, "stands in", &file, missing.or(said), None);
    }
}

fn approved(entry: &EvidenceEntry) -> String {
    match (&entry.approved_by, &entry.approved_on) {
        (Some(by), Some(on)) => format!("approved by {by} on {on}"),
        (Some(by), None) => format!("approved by {by}"),
        (None, _) => String::new(),
    }
}

/// Returns the last line of a trace.
pub(super) fn verdict(graph: &TraceGraph) -> String {
    let links = counted(graph.edges.len(), "link", "links");
    match graph.broken().count() {
        0 => format!("whole: {links}"),
        broken => format!("broken: {broken} of {links} {}", lead_nowhere(broken)),
    }
}

fn lead_nowhere(count: usize) -> &'static str {
    if count == 1 { "leads nowhere" } else { "lead nowhere" }
}
