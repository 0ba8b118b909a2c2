//! A document in a language that the gate cannot read.

use crate::check_id::CheckId;
use crate::checks::shared::{named, subject};
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, check};
use crate::evidence::{Answer, Requirement};
use crate::finding::{Problem, Who};
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::LanguageUnread, "A document is written in a language without synonyms", run)
        .controls(&["7.5"])
        .severity(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("language_unread.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let judge = |(need, answer): &(Requirement, Answer)| {
        let subject = subject(need);
        match answer {
            Answer::UnreadLanguage(path, what) => {
                let text = format!("{} is written in {what}, which was not read", named(need));
                let problem = Problem::new(Place::whole(path.clone()), need.class, text)
                    .since(need.kind.since.as_deref());
                let map = "map its headings in the front matter under `elements`";
                let other = format!(
                    "or keep a version in one of: {}",
                    context.judged.lexicon.catalogue().language_names().join(", ")
                );
                Outcome::fail(
                    subject,
                    problem.due().remedy(Who::Author, map).remedy(Who::Owner, other),
                )
            }
            Answer::Read(_) => Outcome::pass(subject),
            _ => Outcome::new(subject, CheckResult::NotApplicable),
        }
    };
    context.judged.evidence.iter().map(judge).collect()
}
