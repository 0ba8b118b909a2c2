//! Waivers that a change brings along.

use super::shared::{compared, ruled};
use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::{Problem, Subject};
use crate::model::Governance;
use crate::settings::waiver::{FOLDER, Waiver};
use crate::signoff::clear_waiver;
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::WaiverAdded, "A change adds a waiver, or widens one", run)
        .controls(&["7.5", "5.3"])
        .floor()
        .explained(include_str!("waiver_added.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    compared(context, FOLDER, judge)
}

fn judge(context: &Context<'_>, _: Subject, before: &Governance) -> Vec<Outcome> {
    let judge = |waiver: &Waiver| {
        let subject = Subject::Waiver(waiver.id.value.clone());
        if before.waivers.iter().any(|known| waiver.is_within(known)) {
            return Outcome::pass(subject);
        }
        let known = before.waivers.iter().any(|known| known.id == waiver.id);
        let what = if known {
            "permits more than on the target branch"
        } else {
            "is new in this \
            change"
        };
        let text = format!(
            "the waiver `{}` of `{}` {what}, so it does not count",
            waiver.id.value, waiver.check.value
        );
        let place = Place::bytes(waiver.file.clone(), waiver.id.span);
        let problem = Problem::new(place, Class::High, text).label(
            "allows more than on the target \
            branch",
        );
        let keep = "take the waiver out of this change";
        let clearance = clear_waiver(context.signoffs, waiver);
        ruled(subject, problem, &clearance, keep, "rule-change")
    };
    context.proposed.waivers.iter().map(judge).collect()
}
