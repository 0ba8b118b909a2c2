//! What a commit hook says: in full what whoever commits can clear, and a line for each thing that only others can.

use std::fmt::Write as _;

use super::terminal::{Style, finding, is_yours, last_line, level_words, place, safe, who};
use super::{Entry, Report};
use crate::decision::Verdict;
use crate::untrusted::log;

/// Whether the commit is refused: for what its author can clear, and nothing else.
pub fn hook_verdict(report: &Report) -> Verdict {
    match sorted(report).0.iter().map(|entry| entry.blocks).max() {
        None => Verdict::Pass,
        Some(true) => Verdict::Fail,
        Some(false) => Verdict::Undecided,
    }
}

/// What counts: the author's own to clear, and what is left to others.
fn sorted(report: &Report) -> (Vec<&Entry>, Vec<&Entry>) {
    report.findings.iter().filter(|entry| entry.counts).partition(|entry| is_yours(entry))
}

/// The report for whoever commits, one final line break.
pub fn hook(report: &Report, style: Style) -> String {
    let (own, others) = sorted(report);
    let mut out: String = own.iter().map(|entry| finding(report, entry, style) + "\n\n").collect();
    if !others.is_empty() {
        out += "The merge will wait for others; this commit does not:\n";
    }
    for entry in &others {
        let by = entry.remedies.first().map_or_else(String::new, |remedy| format!(" ({})", who(report, entry, remedy)));
        let (level, place) = (level_words(entry), place(&entry.location));
        let _ = writeln!(out, "  {level}[{}] {place}: {}{by}", entry.check, safe(&entry.text));
    }
    let _ = match (own.len(), others.len()) {
        (0, 0) => writeln!(out, "{}", last_line(report)),
        (0, others) => writeln!(out, "committed: nothing for you to fix, {others} for others"),
        (own, others) => writeln!(out, "refused: {own} for you to fix, {others} for others"),
    };
    log(out)
}
