//! A fairness evaluation that compares no groups, or says no numbers.

use crate::catalog::FactName;
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Who};
use crate::part::Part;

pub(crate) const CHECK: Check = check(
    CheckId::FairnessUnmeasured,
    "A fairness evaluation compares no groups, or says no numbers",
    run,
)
.controls(&["A.5.4", "A.6.2.4"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("fairness_unmeasured.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let concerned = |it: &ReadDocument<'_>| {
        let system = it.need.system.as_ref().and_then(|id| context.judged.system(id));
        system.is_some_and(|system| system.facts.hold(FactName::DecidesAboutPeople))
    };
    held(context, Some("fairness-evaluation")).into_iter().filter(concerned).map(judge).collect()
}

fn judge(held: ReadDocument<'_>) -> Outcome {
    let is_number = |said: &str| said.contains(char::is_numeric);
    let flaws = [
        ("groups", "two groups that are compared", is_comparison as fn(&str) -> bool),
        ("thresholds", "a number as threshold", is_number),
        ("results", "a number as result", is_number),
    ];
    // What is not said at all is told of the element.
    let open = flaws.into_iter().filter_map(|(key, what, holds)| {
        let (said, place) = held.all_said(key)?;
        (!holds(said)).then_some((key, what, place))
    });
    let open: Vec<_> = open.collect();
    let Some((_, _, place)) = open.first() else { return Outcome::pass(held.subject()) };
    let what: Vec<&str> = open.iter().map(|(_, what, _)| *what).collect();
    let text = format!("{} does not name {}", held.named(), what.join(", "));
    let problem = Problem::new(place.clone(), held.need.class, text)
        .parts(open.iter().map(|(key, _, _)| Part::Field((*key).to_owned())));
    let remedy = "name the groups, the measure for each, how far they may lie apart, and how far \
        they do";
    Outcome::fail(held.subject(), problem.remedy(Who::Owner, remedy))
}

/// Whether a text names more than one thing: parts of a list, or a sentence about them.
fn is_comparison(said: &str) -> bool {
    const SENTENCE: usize = 5;
    let parts = said.split([',', ';', '/', '|', '\n', '、', '・']);
    let named = parts.filter(|name| name.contains(char::is_alphabetic)).count();
    named > 1 || said.split_whitespace().count() >= SENTENCE || {
        let mut words = said.split_whitespace();
        words.any(|word| ["and", "or", "und", "et", "e", "y", "en", "i", "&", "vs"].contains(&word))
    }
}
