//! `aimsgate explain`: what a check is about.

use std::io::Write;

use super::output::print;
use crate::checks;
use crate::decision::Verdict;
use crate::document::nearest;
use crate::error::{Error, ErrorKind};
use crate::report;

/// Prints the explanation of the check of this id.
pub(super) fn explain(id: &str, out: &mut dyn Write) -> Result<Verdict, Error> {
    match checks::find(id) {
        Some(check) => print(out, report::explain(check)),
        None => {
            let error = Error::new(ErrorKind::Usage, format!("`{id}` is no check"));
            let ids = checks::ids(checks::ALL);
            Err(match nearest(id, ids) {
                Some(name) => error.hint(format!("did you mean `{name}`?")),
                None => error.hint("`aimsgate checks` lists them"),
            })
        }
    }
}
