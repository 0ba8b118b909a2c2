//! `aimsgate inspect`: what the gate reads in documents, element by element.

use std::io::Write;
use std::path::PathBuf;

use super::output::{print, write_data};
use crate::catalog::{Catalogue, Kind};
use crate::cli::{self, TextOrJson};
use crate::decision::Verdict;
use crate::document::nearest;
use crate::edge::git;
use crate::error::{Error, ErrorKind};
use crate::evidence::{Lexicon, recognise};
use crate::report::{self, Inspected};
use crate::settings::gate::{self, Rules};

/// Prints what each file is recognised as. Undecided where a file could not be read.
pub(super) fn inspect(arguments: &cli::InspectArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let lexicon = Lexicon::of(&rules_above(arguments.files.first())?.extension);
    let kinds = lexicon.catalogue();
    let kind = arguments.kind.as_ref().map(|id| kind_of(kinds, id)).transpose()?;
    let mut inspected = Vec::new();
    for file in &arguments.files {
        let document = git::document(file)?;
        let recognition = recognise(lexicon, &document, kind);
        inspected.push(Inspected {
            path: file.to_string_lossy().into_owned(),
            document,
            recognition,
        });
    }
    match arguments.format {
        TextOrJson::Terminal => print(out, report::inspect_text(&inspected))?,
        TextOrJson::Json => write_data(out, &report::inspect_json(&inspected))?,
    };
    // What could not be read was not seen to be anything.
    let unread = inspected
        .iter()
        .any(|it| it.document.damage().is_some() && it.recognition.reading.is_none());
    Ok(if unread { Verdict::Undecided } else { Verdict::Pass })
}

/// The kind of document of this id.
fn kind_of<'a>(kinds: &'a Catalogue, id: &str) -> Result<&'a Kind, Error> {
    if let Some(kind) = kinds.kind(id) {
        return Ok(kind);
    }
    let known: Vec<&str> = kinds.kinds().iter().map(|kind| kind.id.as_str()).collect();
    let error = Error::new(ErrorKind::Usage, format!("`{id}` is no kind of document"));
    Err(match nearest(id, known.iter().copied()) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None => error.hint(format!("known: {}", known.join(", "))),
    })
}

/// The rules of the repository that a file stands in.
fn rules_above(file: Option<&PathBuf>) -> Result<Rules, Error> {
    let Some(file) = file else { return Ok(Rules::default()) };
    let mut gates = Vec::new();
    for document in git::documents_above(file, gate::FILE)? {
        let gate = gate::read(&document).map_err(|mistake| {
            Error::new(ErrorKind::Input, format!("`{}`: {}", document.path, mistake.message))
        })?;
        gates.push((document.path, gate));
    }
    Ok(Rules::compose(gates))
}
