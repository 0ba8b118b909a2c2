//! A risk was not reviewed for a year.

use super::shared::class_of;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::ids::SystemId;
use crate::settings::risks::{Risk, RiskRegister, Status};
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::RiskReviewOverdue, "A risk was not reviewed for a year", run)
        .controls(&["8.2", "6.1.2"])
        .severity(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("risk_review_overdue.md"));

/// Days within which a risk is looked at again.
const INTERVAL: i32 = 366;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut outcomes = Vec::new();
    for (system, register) in &context.judged.risks {
        let open = register
            .risks
            .iter()
            .filter(|risk| risk.status.is_none_or(|status| *status != Status::Closed));
        outcomes.extend(open.filter_map(|risk| judge(context, system, register, risk)));
    }
    outcomes
}

fn judge(
    context: &Context<'_>,
    system: &SystemId,
    register: &RiskRegister,
    risk: &Risk,
) -> Option<Outcome> {
    // That it has no date at all is told with what else the entry lacks.
    let reviewed = risk.reviewed_on?;
    let subject = Subject::Risk { system: system.clone(), risk: risk.id.value.clone() };
    let problem = |text: String| {
        let problem = Problem::new(
            Place::bytes(register.path.clone(), reviewed.span),
            class_of(context, system),
            text,
        );
        problem.remedy(Who::Owner, "review the risk and set reviewed-on")
    };
    let (day, id) = (reviewed.value, &risk.id.value);
    if day > context.today {
        return Some(Outcome::fail(
            subject,
            problem(format!(
                "risk `{id}` was reviewed on {day}, after \
            today"
            )),
        ));
    }
    let until = day.plus_days(INTERVAL);
    if until >= context.today {
        return Some(Outcome::pass(subject));
    }
    let text = format!("risk `{id}` was last reviewed on {day}, more than a year ago");
    Some(Outcome::fail(subject, problem(text).passed(until)))
}
