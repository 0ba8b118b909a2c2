//! What a check is, what it sees, and how all of them are run.
//!
//! A check is a row of plain data with one pure function. [`evaluate`] knows no single check: it
//! runs a table it is given, in parallel, and turns a check that panics into a finding of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::date::Date;
use crate::fact::Fact;
use crate::finding::{Finding, FindingKind, Gate, Problem, Severity, Subject};
use crate::model::{Governance, RepositoryModel};
use crate::obligation::ComparedSides;
use crate::settings::register::Register;
use crate::signoff::{DueDecision, SignOffFlaw, SignOffInputs};
use crate::span::Place;

/// A row of the table of checks.
pub struct Check {
    pub id: CheckId,
    /// What is wrong when it fires, in one sentence.
    pub title: &'static str,
    /// The rule set it first belonged to.
    pub since: &'static str,
    /// ISO/IEC 42001 controls and clauses it is evidence for, beside those of a document's kind.
    pub controls: &'static [&'static str],
    pub severity: ByClass,
    pub gate: Gate,
    pub firmness: Suppressibility,
    /// Markdown with the headings of [`HEADINGS`].
    pub explanation: &'static str,
    pub run: fn(&Context<'_>) -> Vec<Outcome>,
}

/// What settings may do about a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suppressibility {
    /// Its severity may be set, and its findings may be excused.
    Ordinary,
    /// Its severity may be set, the baseline may know it and an emergency pass it over; no waiver
    /// excuses it, for one person would stand in for all who must sign.
    NeverWaived,
    /// No waiver and no baseline excuses it: it judges what excuses others.
    NeverExcused,
    /// Never lowered either.
    Floor,
}

impl Check {
    /// Whether its severity may be lowered.
    pub fn is_floor(&self) -> bool {
        self.firmness == Suppressibility::Floor
    }

    /// Whether the baseline or an emergency may excuse it.
    pub fn is_excusable(&self) -> bool {
        matches!(self.firmness, Suppressibility::Ordinary | Suppressibility::NeverWaived)
    }

    /// Whether a waiver may excuse it.
    pub fn is_waivable(&self) -> bool {
        self.firmness == Suppressibility::Ordinary
    }
}

/// The headings of every explanation, in order.
pub const HEADINGS: [&str; 4] = ["What it checks", "Why it matters", "How to fix", "References"];

/// The severity per class of the subject. Class prohibited is judged as high.
#[derive(Clone, Copy, Debug)]
pub struct ByClass {
    pub minimal: Severity,
    pub limited: Severity,
    pub high: Severity,
}

impl ByClass {
    pub const ERROR: Self = Self::new(Severity::Error, Severity::Error, Severity::Error);

    pub const fn new(minimal: Severity, limited: Severity, high: Severity) -> Self {
        Self { minimal, limited, high }
    }

    pub fn of(self, class: Class) -> Severity {
        match class {
            Class::Minimal => self.minimal,
            Class::Limited => self.limited,
            Class::High | Class::Prohibited => self.high,
        }
    }
}

/// Everything a check may look at. All of it is in memory.
pub struct Context<'a> {
    /// The content that is judged.
    pub judged: &'a RepositoryModel<'a>,
    /// The rules and the people the verdict is given by.
    pub governance: &'a Governance,
    /// What the judged content would make of them.
    pub proposed: &'a Governance,
    /// What the target branch has instead; absent where there is nothing to compare with.
    pub against: Fact<TargetContext<'a>>,
    /// What people signed.
    pub signoffs: &'a SignOffInputs<'a>,
    /// The decisions that are needed, judged.
    pub decisions: &'a [DueDecision<'a>],
    /// What the change brings of statements that does not count.
    pub newcomers: &'a [SignOffFlaw],
    /// Emergencies that do not count, and why.
    pub refused_emergencies: &'a [(&'a str, SignOffFlaw)],
    pub today: Date,
    /// All checks, for settings that name them.
    pub table: &'a [&'static Check],
}

