//! The report as one page: what is decided, by whom and until when; each control; the risks before
//! and after; the findings with their lines.
//!
//! # Design
//!
//! One file without script, and without anything that a browser would fetch: the page's own policy
//! refuses both. Every text goes through `untrusted::xml`.

use std::fmt::Write as _;

use super::data::{Location, Report, ReportedFinding};
use super::evidence_data::{ControlEvidence, EvidenceState, RecordEvidence};
use super::html_page::{page, table};
use super::html_risks::heat_map;
use super::overview;
use super::words::last_line;
use crate::untrusted::xml;
use crate::wording::counted;

/// Findings of one page; the heaviest come first.
const MOST_FINDINGS: usize = 2_000;

/// Returns the page, one final line break.
pub fn html(report: &Report) -> String {
    let name = report.organisation.as_deref().unwrap_or("this repository");
    let title = format!("Evidence of {name}");
    let mut out = format!("<h1>{}</h1>\n", xml(&title));
    let inputs = &report.inputs;
    let [evidenced, lacking, other] = report.evidence.counts();
    let _ = write!(
        out,
        "<p><strong>{}</strong></p>\n<p>{}, judged on {} by aimsgate {}, rule set {}.</p>\n\
         <p>Of {} controls of Annex A {evidenced} are evidenced, {lacking} lack something, \
         {other} were not looked at. This page says which evidence was found in which content, \
         and not that anything complies with a standard or a law.</p>\n",
        xml(&last_line(report)),
        xml(&inputs.revision),
        xml(&inputs.today),
        xml(report.tool.version),
        xml(report.tool.rule_set),
        report.evidence.controls.len(),
    );
    out += &overview::html(report);
    for system in &report.systems {
        let id = xml(&system.id);
        let _ = write!(
            out,
            "<section>\n<h2>{id}</h2>\n<p>Class {}, stage {}, owned by {}.</p>\n",
            xml(system.class),
            xml(system.stage),
            xml(&system.owner)
        );
        let records = report.evidence.records.iter().filter(|it| it.system == system.id);
        out += &decisions(records);
        out += &heat_map(&report.evidence, &system.id);
        out += "</section>\n";
    }
    out += &matrix("Controls of Annex A", &report.evidence.controls);
    out += &matrix("Clauses", &report.evidence.clauses);
    out += &findings(report);
    page(&title, &out)
}

/// Returns what is decided, by whom, until when.
pub(super) fn decisions<'r>(records: impl Iterator<Item = &'r RecordEvidence>) -> String {
    let mut rows = String::new();
    for record in records {
        let signers: Vec<String> = record
            .signers
            .iter()
            .map(|it| {
                let key = it.key.as_deref().map_or_else(String::new, |key| format!(", key {key}"));
                xml(&format!("{} as {} on {}, {}{key}", it.person, it.role, it.signed_on, it.proof))
            })
            .collect();
        let state = if record.stands { EvidenceState::Evidenced } else { EvidenceState::Lacking };
        let flaws: Vec<String> = record.flaws.iter().map(|it| xml(it)).collect();
        let stands = if record.stands { "stands".to_owned() } else { flaws.join("<br>") };
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td>\
             <td class=\"{}\">{stands}</td></tr>",
            xml(record.decision),
            xml(record.id.as_deref().unwrap_or("none")),
            if signers.is_empty() { "nobody".to_owned() } else { signers.join("<br>") },
            xml(record.expires.as_deref().unwrap_or("")),
            class(state),
        );
    }
    if rows.is_empty() {
        return "<p>Nothing need be signed.</p>\n".to_owned();
    }
    table("What is decided", &["decision", "record", "signed by", "until", "state"], &rows)
}

fn class(state: EvidenceState) -> &'static str {
    match state {
        EvidenceState::Evidenced => "evidenced",
        EvidenceState::Lacking => "lacking",
        EvidenceState::Contradicted => "contradicted",
        EvidenceState::NotLookedAt => "not-looked-at",
    }
}

fn matrix(title: &str, controls: &[ControlEvidence]) -> String {
    let row = |it: &ControlEvidence| {
        let paths: Vec<String> =
            it.paths.iter().map(|path| format!("<code>{}</code>", xml(path))).collect();
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"{}\">{}</td><td>{}</td></tr>\n",
            xml(&it.id),
            xml(&it.title),
            class(it.state),
            it.state.words(),
            paths.join("<br>")
        )
    };
    let rows: String = controls.iter().map(row).collect();
    let table = table("What there is for each", &["id", "title", "state", "evidence"], &rows);
    format!("<section>\n<h2>{title}</h2>\n{table}</section>\n")
}

fn findings(report: &Report) -> String {
    if report.findings.is_empty() {
        return "<section>\n<h2>Findings</h2>\n<p>None.</p>\n</section>\n".to_owned();
    }
    let shown = report.findings.iter().take(MOST_FINDINGS);
    let list: String = shown.map(finding).collect();
    let left = report.findings.len().saturating_sub(MOST_FINDINGS);
    let more = if left == 0 {
        String::new()
    } else {
        format!("<p>And {}; the JSON report holds all.</p>\n", counted(left, "more", "more"))
    };
    format!("<section>\n<h2>Findings</h2>\n{list}{more}</section>\n")
}

fn finding(entry: &ReportedFinding) -> String {
    let excuse = entry.excuse.as_ref().map_or_else(String::new, |excuse| {
        let by = excuse.approved_by.as_deref().unwrap_or("the baseline");
        format!("<p>Excused by {} until {}.</p>\n", xml(by), xml(&excuse.until))
    });
    let remedies: String =
        entry.remedies.iter().map(|it| format!("<li>{}</li>\n", xml(&it.text))).collect();
    let remedies = if remedies.is_empty() { remedies } else { format!("<ul>\n{remedies}</ul>\n") };
    format!(
        "<article>\n<h3><span class=\"{severity}\">{severity}</span>: {text}</h3>\n\
         <p><code>{check}</code></p>\n{}{excuse}{remedies}</article>\n",
        excerpt(&entry.location),
        severity = entry.severity.name(),
        text = xml(&entry.text),
        check = xml(entry.check.name()),
    )
}

fn excerpt(location: &Location) -> String {
    let line = location.region.map_or_else(String::new, |it| format!(":{}", it.start_line));
    let place = format!("<p><code>{}{line}</code></p>\n", xml(&location.path));
    let Some(excerpt) = &location.excerpt else { return place };
    let (text, mark) = (&excerpt.text, &excerpt.mark);
    format!(
        "{place}<pre>{}<mark>{}</mark>{}</pre>\n",
        xml(&text[..mark.start]),
        xml(&text[mark.clone()]),
        xml(&text[mark.end..])
    )
}
