//! `aimsgate explain`: what a check, a word, a kind of document, a control or a key is about.

use std::io::Write;

use super::output::print;
use crate::catalog;
use crate::check_id::CheckId;
use crate::checks;
use crate::decision::Verdict;
use crate::document::nearest;
use crate::error::{Error, ErrorKind};
use crate::report;

/// Prints what this name stands for: all of it, where it stands for more than one thing.
pub(super) fn explain(name: &str, out: &mut dyn Write) -> Result<Verdict, Error> {
    if let Some(check) = name.parse().ok().and_then(checks::find) {
        return print(out, report::explain(check));
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
    if !all.is_empty() {
        return print(out, all.join("\n"));
    }
    let text = format!("`{name}` is no check, word, kind of document, control or key");
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