/// The target branch, for checks of what a change does to it.
pub struct TargetContext<'a> {
    /// Both revisions and what lies between them.
    pub sides: ComparedSides<'a>,
    /// Its own rules and people.
    pub governance: &'a Governance,
}

impl<'a> Context<'a> {
    /// Returns the context of a content that is compared with nothing: its own rules are proposed,
    /// and no decision is due.
    pub fn alone(
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
    pub fn against(&self, subject: Subject) -> Result<&TargetContext<'a>, Vec<Outcome>> {
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
    pub fn adopted(&self, subject: Subject) -> Result<&'a Governance, Vec<Outcome>> {
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
    pub fn register(&self) -> Result<&'a Register, Vec<Outcome>> {
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
    pub fn whole_register(&self) -> Result<&'a Register, Vec<Outcome>> {
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

/// What a check says of one subject.
pub struct Outcome {
    pub subject: Subject,
    pub verdict: CheckResult,
    /// Controls this outcome is about, beside those of the check.
    pub controls: &'static [String],
    /// The gate that asks, where it is not the check's own.
    pub gate: Option<Gate>,
}

/// The states of a subject. Only a pass is a pass.
pub enum CheckResult {
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
    pub fn new(subject: Subject, verdict: CheckResult) -> Self {
        Self { subject, verdict, controls: &[], gate: None }
    }

    pub fn pass(subject: Subject) -> Self {
        Self::new(subject, CheckResult::Pass)
    }

    pub fn fail(subject: Subject, problem: Problem) -> Self {
        Self::new(subject, CheckResult::Fail(Box::new(problem)))
    }

    pub fn undecided(subject: Subject, problem: Problem) -> Self {
        Self::new(subject, CheckResult::Undecided(Box::new(problem)))
    }

    /// The finding it is, if it is one.
    pub fn finding(self, check: &Check) -> Option<Finding> {
        let (nature, problem) = match self.verdict {
            CheckResult::Fail(problem) => (FindingKind::Fail, problem),
            CheckResult::Waiting(problem) => (FindingKind::Waiting, problem),
            CheckResult::Undecided(problem) => (FindingKind::Undecided, problem),
            CheckResult::Pass | CheckResult::NotApplicable | CheckResult::Because(_) => {
                return None;
            }
        };
        Some(Finding {
            check: check.id,
            subject: self.subject,
            nature,
            gate: self.gate.unwrap_or(check.gate),
            problem: *problem,
        })
    }

    /// Names the controls this outcome is about.
    #[must_use]
    pub fn controls(mut self, controls: &'static [String]) -> Self {
        self.controls = controls;
        self
    }
}

/// How many subjects of a check came out how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    /// People must decide before they can pass.
    pub waiting: usize,
    pub undecided: usize,
    pub not_applicable: usize,
    /// Silent because another check tells the cause.
    pub silent: usize,
}

/// What all checks said.
pub struct Evaluation {
    pub findings: Vec<Finding>,
    /// One per check, in the order of the table.
    pub tallies: Vec<(CheckId, Tally)>,
    /// Annex A controls and clauses that at least one decided outcome is about.
    pub assessed: std::collections::BTreeSet<String>,
}

/// Runs every check of the table over the context.
///
/// A check that panics is could-not-decide; the others go on. `fallback` is the place of findings
/// about the run itself.
pub fn evaluate(table: &[&'static Check], context: &Context<'_>, fallback: &Place) -> Evaluation {
    let outcomes: Vec<Vec<Outcome>> = table
        .par_iter()
        .map(|check| match catch_unwind(AssertUnwindSafe(|| (check.run)(context))) {
            Ok(outcomes) => outcomes,
            Err(_) => {
                let text =
                    format!("the check `{}` failed to run; this is a defect of aimsgate", check.id);
                let problem = Problem::new(fallback.clone(), Class::High, text);
                vec![Outcome::undecided(Subject::Check(check.id), problem)]
            }
        })
        .collect();
    let mut silent = Vec::new();
    let mut evaluation =
        Evaluation { findings: Vec::new(), tallies: Vec::new(), assessed: Default::default() };
    for (check, outcomes) in table.iter().zip(outcomes) {
        let mut tally = Tally::default();
        for outcome in outcomes {
            if matches!(
                outcome.verdict,
                CheckResult::Pass | CheckResult::Fail(_) | CheckResult::Waiting(_)
            ) {
                evaluation.assessed.extend(check.controls.iter().map(|id| (*id).to_owned()));
                evaluation.assessed.extend(outcome.controls.iter().cloned());
            }
            match outcome.verdict {
                CheckResult::Pass => tally.passed += 1,
                CheckResult::NotApplicable => tally.not_applicable += 1,
                CheckResult::Because(cause) => {
                    tally.silent += 1;
                    silent.push((check.id, check.gate, cause));
                }
                CheckResult::Fail(_) => tally.failed += 1,
                CheckResult::Waiting(_) => tally.waiting += 1,
                CheckResult::Undecided(_) => tally.undecided += 1,
            }
            evaluation.findings.extend(outcome.finding(check));
        }
        evaluation.tallies.push((check.id, tally));
    }
    // A check may be silent only where the one it refers to speaks.
    silent.dedup();
    for (check, gate, cause) in silent {
        if !evaluation.findings.iter().any(|finding| finding.check == cause) {
            let text = format!(
                "`{check}` waits for `{cause}`, which found nothing; this is a \
                defect of aimsgate"
            );
            let problem = Problem::new(fallback.clone(), Class::High, text);
            let subject = Subject::Check(check);
            evaluation.findings.push(Finding {
                check,
                subject,
                nature: FindingKind::Undecided,
                gate,
                problem,
            });
        }
    }
    evaluation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file_cache::FileCache;
    use crate::signoff::{Digests, SignOffStore};
    use crate::snapshot::View;
    use crate::snapshot::memory::MemorySnapshot;
    use crate::span::RepoPath;

    const QUIET: Check = Check {
        id: CheckId::Boilerplate,
        title: "",
        since: "0.1",
        controls: &["A.4.2"],
        severity: ByClass::ERROR,
        gate: Gate::Merge,
        firmness: Suppressibility::Ordinary,
        explanation: "",
        run: |_| vec![Outcome::pass(Subject::Register)],
    };
    const WAITS: Check = Check {
        id: CheckId::BrokenLink,
        run: |_| vec![Outcome::new(Subject::Register, CheckResult::Because(CheckId::Boilerplate))],
        ..QUIET
    };
    const PANICS: Check = Check { id: CheckId::Placeholder, run: |_| panic!("a defect"), ..QUIET };

    fn evaluated(table: &[&'static Check]) -> Evaluation {
        let snapshot = MemorySnapshot::new([("README.md", "")]);
        let view = || View::new(&snapshot, RepoPath::root());
        let governance = Governance::load(&view());
        let repo = RepositoryModel::load(view(), &governance.rules, &FileCache::default());
        let today = "2026-11-22".parse().unwrap();
        let (store, digests, commits) = (SignOffStore::default(), Digests::default(), Fact::Absent);
        let signoffs =
            SignOffInputs::new(&repo, &governance, &store, None, &digests, &commits, today);
        let context = Context::alone(&repo, &governance, &signoffs, today, table);
        evaluate(table, &context, &Place::whole("README.md".into()))
    }

    #[test]
    fn a_check_that_panics_could_not_decide_and_the_others_go_on() {
        let evaluation = evaluated(&[&PANICS, &QUIET]);
        assert_eq!(evaluation.findings.len(), 1);
        assert_eq!(
            (evaluation.findings[0].check, evaluation.findings[0].nature),
            (CheckId::Placeholder, FindingKind::Undecided)
        );
        assert_eq!(evaluation.tallies[1].1.passed, 1);
        assert!(evaluation.assessed.contains("A.4.2"));
    }

    #[test]
    fn a_check_that_is_silent_for_no_cause_could_not_decide() {
        let evaluation = evaluated(&[&QUIET, &WAITS]);
        assert_eq!(
            (evaluation.findings[0].check, evaluation.findings[0].nature),
            (CheckId::BrokenLink, FindingKind::Undecided)
        );
    }
}
