//! A requirement says nothing of how it is accepted.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};

pub(crate) const CHECK: Check = check(
    CheckId::RequirementUnverifiable,
    "A requirement says nothing of how it is accepted",
    run,
)
.controls(&["A.6.2.2"])
.severity(ByClass::WARNING_FROM_LIMITED)
.explained(include_str!("requirement_unverifiable.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut outcomes = Vec::new();
    for it in held(context, Some("requirements-specification")) {
        let rows = it.rows();
        let rows = rows.iter().filter(|row| row.said("requirements").is_some());
        outcomes.extend(rows.map(|row| judge(it, row)));
    }
    outcomes
}

fn judge(held: ReadDocument<'_>, row: &crate::evidence::Row) -> Outcome {
    let name = row.called(&["requirements"], "");
    let subject =
        Subject::Duty { system: held.need.system.clone(), duty: format!("requirement {name}") };
    if held.unsaid(row, &["acceptance"]).is_empty() {
        return Outcome::pass(subject);
    }
    let text = format!("\"{name}\" says nothing of how it is accepted");
    let problem = Problem::new(held.at(row.place("acceptance")), held.need.class, text);
    Outcome::fail(subject, problem.remedy(Who::Owner, "add the criterion"))
}
