//! A change whose target is not known.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::fallback;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::fact::Fact;
use crate::finding::{Gate, Problem, Subject, Who};

pub(crate) const CHECK: Check = Check {
    id: CheckId::TargetUnknown,
    title: "What the change is judged against is not known",
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

Whether the tip of the branch a change is to be merged into could be found: the pull request's target,
the branch named by `--base`, or the default branch. It is the first parent of the merge commit that a
pull request's job checks out, or a branch of this copy.

## Why it matters

Rules, people, waivers and duties are those of that tip. Without it the change would be judged by rules it
may have written itself, so nothing was decided.

## How to fix

Do what the finding says: check out with `fetch-depth: 2`, fetch the branch, or name it with `--base`.
Where the default branch is not `main` or `master` and the remote does not say which it is,
`git remote set-head origin --auto` asks the remote.

## References

ISO/IEC 42001:2023 clauses 5.3, 7.5 and 8.1.
";

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
