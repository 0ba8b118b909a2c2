//! `aimsgate template`: a form of a document that can be owed.

use std::io::Write;

use super::output::print;
use crate::catalog::{self, Catalogue, Kind, Language};
use crate::cli;
use crate::decision::Verdict;
use crate::document::nearest;
use crate::edge::git::{self, Content};
use crate::error::Error;
use crate::evidence::Lexicon;
use crate::model::{Declared, Governance};
use crate::snapshot::View;
use crate::template::{FormSubject, form};

/// Prints the form of a kind, for a declared system where one is named.
pub(super) fn template(
    arguments: &cli::TemplateArgs,
    out: &mut dyn Write,
) -> Result<Verdict, Error> {
    let language = arguments.language.as_deref().map(language_of).transpose()?.flatten();
    // Without a system a form can be had anywhere.
    let source = match git::open(&arguments.path, &Content::WorkingTree) {
        Ok(source) => Some(source),
        Err(_) if arguments.system.is_none() => None,
        Err(error) => return Err(error.into()),
    };
    let view = source.as_ref().map(|source| View::new(&*source.snapshot, source.scope.clone()));
    let rules = view.as_ref().map(|view| Governance::load(view).rules).unwrap_or_default();
    let lexicon = Lexicon::of(&rules.extension);
    let kind = kind_of(lexicon.catalogue(), &arguments.kind)?;
    let about = match (&arguments.system, &view) {
        (Some(id), Some(view)) => declared(&Declared::of(view, &rules), id)?,
        _ => FormSubject::unknown(),
    };
    print(out, form(lexicon, kind, &about, language))
}

/// The kind of this id, where a document of it can be owed.
fn kind_of<'c>(catalogue: &'c Catalogue, id: &str) -> Result<&'c Kind, Error> {
    let owed = || catalogue.kinds().iter().filter(|kind| kind.since.is_some());
    let Some(kind) = catalogue.kind(id) else {
        let error = Error::usage(format!("`{id}` is no kind of document"));
        let names = || owed().map(|kind| kind.id.as_str());
        return Err(match nearest(id, names()) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None => error.hint(format!("known: {}", names().collect::<Vec<_>>().join(", "))),
        });
    };
    match &kind.answered_by {
        Some(by) => Err(Error::usage(format!("no document is asked for: {by} says it"))
            .hint("aimsgate init writes the files of the gate; docs/settings.md describes them")),
        None => Ok(kind),
    }
}

/// The language of a code; none for English.
fn language_of(code: &str) -> Result<Option<&'static Language>, Error> {
    if code == "en" {
        return Ok(None);
    }
    catalog::language(code).map(Some).ok_or_else(|| {
        let known: Vec<&str> = std::iter::once("en").chain(catalog::languages()).collect();
        let error = Error::usage(format!("`{code}` is no language that ships"));
        error.hint(format!("known: {}", known.join(", ")))
    })
}

/// What a form about a declared system is about.
fn declared(declared: &Declared, id: &str) -> Result<FormSubject, Error> {
    if let Some(system) = declared.all_systems().find(|system| system.id.value == *id) {
        return Ok(FormSubject::of_system(system));
    }
    let error = Error::usage(format!("the register declares no system `{id}`"));
    let names: Vec<&str> = declared.all_systems().map(|it| it.id.value.as_str()).collect();
    Err(match (nearest(id, names.iter().copied()), names.is_empty()) {
        (Some(name), _) => error.hint(format!("did you mean `{name}`?")),
        (None, true) => error.hint("without --system the form asks everything; or: aimsgate init"),
        (None, false) => error.hint(format!("it declares {}", names.join(", "))),
    })
}
