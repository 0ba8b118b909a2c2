//! A risk above the threshold that nobody treats or accepts.

use super::shared::{RiskStanding, class_of, standing};
use crate::check_id::CheckId;
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::ids::SystemId;
use crate::part::{Measure, Part, Piece};
use crate::settings::risks::{Risk, RiskRegister};
use crate::span::Place;

pub(crate) const CHECK: Check = check(
    CheckId::RiskUntreated,
    "A risk above the threshold is neither treated nor accepted",
    run,
)
.controls(&["6.1.3", "8.3"])
.explained(include_str!("risk_untreated.md"));

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

fn judge(
    context: &Context<'_>,
    system: &SystemId,
    register: &RiskRegister,
    risk: &Risk,
) -> Outcome {
    let subject = Subject::Risk { system: system.clone(), risk: risk.id.value.clone() };
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
