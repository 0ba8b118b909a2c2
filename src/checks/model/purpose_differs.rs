//! Two places state the purpose of a system in different words.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, files};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Who};

pub(crate) const CHECK: Check = check(
    CheckId::PurposeDiffers,
    "Two places state the purpose of a system in different words",
    run,
)
.controls(&["A.9.4", "A.8.2"])
.severity(ByClass::WARNING_IF_HIGH)
.explained(include_str!("purpose_differs.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    files(context).filter_map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Option<Outcome> {
    let system = context.judged.system(held.need.system.as_ref()?)?;
    let node = held.metadata("purpose")?;
    let words = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    if words(node.as_text()?) == words(&system.purpose.value) {
        return Some(Outcome::pass(held.subject()));
    }
    let text = format!("{} states another purpose than the register", held.named());
    let problem = Problem::new(held.at(node.span), held.need.class, text);
    let problem = problem.related(system.place(system.purpose.span), "the register says this");
    Some(Outcome::fail(
        held.subject(),
        problem.remedy(
            Who::Author,
            "keep one of them, or make them \
        equal",
        ),
    ))
}
