//! A document that only holds a place for what it must say.

use super::shared::{asked, reading};
use crate::check_id::CheckId;
use crate::checks::shared::{each_once, named, subject};
use crate::date::Date;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Answer, ElementReading, Reading, Requirement, State};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::span::Place;
use crate::wording::plural;

pub(crate) const CHECK: Check =
    check(CheckId::Placeholder, "A document holds a placeholder where it must say something", run)
        .controls(&["7.5", "A.6.2.7"])
        .severity(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("placeholder.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    each_once(&context.judged.evidence).flat_map(|it| judge(it, context.today)).collect()
}

fn judge((need, answer): &(Requirement, Answer), today: Date) -> Vec<Outcome> {
    let reading = match reading(need, answer, today) {
        Ok(reading) => reading,
        Err(verdict) => return vec![Outcome::new(subject(need), verdict)],
    };
    if reading.is_template() {
        return vec![template(need, reading)];
    }
    let present = reading.elements.iter().filter(|it| it.state != State::Missing);
    let outcomes = present.map(|element| {
        let subject = Subject::Element {
            kind: need.kind.id.clone(),
            system: need.system.clone(),
            object: need.object.clone(),
            element: element.element.key.clone(),
        };
        match element.state {
            State::Placeholder => Outcome::fail(subject, problem(need, reading, element)),
            State::Present | State::Missing => Outcome::pass(subject),
        }
    });
    outcomes.collect()
}

fn place(reading: &Reading, element: &ElementReading) -> Place {
    element.span.map_or_else(|| reading.place(), |span| Place::bytes(reading.path.clone(), span))
}

fn problem(need: &Requirement, reading: &Reading, element: &ElementReading) -> Problem {
    let name = element.found_as.as_deref().unwrap_or(element.element.name());
    let class = format!("class {}", need.class.name());
    let label = format!("read as a placeholder; {}", asked(&class, need));
    Problem::new(
        place(reading, element),
        need.class,
        format!("{} says nothing under \"{name}\"", named(need)),
    )
    .since(need.kind.since.as_deref())
    .due()
    .parts([Part::Class(need.class)])
    .label(label)
    .remedy(Who::Author, format!("say it; if there is nothing to say, say why: {name}"))
}

fn template(need: &Requirement, reading: &Reading) -> Outcome {
    let held: Vec<&ElementReading> = reading.with_state(State::Placeholder).collect();
    let text = format!(
        "{} is a template: {} of its {} elements {}",
        named(need),
        held.len(),
        reading.elements.len(),
        plural(held.len(), "is a placeholder", "are placeholders")
    );
    let first = held.first().map_or_else(|| reading.place(), |element| place(reading, element));
    let problem = Problem::new(first, need.class, text)
        .since(need.kind.since.as_deref())
        .label(plural(held.len(), "the one placeholder", "the first of them"));
    let keys =
        held.iter().map(|element| Part::element_for(need.class, element.element.key.clone()));
    let problem = problem.due().parts(keys);
    let rest = held.iter().skip(1).take(8);
    let problem = rest.fold(problem, |problem, element| {
        problem.related(place(reading, element), element.element.name())
    });
    Outcome::fail(subject(need), problem.remedy(Who::Author, "fill it in"))
}
