//! `aimsgate explain`: what a check, a word, a kind of document, a control, a provision
//! or a key is about.

use std::io::Write;
use std::path::Path;

use super::output::print;
use crate::catalog;
use crate::check_id::CheckId;
use crate::checks;
use crate::decision::Verdict;
use crate::document::nearest;
use crate::edge::git::{self, Content};
use crate::error::{Error, ErrorKind};
use crate::model::Governance;
use crate::report;
use crate::settings::own_check;
use crate::snapshot::View;

/// Prints what an own check of the repository around is about.
fn explain_own(id: CheckId, out: &mut dyn Write) -> Result<Verdict, Error> {
    let source = git::open(Path::new("."), &Content::WorkingTree)?;
    let governance = Governance::load(&View::new(&*source.snapshot, source.scope.clone()));
    let table = checks::with_own(&governance.rules.own_checks);
    match table.iter().find(|check| check.id == id) {
        Some(check) => print(out, report::explain(check)),
        None => {
            let text = format!("`{id}` is no check of this repository");
            let hint = format!("own checks are in `{}`, one file each", own_check::FOLDER);
            Err(Error::new(ErrorKind::Usage, text).hint(hint))
        }
    }
}

/// Prints what this name stands for: all of it, where it stands for more than one thing.
pub(super) fn explain(name: &str, out: &mut dyn Write) -> Result<Verdict, Error> {
    let id: Option<CheckId> = name.parse().ok();
    if let Some(check) = id.and_then(checks::find) {
        return print(out, report::explain(check));
    }
    if let Some(own @ CheckId::Own(_)) = id {
        return explain_own(own, out);
    }
    let wanted = name.trim_end_matches(':').to_lowercase();
    let mut all = Vec::new();
    all.extend(catalog::term(name).map(report::words));
    let kinds = catalog::kinds().iter();
    let is_kind =
        |kind: &&catalog::Kind| kind.id == wanted.as_str() || kind.name.to_lowercase() == wanted;
    all.extend(kinds.filter(is_kind).map(report::explain_kind));
    let controls = || catalog::controls().iter().chain(catalog::clauses());
    let control = wanted.trim_start_matches("clause ").trim_start_matches("control ");
    let found = controls().find(|it| it.id.to_lowercase() == control);
    all.extend(found.map(|it| report::explain_control(it, checks::ALL)));
    let key = catalog::file_keys().iter().find(|it| it.key == wanted);
    all.extend(key.map(report::explain_key));
    all.extend(catalog::provisions(name).into_iter().map(report::explain_provision));
    if !all.is_empty() {
        return print(out, all.join("\n"));
    }
    let text = format!("`{name}` is no check, word, kind of document, control, provision or key");
    let error = Error::new(ErrorKind::Usage, text);
    let words = catalog::glossary().iter().map(|term| term.word.as_str());
    let known = CheckId::all()
        .iter()
        .map(|id| id.name())
        .chain(words)
        .chain(catalog::kinds().iter().map(|kind| kind.id.as_str()))
        .chain(controls().map(|control| control.id.as_str()))
        .chain(catalog::file_keys().iter().map(|it| it.key.as_str()));
    Err(match nearest(name, known) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None => error.hint(
            "`aimsgate checks` lists the checks, docs/glossary.md the words, docs/settings.md the \
             keys",
        ),
    })
}
