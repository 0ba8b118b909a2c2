//! Two places state the purpose of a system in different words.

use crate::check_id::CheckId;
use crate::checks::reader::{ReadDocument, files};
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Who};

pub(crate) const CHECK: Check = Check {
    id: CheckId::PurposeDiffers,
    title: "Two places state the purpose of a system in different words",
    since: "0.1",
    controls: &["A.9.4", "A.8.2"],
    severity: ByClass::new(Severity::Note, Severity::Note, Severity::Warning),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether a document that states a `purpose` in its front matter states the register's, word for word, white
space and case set aside. Prose is not compared: it never is equal.

## Why it matters

Where a purpose stands twice and differs, nobody knows which one was assessed.

## How to fix

Keep the purpose in the register, and copy it or leave it out elsewhere.

## References

ISO/IEC 42001:2023 controls A.9.4 and A.8.2.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    files(context).filter_map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Option<Outcome> {
    let system = context.judged.system(held.need.system.as_deref()?)?;
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
