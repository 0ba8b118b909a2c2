//! GitLab's Code Quality report: a JSON array, one object per finding.
//! Source: GitLab Docs, "Code Quality", "Code Quality report format".

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::data::{Report, ReportedFinding};
use super::words::{is_told, level_words};
use crate::finding::Severity;
use crate::untrusted::{self, clamp, line};

/// Characters of a description.
const LONGEST: usize = 1_000;

/// The report for `artifacts:reports:codequality`, one final line break.
pub fn code_quality(report: &Report) -> String {
    // Of two with one fingerprint GitLab shows one.
    let mut seen = BTreeSet::new();
    let shown = report
        .findings
        .iter()
        .filter(|entry| is_told(report, entry) && seen.insert(&entry.fingerprint));
    let all: Vec<Value> = shown.map(issue).collect();
    untrusted::json(serde_json::to_string_pretty(&all).unwrap_or_default()) + "\n"
}

fn issue(entry: &ReportedFinding) -> Value {
    let text = format!("{}: {}", level_words(entry), line(&entry.text));
    let begin = entry.location.region.map_or(1, |region| region.start_line);
    json!({
        "description": clamp(&text, LONGEST),
        "check_name": entry.check,
        "fingerprint": entry.fingerprint,
        "severity": match (entry.counts, entry.severity) {
            (true, _) => "blocker",
            (false, Severity::Error) => "major",
            (false, Severity::Warning) => "minor",
            (false, Severity::Note) => "info",
        },
        "location": {"path": entry.location.path, "lines": {"begin": begin}},
    })
}
