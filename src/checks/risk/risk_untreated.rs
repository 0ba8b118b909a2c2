//! A risk above the threshold that nobody treats or accepts.

use super::{RiskStanding, class_of, standing};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Subject, Who};
use crate::part::{Measure, Part, Piece};
use crate::settings::risks::{Risk, RiskRegister};
use crate::span::Place;

pub(crate) const CHECK: Check = Check {
    id: CheckId::RiskUntreated,
    title: "A risk above the threshold is neither treated nor accepted",
    since: "0.1",
    controls: &["6.1.3", "8.3"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each risk whose level before treatment is above `low` on the shipped scale is reduced,
avoided or shared with measures or with actions that have an owner and a date, or is accepted in a
record that `accepted-in` names, or has the status `closed`. What remains must not be `unacceptable`,
and a risk without a level is not small. The level is likelihood
times impact, each 1 to 5: low to 4, medium to 9, high to 16, above that unacceptable. Whether the
record itself is valid is another question, which this version does not answer.

## Why it matters

A risk that was found and left alone is worse than one that was not found: somebody knew.

## How to fix

Treat it (measures, or actions with owner and due), or have it accepted by somebody who may.

## References

ISO/IEC 42001:2023 clauses 6.1.3 and 8.3.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let registers = context.judged.risks.iter();
    registers
        .flat_map(|(system, register)| {
            register.risks.iter().map(|risk| judge(context, system, register, risk))
        })
        .collect()
}

fn judge(context: &Context<'_>, system: &str, register: &RiskRegister, risk: &Risk) -> Outcome {
    let subject = Subject::Risk { system: system.to_owned(), risk: risk.id.value.clone() };
    match standing(register, risk) {
        RiskStanding::Settled => Outcome::pass(subject),
        RiskStanding::Unsettled { reason, level, span, text, label } => {
            let place = Place::bytes(register.path.clone(), span);
            let piece = Piece::from(Part::Reason(reason)).formerly(text.clone());
            let piece = piece.measured(level.map(Measure::UpTo));
            let problem =
                Problem::new(place, class_of(context, system), text).label(label).parts([piece]);
            let problem = problem.remedy(
                Who::Owner,
                "treat it: measures, or actions with owner and \
                due",
            );
            Outcome::fail(
                subject,
                problem.remedy(
                    Who::SecondLine,
                    "or accept what remains in a \
                record",
                ),
            )
        }
    }
}
