//! What a check finds whatever excuses it, and the entries of a baseline by check.

use std::collections::BTreeMap;

use crate::check_id::NamedCheck;
use crate::engine::{Check, CheckResult, Context, Outcome};
use crate::finding::{Finding, Subject};
use crate::settings::baseline::BaselineEntry;
use crate::span::RepoPath;

/// The check of an id, if it is one that may be excused. The others are not run here: they would
/// ask themselves what they find.
pub(super) fn excusable(context: &Context<'_>, named: &NamedCheck) -> Option<&'static Check> {
    context.table.iter().copied().find(|check| *named == check.id && check.is_excusable())
}

/// What a check finds, whatever excuses it.
pub(super) fn findings(check: &Check, context: &Context<'_>) -> Vec<Finding> {
    check.run.over(context).into_iter().filter_map(|outcome| check.finding(outcome)).collect()
}

/// One outcome for the entries of each check that the baseline names.
pub(super) fn by_check(
    context: &Context<'_>,
    judge: impl Fn(&[(&RepoPath, &BaselineEntry)]) -> CheckResult,
) -> Vec<Outcome> {
    let mut entries: BTreeMap<&NamedCheck, Vec<(&RepoPath, &BaselineEntry)>> = BTreeMap::new();
    for baseline in &context.proposed.baselines {
        for entry in &baseline.entries {
            entries.entry(&entry.check.value).or_default().push((&baseline.file, entry));
        }
    }
    let outcome = |(check, entries): (&NamedCheck, Vec<(&RepoPath, &BaselineEntry)>)| {
        Outcome::new(Subject::Baseline(check.clone()), judge(&entries))
    };
    entries.into_iter().map(outcome).collect()
}
