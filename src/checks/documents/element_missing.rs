//! A document that does not say all it must.

use super::{each_once, named, reading, subject};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::evidence::{Answer, Requirement, State};
use crate::finding::{Gate, Problem, Severity, Who};
use crate::part::Part;
use crate::wording::plural;

pub(crate) const CHECK: Check = Check {
    id: CheckId::ElementMissing,
    title: "A document leaves out something its kind must say",
    since: "0.1",
    controls: &["7.5", "A.6.2.7"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each document that answers a duty holds every element of its kind: as a heading with text
under it, a bold label, a row or column of a table, a list key, or a key of its front matter. Many
spellings of each name are known, and numbering, emphasis and punctuation do not matter.

## Why it matters

A model card without limitations, or an impact assessment without the people it is about, is the
document in name only.

## How to fix

Add the elements that the finding lists. An honest gap is an answer: \"Not performed\", or \"Not
applicable because ...\".

## References

ISO/IEC 42001:2023 clause 7.5 and the controls of the kind, among them A.6.2.7 for model cards, A.7.3
to A.7.6 for dataset cards and A.5.3 to A.5.5 for impact assessments.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    each_once(&context.judged.evidence).map(judge).collect()
}

fn judge((need, answer): &(Requirement, Answer)) -> Outcome {
    let subject = subject(need);
    let reading = match reading(answer) {
        Ok(reading) => reading,
        Err(verdict) => return Outcome::new(subject, verdict),
    };
    let missing: Vec<&str> =
        reading.with_state(State::Missing).map(|it| it.element.name()).collect();
    let outcome = if missing.is_empty() {
        Outcome::pass(subject)
    } else {
        let text = format!("{} says nothing of {}", named(need), missing.join(", "));
        let problem = Problem::new(reading.place(), need.class, text)
            .since(need.kind.since.as_deref())
            .due()
            .parts(
                reading
                    .with_state(State::Missing)
                    .map(|it| Part::element_for(need.class, it.element.key.clone())),
            )
            .label(format!(
                "{} of {} elements {} missing",
                missing.len(),
                reading.elements.len(),
                plural(missing.len(), "is", "are")
            ))
            .related(need.asked.clone(), format!("class {} asks for it", need.class.name()))
            .remedy(
                Who::Author,
                format!(
                    "add a heading, or a bold label, with text for each: {}",
                    missing.join(", ")
                ),
            );
        Outcome::fail(subject, problem)
    };
    outcome.controls(&need.kind.controls)
}
