//! A change that takes away what a document says on the target branch.

use crate::check_id::CheckId;
use crate::checks::shared::{named, subject};
use crate::engine::{Check, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::{Problem, Subject};
use crate::obligation::{WithdrawnEvidence, withdrawn};

pub(crate) const CHECK: Check =
    check(CheckId::EvidenceWithdrawn, "A change takes away evidence that stood", run)
        .controls(&["7.5", "8.1", "10.2"])
        .never_excused()
        .explained(include_str!("evidence_withdrawn.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let sides = match context.against(Subject::Register) {
        Ok(against) => &against.sides,
        Err(outcomes) => return outcomes,
    };
    // Without a register nothing is due, and that is told as a lowered duty.
    if let Fact::Undecided(_) = context.judged.declared.register {
        return context.register().err().unwrap_or_default();
    }
    let withdrawn = withdrawn(sides);
    if withdrawn.is_empty() {
        return vec![Outcome::pass(Subject::Register)];
    }
    withdrawn.iter().map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, withdrawn: &WithdrawnEvidence<'_>) -> Outcome {
    let (need, lowered) = (withdrawn.need, withdrawn.lowered());
    let text = match withdrawn.instead {
        Some(instead) => format!("{} stands on the target branch; now {instead}", named(need)),
        None => format!(
            "{} no longer has {}, which it has on the target branch",
            named(need),
            lowered.from
        ),
    };
    let problem = Problem::new(lowered.place.clone(), need.class, text)
        .label(if withdrawn.instead.is_some() { "asked for here" } else { "said more before" })
        .parts(withdrawn.items.iter().map(|(part, _)| part.clone()));
    let keep = "say again what the target branch says";
    super::shared::classified(context, subject(need), problem, &lowered, keep)
}
