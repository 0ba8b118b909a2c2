//! `aimsgate explain`: what a check is about, or what a word means.

use std::io::Write;

use super::output::print;
use crate::catalog;
use crate::check_id::CheckId;
use crate::checks;
use crate::decision::Verdict;
use crate::document::nearest;
use crate::error::{Error, ErrorKind};
use crate::report;

/// Prints the explanation of the check of this id, or of this word of the glossary.
pub(super) fn explain(id: &str, out: &mut dyn Write) -> Result<Verdict, Error> {
    if let Some(check) = id.parse().ok().and_then(checks::find) {
        return print(out, report::explain(check));
    }
    if let Some(term) = catalog::term(id) {
        return print(out, report::words(term));
    }
    let text = format!("`{id}` is no check and no word of the glossary");
    let error = Error::new(ErrorKind::Usage, text);
    let words = catalog::glossary().iter().map(|term| term.word.as_str());
    Err(match nearest(id, CheckId::all().iter().map(|id| id.name()).chain(words)) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None => error.hint("`aimsgate checks` lists the checks, docs/glossary.md the words"),
    })
}
