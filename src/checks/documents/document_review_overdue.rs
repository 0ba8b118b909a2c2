//! The review of a document is overdue.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, files, named, subject};
use crate::date::Date;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Answer, Requirement};
use crate::finding::{Problem, Subject, Who};
use crate::span::{Place, RepoPath};
use crate::wording::counted;

pub(crate) const CHECK: Check =
    check(CheckId::DocumentReviewOverdue, "The review of a document is overdue", run)
        .controls(&["7.5", "A.2.4"])
        .severity(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("document_review_overdue.md"));

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
    Outcome::fail(subject, problem)
}
