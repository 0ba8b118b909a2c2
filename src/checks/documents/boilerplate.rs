//! Two documents of different systems say the same, word for word.

use crate::check_id::CheckId;
use crate::checks::reader::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Who};
use std::collections::BTreeMap;

pub(crate) const CHECK: Check = Check {
    id: CheckId::Boilerplate,
    title: "Two documents of different systems say the same, word for word",
    since: "0.1",
    controls: &["7.5"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Warning),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether two documents of one kind that are about different systems, models or datasets have the same text, of
40 words or more, once white space and case are set aside.

## Why it matters

What was copied was not assessed. One text can fit two systems; then one document should serve both.

## How to fix

Write what is true of each, or declare one document for both in the register.

## References

ISO/IEC 42001:2023 clause 7.5.2.
";

/// Words that two documents may share without having been copied.
const FEW_WORDS: usize = 40;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut first: BTreeMap<(&str, String), ReadDocument<'_>> = BTreeMap::new();
    let mut outcomes = Vec::new();
    for it in held(context, None) {
        let text = body(it);
        if it.need.system.is_none() || text.split(' ').count() < FEW_WORDS {
            continue;
        }
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

/// What a document says below its metadata, white space and case set aside.
fn body(held: ReadDocument<'_>) -> String {
    let source = &held.document.source;
    let start = held.document.metadata().map_or(0, |root| root.span.end.min(source.len()));
    source
        .get(start..)
        .unwrap_or_default()
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
