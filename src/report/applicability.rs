//! The statement of applicability: each control, whether and why it applies, and what there is for
//! it.
//!
//! # Design
//!
//! Whether a control applies, why, and how far it is implemented people decide. The program
//! proposes an answer where nobody gave one, and never a reason to leave a control out. What it
//! finds stands in columns of its own, which it writes anew each time, and under `status` and
//! `evidence` as long as nobody wrote a status of their own. Every other cell is the people's and
//! stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::data::Report;
use super::evidence_data::{ControlEvidence, EvidenceEntry, EvidenceState, RiskEvidence};
use crate::document::{Document, Node, Value};
use crate::untrusted;

/// What people decide, and a rewrite keeps.
const DECIDED: [&str; 4] = ["applicable", "justification", "status", "evidence"];

/// What the program finds, and writes anew.
const FOUND: [&str; 4] = ["found", "found-in", "found-owner", "found-next-review"];

/// Paths that one cell names, and characters of a reason; a spreadsheet takes 32,767 in a cell.
const MOST_PATHS: usize = 50;
const LONGEST_REASON: usize = 8_000;

/// A row: the text of each column by its name.
type ApplicabilityRow = BTreeMap<String, String>;

/// A statement of applicability.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Applicability {
    pub(crate) columns: Vec<String>,
    /// By the control's id, in the order of the standard; own controls follow.
    pub(crate) rows: Vec<(String, ApplicabilityRow)>,
}

/// Returns the statement of a report, with the decisions and the columns of one that is there.
pub(crate) fn applicability(report: &Report, before: Option<&Applicability>) -> Applicability {
    let evidence = &report.evidence;
    let mut ids: Vec<&str> = evidence.controls.iter().map(|it| it.id.as_str()).collect();
    let is_clause = |id: &&str| evidence.clauses.iter().any(|it| it.id == *id);
    let of_risks = evidence.risks.iter().flat_map(|risk| &risk.controls).map(String::as_str);
    let of_risks = of_risks.filter(|id| !is_clause(id));
    let of_before = before.into_iter().flat_map(|it| &it.rows).map(|(id, _)| id.as_str());
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    let own: BTreeSet<&str> = of_risks.chain(of_before).collect();
    ids.extend(own.difference(&known));
    let mut columns: Vec<String> = ["control", "title"].map(str::to_owned).to_vec();
    columns.extend(DECIDED.map(str::to_owned));
    columns.extend(FOUND.map(str::to_owned));
    let of_people = before.into_iter().flat_map(|it| &it.columns);
    let of_people: Vec<String> = of_people.filter(|it| !columns.contains(it)).cloned().collect();
    columns.extend(of_people);
    let kept = before.map(Applicability::by_id).unwrap_or_default();
    let mut entries: BTreeMap<&str, Vec<&EvidenceEntry>> = BTreeMap::new();
    for entry in &evidence.entries {
        entry.requirements.iter().for_each(|id| entries.entry(id).or_default().push(entry));
    }
    let mut risks: BTreeMap<&str, Vec<&RiskEvidence>> = BTreeMap::new();
    for risk in &evidence.risks {
        risk.controls.iter().for_each(|id| risks.entry(id).or_default().push(risk));
    }
    let row = |id: &str| {
        let about = AboutControl {
            control: evidence.controls.iter().find(|it| it.id == id),
            entries: entries.get(id).map_or(&[][..], Vec::as_slice),
            risks: risks.get(id).map_or(&[][..], Vec::as_slice),
        };
        (id.to_owned(), row(id, &about, kept.get(id).copied().cloned().unwrap_or_default()))
    };
    Applicability { columns, rows: ids.into_iter().map(row).collect() }
}

/// What the report says of one control.
struct AboutControl<'r> {
    control: Option<&'r ControlEvidence>,
    entries: &'r [&'r EvidenceEntry],
    risks: &'r [&'r RiskEvidence],
}

fn row(id: &str, about: &AboutControl<'_>, mut kept: ApplicabilityRow) -> ApplicabilityRow {
    let entries = about.entries;
    let state = state(entries);
    let mut set = |column: &str, text: String| kept.insert(column.to_owned(), text);
    set("control", id.to_owned());
    if let Some(control) = about.control {
        set("title", control.title.clone());
    }
    set("found", state.words().to_owned());
    set("found-in", found_in(entries));
    let owners: BTreeSet<&str> = entries.iter().filter_map(|it| it.owner.as_deref()).collect();
    set("found-owner", owners.into_iter().collect::<Vec<_>>().join("; "));
    let next = entries.iter().filter_map(|it| it.next_review.as_ref()).min();
    set("found-next-review", next.cloned().unwrap_or_default());
    let reason = reason(about);
    let mut propose = |column: &str, text: String| {
        let cell = kept.entry(column.to_owned()).or_default();
        if cell.trim().is_empty() {
            *cell = text;
        }
    };
    propose("applicable", if reason.is_empty() { "" } else { "yes" }.to_owned());
    propose("justification", reason);
    let status = kept.get("status").map_or("", |it| it.trim());
    if status.is_empty() || EvidenceState::ALL.iter().any(|it| it.words() == status) {
        kept.insert("status".to_owned(), state.words().to_owned());
        kept.insert("evidence".to_owned(), kept["found-in"].clone());
    }
    kept
}

fn state(entries: &[&EvidenceEntry]) -> EvidenceState {
    let states = entries.iter().map(|it| it.state);
    states.reduce(super::evidence_documents::worse).unwrap_or(EvidenceState::NotLookedAt)
}

