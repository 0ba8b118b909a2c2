//! A risk register names no risk of an AI system.

use super::class_of;
use crate::check_id::CheckId;
use crate::checks::reader::held;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::evidence::is_about_ai;
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::settings::risks::About;
use crate::span::Place;

pub(crate) const CHECK: Check = Check {
    id: CheckId::RiskNotAboutAi,
    title: "A risk register names no risk of an AI system",
    since: "0.1",
    controls: &["6.1.2", "8.2"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Warning),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether at least one entry of a risk register is about data, the model's behaviour, people or misuse: by
`about` where the register is in the gate's own format, else by words such as bias, drift, hallucination,
training data, prompt, model.

## Why it matters

A register of milestones and budgets is a register, and says nothing of what the system can do to people.

## How to fix

Assess what can go wrong with the data, the model and its use, and add it.

## References

ISO/IEC 42001:2023 clauses 6.1.2 and 8.2.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut outcomes = Vec::new();
    let problem = |place, class, system: &str| {
        let text = format!("no risk of `{system}` is about data, the model, people or misuse");
        Problem::new(place, class, text).remedy(
            Who::Owner,
            "assess what can go wrong with data, \
            model and use",
        )
    };
    for (system, register) in &context.judged.risks {
        let ours = [About::Data, About::ModelBehaviour, About::People, About::Misuse];
        let mut about = register.risks.iter().filter_map(|risk| risk.about);
        let undeclared = register.risks.iter().all(|risk| risk.about.is_none());
        let subject = Subject::Document {
            kind: "risk-register".into(),
            system: Some(system.clone()),
            object: None,
        };
        outcomes.push(if undeclared || about.any(|about| ours.contains(&about)) {
            Outcome::pass(subject)
        } else {
            Outcome::fail(
                subject,
                problem(Place::whole(register.path.clone()), class_of(context, system), system),
            )
        });
    }
    for it in held(context, Some("risk-register")) {
        let text = it
            .rows()
            .iter()
            .filter_map(|row| Some(row.said("description")?.0.to_owned()))
            .collect::<Vec<_>>();
        let system = it.need.system.clone().unwrap_or_default();
        let is_about_ai = text.is_empty() || is_about_ai(&text.join("\n"));
        outcomes.push(if is_about_ai {
            Outcome::pass(it.subject())
        } else {
            Outcome::fail(it.subject(), problem(it.reading.place(), it.need.class, &system))
        });
    }
    outcomes
}
