//! A document that does not say all it must.

use super::shared::reading;
use crate::catalog::FactName;
use crate::check_id::CheckId;
use crate::checks::shared::{each_once, named, subject};
use crate::document::Format;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Answer, ElementReading, Reading, Region, Requirement, State};
use crate::finding::{Mend, MendStep, Problem, Who};
use crate::part::Part;
use crate::wording::plural;

pub(crate) const CHECK: Check =
    check(CheckId::ElementMissing, "A document leaves out something its kind must say", run)
        .controls(&["7.5", "A.6.2.7"])
        .severity(ByClass::RISES_WITH_CLASS)
        .explained(include_str!("element_missing.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    each_once(&context.judged.evidence).map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, (need, answer): &(Requirement, Answer)) -> Outcome {
    let subject = subject(need);
    let reading = match reading(need, answer, context.today) {
        Ok(reading) => reading,
        Err(verdict) => return Outcome::new(subject, verdict),
    };
    let system = need.system.as_ref().and_then(|id| context.judged.system(id));
    let is_asked = |it: &&ElementReading| {
        let when = &it.element.when;
        let holds = |fact: &FactName| system.is_some_and(|system| system.facts.hold(*fact));
        when.is_empty() || when.iter().any(holds)
    };
    let lacking: Vec<&ElementReading> =
        reading.with_state(State::Missing).filter(is_asked).collect();
    let missing: Vec<&str> = lacking.iter().map(|it| it.element.name()).collect();
    if missing.is_empty() {
        Outcome::pass(subject)
    } else {
        let text = format!("{} says nothing of {}", named(need), missing.join(", "));
        let problem = Problem::new(reading.place(), need.class, text)
            .since(need.kind.since.as_deref())
            .due()
            .parts(lacking.iter().map(|it| Part::element_for(need.class, it.element.key.clone())))
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
            )
            .mended_by(headings(need, reading, &lacking));
        Outcome::fail(subject, problem)
    }
}

/// Headings with prompts, where the whole of a Markdown file is the document.
fn headings(need: &Requirement, reading: &Reading, lacking: &[&ElementReading]) -> Option<Mend> {
    let is_whole = reading.region == Region::Whole;
    if !is_whole || Format::of(&reading.path) != Some(Format::Markdown) {
        return None;
    }
    let elements = lacking.iter().map(|it| it.element.key.clone()).collect();
    let step = MendStep::AddHeadings { kind: need.kind.id.clone(), elements };
    Some(Mend::new(reading.path.clone(), step))
}