/// Returns the files that are evidence, each with its digest.
fn found_in(entries: &[&EvidenceEntry]) -> String {
    let file = |it: &&EvidenceEntry| {
        let (path, sha256) = (it.path.as_ref()?, it.sha256.as_ref()?);
        (it.state == EvidenceState::Evidenced).then(|| format!("{path} sha256:{sha256}"))
    };
    let files: BTreeSet<String> = entries.iter().filter_map(file).collect();
    let left = files.len().saturating_sub(MOST_PATHS);
    let mut shown: Vec<String> = files.into_iter().take(MOST_PATHS).collect();
    if left > 0 {
        shown.push(format!("and {left} more"));
    }
    shown.join("; ")
}

/// Returns what a control is needed for: the risks that it treats, the documents that are asked
/// for, the provisions of the laws that the rules name. Empty where there is nothing.
fn reason(about: &AboutControl<'_>) -> String {
    let AboutControl { control, entries, risks } = about;
    let treated = risks.iter();
    let treated: BTreeSet<String> = treated
        .map(|it| {
            let line = it.line.map_or_else(String::new, |line| format!(":{line}"));
            format!("treats {} ({}{line})", it.id, it.path)
        })
        .collect();
    let asked = entries.iter().map(|it| match &it.system {
        Some(system) => format!("{system} owes {}", it.kind),
        None => format!("the organisation owes {}", it.kind),
    });
    let asked: BTreeSet<String> = asked.collect();
    let laws = entries.iter().flat_map(|it| it.provisions.iter().cloned());
    let laws: BTreeSet<String> = laws.collect();
    let is_reason = !treated.is_empty() || !asked.is_empty();
    let related = control.iter().flat_map(|it| &it.related).filter(|_| is_reason);
    let related = related.map(|(framework, of)| format!("see {framework} {}", of.join(", ")));
    let all: Vec<String> = treated.into_iter().chain(asked).chain(laws).chain(related).collect();
    untrusted::clamp(&all.join("; "), LONGEST_REASON).into_owned()
}

impl Applicability {
    /// Reads a table. None where it is none, or no column names the controls.
    pub(crate) fn read(document: &Document) -> Option<Self> {
        let tree = document.metadata()?;
        let Value::Sequence(rows) = &tree.value else { return None };
        let mut columns: Vec<String> = Vec::new();
        let mut read = Vec::new();
        for row in rows {
            let mut cells = ApplicabilityRow::new();
            for (key, cell) in row.entries() {
                let name = column(&key.text);
                if !columns.contains(&name) {
                    columns.push(name.clone());
                }
                cells.insert(name, text(cell));
            }
            let id = cells.get("control").map(|it| it.trim().to_owned()).unwrap_or_default();
            if !id.is_empty() {
                read.push((id, cells));
            }
        }
        columns.iter().any(|it| it == "control").then_some(Self { columns, rows: read })
    }

    /// Returns the rows by the ids of their controls; of two with one id, the last.
    fn by_id(&self) -> BTreeMap<&str, &ApplicabilityRow> {
        self.rows.iter().map(|(id, row)| (id.as_str(), row)).collect()
    }

    /// Returns what differs from another statement, a line for each cell.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let mut all = Vec::new();
        let others = other.by_id();
        for (id, row) in &self.rows {
            let Some(there) = others.get(id.as_str()) else {
                all.push(format!("{id} is missing"));
                continue;
            };
            for (column, text) in row {
                let there = there.get(column).map_or("", String::as_str);
                if there != text {
                    all.push(format!("{id}: `{column}` is `{there}`, and should be `{text}`"));
                }
            }
            if leaves_out(there) && row.get("found").is_some_and(|it| it != "not looked at") {
                all.push(format!("{id} is left out, and something here asks for it"));
            }
        }
        all
    }

    /// Returns the cells, the names of the columns first.
    pub(crate) fn table(&self) -> Vec<Vec<String>> {
        let cell = |row: &ApplicabilityRow, it: &String| row.get(it).cloned().unwrap_or_default();
        let rows = self.rows.iter();
        let rows = rows.map(|(_, row)| self.columns.iter().map(|it| cell(row, it)).collect());
        std::iter::once(self.columns.clone()).chain(rows).collect()
    }

    pub(crate) fn csv(&self) -> String {
        untrusted::csv(self.table().into_iter())
    }

    pub(crate) fn markdown(&self) -> String {
        let line = |cells: Vec<String>| {
            let cells: Vec<String> = cells.iter().map(|it| untrusted::markdown(it)).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut rows = self.table().into_iter();
        let mut out = rows.next().map(line).unwrap_or_default();
        out += &format!("|{}\n", " --- |".repeat(self.columns.len()));
        out.extend(rows.map(line));
        out
    }
}

/// Whether a row says that its control does not apply.
fn leaves_out(row: &ApplicabilityRow) -> bool {
    let said = row.get("applicable").map(|it| it.trim().to_lowercase()).unwrap_or_default();
    matches!(said.as_str(), "no" | "false" | "n" | "excluded" | "not applicable")
}

/// Returns the name of a column as this statement writes it.
fn column(text: &str) -> String {
    let name = text.trim();
    let is_own = |it: &&&str| it.eq_ignore_ascii_case(name);
    let known = ["control", "title"].iter().chain(&DECIDED).chain(&FOUND).find(is_own);
    known.map_or_else(|| name.to_owned(), |it| (*it).to_owned())
}

fn text(cell: &Node) -> String {
    cell.as_text().unwrap_or_default().to_owned()
}
