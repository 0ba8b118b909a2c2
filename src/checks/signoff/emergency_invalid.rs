//! An emergency that does not count.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::shared::fallback;
use crate::engine::{Check, CheckResult, Context, Outcome, check};
use crate::finding::{FindingKind, Problem, Subject, Who};
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check =
    check(CheckId::EmergencyInvalid, "An emergency does not count", run)
        .controls(&["8.1", "6.1.3"])
        .never_excused()
        .explained(include_str!("emergency_invalid.md"));

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
