//! A change that asks less of a system than the target branch does.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, Suppressibility};
use crate::fact::Fact;
use crate::finding::{Gate, Problem, Subject, Who};
use crate::obligation::{self, LoweredObligation};
use crate::signoff::clear_classification;
use crate::span::Place;
use crate::wording::became;

pub(crate) const CHECK: Check = Check {
    id: CheckId::DutyLowered,
    title: "A change lowers what a system owes",
    since: "0.1",
    controls: &["6.1.2", "5.3", "8.1"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each duty that the target branch's register knows still stands, compared by structure and
whether or not anything fails today: class, stage, role, facts and thresholds of each system; that
systems, models, datasets and risks are still there, and each risk's rating before treatment; which files
are governed; what is ignored. Where the text of a pattern changes and the governed files do not, nothing
is lowered. A system may leave with its files, a model with its weights or the code that calls it, and a
renamed folder or system keeps what it carried.

## Why it matters

Every other question depends on these. Lowering a class, or moving weights to where nobody looks, makes
findings vanish without anybody having mended anything.

## How to fix

Undo it, or keep the duty. Whoever decides that it no longer holds signs a `classification` record in the same change,
which names the duty, old and new, in the words of the finding.

## References

ISO/IEC 42001:2023 clauses 5.3, 7.5 and 8.1.
";

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
        let LoweredObligation { system, duty, from, to, class, .. } = lowered;
        let clearance =
            clear_classification(context.signoffs, system.as_deref(), class, &duty, &from, &to);
        let keep = "keep the duty as it is on the target branch";
        super::ruled(Subject::Duty { system, duty }, problem, &clearance, keep, "classification")
    }));
    outcomes
}
