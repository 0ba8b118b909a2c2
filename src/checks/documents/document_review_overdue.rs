//! The review of a document is overdue.

use super::{named, subject};
use crate::check_id::CheckId;
use crate::checks::reader::{ReadDocument, files};
use crate::date::Date;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::evidence::{Answer, Requirement};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::span::{Place, RepoPath};
use crate::wording::counted;

pub(crate) const CHECK: Check = Check {
    id: CheckId::DocumentReviewOverdue,
    title: "The review of a document is overdue",
    since: "0.1",
    controls: &["7.5", "A.2.4"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each document that answers a duty and states `next-review` (or a label such as \"Next review\") in its
metadata has that day still to come. A month without a day counts from its last day; a date whose day and
month cannot be told apart is not judged.

## Why it matters

A document is evidence of what was true when somebody last looked. Nobody knows whether it still is.

## How to fix

Review the document, correct what changed, and set `approved-on` and `next-review`.

## References

ISO/IEC 42001:2023 clause 7.5.2 and control A.2.4.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let pointers = context.judged.evidence.iter().filter_map(|(need, answer)| match answer {
        Answer::Pointer(path) => pointer(context, need, path),
        _ => None,
    });
    files(context).filter_map(|it| judge(context, it)).chain(pointers).collect()
}

/// A pointer says when the document it stands for is looked at again.
fn pointer(context: &Context<'_>, need: &Requirement, path: &RepoPath) -> Option<Outcome> {
    let node = context.judged.documents.get(path)?.metadata()?.get("next-review")?;
    let day: Date = node.as_text()?.parse().ok()?;
    let place = Place::bytes(path.clone(), node.span);
    Some(outcome(context, need, (subject(need), named(need)), (day, place)))
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Option<Outcome> {
    let due = held.date("next-review")?;
    Some(outcome(context, held.need, (held.subject(), held.named()), due))
}

fn outcome(
    context: &Context<'_>,
    need: &Requirement,
    (subject, named): (Subject, String),
    (day, place): (Date, Place),
) -> Outcome {
    if day >= context.today {
        return Outcome::pass(subject);
    }
    let late = day.days_until(context.today);
    let text = format!("{named} was due for review on {day}, {} ago", counted(late, "day", "days"));
    let problem = Problem::new(place, need.class, text).label("past").passed(day);
    let problem = problem.remedy(Who::Owner, "review it, and set approved-on and next-review");
    Outcome::fail(subject, problem).controls(&need.kind.controls)
}
