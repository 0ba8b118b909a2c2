//! Parts of findings that many checks make alike: where they stand, what they are about.

use std::collections::BTreeSet;

use crate::catalog::Class;
use crate::engine::Context;
use crate::finding::{Mend, MendStep, Problem, Subject, TextEdit, Who};
use crate::ids::PersonId;
use crate::model::RepositoryModel;
use crate::part::Part;
use crate::settings::Mistake;
use crate::signoff::DueDecision;
use crate::span::{Place, RepoPath};

/// One problem for all mistakes of a settings file: it stands at the first and names the others.
pub(crate) fn problem_of_mistakes(first: &Mistake, rest: &[Mistake], remedy: &str) -> Problem {
    let text = match rest.len() {
        0 => first.message.clone(),
        more => format!("{} (and {more} more in this file)", first.message),
    };
    let parts = std::iter::once(first).chain(rest).map(|mistake| Part::clone(&mistake.part));
    let problem = Problem::new(first.place.clone(), Class::High, text).parts(parts);
    let problem = rest.iter().fold(problem, |problem, mistake| {
        problem.related(mistake.place.clone(), mistake.message.clone())
    });
    let path = &first.place.path;
    let own = std::iter::once(first).chain(rest).filter(|mistake| mistake.place.path == *path);
    let edits: BTreeSet<TextEdit> =
        own.filter_map(|mistake| mistake.mend.as_deref().cloned()).collect();
    let mend = (!edits.is_empty())
        .then(|| Mend::new(path.clone(), MendStep::Edit(edits.into_iter().collect())));
    problem.remedy(Who::Author, remedy).mended_by(mend)
}

/// The place of a finding that has no better one: README, else the first file.
pub(crate) fn fallback_of(repo: &RepositoryModel<'_>) -> Place {
    let entries = repo.view.entries();
    let readme = entries
        .iter()
        .find(|entry| entry.path.file_name().to_ascii_lowercase().starts_with("readme"));
    let first = readme.or_else(|| entries.first()).map(|entry| entry.path.clone());
    Place::whole(first.unwrap_or_else(RepoPath::root))
}

/// The place of a finding that has no better one.
pub(crate) fn fallback(context: &Context<'_>) -> Place {
    fallback_of(context.judged)
}

/// What a finding about a decision is about.
pub(crate) fn decision(due: &DueDecision<'_>) -> Subject {
    Subject::SignOff { system: due.system.id.value.clone(), decision: due.decision.name() }
}

/// Says when a record that is not there yet can be signed, or why nobody can sign it.
pub(crate) fn once_prepared(people: &[PersonId]) -> &'static str {
    if people.is_empty() {
        "none of the people on the target branch has a key, may decide it, did not write it and \
         gains nothing by it"
    } else {
        "once it is prepared"
    }
}
