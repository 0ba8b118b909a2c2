//! Competence for a role is not shown, or no longer valid.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Day, Row, date_in};
use crate::finding::{Problem, Subject, Who};

pub(crate) const CHECK: Check = check(
    CheckId::CompetenceExpired,
    "Competence for a role is not shown, or no longer valid",
    run,
)
.controls(&["7.2", "A.4.6"])
.severity(ByClass::ALWAYS_WARNING)
.explained(include_str!("competence_expired.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut outcomes = Vec::new();
    for it in held(context, Some("competence-records")) {
        outcomes.extend(it.rows().iter().map(|row| judge(context, it, row)));
    }
    outcomes
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>, row: &Row) -> Outcome {
    let role = row.called(&["role"], "a role");
    let subject = Subject::Duty { system: None, duty: format!("competence {role}") };
    let fail = |span, text: String| {
        let problem = Problem::new(held.at(span), held.need.class, text);
        Outcome::fail(
            subject.clone(),
            problem.remedy(
                Who::SecondLine,
                "repeat the training, or \
            point to newer evidence",
            ),
        )
    };
    if !held.unsaid(row, &["evidence"]).is_empty() {
        return fail(row.place("evidence"), format!("no evidence shows the competence for {role}"));
    }
    let Some((valid, span)) = row.said("valid") else {
        return match held.speaks_of("valid") {
            true => fail(
                row.place("valid"),
                format!("the competence for {role} names no day until which it holds"),
            ),
            false => Outcome::pass(subject),
        };
    };
    match date_in(valid, held.language()) {
        Some(Day::Known(day)) if day < context.today => {
            let text = format!("the competence for {role} was valid until {day}");
            let problem = Problem::new(held.at(span), held.need.class, text).passed(day);
            Outcome::fail(subject, problem.remedy(Who::SecondLine, "repeat the training"))
        }
        Some(Day::Known(_)) => Outcome::pass(subject),
        // `03/04/2026` is two days.
        Some(Day::Ambiguous) | None => fail(
            span,
            format!(
                "the competence for {role} has no day \
            that can be read"
            ),
        ),
    }
}
