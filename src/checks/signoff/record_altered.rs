//! A merged file of a sign-off is edited or removed.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::shared::fallback;
use crate::engine::{Check, CheckResult, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::signoff::{AlteredFile, FOLDER};
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check =
    check(CheckId::RecordAltered, "A merged file of a sign-off is edited or removed", run)
        .controls(&["7.5", "6.1.3"])
        .floor()
        .explained(include_str!("record_altered.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let store = context.signoffs.store;
    if store.altered.is_empty() {
        let subject = Subject::File(RepoPath::from(FOLDER));
        let held = store.records.values().any(|record_files| !record_files.record.is_new);
        return vec![Outcome::new(
            subject,
            if held { CheckResult::Pass } else { CheckResult::NotApplicable },
        )];
    }
    let judge = |it: &AlteredFile| {
        let what = if it.is_gone { "removed" } else { "edited" };
        let text = format!("`{}` was merged and is {what}; it counts as it was", it.path);
        let place = if it.is_gone { fallback(context) } else { Place::whole(it.path.clone()) };
        let problem = Problem::new(place, Class::High, text);
        Outcome::fail(
            Subject::File(it.path.clone()),
            problem.remedy(
                Who::Author,
                "put it back as it \
            was",
            ),
        )
    };
    store.altered.iter().map(judge).collect()
}
