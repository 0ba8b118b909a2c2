//! A register with mistakes in it.

use crate::check_id::CheckId;
use crate::checks::shared::problem_of_mistakes;
use crate::engine::{Check, CheckResult, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::Subject;
use crate::settings::Mistake;

pub(crate) const CHECK: Check =
    check(CheckId::RegisterInvalid, "The register of AI systems has mistakes", run)
        .controls(&["A.4.2", "A.3.2", "7.5"])
        .floor()
        .explained(include_str!("register_invalid.md"));

const REMEDY: &str = "correct the register";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let repo = context.judged;
    let subject = Subject::Register;
    if let Some(mistake) = &repo.declared.mistake {
        if repo.register_damage().is_some() {
            return vec![Outcome::new(subject, CheckResult::Because(CheckId::DocumentUnreadable))];
        }
        let all: Vec<Mistake> = mistake.clone().each().collect();
        let problem = problem_of_mistakes(&all[0], &all[1..], REMEDY);
        return vec![Outcome::fail(subject, problem)];
    }
    let Fact::Known(register) = &repo.declared.register else {
        return vec![Outcome::new(subject, CheckResult::NotApplicable)];
    };
    if let [first, rest @ ..] = register.mistakes.as_slice() {
        return vec![Outcome::fail(subject, problem_of_mistakes(first, rest, REMEDY))];
    }
    vec![Outcome::pass(subject)]
}
