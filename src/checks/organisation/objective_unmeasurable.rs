//! An objective lacks metric, target, owner, date or evaluation.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;

pub(crate) const CHECK: Check = check(
    CheckId::ObjectiveUnmeasurable,
    "An objective lacks metric, target, owner, date or evaluation",
    run,
)
.controls(&["6.2", "A.6.1.2", "A.9.3"])
.severity(ByClass::ONLY_IF_HIGH)
.explained(include_str!("objective_unmeasurable.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let mut outcomes = Vec::new();
    let all = held(context, Some("objectives"));
    for it in &all {
        outcomes.extend(it.rows().iter().map(|row| judge(*it, row)));
    }
    let Some(objectives) = all.first() else { return outcomes };
    for system in &register.systems {
        for serves in &system.serves {
            let duty = format!("serves {}", serves.value);
            let subject = Subject::Duty { system: Some(system.id.value.clone()), duty };
            outcomes.push(if objectives.names(&serves.value) {
                Outcome::pass(subject)
            } else {
                let text = format!(
                    "`{}` serves `{}`, which is no objective here",
                    system.id.value, serves.value
                );
                let problem = Problem::new(system.place(serves.span), system.class(), text);
                Outcome::fail(subject, problem.remedy(Who::Owner, "name an objective that exists"))
            });
        }
    }
    outcomes
}

fn judge(held: ReadDocument<'_>, row: &crate::evidence::Row) -> Outcome {
    let name = row.called(&["objective"], "unnamed");
    let subject = Subject::Duty { system: None, duty: format!("objective {name}") };
    let asked = ["objective", "metric-target", "owner", "due", "evaluation"];
    let missing = held.unsaid(row, &asked);
    let Some(first) = missing.first() else { return Outcome::pass(subject) };
    let text = match row.said("objective") {
        Some(_) => format!("the objective \"{name}\" says nothing of {}", missing.join(", ")),
        None => format!("an entry of {} says nothing of {}", held.named(), missing.join(", ")),
    };
    let problem = Problem::new(held.at(row.place(first)), held.need.class, text)
        .parts(missing.iter().map(|it| Part::Field((*it).to_owned())));
    Outcome::fail(subject, problem.remedy(Who::SecondLine, format!("add {}", missing.join(", "))))
}
