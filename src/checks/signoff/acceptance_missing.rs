//! The risk register says that a risk is accepted, and no record says so.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::ids::SystemId;
use crate::settings::gate::Decision;
use crate::settings::risks::{Risk, RiskRegister, Status};
use crate::signoff::DueDecision;
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::AcceptanceMissing, "A risk is marked as accepted, and no record says so", run)
        .controls(&["6.1.3", "8.3"])
        .severity(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("acceptance_missing.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut outcomes = Vec::new();
    for (system, register) in &context.judged.risks {
        let due = context.decisions.iter().find(|due| {
            due.decision == Decision::AcceptResidualRisk && due.system.id.value == *system
        });
        let accepted = register
            .risks
            .iter()
            .filter(|risk| risk.status.as_ref().is_some_and(|it| it.value == Status::Accepted));
        outcomes.extend(accepted.map(|risk| judge(system, register, risk, due)));
    }
    if outcomes.is_empty() {
        outcomes.push(Outcome::new(Subject::Register, CheckResult::NotApplicable));
    }
    outcomes
}

fn judge(
    system: &SystemId,
    register: &RiskRegister,
    risk: &Risk,
    due: Option<&DueDecision<'_>>,
) -> Outcome {
    let id = &risk.id.value;
    let subject = Subject::Risk { system: system.clone(), risk: id.clone() };
    let Some(due) = due else { return Outcome::new(subject, CheckResult::NotApplicable) };
    if let Some(flaw) = due.flaws.first() {
        return Outcome::new(subject, CheckResult::Because(super::shared::check_of(flaw.property)));
    }
    let stands = due.record.map_or("", |record_files| record_files.record.value.id.value.as_str());
    let (span, text) = match &risk.accepted_in {
        None => (
            risk.id.span,
            format!(
                "risk `{id}` is accepted, and `accepted-in` does not say \
            where"
            ),
        ),
        Some(named) if named.value != stands => (
            named.span,
            format!("risk `{id}` is accepted in `{}`, and what stands is `{stands}`", named.value),
        ),
        Some(_) => return Outcome::pass(subject),
    };
    let problem = Problem::new(Place::bytes(register.path.clone(), span), due.class, text);
    Outcome::fail(
        subject,
        problem.remedy(
            Who::Author,
            format!(
                "set `accepted-in: {stands}`, or \
        another status"
            ),
        ),
    )
}
