//! A baseline that a change lets grow.

use super::Loosening;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Subject};
use crate::settings::baseline::{BaselineEntry, FILE};
use crate::span::{Place, RepoPath};
use crate::wording::and_more;

pub(crate) const CHECK: Check = Check {
    id: CheckId::BaselineGrown,
    title: "A change adds findings to the baseline, or lets them stay longer",
    since: "0.1",
    controls: &["7.5", "8.1"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each entry of `governance/baseline.json` stands on the target branch too, known since no later a day and
for no shorter a time. Removing entries is free.

## Why it matters

The baseline holds what was wrong on the day the gate was adopted. What a change adds to it is what the
change breaks.

## How to fix

Undo it, or make the change without it. A `rule-change` record in the same change clears it, which binds the files before
and after by their digests and is signed by somebody the target branch entitles and the change does not favour.

## References

ISO/IEC 42001:2023 clauses 5.3, 7.5 and 8.1.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let subject = Subject::File(RepoPath::from(FILE));
    let before = match context.adopted(subject.clone()) {
        Ok(before) => before,
        Err(outcomes) => return outcomes,
    };
    let known = |entry: &BaselineEntry| {
        before.baselines.iter().flat_map(|it| &it.entries).any(|known| entry.is_within(known))
    };
    let mut outcomes = Vec::new();
    for baseline in &context.proposed.baselines {
        let subject = Subject::File(baseline.file.clone());
        let new: Vec<&BaselineEntry> =
            baseline.entries.iter().filter(|entry| !known(entry)).collect();
        let Some((first, rest)) = new.split_first() else {
            outcomes.push(Outcome::pass(subject));
            continue;
        };
        let more = and_more(rest.len(), "");
        let text = format!(
            "the entry for `{}` of `{}`{more} is new or holds longer than on the target branch, so \
             it does not count",
            first.check.value, first.subject.value
        );
        let place = Place::bytes(baseline.file.clone(), first.check.span);
        let mut loosening = Loosening::new(
            subject,
            place,
            text,
            "take the entries out of this \
            change",
        );
        loosening.files.insert(&baseline.file);
        outcomes.push(loosening.outcome(context));
    }
    outcomes
}
