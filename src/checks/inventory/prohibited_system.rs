//! A system of a class that must not exist.

use crate::catalog::{Class, Stage};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Subject, Who};

pub(crate) const CHECK: Check = Check {
    id: CheckId::ProhibitedSystem,
    title: "A system is declared prohibited and is not retired",
    since: "0.1",
    controls: &["6.1.3", "A.9.4"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether a system whose declared class is `prohibited` is at any stage but `retirement`.

## Why it matters

A prohibited practice may not be put into service. This cannot be waived, baselined or lowered.

## How to fix

Withdraw the system and set its stage to `retirement`, keeping the record of the decision. If the
class is wrong, the second line decides it anew.

## References

ISO/IEC 42001:2023 clause 6.1.3 and control A.9.4; Regulation (EU) 2024/1689 Article 5.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let judge = |system: &crate::settings::register::System| {
        let subject = Subject::System(system.id.value.clone());
        match &system.risk_class {
            Some(class)
                if *class.value == Class::Prohibited && *system.stage != Stage::Retirement =>
            {
                let text = format!(
                    "`{}` is declared prohibited and is at stage {}",
                    system.id.value,
                    system.stage.name()
                );
                let problem = Problem::new(system.place(class.value.span), Class::Prohibited, text)
                    .label("blocked; this cannot be waived")
                    .remedy(Who::Owner, "withdraw the system and set `stage: retirement`");
                Outcome::fail(subject, problem)
            }
            _ => Outcome::pass(subject),
        }
    };
    match context.register() {
        Ok(register) => register.systems.iter().map(judge).collect(),
        Err(outcomes) => outcomes,
    }
}
