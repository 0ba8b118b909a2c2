//! A system without a reasoned risk class.

use crate::check_id::CheckId;
use crate::checks::says;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Subject, Who};
use crate::part::Part;
use crate::settings::register::System;
use crate::span::Span;

pub(crate) const CHECK: Check = Check {
    id: CheckId::RiskClassUndeclared,
    title: "A system has no risk class with reason, screening, decider and date",
    since: "0.1",
    controls: &["6.1.2", "A.5.2"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each system declares `risk-class` with a value, a reason (`because`), the result of the
screening for prohibited practices, who decided and when. A date after today is refused.

## Why it matters

The class decides how strictly everything else is judged. The gate never infers one: it is a
decision of people, and without its reason nobody can review it.

## How to fix

Add the missing keys to `risk-class`. `decided-by` is a person of `governance/people.yaml`;
whether that person may decide it is not judged yet. Until then the system is judged as limited.

## References

ISO/IEC 42001:2023 clause 6.1.2 and control A.5.2.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let judge = |system: &System| {
        let subject = Subject::System(system.id.value.clone());
        let problem = |span: Span, text: String| {
            Problem::new(system.place(span), system.class(), text).remedy(
                Who::SecondLine,
                "decide the class and write value, because, prohibited-practices, decided-by and \
                 decided-on",
            )
        };
        let Some(class) = &system.risk_class else {
            let text = format!("`{}` has no risk class", system.id.value);
            return Outcome::fail(
                subject,
                problem(system.id.span, text).label(
                    "judged as limited \
                until it has one",
                ),
            );
        };
        let mut missing = Vec::new();
        for (name, text) in [
            ("because", &class.because),
            ("prohibited-practices", &class.prohibited_practices),
            ("decided-by", &class.decided_by),
        ] {
            if !says(text) {
                missing.push(name);
            }
        }
        if class.decided_on.is_none() {
            missing.push("decided-on");
        }
        if !missing.is_empty() {
            let text = format!(
                "the risk class of `{}` does not say {}",
                system.id.value,
                missing.join(", ")
            );
            return Outcome::fail(
                subject,
                problem(class.value.span, text)
                    .parts(missing.iter().map(|it| Part::Field((*it).to_owned()))),
            );
        }
        match &class.decided_on {
            Some(day) if day.value > context.today => {
                let text = format!(
                    "the risk class of `{}` is dated {}, after today",
                    system.id.value, day.value
                );
                Outcome::fail(subject, problem(day.span, text))
            }
            _ => Outcome::pass(subject),
        }
    };
    match context.register() {
        Ok(register) => register.systems.iter().map(judge).collect(),
        Err(outcomes) => outcomes,
    }
}
