//! What a commit hook says: in full what whoever commits can clear, and a line for each thing that
//! only others can.
//!
//! # Design
//!
//! A hook refuses a commit for what the person who commits can clear and for nothing else, whatever
//! the verdict is, because a commit is no merge.

use std::fmt::Write as _;

use super::data::{RemedyEntry, Report, ReportedFinding};
use super::terminal::{Style, finding};
use super::words::{is_told, is_yours, last_line, level_words, place, safe, who};
use crate::decision::{Cause, Verdict};
use crate::finding::Who;
use crate::untrusted::log;

/// The most findings that the commit brings and that do not block which are listed.
const LISTED: usize = 10;

fn line(entry: &ReportedFinding, by: &str) -> String {
    let (level, place) = (level_words(entry), place(&entry.location));
    let by = if by.is_empty() { String::new() } else { format!(" ({by})") };
    format!("  {level}[{}] {place}: {}{by}\n", entry.check, safe(&entry.text))
}

/// Returns who can clear a finding, and for a remedy of the committer also how.
fn remedy_line(report: &Report, entry: &ReportedFinding, remedy: &RemedyEntry) -> String {
    let who = who(report, entry, remedy);
    if remedy.who == Who::Author { format!("{who}: {}", safe(&remedy.text)) } else { who }
}

/// Returns the verdict on the commit: fail for what its author can clear, undecided where that
/// could not be decided, else pass.
pub(crate) fn hook_verdict(report: &Report) -> Verdict {
    match sorted(report).0.iter().map(|entry| entry.blocks).max() {
        None => Verdict::Pass,
        Some(true) => Verdict::Fail,
        Some(false) => Verdict::Undecided,
    }
}

/// Returns the findings that count, in two lists: those the author can clear, and those only others
/// can.
fn sorted(report: &Report) -> (Vec<&ReportedFinding>, Vec<&ReportedFinding>) {
    report.findings.iter().filter(|entry| entry.counts).partition(|entry| is_yours(entry))
}

/// Returns the report for the person who commits, with one final line break.
pub(crate) fn hook(report: &Report, style: Style) -> String {
    let (own, others) = sorted(report);
    let mut out: String = own.iter().map(|entry| finding(report, entry, style) + "\n\n").collect();
    if !others.is_empty() {
        out += "The merge will wait for others; this commit does not:\n";
    }
    for entry in &others {
        let by: Vec<String> =
            entry.remedies.iter().map(|remedy| remedy_line(report, entry, remedy)).collect();
        out += &line(entry, &by.join("; "));
    }
    // Of findings that do not block, only those that the commit brings are listed.
    let is_new = |entry: &&ReportedFinding| {
        !entry.counts && entry.cause == Some(Cause::ThisChange) && is_told(report, entry)
    };
    let new: Vec<&ReportedFinding> = report.findings.iter().filter(is_new).collect();
    if !new.is_empty() {
        out += "Not blocking, and new with this commit:\n";
    }
    for entry in new.iter().take(LISTED) {
        out += &line(entry, "");
    }
    if new.len() > LISTED {
        let _ =
            writeln!(out, "  and {} more; aimsgate check --staged lists them", new.len() - LISTED);
    }
    let _ = match (own.len(), others.len()) {
        (0, 0) => writeln!(out, "{}", last_line(report)),
        (0, others) => writeln!(out, "committed: nothing for you to fix, {others} for others"),
        (own, others) => writeln!(out, "refused: {own} for you to fix, {others} for others"),
    };
    log(out)
}
