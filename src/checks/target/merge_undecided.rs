//! A change whose merge result is not known.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::shared::fallback;
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::model::RepositoryModel;
use crate::span::{Place, RepoPath};
use crate::wording::{and_more, plural};

pub(crate) const CHECK: Check = check(
    CheckId::MergeUndecided,
    "What the target branch would hold after the merge is not known",
    run,
)
.controls(&["7.5", "8.1"])
.floor()
.explained(include_str!("merge_undecided.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let against = match context.against(Subject::Target) {
        Ok(against) => against,
        Err(outcomes) => return outcomes,
    };
    let repo = context.judged;
    if let Some(unmerged) = &against.sides.change.unmerged {
        let known = unmerged.path.clone().filter(|path| repo.view.snapshot.entry(path).is_some());
        let place = known.map_or_else(|| fallback(context), Place::whole);
        let problem = Problem::new(place, Class::High, unmerged.text.clone())
            .remedy(Who::Author, unmerged.remedy.clone());
        return vec![Outcome::undecided(Subject::Target, problem)];
    }
    let both: Vec<&RepoPath> =
        against.sides.change.both.iter().filter(|path| is_governed(repo, path)).collect();
    let Some((first, rest)) = both.split_first() else {
        return vec![Outcome::pass(Subject::Target)];
    };
    let more = and_more(rest.len(), plural(rest.len(), "file", "files"));
    let text = format!(
        "both this change and the target branch changed `{first}`{more}; nobody has read what a \
         merge makes of it"
    );
    let is_there = repo.view.snapshot.entry(first).is_some();
    let place = if is_there { Place::whole((*first).clone()) } else { fallback(context) };
    let remedy = "merge the target branch into yours, or rebase, and read the file";
    vec![Outcome::undecided(
        Subject::Target,
        Problem::new(place, Class::High, text).remedy(Who::Author, remedy),
    )]
}

/// Whether somebody answers for exactly this content.
fn is_governed(repo: &RepositoryModel<'_>, path: &RepoPath) -> bool {
    repo.is_governance(path) || repo.declares_file(path)
}
