//! A register with mistakes in it.

use crate::check_id::CheckId;
use crate::checks::problem_of_mistakes;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, Suppressibility};
use crate::fact::Fact;
use crate::finding::{Gate, Subject};

pub(crate) const CHECK: Check = Check {
    id: CheckId::RegisterInvalid,
    title: "The register of AI systems has mistakes",
    since: "0.1",
    controls: &["A.4.2", "A.3.2", "7.5"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether `aims.yaml` has the shape the gate reads: known keys, known values, required fields that are
not empty, ids that are unique, patterns that are patterns. Keys that start with `x-` are yours.

## Why it matters

A misspelt key is a duty nobody asks about. A system that cannot be read is not judged, so the gate
must not pass over it.

## How to fix

Go to the line; the message names the nearest valid name where there is one. The first mistake of each
system is listed, those of included registers too. A register under another name (`aims.yml`, another case) is told too.

## References

ISO/IEC 42001:2023 controls A.4.2 and A.3.2, clause 7.5.
";

const REMEDY: &str = "correct the register";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let repo = context.judged;
    let subject = Subject::Register;
    if let Some(mistake) = &repo.declared.mistake {
        if repo.register_damage().is_some() {
            return vec![Outcome::new(subject, CheckResult::Because(CheckId::DocumentUnreadable))];
        }
        return vec![Outcome::fail(subject, problem_of_mistakes(mistake, &[], REMEDY))];
    }
    let Fact::Known(register) = &repo.declared.register else {
        return vec![Outcome::new(subject, CheckResult::NotApplicable)];
    };
    if let [first, rest @ ..] = register.mistakes.as_slice() {
        return vec![Outcome::fail(subject, problem_of_mistakes(first, rest, REMEDY))];
    }
    vec![Outcome::pass(subject)]
}
