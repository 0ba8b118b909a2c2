//! The checks that an organisation wrote for itself: what its file says, for each subject.

mod data;
mod subjects;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use subjects::Judgeable;

use super::shared::fallback;
use crate::catalog::Class;
use crate::engine::{Check, CheckResult, Context, Outcome, own_check};
use crate::expression::{Budget, Unknown, Variables};
use crate::finding::{Problem, Subject, Who};
use crate::settings::own_check::OwnCheck;
use crate::span::{Place, RepoPath};

/// What one check may cost in all, over all its subjects.
const UNITS: u64 = 5_000_000;

/// The row of a check. It is kept for the process, as its id is: a table holds rows of which some
/// ship.
pub(crate) fn row(own: &Arc<OwnCheck>) -> &'static Check {
    static KNOWN: Mutex<Vec<&'static (Arc<OwnCheck>, Check)>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, row)) = known.iter().find(|(it, _)| it == own) {
        return row;
    }
    let kept: &'static Arc<OwnCheck> = Box::leak(Box::new(Arc::clone(own)));
    let controls: Vec<&'static str> = kept.controls.iter().map(String::as_str).collect();
    let check = own_check(kept, controls.leak(), kept.explanation().leak(), run);
    let row: &'static (Arc<OwnCheck>, Check) = Box::leak(Box::new((Arc::clone(own), check)));
    known.push(row);
    &row.1
}

fn run(own: &'static OwnCheck, context: &Context<'_>) -> Vec<Outcome> {
    let names = own.names();
    let common = match data::common(&names, context) {
        Ok(common) => common,
        Err(outcomes) => return outcomes,
    };
    let subjects = match subjects::of(own.for_each, context) {
        Ok(subjects) => subjects,
        Err(outcomes) => return outcomes,
    };
    let budget = Budget::new(UNITS);
    // What is found in several places under one name is one subject; the worst is told.
    let mut outcomes: BTreeMap<Subject, Outcome> = BTreeMap::new();
    for it in subjects {
        let variables: Variables<'_> =
            common.iter().chain(&it.variables).map(|(name, value)| (*name, value)).collect();
        let verdict = match judge(own, &it, &variables, &budget, context) {
            Ok(verdict) => verdict,
            Err(Unknown::Cost) => {
                let problem = undecided(own, &Unknown::Cost, fallback(context), Class::High);
                return vec![Outcome::undecided(Subject::Check(own.id), problem)];
            }
            Err(why) => {
                let problem = undecided(own, &why, it.place.clone(), it.class);
                CheckResult::Undecided(Box::new(problem.systems(it.systems.clone())))
            }
        };
        let outcome = Outcome::new(it.subject.clone(), verdict);
        match outcomes.get_mut(&it.subject) {
            Some(known) if weight(&known.verdict) >= weight(&outcome.verdict) => {}
            Some(known) => *known = outcome,
            None => {
                outcomes.insert(it.subject, outcome);
            }
        }
    }
    outcomes.into_values().collect()
}

fn weight(verdict: &CheckResult) -> u8 {
    match verdict {
        CheckResult::Fail(_) => 3,
        CheckResult::Undecided(_) => 2,
        CheckResult::Pass => 1,
        _ => 0,
    }
}

fn judge<'v>(
    own: &'v OwnCheck,
    it: &Judgeable,
    variables: &Variables<'v>,
    budget: &Budget,
    context: &Context<'_>,
) -> Result<CheckResult, Unknown> {
    if let Some(when) = &own.when
        && !when.holds(variables, budget)?
    {
        return Ok(CheckResult::NotApplicable);
    }
    if own.holds.holds(variables, budget)? {
        return Ok(CheckResult::Pass);
    }
    let place = own.at.as_ref().and_then(|at| {
        let path = at.evaluate(variables, budget).ok()?;
        let path = RepoPath::root().join(path.as_str()?).ok()?;
        let entry = context.judged.view.snapshot.entry(&path)?;
        entry.is_file().then(|| Place::whole(path))
    });
    let place = place.unwrap_or_else(|| it.place.clone());
    let text = own.message.filled(variables, budget);
    let problem = Problem::new(place, it.class, text)
        .systems(it.systems.clone())
        .remedy(Who::Author, own.remedy.filled(variables, budget));
    Ok(CheckResult::Fail(Box::new(problem)))
}

fn undecided(own: &OwnCheck, why: &Unknown, place: Place, class: Class) -> Problem {
    let (text, remedy) = own.undecided(why);
    Problem::new(place, class, text).remedy(Who::Author, remedy)
}
