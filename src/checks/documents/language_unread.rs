//! A document in a language that the gate cannot read.

use super::{named, subject};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, Suppressibility};
use crate::evidence::{Answer, Requirement};
use crate::finding::{Gate, Problem, Severity, Who};
use crate::span::Place;

pub(crate) const CHECK: Check = Check {
    id: CheckId::LanguageUnread,
    title: "A document is written in a language without synonyms",
    since: "0.1",
    controls: &["7.5"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each document that should answer a duty is written in a language whose names for the elements are known:
English, German, Spanish, French, Italian, Japanese, Dutch, Polish or Portuguese. A language is told by
its letters and its small words.

## Why it matters

A document that nobody read is neither evidence nor a gap. It is never taken for a pass.

## How to fix

Map the elements to the headings in the front matter, in any language, for example
`elements: {out-of-scope: \"За пределами\"}`; or keep a version in a known language beside it.

## References

ISO/IEC 42001:2023 clause 7.5.2, which asks for a suitable format and language.
";

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
