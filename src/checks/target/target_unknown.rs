//! A change whose target is not known.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::shared::fallback;
use crate::engine::{Check, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::{Problem, Subject, Who};

pub(crate) const CHECK: Check =
    check(CheckId::TargetUnknown, "What the change is judged against is not known", run)
        .controls(&["7.5", "8.1"])
        .floor()
        .explained(include_str!("target_unknown.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    vec![match &context.against {
        Fact::Known(_) => Outcome::pass(Subject::Target),
        Fact::Absent => Outcome::new(Subject::Target, crate::engine::CheckResult::NotApplicable),
        Fact::Undecided(why) => {
            let problem = Problem::new(
                fallback(context),
                Class::High,
                format!(
                    "the target branch is \
                not known: {why}"
                ),
            );
            Outcome::undecided(
                Subject::Target,
                problem.remedy(Who::Platform, "make the target branch known, as said above"),
            )
        }
    }]
}
