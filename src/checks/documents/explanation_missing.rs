//! Nothing says how an outcome about a person can be explained.

use crate::catalog::FactName;
use crate::check_id::CheckId;
use crate::checks::reader::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Who};

pub(crate) const CHECK: Check = Check {
    id: CheckId::ExplanationMissing,
    title: "Nothing says how an outcome about a person can be explained",
    since: "0.1",
    controls: &["A.8.2", "A.9.2", "A.6.2.7"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Of a system with the fact `decides-about-people`: whether the model card, the user information and the
oversight plan each say how an outcome can be explained, to whom, and with what limits (heading or label \"How
an outcome can be explained\", \"Explainability\", \"Interpretability\").

## Why it matters

Whoever is refused by a model may ask why. Somebody must have thought of the answer before.

## How to fix

Add the heading or label with what can be said, to whom, and what cannot.

## References

ISO/IEC 42001:2023 controls A.8.2, A.9.2 and A.6.2.7; EU AI Act, Article 86.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let concerned = |it: &ReadDocument<'_>| {
        let system = it.need.system.as_deref().and_then(|id| context.judged.system(id));
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
