//! A baseline that a change lets grow.

use super::shared::{Loosening, compared};
use crate::check_id::CheckId;
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::Subject;
use crate::model::Governance;
use crate::settings::baseline::{BaselineEntry, FILE};
use crate::span::Place;
use crate::wording::and_more;

pub(crate) const CHECK: Check = check(
    CheckId::BaselineGrown,
    "A change adds findings to the baseline, or lets them stay longer",
    run,
)
.controls(&["7.5", "8.1"])
.floor()
.explained(include_str!("baseline_grown.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    compared(context, FILE, judge)
}

fn judge(context: &Context<'_>, _: Subject, before: &Governance) -> Vec<Outcome> {
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
