//! A file of a sign-off does not say what it must.

use std::collections::BTreeMap;

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::{fallback, problem_of_mistakes};
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Subject, Who};
use crate::settings::Mistake;
use crate::signoff::SignOffProperty;
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check = Check {
    id: CheckId::SignOffInvalid,
    title: "A file of a sign-off does not say what it must",
    since: "0.1",
    controls: &["6.1.3", "7.5"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::NeverExcused,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each file below `governance/signoffs` is one of the five there are, has the name that fits what it says, and says
all it must: for this repository, why, with conditions that somebody owns, replacing the record that stood before; and
whether what was signed is the record as it is.

## Why it matters

What cannot be read may be read by each as they like.

## How to fix

Write a new record (`aimsgate sign --prepare`); one that was merged or signed is not edited.

## References

ISO/IEC 42001:2023 clauses 6.1.3 and 7.5; docs/signoff-format.md.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let store = context.signoffs.store;
    let mut by_file: BTreeMap<&RepoPath, Vec<Mistake>> = BTreeMap::new();
    for mistake in &store.mistakes {
        by_file.entry(&mistake.place.path).or_default().push(mistake.clone());
    }
    let is_here = |path: &RepoPath| context.judged.view.snapshot.entry(path).is_some();
    let somewhere = |path: &RepoPath| {
        if is_here(path) { Place::whole(path.clone()) } else { fallback(context) }
    };
    let mut outcomes: Vec<Outcome> = by_file
        .into_iter()
        .filter_map(|(path, mistakes)| {
            let (first, rest) = mistakes.split_first()?;
            let mut problem = problem_of_mistakes(
                first,
                rest,
                "write it as docs/signoff-format.md \
                says",
            );
            if !is_here(path) {
                problem.place = somewhere(path);
            }
            Some(Outcome::fail(Subject::File(path.clone()), problem))
        })
        .collect();
    outcomes.extend(store.unreadable.iter().map(|(path, damage)| {
        let text = format!("the sign-off `{path}` cannot be read: {}", damage.reason);
        let problem = Problem::new(somewhere(path), Class::High, text).label("not readable");
        let problem = problem.remedy(Who::Author, "write it as docs/signoff-format.md says");
        Outcome::undecided(Subject::File(path.clone()), problem)
    }));
    outcomes.extend(super::told(context, SignOffProperty::Valid));
    outcomes
}
