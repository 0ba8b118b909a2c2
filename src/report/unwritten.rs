//! Missing documents as one table for each system: who writes each, where, and how much it says.

use std::collections::BTreeMap;

use super::data::{Report, ReportedFinding};
use super::words::{level_words, safe};
use crate::finding::{UnwrittenDocument, Who};
use crate::wording::counted;

/// What is told together: one finding, or the missing documents of one system.
pub(super) enum Told<'r> {
    One(&'r ReportedFinding),
    Missing(MissingDocuments<'r>),
}

/// Missing documents of one system, or of the organisation, that weigh alike and come from the
/// same.
pub(super) struct MissingDocuments<'r> {
    pub(super) findings: Vec<&'r ReportedFinding>,
    /// The documents, by who writes them.
    pub(super) rows: Vec<MissingRow<'r>>,
}

/// One missing document.
pub(super) struct MissingRow<'r> {
    pub(super) who: String,
    pub(super) document: &'r UnwrittenDocument,
}

/// Puts missing documents together that one table can tell; the order is that of the first of each.
pub(super) fn told_together<'r>(
    report: &Report,
    entries: impl IntoIterator<Item = &'r ReportedFinding>,
) -> Vec<Told<'r>> {
    let mut groups: Vec<Vec<&ReportedFinding>> = Vec::new();
    let mut tables = BTreeMap::new();
    for entry in entries {
        if entry.unwritten.is_none() {
            groups.push(vec![entry]);
            continue;
        }
        let cause = entry.cause.map(|cause| cause.words());
        let key = (&entry.system, level_words(entry), cause, &entry.since, &entry.required_by);
        let at = *tables.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(entry),
            None => groups.push(vec![entry]),
        }
    }
    let told = |group: Vec<&'r ReportedFinding>| match group.as_slice() {
        [one] => Told::One(one),
        _ => Told::Missing(MissingDocuments::of(report, group)),
    };
    groups.into_iter().map(told).collect()
}

impl<'r> MissingDocuments<'r> {
    fn of(report: &Report, findings: Vec<&'r ReportedFinding>) -> Self {
        let row = |entry: &&'r ReportedFinding| {
            let document = entry.unwritten.as_ref()?;
            Some(MissingRow { who: writer(report, entry), document })
        };
        let mut rows: Vec<MissingRow<'_>> = findings.iter().filter_map(row).collect();
        rows.sort_by_key(|row| {
            (row.who.clone(), row.document.kind.clone(), row.document.object.clone())
        });
        Self { findings, rows }
    }

    /// What is missing and why it is asked for, in one sentence.
    pub(super) fn title(&self) -> String {
        let count = counted(self.rows.len(), "document is", "documents are");
        let of = match self.system() {
            Some(system) => format!("for `{}`", safe(system)),
            None => "for the organisation".to_owned(),
        };
        let asks = |row: &MissingRow<'_>| (row.document.class, row.document.stage);
        let first = self.rows.first().map(asks);
        let is_common = self.rows.iter().all(|row| Some(asks(row)) == first);
        let because = first.filter(|_| is_common).map_or_else(String::new, |(class, stage)| {
            format!(" (class {}, stage {})", class.name(), stage.name())
        });
        format!("{count} missing {of}{because}")
    }

    /// The commands that write forms of them.
    pub(super) fn commands(&self) -> [String; 2] {
        let system =
            self.system().map_or_else(String::new, |system| format!(" --system {}", safe(system)));
        ["aimsgate init --documents".to_owned(), format!("aimsgate template KIND{system} > FILE")]
    }

    fn system(&self) -> Option<&'r str> {
        self.findings.first().and_then(|entry| entry.system.as_deref())
    }
}

/// Who writes a missing document.
fn writer(report: &Report, entry: &ReportedFinding) -> String {
    let owner = || {
        let systems = report.systems.iter();
        let mut own = systems.filter(|system| entry.system.as_ref() == Some(&system.id));
        own.find(|system| system.owner_known).map(|system| safe(&system.owner))
    };
    match entry.remedies.first().map(|remedy| remedy.who) {
        Some(Who::SecondLine) if report.second_line.is_empty() => "second line".to_owned(),
        Some(Who::SecondLine) => safe(&report.second_line.join(", ")),
        Some(Who::Owner) => owner().unwrap_or_else(|| "the owner".to_owned()),
        _ => "you".to_owned(),
    }
}

/// The rows under a head, each column as wide as its longest text.
pub(super) fn lines(missing: &MissingDocuments<'_>) -> Vec<String> {
    let head = ["who", "kind", "where to write it", "things to say"].map(str::to_owned);
    let rows = missing.rows.iter().map(|row| {
        let UnwrittenDocument { place, elements, .. } = row.document;
        let kind = row.document.named();
        [row.who.clone(), safe(&kind), safe(place), elements.to_string()]
    });
    let table: Vec<[String; 4]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| {
        table.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2)];
    let line = |[who, kind, place, elements]: &[String; 4]| {
        let [first, second, third] = widths;
        format!("{who:first$}  {kind:second$}  {place:third$}  {elements}")
    };
    table.iter().map(line).collect()
}
