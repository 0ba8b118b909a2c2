//! `aimsgate baseline`: what is wrong today, written down for a repository that adopts the gate.

use std::io::Write;

use super::judge::judged;
use super::output::write_data;
use crate::checks;
use crate::cli;
use crate::decision::Verdict;
use crate::edge::fs;
use crate::edge::git::{self, Comparison, Content};
use crate::error::Error;
use crate::finding::{FindingKind, Gate};
use crate::ids::SystemId;
use crate::model::Governance;
use crate::report::{ReportedFinding, ReportedPart};
use crate::settings::baseline::{self, BaselineEntry, NewEntry};
use crate::snapshot::View;

/// Prints a baseline of every excusable finding of the working tree.
pub(super) fn baseline(
    arguments: &cli::BaselineArgs,
    out: &mut dyn Write,
) -> Result<Verdict, Error> {
    let source = git::open(&arguments.path, &Content::WorkingTree)?;
    let today = arguments.today.unwrap_or_else(fs::today);
    let comparison = Comparison::alone(source);
    let report = judged(&comparison, today, Gate::Merge);
    let is_known = |entry: &&ReportedFinding| {
        entry.nature != FindingKind::Undecided && checks::is_excusable(entry.check)
    };
    // What is known already keeps its days: taking a baseline again gives nothing more time. A
    // shell that writes it has emptied the file before it is read, so what was committed counts
    // too.
    let committed = git::open(&arguments.path, &Content::Revision("HEAD".to_owned())).ok();
    let sources = [Some(&comparison.judged), committed.as_ref()].into_iter().flatten();
    let before = sources.map(|it| Governance::load(&View::new(&*it.snapshot, it.scope.clone())));
    let before: Vec<BaselineEntry> =
        before.flat_map(|it| it.baselines).flat_map(|baseline| baseline.entries).collect();
    let until = today.plus_days(baseline::LONGEST_DAYS);
    let mut entries = Vec::new();
    for entry in report.findings.iter().filter(is_known) {
        for part in &entry.parts {
            let known = before.iter().find(|known| is_of(known, entry, part));
            entries.push(NewEntry {
                check: entry.check,
                system: entry.system.as_deref().map(SystemId::from),
                subject: entry.subject.clone(),
                part: part.part.clone(),
                measure: part.measure,
                since: known.map_or(today, |known| known.since),
                review_by: known.map_or(until, |known| known.review_by.value),
            });
        }
    }
    write_data(out, &baseline::write(today, entries))
}

/// Whether an entry that is there already is about a part of a finding, under the part's name or
/// the one it had in a baseline of the older format.
fn is_of(known: &BaselineEntry, entry: &ReportedFinding, part: &ReportedPart) -> bool {
    let name = &known.part.value;
    known.check.value == entry.check
        && known.subject.value == entry.subject
        && (*name == part.part || part.old_name.as_ref() == Some(name))
}
