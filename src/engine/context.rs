//! What a check may look at.

use super::check::{ByClass, CheckRow};
use super::outcome::{CheckResult, Outcome};
use crate::check_id::CheckId;
use crate::date::Date;
use crate::fact::Fact;
use crate::finding::Subject;
use crate::model::{Governance, RepositoryModel};
use crate::obligation::ComparedSides;
use crate::settings::own_check::{OwnCheck, OwnSeverity};
use crate::settings::register::Register;
use crate::signoff::{DueDecision, SignOffFlaw, SignOffInputs};

/// How a check that ships is run: one outcome for each subject it looks at.
type RunShipped = fn(&Context<'_>) -> Vec<Outcome>;

/// How an organisation's own check is run.
type RunOwn = fn(&'static OwnCheck, &Context<'_>) -> Vec<Outcome>;

/// How a check is run.
#[derive(Clone, Copy, Debug)]
pub struct Run(Runner);

#[derive(Clone, Copy, Debug)]
enum Runner {
    Shipped(RunShipped),
    Own(&'static OwnCheck, RunOwn),
}

impl Run {
    /// What the check says.
    pub(crate) fn over(self, context: &Context<'_>) -> Vec<Outcome> {
        match self.0 {
            Runner::Shipped(run) => run(context),
            Runner::Own(own, run) => run(own, context),
        }
    }
}

/// A check of this gate.
pub type Check = CheckRow<Run>;

/// Begins a check; [`CheckRow`] has what can be said of it beside this.
pub(crate) const fn check(id: CheckId, title: &'static str, run: RunShipped) -> Check {
    CheckRow::new(id, title, Run(Runner::Shipped(run)))
}

/// The row of an organisation's own check, with what evaluates it.
pub(crate) fn own_check(
    own: &'static OwnCheck,
    controls: &'static [&'static str],
    explanation: &'static str,
    run: RunOwn,
) -> Check {
    let OwnSeverity { minimal, limited, high } = own.severity;
    CheckRow::new(own.id, &own.title, Run(Runner::Own(own, run)))
        .controls(controls)
        .severity(ByClass::new(minimal, limited, high))
        .explained(explanation)
}

/// Everything a check may look at. All of it is in memory.
pub struct Context<'a> {
    /// The content that is judged.
    pub(crate) judged: &'a RepositoryModel<'a>,
    /// The rules and the people the verdict is given by.
    pub(crate) governance: &'a Governance,
    /// What the judged content would make of them.
    pub(crate) proposed: &'a Governance,
    /// What the target branch has instead; absent where there is nothing to compare with.
    pub(crate) against: Fact<TargetContext<'a>>,
    /// What people signed.
    pub(crate) signoffs: &'a SignOffInputs<'a>,
    /// The decisions that are needed, judged.
    pub(crate) decisions: &'a [DueDecision<'a>],
    /// What the change brings of statements that does not count.
    pub(crate) newcomers: &'a [SignOffFlaw],
    /// Emergencies that do not count, and why.
    pub(crate) refused_emergencies: &'a [(&'a str, SignOffFlaw)],
    pub(crate) today: Date,
    /// All checks, for settings that name them.
    pub(crate) table: &'a [&'static Check],
}

/// The target branch, for checks of what a change does to it.
pub(crate) struct TargetContext<'a> {
    /// Both revisions and what lies between them.
    pub(crate) sides: ComparedSides<'a>,
    /// Its own rules and people.
    pub(crate) governance: &'a Governance,
}

impl<'a> Context<'a> {
    /// Returns the context of a content that is compared with nothing: its own rules are proposed,
    /// and no decision is due.
    pub(crate) fn alone(
        judged: &'a RepositoryModel<'a>,
        governance: &'a Governance,
        signoffs: &'a SignOffInputs<'a>,
        today: Date,
        table: &'a [&'static Check],
    ) -> Self {
        Self {
            judged,
            governance,
            proposed: governance,
            against: Fact::Absent,
            signoffs,
            decisions: &[],
            newcomers: &[],
            refused_emergencies: &[],
            today,
            table,
        }
    }

    /// What the change is compared with, for a check of the change itself.
    ///
    /// # Errors
    /// Not applicable without a target; silent where the target is not known, because another check
    /// says so.
    pub(crate) fn against(&self, subject: Subject) -> Result<&TargetContext<'a>, Vec<Outcome>> {
        let verdict = match &self.against {
            Fact::Known(against) => return Ok(against),
            Fact::Absent => CheckResult::NotApplicable,
            Fact::Undecided(_) => CheckResult::Because(CheckId::TargetUnknown),
        };
        Err(vec![Outcome::new(subject, verdict)])
    }

    /// The governance of the target branch, where it has some. Until then there is nothing to
    /// loosen.
    ///
    /// # Errors
    /// As [`Context::against`].
    pub(crate) fn adopted(&self, subject: Subject) -> Result<&'a Governance, Vec<Outcome>> {
        let against = self.against(subject.clone())?;
        if against.governance.is_adopted {
            return Ok(against.governance);
        }
        Err(vec![Outcome::new(subject, CheckResult::NotApplicable)])
    }

    /// The register, or the outcomes of a check that needs one and has none.
    ///
    /// # Errors
    /// Silent where the register could not be used, because another check says so; not applicable
    /// where there is none.
    pub(crate) fn register(&self) -> Result<&'a Register, Vec<Outcome>> {
        let verdict = match &self.judged.declared.register {
            Fact::Known(register) => return Ok(register),
            Fact::Absent => CheckResult::NotApplicable,
            Fact::Undecided(_) if self.judged.register_damage().is_some() => {
                CheckResult::Because(CheckId::DocumentUnreadable)
            }
            Fact::Undecided(_) => CheckResult::Because(CheckId::RegisterInvalid),
        };
        Err(vec![Outcome::new(Subject::Register, verdict)])
    }

    /// The register, where all of it could be read and it declares systems: what it leaves out is
    /// then left out.
    ///
    /// # Errors
    /// As [`Context::register`]; silent where another check tells what is wrong with it.
    pub(crate) fn whole_register(&self) -> Result<&'a Register, Vec<Outcome>> {
        let register = self.register()?;
        let cause = if !register.mistakes.is_empty() {
            CheckId::RegisterInvalid
        } else if register.systems.is_empty() && self.judged.inventory.uses_ai() {
            CheckId::RegisterMissing
        } else {
            return Ok(register);
        };
        Err(vec![Outcome::new(Subject::Register, CheckResult::Because(cause))])
    }
}
