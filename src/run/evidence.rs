//! The report that traces, statements of applicability and packs are made of.

use std::path::Path;

use super::judge::judged_with;
use crate::cli::{AskedGate, EvidenceOf};
use crate::edge::fs;
use crate::edge::git::{self, Content, Surroundings};
use crate::error::{Error, ErrorKind};
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::finding::Gate;
use crate::report::{EvidenceExtent, Report};

/// Which rules judge the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RulesOf {
    /// Those of the target branch, as for `check`.
    TargetBranch,
    /// Those of the revision itself, whatever became of the branches.
    Revision,
}

/// Judges the evidence that is meant. No connection is made, and the same day gives the same report
/// on every later one.
///
/// # Errors
/// When there is nothing to judge, or the register declares no such system.
pub(super) fn report_of(
    path: &Path,
    of: &EvidenceOf,
    rules: RulesOf,
    gate: Option<AskedGate>,
) -> Result<Report, Error> {
    report_with(path, of, rules, gate, &FileCache::default(), EvidenceExtent::All)
}

/// Does what [`report_of`] does, with what was learned of files before, and with as much of the
/// evidence as is asked for.
///
/// # Errors
/// As [`report_of`].
pub(super) fn report_with(
    path: &Path,
    of: &EvidenceOf,
    rules: RulesOf,
    gate: Option<AskedGate>,
    cache: &FileCache,
    extent: EvidenceExtent,
) -> Result<Report, Error> {
    let today = of.today.unwrap_or_else(fs::today);
    let around = Surroundings { job: None, ci: false, ..Surroundings::of_this_process(today) };
    let content = of.head.clone().map_or(Content::WorkingTree, Content::Revision);
    let base = of.head.as_deref().filter(|_| rules == RulesOf::Revision);
    let mut comparison = git::compare(path, &content, base, Some(today), &around)?;
    if rules == RulesOf::Revision
        && let Fact::Known(target) = &mut comparison.target
    {
        // That it is no branch's tip any more loosens nothing: it is what was asked for.
        target.default = None;
        comparison.simulation.clear();
    }
    let asked = gate.map_or(Gate::Merge, Gate::from);
    let (report, _) = judged_with(&comparison, cache, today, asked, extent);
    match &of.system {
        Some(id) if !report.declares(id) => {
            Err(Error::new(ErrorKind::Usage, format!("the register declares no system `{id}`")))
        }
        Some(id) => Ok(report.only(id)),
        None => Ok(report),
    }
}
