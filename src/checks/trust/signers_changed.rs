//! Keys that a change lets sign.

use super::shared::{compared, outcome};
use crate::check_id::CheckId;
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::Subject;
use crate::model::Governance;
use crate::settings::people::Person;
use crate::settings::signers::{ALLOWED, REVOKED};
use crate::settings::weakening::{Weakened, Weakening};
use crate::signoff::more_in_keys;
use crate::span::Place;
use crate::wording::counted;

pub(crate) const CHECK: Check = check(
    CheckId::SignersChanged,
    "A change adds a key that may sign, or readmits a revoked one",
    run,
)
.controls(&["5.3", "7.5"])
.floor()
.explained(include_str!("signers_changed.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    compared(context, ALLOWED, judge)
}

fn judge(context: &Context<'_>, subject: Subject, before: &Governance) -> Vec<Outcome> {
    let now = context.proposed;
    let added = now.allowed_signers.lines.difference(&before.allowed_signers.lines).count();
    let readmitted = before.revoked_keys.lines.difference(&now.revoked_keys.lines).count();
    let mut weakenings = Vec::new();
    if added > 0 {
        let place = now.allowed_signers.files.first().cloned().map(Place::whole);
        let what = counted(added, "line is new or changed", "lines are new or changed");
        weakenings.push(Weakening::new(Weakened::Keys(ALLOWED), what, place));
    }
    if readmitted > 0 {
        let place = now.revoked_keys.files.first().cloned().map(Place::whole);
        let what = counted(readmitted, "key is no longer revoked", "keys are no longer revoked");
        weakenings.push(Weakening::new(Weakened::Keys(REVOKED), what, place));
    }
    let today = context.signoffs.today;
    let favours = |person: &Person| more_in_keys(before, now, person, today);
    let all = |keys: &'_ Governance| {
        keys.allowed_signers
            .files
            .iter()
            .chain(&keys.revoked_keys.files)
            .cloned()
            .collect::<Vec<_>>()
    };
    let files = [all(before), all(now)].concat();
    let keep = "take the keys out of this change";
    vec![outcome(context, subject, &weakenings, &files, keep, &favours)]
}
