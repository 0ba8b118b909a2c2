//! A section that a card is for says very little.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::document::Body;
use crate::document::prose::{BlockKind, Prose};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{ElementReading, State, Via, answering, is_honest_gap, words_in};
use crate::finding::{Problem, Who};
use crate::part::Part;
use crate::wording::{and_more, counted, plural};

pub(crate) const CHECK: Check =
    check(CheckId::SectionThin, "A section that a card is for says very little", run)
        .controls(&["A.6.2.7", "A.7.3"])
        .severity(ByClass::WARNING_IF_HIGH)
        .explained(include_str!("section_thin.md"));

/// Words of a section that says something.
const ENOUGH: usize = 20;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    ["model-card", "dataset-card"]
        .iter()
        .flat_map(|kind| held(context, Some(kind)))
        .map(judge)
        .collect()
}

fn judge(held: ReadDocument<'_>) -> Outcome {
    let Body::Prose(prose) = &held.document.body else { return Outcome::pass(held.subject()) };
    let core =
        held.reading.elements.iter().filter(|it| it.element.core && it.state == State::Present);
    let headed = core.filter(|it| it.via == Some(Via::Heading));
    let thin: Vec<(&ElementReading, usize)> = headed
        .filter_map(|it| Some((it, words(prose, it)?)))
        .filter(|(_, words)| *words < ENOUGH)
        .collect();
    let Some((first, words)) = thin.first() else { return Outcome::pass(held.subject()) };
    let title = first.found_as.as_deref().unwrap_or_else(|| first.element.name());
    let more = and_more(thin.len() - 1, plural(thin.len() - 1, "section", "sections"));
    let text = format!(
        "{} says {} under \"{title}\"{more}",
        held.named(),
        counted(words, "word", "words")
    );
    let place = first.span.map_or_else(|| held.reading.place(), |span| held.at(span));
    let problem = Problem::new(place, held.need.class, text)
        .parts(thin.iter().map(|(it, _)| Part::element(it.element.key.clone())));
    Outcome::fail(
        held.subject(),
        problem
            .remedy(Who::Author, "say for whom, under what conditions, how much, and how you know"),
    )
}

/// The words of the section that answers an element; nothing where it says that there is nothing,
/// or where else it is said.
fn words(prose: &Prose, element: &ElementReading) -> Option<usize> {
    let sections = answering(prose, element)?;
    let span = element.span?;
    let blocks = || sections.iter().flat_map(|section| &section.blocks);
    let first = blocks().find(|block| block.span == span)?;
    if is_honest_gap(&first.text)
        || blocks().any(|block| block.linked || matches!(block.kind, BlockKind::Code))
    {
        return None;
    }
    Some(words_in(sections))
}
