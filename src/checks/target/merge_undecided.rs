//! A change whose merge result is not known.

use crate::catalog::Class;
use crate::checks::fallback;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Subject, Who};
use crate::model::RepositoryModel;
use crate::span::{Place, RepoPath};
use crate::wording::{and_more, plural};

pub(crate) const CHECK: Check = Check {
    id: "merge-undecided",
    title: "What the target branch would hold after the merge is not known",
    since: "0.1",
    controls: &["7.5", "8.1"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether the content that is judged is what the target branch would hold after the merge. Where the
change was made on an older state of its target, the merge is made in memory as `git merge` makes it.
It could not be decided where the merge has a conflict, where the history here is too short to make it,
and where both sides changed the same governed file: a register, a file under `governance/`, a document
that answers a duty, a declared model or dataset.

## Why it matters

Two changes that are each right can be wrong together. A merge of two edits of one governed file is a
text nobody has read.

## How to fix

Merge the target branch into the change, or rebase, and look at the file. In a shallow clone fetch the
history: `git fetch --unshallow`.

## References

ISO/IEC 42001:2023 clauses 5.3, 7.5 and 8.1.
";

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
