//! An action is overdue, or closed without a look at its effect.

use super::shared::class_of;
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Day, Row, date_in};
use crate::finding::{Problem, Subject, Who};
use crate::ids::{RiskId, SystemId};
use crate::settings::risks::{Action, RiskRegister};
use crate::span::Place;
use crate::wording::counted;

pub(crate) const CHECK: Check = check(
    CheckId::ActionOverdue,
    "An action is overdue, or closed without a look at its effect",
    run,
)
.controls(&["8.3", "10.2"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("action_overdue.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut outcomes = Vec::new();
    for (system, register) in &context.judged.risks {
        for risk in &register.risks {
            let of = |action| judge(context, system, register, &risk.id.value, action);
            outcomes.extend(risk.actions.iter().filter_map(of));
        }
    }
    for log in held(context, Some("corrective-actions")) {
        outcomes.extend(
            log.rows().iter().enumerate().map(|(at, row)| judge_row(context, log, at, row)),
        );
    }
    outcomes
}

fn judge(
    context: &Context<'_>,
    system: &SystemId,
    register: &RiskRegister,
    risk: &RiskId,
    action: &Action,
) -> Option<Outcome> {
    let due = action.due?;
    let subject = Subject::Risk {
        system: system.clone(),
        risk: format!("{risk}/{}", action.id.value).into(),
    };
    if action.done_on.is_some() || due.value >= context.today {
        return Some(Outcome::pass(subject));
    }
    let late = due.value.days_until(context.today);
    let text = format!(
        "action `{}` of risk `{risk}` is overdue by {}: {}",
        action.id.value,
        counted(late, "day", "days"),
        action.what.trim_end_matches('.')
    );
    let place = Place::bytes(register.path.clone(), due.span);
    let problem = Problem::new(place, class_of(context, system), text).passed(due.value);
    Some(Outcome::fail(
        subject,
        problem.remedy(
            Who::Owner,
            "do it and set done-on, or have it \
        planned anew",
        ),
    ))
}

/// An entry of a log of corrective actions.
fn judge_row(context: &Context<'_>, log: ReadDocument<'_>, at: usize, row: &Row) -> Outcome {
    let name = row.called(&["nonconformity"], &(at + 1).to_string());
    let subject = Subject::Risk { system: "corrective-actions".into(), risk: name.as_str().into() };
    let fail = |span, text: String| {
        let problem = Problem::new(log.at(span), log.need.class, text);
        Outcome::fail(
            subject.clone(),
            problem.remedy(
                Who::Owner,
                "complete the entry, or act and \
            record it",
            ),
        )
    };
    if !log.unsaid(row, &["action"]).is_empty() {
        return fail(row.span, format!("the corrective action for \"{name}\" is not named"));
    }
    let closed = row.said("effectiveness").is_some();
    if closed {
        return match row
            .said("cause")
            .or_else(|| (!log.speaks_of("cause")).then_some(("", row.span)))
        {
            Some(_) => Outcome::pass(subject),
            None => fail(row.place("cause"), format!("\"{name}\" is closed without a cause")),
        };
    }
    if !log.speaks_of("owner-due") {
        return Outcome::pass(subject);
    }
    let Some((due, span)) = row.said("owner-due") else {
        return fail(
            row.place("owner-due"),
            format!(
                "the corrective action for \"{name}\" has no \
            owner and due date"
            ),
        );
    };
    match date_in(due, log.language()) {
        Some(Day::Known(day)) if day < context.today => {
            let text = format!("the corrective action for \"{name}\" was due on {day}");
            let problem = Problem::new(log.at(span), log.need.class, text).passed(day);
            Outcome::fail(
                subject,
                problem.remedy(
                    Who::Owner,
                    "act, and say how its effect was \
                checked",
                ),
            )
        }
        Some(Day::Known(_)) => Outcome::pass(subject),
        // `03/04/2026` is two days.
        Some(Day::Ambiguous) | None => {
            fail(span, format!("the due date of the corrective action for \"{name}\" is no date"))
        }
    }
}
