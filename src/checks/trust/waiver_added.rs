//! Waivers that a change brings along.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Subject};
use crate::settings::waiver::{FOLDER, Waiver};
use crate::signoff::clear_waiver;
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check = Check {
    id: CheckId::WaiverAdded,
    title: "A change adds a waiver, or widens one",
    since: "0.1",
    controls: &["7.5", "5.3"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each waiver stands on the target branch too, for the same check and place, approved by the same
person and for no shorter a time. Removing a waiver and letting it end earlier are free.

## Why it matters

A change must not be excused by a permission it brings along. A waiver in the same change counts only where a record
clears it.

## How to fix

Undo it, or make the change without it. A `rule-change` record in the same change clears it, which binds the files before
and after by their digests and is signed by somebody the target branch entitles and the change does not favour.

## References

ISO/IEC 42001:2023 clauses 5.3, 7.5 and 8.1.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let before = match context.adopted(Subject::File(RepoPath::from(FOLDER))) {
        Ok(before) => before,
        Err(outcomes) => return outcomes,
    };
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
        super::ruled(subject, problem, &clearance, keep, "rule-change")
    };
    context.proposed.waivers.iter().map(judge).collect()
}
