//! A report in two tables: who can clear how much, and where each system stands.

use std::collections::BTreeMap;

use super::data::{Report, ReportedFinding, SystemSummary};
use super::html_page::table;
use super::words::{is_told, who};

/// Rows of a table.
const MOST_ROWS: usize = 20;

/// How much one person or group can clear.
pub(super) struct ClearedBy {
    /// Who, as the findings say it.
    pub(super) who: String,
    /// Findings that keep the gate from passing, and others that are shown.
    pub(super) blocking: usize,
    pub(super) others: usize,
}

/// Where a system stands.
pub(super) struct SystemOverview {
    pub(super) id: String,
    pub(super) class: &'static str,
    pub(super) stage: &'static str,
    pub(super) owner: String,
    pub(super) blocking: usize,
    pub(super) others: usize,
    /// Decisions that are due, and those of them that stand.
    pub(super) due: usize,
    pub(super) standing: usize,
    /// The first day on which one of them ends.
    pub(super) until: Option<String>,
}

/// Returns who can clear the findings that are shown, whoever can clear most first.
pub(super) fn by_who(report: &Report) -> Vec<ClearedBy> {
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for entry in report.findings.iter().filter(|entry| is_told(report, entry)) {
        let Some(remedy) = entry.remedies.first() else { continue };
        let [blocking, others] = counts.entry(who(report, entry, remedy)).or_default();
        *(if entry.counts { blocking } else { others }) += 1;
    }
    let row = |(who, [blocking, others]): (String, [usize; 2])| ClearedBy { who, blocking, others };
    let mut rows: Vec<ClearedBy> = counts.into_iter().map(row).collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.blocking), std::cmp::Reverse(row.others)));
    rows.truncate(MOST_ROWS);
    rows
}

/// Returns where each system stands, in their order.
pub(super) fn systems(report: &Report) -> Vec<SystemOverview> {
    let row = |system: &SystemSummary| {
        let is_of = |entry: &&ReportedFinding| entry.system.as_ref() == Some(&system.id);
        let told = report.findings.iter().filter(|entry| is_told(report, entry)).filter(is_of);
        let (blocking, others): (Vec<_>, Vec<_>) = told.partition(|entry| entry.counts);
        let records: Vec<_> =
            report.evidence.records.iter().filter(|it| it.system == system.id).collect();
        let standing = records.iter().filter(|it| it.stands);
        SystemOverview {
            id: system.id.clone(),
            class: system.class,
            stage: system.stage,
            owner: system.owner.clone(),
            blocking: blocking.len(),
            others: others.len(),
            due: records.len(),
            standing: standing.clone().count(),
            until: standing.filter_map(|it| it.expires.clone()).min(),
        }
    };
    report.systems.iter().take(MOST_ROWS).map(row).collect()
}

/// Returns both as tables of Markdown. Nothing where no system is declared and nobody can clear
/// anything.
pub(super) fn markdown(report: &Report) -> String {
    use crate::untrusted::{clamp, markdown as safe};

    let mut out = String::new();
    let cell = |text: &str| safe(&clamp(text, 80)).replace('|', "\\|");
    let people = by_who(report);
    if people.iter().any(|row| row.blocking > 0) {
        out += "| who can clear it | blocks | not blocking |\n| --- | ---: | ---: |\n";
        out.extend(
            people
                .iter()
                .map(|row| format!("| {} | {} | {} |\n", cell(&row.who), row.blocking, row.others)),
        );
        out += "\n";
    }
    let systems = systems(report);
    if !systems.is_empty() {
        out += "| system | class | stage | owner | blocks | not blocking | decisions that stand \
                | until |\n| --- | --- | --- | --- | ---: | ---: | ---: | --- |\n";
        out.extend(systems.iter().map(|row| {
            format!(
                "| {} | {} | {} | {} | {} | {} | {} of {} | {} |\n",
                cell(&row.id),
                row.class,
                row.stage,
                cell(&row.owner),
                row.blocking,
                row.others,
                row.standing,
                row.due,
                row.until.as_deref().unwrap_or("")
            )
        }));
        out += "\n";
    }
    out
}

/// Returns both as tables of a page.
pub(super) fn html(report: &Report) -> String {
    use crate::untrusted::xml;

    let mut out = String::new();
    let people = by_who(report);
    if !people.is_empty() {
        let rows = people.iter().map(|row| {
            let who = xml(&row.who);
            format!(
                "<tr><th scope=\"row\">{who}</th><td>{}</td><td>{}</td></tr>\n",
                row.blocking, row.others
            )
        });
        let heads = ["who", "blocks", "does not block"];
        out += &table("Who can clear what is wrong", &heads, &rows.collect::<String>());
    }
    let rows = systems(report);
    if !rows.is_empty() {
        let rows = rows.iter().map(|row| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
                 <td>{}</td><td>{} of {}</td><td>{}</td></tr>\n",
                xml(&row.id),
                row.class,
                row.stage,
                xml(&row.owner),
                row.blocking,
                row.others,
                row.standing,
                row.due,
                xml(row.until.as_deref().unwrap_or("")),
            )
        });
        let heads = [
            "system",
            "class",
            "stage",
            "owner",
            "blocks",
            "does not block",
            "decisions that stand",
            "until",
        ];
        out += &table("Where each system stands", &heads, &rows.collect::<String>());
    }
    if !report.upcoming.is_empty() {
        let rows = report.upcoming.iter().take(MOST_ROWS).map(|it| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
                xml(&it.on),
                xml(it.system.as_deref().unwrap_or("")),
                xml(&it.what)
            )
        });
        let heads = ["day", "system", "what"];
        out +=
            &table("What ends or falls due within thirty days", &heads, &rows.collect::<String>());
    }
    out
}
