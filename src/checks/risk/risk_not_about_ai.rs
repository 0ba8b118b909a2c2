//! A risk register names no risk of an AI system.

use super::shared::class_of;
use crate::check_id::CheckId;
use crate::checks::shared::held;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::is_about_ai;
use crate::finding::{Problem, Subject, Who};
use crate::settings::risks::About;
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::RiskNotAboutAi, "A risk register names no risk of an AI system", run)
        .controls(&["6.1.2", "8.2"])
        .severity(ByClass::ALWAYS_WARNING)
        .explained(include_str!("risk_not_about_ai.md"));

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
