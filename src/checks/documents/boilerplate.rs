//! Two documents of different systems say the same, word for word.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::has_words;
use crate::finding::{Problem, Who};
use std::collections::BTreeMap;

pub(crate) const CHECK: Check = check(
    CheckId::Boilerplate,
    "Two documents of different systems say the same, word for word",
    run,
)
.controls(&["7.5"])
.severity(ByClass::ALWAYS_WARNING)
.explained(include_str!("boilerplate.md"));

/// Words that two documents may share without having been copied.
const FEW_WORDS: usize = 40;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut first: BTreeMap<(&str, String), ReadDocument<'_>> = BTreeMap::new();
    let mut outcomes = Vec::new();
    let all = held(context, None);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    all.iter().for_each(|it| *kinds.entry(&it.need.kind.id).or_default() += 1);
    for it in all {
        let source = below_metadata(it);
        if it.need.system.is_none() || !has_words(source, FEW_WORDS) {
            continue;
        }
        if kinds.get(it.need.kind.id.as_str()) == Some(&1) {
            outcomes.push(Outcome::pass(it.subject()));
            continue;
        }
        let text = words(source);
        match first.get(&(it.need.kind.id.as_str(), text.clone())) {
            Some(other) if other.reading.path != it.reading.path => {
                let said = format!("{} says word for word what {} says", it.named(), other.named());
                let problem = Problem::new(it.reading.place(), it.need.class, said);
                let problem = problem.related(other.reading.place(), "the other one");
                outcomes.push(Outcome::fail(
                    it.subject(),
                    problem.remedy(
                        Who::Owner,
                        "write what is \
                    true of this one",
                    ),
                ));
            }
            _ => {
                outcomes.push(Outcome::pass(it.subject()));
                first.insert((it.need.kind.id.as_str(), text), it);
            }
        }
    }
    outcomes
}

/// What a document says below its metadata.
fn below_metadata(held: ReadDocument<'_>) -> &str {
    let source = &held.document.source;
    let start = held.document.metadata().map_or(0, |root| root.span.end.min(source.len()));
    source.get(start..).unwrap_or_default()
}

/// A text with white space and case set aside.
fn words(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
