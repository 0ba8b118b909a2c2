//! A requirement says nothing of how it is accepted.

use crate::check_id::CheckId;
use crate::checks::reader::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};

pub(crate) const CHECK: Check = Check {
    id: CheckId::RequirementUnverifiable,
    title: "A requirement says nothing of how it is accepted",
    since: "0.1",
    controls: &["A.6.2.2"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Warning),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Where the requirements of a system are a table or a list of data: whether each has a criterion by which it is
accepted.

## Why it matters

A requirement without a criterion is met by whoever says so.

## How to fix

Write what is measured, and from which value on it is accepted.

## References

ISO/IEC 42001:2023 control A.6.2.2.
";

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
