//! `aimsgate baseline`: what is wrong today, written down for a repository that adopts the gate.

use std::io::Write;

use super::judge::judged;
use super::output::write_data;
use crate::check_id::CheckId;
use crate::checks;
use crate::cli;
use crate::date::Date;
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
    write_data(out, &taken(arguments, &[])?)
}

/// The text of a baseline of every excusable finding of the working tree, but those of some checks.
///
/// # Errors
/// When there is nothing to judge.
pub(super) fn taken(arguments: &cli::BaselineArgs, left_out: &[CheckId]) -> Result<String, Error> {
    let source = git::open(&arguments.path, &Content::WorkingTree)?;
    let today = arguments.today.unwrap_or_else(fs::today);
    let comparison = Comparison::alone(source);
    let report = judged(&comparison, today, Gate::Merge);
    let known = known_entries(arguments, &comparison);
    let mut entries = Vec::new();
    for finding in &report.findings {
        let is_wanted = !left_out.contains(&finding.check) && checks::is_excusable(finding.check);
        if finding.nature != FindingKind::Undecided && is_wanted {
            let parts = finding.parts.iter();
            entries.extend(parts.map(|part| new_entry(finding, part, &known, today)));
        }
    }
    Ok(baseline::write(today, entries))
}

/// Returns the entries of the baselines in the working tree and in the last commit. A shell that
/// redirects the output has emptied the file before it is read, so what was committed counts too.
fn known_entries(arguments: &cli::BaselineArgs, comparison: &Comparison) -> Vec<BaselineEntry> {
    let committed = git::open(&arguments.path, &Content::Revision("HEAD".to_owned())).ok();
    let mut entries = Vec::new();
    for source in [Some(&comparison.judged), committed.as_ref()].into_iter().flatten() {
        let governance = Governance::load(&View::new(&*source.snapshot, source.scope.clone()));
        entries.extend(governance.baselines.into_iter().flat_map(|baseline| baseline.entries));
    }
    entries
}

/// Returns the entry of a part of a finding. One that is known already keeps its days: taking a
/// baseline again gives no more time.
fn new_entry(
    finding: &ReportedFinding,
    part: &ReportedPart,
    known: &[BaselineEntry],
    today: Date,
) -> NewEntry {
    let known = known.iter().find(|known| is_of(known, finding, part));
    let until = today.plus_days(baseline::LONGEST_DAYS);
    NewEntry {
        check: finding.check,
        system: finding.system.as_deref().map(SystemId::from),
        subject: finding.subject.clone(),
        part: part.part.clone(),
        measure: part.measure,
        since: known.map_or(today, |known| known.since),
        review_by: known.map_or(until, |known| known.review_by.value),
    }
}

/// Whether an entry that is there already is about a part of a finding, under the part's name or
/// the one it had in a baseline of the older format.
fn is_of(known: &BaselineEntry, entry: &ReportedFinding, part: &ReportedPart) -> bool {
    let name = &known.part.value;
    known.check.value == entry.check
        && known.subject.value == entry.subject
        && (*name == part.part || part.old_name.as_ref() == Some(name))
}
