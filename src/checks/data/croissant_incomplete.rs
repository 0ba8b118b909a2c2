//! A Croissant description leaves out properties that its format asks for.

use crate::check_id::CheckId;
use crate::checks::shared::held;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Who};
use crate::part::Part;

pub(crate) const CHECK: Check = check(
    CheckId::CroissantIncomplete,
    "A Croissant description leaves out properties that its format asks for",
    run,
)
.controls(&["A.7.3"])
.severity(ByClass::ALWAYS_NOTE)
.explained(include_str!("croissant_incomplete.md"));

const ASKED: [&str; 6] =
    ["description", "license", "url", "creator", "datePublished", "distribution"];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let cards = held(context, Some("dataset-card"));
    let judge = |it| {
        let root = super::shared::croissant(&it)?;
        let missing: Vec<&str> =
            ASKED.into_iter().filter(|key| super::shared::property(root, key).is_none()).collect();
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
