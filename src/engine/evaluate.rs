//! Runs every check of a table and counts what they say.
//!
//! [`evaluate`] knows no single check: it runs a table it is given, in parallel, and turns a check
//! that panics into a finding of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::context::{Check, Context};
use super::outcome::{CheckResult, Outcome};
use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::finding::{Finding, FindingKind, Gate, Problem, Subject};
use crate::span::Place;

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

impl Tally {
    fn count(&mut self, verdict: &CheckResult) {
        *match verdict {
            CheckResult::Pass => &mut self.passed,
            CheckResult::Fail(_) => &mut self.failed,
            CheckResult::Waiting(_) => &mut self.waiting,
            CheckResult::Undecided(_) => &mut self.undecided,
            CheckResult::NotApplicable => &mut self.not_applicable,
            CheckResult::Because(_) => &mut self.silent,
        } += 1;
    }
}

/// What all checks said.
#[derive(Default)]
pub(crate) struct Evaluation {
    pub(crate) findings: Vec<Finding>,
    /// One per check, in the order of the table.
    pub(crate) tallies: Vec<(CheckId, Tally)>,
}

/// A check that is silent about a subject, and the check that it says is the cause.
#[derive(PartialEq)]
struct SilentCheck {
    id: CheckId,
    gate: Gate,
    cause: CheckId,
}

/// Runs every check of the table over the context.
///
/// A check that panics is could-not-decide; the others go on. `fallback` is the place of findings
/// about the run itself.
pub(crate) fn evaluate(
    table: &[&'static Check],
    context: &Context<'_>,
    fallback: &Place,
) -> Evaluation {
    let outcomes: Vec<Vec<Outcome>> =
        table.par_iter().map(|check| run(check, context, fallback)).collect();
    let mut evaluation = Evaluation::default();
    let mut silent = Vec::new();
    for (check, outcomes) in table.iter().zip(outcomes) {
        let mut tally = Tally::default();
        for outcome in outcomes {
            tally.count(&outcome.verdict);
            if let CheckResult::Because(cause) = outcome.verdict {
                silent.push(SilentCheck { id: check.id, gate: check.gate, cause });
            }
            evaluation.findings.extend(check.finding(outcome));
        }
        evaluation.tallies.push((check.id, tally));
    }
    silent.dedup();
    let unfounded = unfounded(&silent, &evaluation.findings, fallback);
    evaluation.findings.extend(unfounded);
    evaluation
}

/// What a check says; that it could not decide, where it panics.
fn run(check: &Check, context: &Context<'_>, fallback: &Place) -> Vec<Outcome> {
    catch_unwind(AssertUnwindSafe(|| check.run.over(context))).unwrap_or_else(|_| {
        let text = format!("the check `{}` failed to run; this is a defect of aimsgate", check.id);
        let problem = Problem::new(fallback.clone(), Class::High, text);
        vec![Outcome::undecided(Subject::Check(check.id), problem)]
    })
}

/// A finding for each check that is silent because of one that found nothing: a check may be
/// silent only where the one it refers to speaks.
fn unfounded(silent: &[SilentCheck], found: &[Finding], fallback: &Place) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for SilentCheck { id, gate, cause } in silent {
        if found.iter().chain(&findings).any(|finding| finding.check == *cause) {
            continue;
        }
        let text = format!(
            "`{id}` waits for `{cause}`, which found nothing; this is a defect of aimsgate"
        );
        findings.push(Finding {
            check: *id,
            subject: Subject::Check(*id),
            nature: FindingKind::Undecided,
            gate: *gate,
            problem: Problem::new(fallback.clone(), Class::High, text),
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::context::check;
    use super::*;
    use crate::fact::Fact;
    use crate::file_cache::FileCache;
    use crate::model::{Governance, RepositoryModel};
    use crate::signoff::{Digests, SignOffInputs, SignOffStore};
    use crate::snapshot::View;
    use crate::snapshot::memory::MemorySnapshot;
    use crate::span::RepoPath;

    const QUIET: Check =
        check(CheckId::Boilerplate, "", |_| vec![Outcome::pass(Subject::Register)])
            .controls(&["A.4.2"]);
    const WAITS: Check = check(CheckId::BrokenLink, "", |_| {
        vec![Outcome::new(Subject::Register, CheckResult::Because(CheckId::Boilerplate))]
    });
    const PANICS: Check = check(CheckId::Placeholder, "", |_| panic!("a defect"));

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
