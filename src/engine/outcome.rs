//! What a check says of one subject.

use crate::check_id::CheckId;
use crate::finding::{Gate, Mend, Problem, Subject};

/// What a check says of one subject.
pub struct Outcome {
    pub(crate) subject: Subject,
    pub(crate) verdict: CheckResult,
    /// The gate that asks, where it is not the check's own.
    pub(crate) gate: Option<Gate>,
}

/// The states of a subject. Only a pass is a pass.
pub(crate) enum CheckResult {
    Pass,
    Fail(Box<Problem>),
    /// People must decide before it can pass.
    Waiting(Box<Problem>),
    /// It could not be decided, and why.
    Undecided(Box<Problem>),
    /// There was nothing to judge.
    NotApplicable,
    /// Another check tells the cause, so this one is silent.
    Because(CheckId),
}

impl Outcome {
    pub(crate) fn new(subject: Subject, verdict: CheckResult) -> Self {
        Self { subject, verdict, gate: None }
    }

    pub(crate) fn pass(subject: Subject) -> Self {
        Self::new(subject, CheckResult::Pass)
    }

    pub(crate) fn fail(subject: Subject, problem: Problem) -> Self {
        Self::new(subject, CheckResult::Fail(Box::new(problem)))
    }

    pub(crate) fn undecided(subject: Subject, problem: Problem) -> Self {
        Self::new(subject, CheckResult::Undecided(Box::new(problem)))
    }

    /// The same, with what mends the flaw, if anything does.
    #[must_use]
    pub(crate) fn mended_by(mut self, mend: Option<Mend>) -> Self {
        if let CheckResult::Fail(problem) = &mut self.verdict {
            problem.mend = mend;
        }
        self
    }
}
