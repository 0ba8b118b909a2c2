//! Nothing says how an outcome about a person can be explained.

use crate::catalog::FactName;
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Who};

pub(crate) const CHECK: Check = check(
    CheckId::ExplanationMissing,
    "Nothing says how an outcome about a person can be explained",
    run,
)
.controls(&["A.8.2", "A.9.2", "A.6.2.7"])
.severity(ByClass::RISES_WITH_CLASS)
.explained(include_str!("explanation_missing.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let concerned = |it: &ReadDocument<'_>| {
        let system = it.need.system.as_ref().and_then(|id| context.judged.system(id));
        system.is_some_and(|system| system.facts.hold(FactName::DecidesAboutPeople))
    };
    let kinds = ["model-card", "user-information", "human-oversight-plan"];
    kinds.iter().flat_map(|kind| held(context, Some(kind))).filter(concerned).map(judge).collect()
}

fn judge(held: ReadDocument<'_>) -> Outcome {
    if held.said("explanation").is_some() {
        return Outcome::pass(held.subject());
    }
    let text = format!("{} does not say how an outcome can be explained", held.named());
    let problem = Problem::new(held.reading.place(), held.need.class, text).due();
    let remedy = "say under \"How an outcome can be explained\" what can be said, to whom, and \
        what cannot";
    Outcome::fail(held.subject(), problem.remedy(Who::Author, remedy))
}
