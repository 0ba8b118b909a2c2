//! A file of a sign-off does not say what it must.

use std::collections::BTreeMap;

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::shared::{fallback, problem_of_mistakes};
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::settings::Mistake;
use crate::signoff::SignOffProperty;
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check =
    check(CheckId::SignOffInvalid, "A file of a sign-off does not say what it must", run)
        .controls(&["6.1.3", "7.5"])
        .never_excused()
        .explained(include_str!("sign_off_invalid.md"));

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
    outcomes.extend(super::shared::reported(context, SignOffProperty::Valid));
    outcomes
}
