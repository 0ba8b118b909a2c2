//! A Croissant description leaves out properties that its format asks for.

use crate::check_id::CheckId;
use crate::checks::reader::held;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Who};
use crate::part::Part;

pub(crate) const CHECK: Check = Check {
    id: CheckId::CroissantIncomplete,
    title: "A Croissant description leaves out properties that its format asks for",
    since: "0.1",
    controls: &["A.7.3"],
    severity: ByClass::new(Severity::Note, Severity::Note, Severity::Note),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Of a dataset card that is a Croissant description: whether it has `description`, `license`, `url`, `creator`,
`datePublished` and `distribution`. Programs that write Croissant leave out `datePublished` nearly everywhere, so this is
only a note; that rights and origin are stated is asked for by `element-missing`.

## Why it matters

The format asks for them, so others who read the description expect them.

## How to fix

Add the properties.

## References

MLCommons Croissant format specification 1.0 and 1.1; ISO/IEC 42001:2023 control A.7.3.
";

const ASKED: [&str; 6] =
    ["description", "license", "url", "creator", "datePublished", "distribution"];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let cards = held(context, Some("dataset-card"));
    let judge = |it| {
        let root = super::croissant(&it)?;
        let missing: Vec<&str> =
            ASKED.into_iter().filter(|key| super::property(root, key).is_none()).collect();
        if missing.is_empty() {
            return Some(Outcome::pass(it.subject()));
        }
        let text = format!("{} has no {}", it.named(), missing.join(", "));
        let problem = Problem::new(it.reading.place(), it.need.class, text)
            .parts(missing.iter().map(|it| Part::Field((*it).to_owned())));
        Some(Outcome::fail(
            it.subject(),
            problem.remedy(Who::Author, format!("add {}", missing.join(", "))),
        ))
    };
    cards.into_iter().filter_map(judge).collect()
}
