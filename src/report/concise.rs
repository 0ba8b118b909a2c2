//! The findings as one line each, for editors and logs, and counted by check.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::data::{Report, ReportedFinding};
use super::words::{is_told, last_line, level_words, place, safe, simulation};
use crate::untrusted::log;

/// Returns a line `PATH:LINE:COLUMN: LEVEL [CHECK] TEXT` for each finding that counts here, and a
/// last line that says it all.
pub fn concise(report: &Report) -> String {
    let mut out = simulation(report).unwrap_or_default();
    for entry in told(report) {
        let (place, level) = (place(&entry.location), level_words(entry));
        let _ = writeln!(out, "{place}: {level} [{}] {}", entry.check, safe(&entry.text));
    }
    let _ = writeln!(out, "{}", last_line(report));
    log(out)
}

/// Returns how often each check speaks and how, the most frequent first, and a last line that says
/// it all.
pub fn statistics(report: &Report) -> String {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for entry in told(report) {
        *counts.entry((entry.check.name(), level_words(entry))).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    // Stable, so of equals the first by name.
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut out = simulation(report).unwrap_or_default();
    for ((check, level), count) in rows {
        let _ = writeln!(out, "{count:>5}  {level:<16}  {check}");
    }
    let _ = writeln!(out, "{}", last_line(report));
    log(out)
}

fn told(report: &Report) -> impl Iterator<Item = &ReportedFinding> {
    report.findings.iter().filter(|entry| is_told(report, entry))
}
