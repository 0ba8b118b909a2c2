//! AI that is only used was never assessed, or its review is overdue.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::part::Part;
use crate::settings::register::UsedAi;
use crate::span::Place;

pub(crate) const CHECK: Check = Check {
    id: CheckId::UsedAiUnreviewed,
    title: "AI that is only used was never assessed, or its review is overdue",
    since: "0.1",
    controls: &["A.10.3", "A.9.2"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each entry of `used-ai` in the register says what it is used for, when it was assessed (`assessed-on`, not in
the future) and when it is looked at again (`next-review`, still to come).

## Why it matters

An assistant that nobody built still reads what it is given and is believed. Terms and abilities of a
service change without a commit.

## How to fix

Assess the service for the use at hand and write both days down:
`{id: office-assistant, service: example, used-for: drafting, owner: ana, risk-class: minimal, assessed-on: 2026-10-01, next-review: 2027-10-01}`.

## References

ISO/IEC 42001:2023 controls A.10.3 and A.9.2.
";

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
