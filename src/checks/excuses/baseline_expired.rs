//! Entries of the baseline whose term is over.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, check};
use crate::finding::{Problem, Who};
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::BaselineExpired, "An entry of the baseline was to be looked at again", run)
        .controls(&["7.5", "6.1.3"])
        .severity(ByClass::ALWAYS_WARNING)
        .never_excused()
        .explained(include_str!("baseline_expired.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::shared::by_check(context, |entries| {
        let mut late = entries.iter().filter(|(_, entry)| context.today > entry.review_by.value);
        let Some((file, first)) = late.next() else { return CheckResult::Pass };
        let more = match late.count() {
            0 => String::new(),
            more => format!(" (and {more} more of `{}`)", first.check.value),
        };
        let text = format!(
            "the entry for `{}` was to be reviewed by {}{more}",
            first.subject.value, first.review_by.value
        );
        let problem =
            Problem::new(Place::bytes((*file).clone(), first.review_by.span), Class::Limited, text)
                .passed(first.review_by.value)
                .systems(first.system.clone());
        CheckResult::Fail(Box::new(problem.remedy(
            Who::Owner,
            "mend what it is about, then remove the \
            entry",
        )))
    })
}
