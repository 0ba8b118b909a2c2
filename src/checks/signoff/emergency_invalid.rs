//! An emergency that does not count.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::fallback;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, Suppressibility};
use crate::finding::{FindingKind, Gate, Problem, Subject, Who};
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check = Check {
    id: CheckId::EmergencyInvalid,
    title: "An emergency does not count",
    since: "0.1",
    controls: &["8.1", "6.1.3"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::NeverExcused,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each emergency below `governance/emergencies` that is new, or not over yet, counts: granted for this repository and
for at most 72 hours, for exactly the content that its digests name, by somebody who may (`may-grant-emergency`), wrote
none of it, and signed the emergency as it is; and passes over nothing that is never excused.

## Why it matters

An emergency is the one way past people who must decide, so it is short, named, and made up for.

## How to fix

Have it granted for what is there: docs/sign-off.md has the commands. Or have the content signed.

## References

ISO/IEC 42001:2023 clauses 6.1.3 and 8.1; docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if context.refused_emergencies.is_empty() {
        let subject = Subject::File(RepoPath::from("governance/emergencies"));
        let any = !context.signoffs.store.emergencies.is_empty();
        return vec![Outcome::new(
            subject,
            if any { CheckResult::Pass } else { CheckResult::NotApplicable },
        )];
    }
    let judge = |(id, flaw): &(&str, crate::signoff::SignOffFlaw)| {
        let is_here = context.judged.view.snapshot.entry(&flaw.place.path).is_some();
        let place: Place = if is_here { flaw.place.clone() } else { fallback(context) };
        let problem = Problem::new(
            place,
            Class::High,
            format!(
                "the emergency `{id}` does not count: \
            {}",
                flaw.text
            ),
        );
        let problem = problem.remedy(
            Who::Author,
            "have it granted for exactly what is here, or have \
            that signed",
        );
        let subject = Subject::Waiver(format!("emergency {id}"));
        match flaw.nature {
            FindingKind::Undecided => Outcome::undecided(subject, problem),
            FindingKind::Fail | FindingKind::Waiting => Outcome::fail(subject, problem),
        }
    };
    context.refused_emergencies.iter().map(judge).collect()
}
