//! A change that asks less of a system than the target branch does.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{Check, CheckResult, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::{Problem, Subject, Who};
use crate::obligation;
use crate::span::Place;
use crate::wording::became;

pub(crate) const CHECK: Check =
    check(CheckId::DutyLowered, "A change lowers what a system owes", run)
        .controls(&["6.1.2", "5.3", "8.1"])
        .floor()
        .explained(include_str!("duty_lowered.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let sides = match context.against(Subject::Register) {
        Ok(against) => &against.sides,
        Err(outcomes) => return outcomes,
    };
    // A register that cannot be read may say anything; another check speaks.
    match &context.judged.declared.register {
        Fact::Undecided(_) => return context.register().err().unwrap_or_default(),
        Fact::Known(register) if !register.mistakes.is_empty() => {
            return vec![Outcome::new(
                Subject::Register,
                CheckResult::Because(CheckId::RegisterInvalid),
            )];
        }
        Fact::Known(_) | Fact::Absent => {}
    }
    if !sides.change.is_followed {
        let text = "too many files came and went at once to follow what was governed";
        let problem = Problem::new(sides.fallback.clone(), Class::High, text);
        let problem = problem.remedy(
            Who::Author,
            "split the change: move files first, then change \
            them",
        );
        return vec![Outcome::undecided(Subject::Register, problem)];
    }
    let lowered = obligation::lowered(sides);
    let mut outcomes: Vec<Outcome> = sides
        .tip
        .systems()
        .iter()
        .filter(|system| !lowered.iter().any(|it| it.system.as_ref() == Some(&system.id.value)))
        .map(|system| Outcome::pass(Subject::System(system.id.value.clone())))
        .collect();
    outcomes.extend(lowered.into_iter().map(|lowered| {
        let whose =
            lowered.system.as_ref().map_or_else(String::new, |system| format!(" of `{system}`"));
        let text = format!(
            "the duty `{}`{whose} is lowered: {}",
            lowered.duty,
            became(&lowered.from, &lowered.to)
        );
        let problem = Problem::new(lowered.place.clone(), lowered.class, text).label(
            "asked for less than on \
                the target branch",
        );
        let files = lowered.files.iter().filter(|path| **path != lowered.place.path);
        let problem = files.fold(problem, |problem, path| {
            problem.related(Place::whole(path.clone()), "no longer governed as before")
        });
        let (system, duty) = (lowered.system.clone(), lowered.duty.clone());
        let keep = "keep the duty as it is on the target branch";
        super::shared::classified(context, Subject::Duty { system, duty }, problem, &lowered, keep)
    }));
    outcomes
}
