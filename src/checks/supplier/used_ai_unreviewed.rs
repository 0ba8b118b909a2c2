//! AI that is only used was never assessed, or its review is overdue.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::register::UsedAi;
use crate::span::Place;

pub(crate) const CHECK: Check = check(
    CheckId::UsedAiUnreviewed,
    "AI that is only used was never assessed, its review is overdue, or it owes more",
    run,
)
.controls(&["A.10.3", "A.9.2"])
.severity(ByClass::RISES_WITH_CLASS)
.explained(include_str!("used_ai_unreviewed.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    match context.register() {
        Ok(register) => register.used_ai.iter().map(|used| judge(context, used)).collect(),
        Err(outcomes) => outcomes,
    }
}

fn judge(context: &Context<'_>, used: &UsedAi) -> Outcome {
    let id = &used.id.value;
    let subject = Subject::Duty { system: None, duty: format!("used-ai {id}") };
    let problem = |text: String| {
        Problem::new(Place::bytes(used.register.clone(), used.id.span), used.risk_class, text)
    };
    let fail = |problem: Problem| {
        Outcome::fail(
            subject.clone(),
            problem.remedy(
                Who::SecondLine,
                "assess it and set \
            assessed-on and next-review",
            ),
        )
    };
    if used.risk_class == Class::High {
        let text = format!("`{id}` is of class high, and is only listed as used");
        let remedy = "declare it under `systems` with `our-role: deployer`: who uses a system of \
            class high owes documents and sign-offs";
        let problem = problem(text).parts([Part::Reason("only-listed")]);
        return Outcome::fail(subject, problem.remedy(Who::Owner, remedy));
    }
    let fields = [
        ("used-for", !used.used_for.trim().is_empty()),
        ("assessed-on", used.assessed_on.is_some()),
        ("next-review", used.next_review.is_some()),
    ];
    let missing: Vec<&str> =
        fields.into_iter().filter(|(_, said)| !said).map(|(name, _)| name).collect();
    if !missing.is_empty() {
        let text = format!("`{id}`, which is used, does not say {}", missing.join(", "));
        return fail(
            problem(text).due().parts(missing.iter().map(|it| Part::Field((*it).to_owned()))),
        );
    }
    if let Some(day) = used.assessed_on.filter(|day| *day > context.today) {
        return fail(problem(format!("`{id}` was assessed on {day}, after today")));
    }
    match used.next_review.filter(|day| *day < context.today) {
        Some(day) => fail(problem(format!("`{id}` was due for review on {day}")).passed(day)),
        None => Outcome::pass(subject),
    }
}
