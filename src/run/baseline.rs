//! `aimsgate baseline`: what is wrong today, written down for a repository that adopts the gate.

use std::io::Write;

use super::judge::judged;
use super::output::write_data;
use crate::checks;
use crate::cli;
use crate::date::Date;
use crate::decision::Verdict;
use crate::edge::fs;
use crate::edge::git::{self, Comparison, Content};
use crate::error::Error;
use crate::finding::{FindingKind, Gate};
use crate::model::Governance;
use crate::report::ReportedFinding;
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
    let known = known_entries(arguments, &comparison);
    let mut entries = Vec::new();
    for finding in &report.findings {
        if finding.nature != FindingKind::Undecided && checks::is_excusable(finding.check) {
            let elements = finding.elements.iter();
            entries.extend(elements.map(|element| new_entry(finding, element, &known, today)));
        }
    }
    write_data(out, &baseline::write(today, entries))
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

/// Returns the entry of an element of a finding. One that is known already keeps its days: taking a
/// baseline again gives no more time.
fn new_entry(
    finding: &ReportedFinding,
    element: &str,
    known: &[BaselineEntry],
    today: Date,
) -> NewEntry {
    let key = (finding.check, finding.subject.as_str(), element);
    let known = known.iter().find(|known| known.key() == key);
    NewEntry {
        check: finding.check.to_owned(),
        system: finding.system.clone(),
        subject: finding.subject.clone(),
        element: element.to_owned(),
        since: known.map_or(today, |known| known.since),
        review_by: known
            .map_or(today.plus_days(baseline::LONGEST_DAYS), |known| known.review_by.value),
    }
}
