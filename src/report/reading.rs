//! What a run read, what it did not and why, and how much of what was asked is there.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::data::Report;
use super::evidence_data::EvidenceState;
use super::words::safe;
use crate::engine::Tally;
use crate::wording::{counted, wrapped};

/// What `--verbose` adds, in lines.
pub(super) fn what_was_read(report: &Report) -> String {
    let mut out = String::from("What was read:\n");
    let inventory = &report.inventory;
    let _ = writeln!(out, "  files: {}", inventory.files);
    for (what, by_language) in [
        ("code, looked into for AI", &inventory.code_read),
        ("code in languages that are not read yet, skipped", &inventory.code_not_read),
    ] {
        if !by_language.is_empty() {
            let all: Vec<String> =
                by_language.iter().map(|(name, count)| format!("{name} {count}")).collect();
            let _ = writeln!(out, "  {what}: {}", all.join(", "));
        }
    }
    out += &documents(report);
    let sum = |of: fn(&Tally) -> usize| report.checks.iter().map(|it| of(&it.tally)).sum::<usize>();
    let (passed, failed) = (sum(|it| it.passed), sum(|it| it.failed));
    let (waiting, undecided) = (sum(|it| it.waiting), sum(|it| it.undecided));
    let (silent, not_applicable) = (sum(|it| it.silent), sum(|it| it.not_applicable));
    let _ = writeln!(
        out,
        "  {}: {passed} passed, {failed} failed, {waiting} waiting, {undecided} undecided; \
         skipped: {not_applicable} do not apply here, {silent} because another check tells \
         the cause\n",
        counted(report.checks.len(), "check", "checks")
    );
    out
}

/// The documents that are owed, by kind, with how many of each are there.
fn documents(report: &Report) -> String {
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for document in &report.evidence.documents {
        let (there, owed) = kinds.entry(&document.kind).or_default();
        *there += usize::from(document.path.is_some());
        *owed += usize::from(document.path.is_some() || document.state == EvidenceState::Lacking);
    }
    let all: Vec<String> = kinds
        .into_iter()
        .filter(|(_, (_, owed))| *owed > 0)
        .map(|(kind, (there, owed))| format!("{} {there} of {owed}", safe(kind)))
        .collect();
    if all.is_empty() {
        return String::new();
    }
    let text = format!("documents: {}", all.join(", "));
    wrapped(&text, 94).into_iter().map(|line| format!("  {line}\n")).collect()
}
