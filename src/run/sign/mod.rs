//! `aimsgate sign`: prepare a record, sign it, close a condition, revoke it, explain it.

mod decide;
mod draft;
mod prepare;

use std::io::Write;

use decide::{decide, without_key};
use prepare::prepare;

use super::output::print;
use crate::cli;
use crate::decision::Verdict;
use crate::document::nearest;
use crate::edge::fs;
use crate::edge::git::{self, Content, Surroundings};
use crate::error::{Error, ErrorKind};
use crate::file_cache::FileCache;
use crate::ids::RecordId;
use crate::load::{RunInputs, with_inputs};
use crate::report;
use crate::signoff::{RecordFiles, SignOffFlaw, SignOffProperty, flaws_of};
use crate::span::RepoPath;

/// Does what `sign` asks for.
pub(super) fn sign(arguments: &cli::SignArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let now = fs::today();
    let around = Surroundings::of_this_process(now);
    let today = arguments.today.unwrap_or(now);
    let base = arguments.base.as_deref();
    let content = Content::WorkingTree;
    let comparison = git::compare(&arguments.path, &content, base, arguments.today, &around)?;
    let (cache, mut signed) = (FileCache::default(), None);
    let act = |inputs: &RunInputs<'_>| match (arguments.prepare, &arguments.record) {
        (Some(decision), _) => prepare(arguments, decision.into(), inputs, out),
        (None, Some(record)) => {
            let record_files = find(inputs, record)?;
            if arguments.verify {
                return explain(inputs, record_files, out);
            }
            signed = Some(decide(arguments, inputs, record_files, today, out)?);
            Ok(Verdict::Pass)
        }
        (None, None) => Err(Error::new(ErrorKind::Usage, "name a record, or what to prepare")),
    };
    let verdict = with_inputs(&comparison, &cache, today, act)?;
    if let (Some(signed), Some(record), false) = (signed, &arguments.record, arguments.unsigned) {
        // Only the signature shows which key made it.
        let now = git::compare(&arguments.path, &content, base, arguments.today, &around)?;
        with_inputs(&now, &cache, today, |inputs| {
            refused(arguments, inputs, find(inputs, record)?, &signed, out)
        })?;
    }
    Ok(verdict)
}

/// Says why a signature that was just made does not count, if so.
fn refused(
    arguments: &cli::SignArgs,
    inputs: &RunInputs<'_>,
    record_files: &RecordFiles,
    signed: &RepoPath,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let is_its = |flaw: &SignOffFlaw| {
        flaw.property == SignOffProperty::Signature && flaw.place.path == *signed
    };
    let flaws: Vec<SignOffFlaw> =
        flaws_of(inputs.signoffs, record_files).into_iter().filter(is_its).collect();
    for flaw in &flaws {
        let text = format!(
            "as it is this signature does not count: {}; keys are those of the target branch",
            flaw.text
        );
        writeln!(out, "note: {}", report::safe(&text))?;
    }
    let without = without_key(arguments, inputs, record_files).filter(|_| !flaws.is_empty());
    if let Some(without) = without {
        let text = format!("{without}; first delete {signed} and {signed}.sig");
        writeln!(out, "note: {}", report::safe(&text))?;
    }
    Ok(())
}

/// The record of this id; its file's name will do.
fn find<'a>(inputs: &RunInputs<'a>, named: &str) -> Result<&'a RecordFiles, Error> {
    let id = named.rsplit('/').next().unwrap_or(named).trim_end_matches(".yaml");
    let store = inputs.signoffs.store;
    if let Some(record_files) = store.records.get(id) {
        return Ok(record_files);
    }
    let broken = store
        .mistakes
        .iter()
        .find(|mistake| mistake.place.path.file_name() == format!("{id}.yaml"));
    if let Some(mistake) = broken {
        return Err(Error::new(
            ErrorKind::Input,
            format!("`{}`: {}", mistake.place.path, mistake.message),
        ));
    }
    let error = Error::usage(format!("there is no record `{id}`"));
    Err(match nearest(id, store.records.keys().map(RecordId::as_str)) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None => error.hint("prepare one: aimsgate sign --prepare DECISION --system ID"),
    })
}

/// Says step by step what the gate makes of a record.
fn explain(
    inputs: &RunInputs<'_>,
    record_files: &RecordFiles,
    out: &mut dyn Write,
) -> Result<Verdict, Error> {
    let (text, is_sound) = report::steps(inputs.signoffs, record_files);
    print(out, text)?;
    Ok(if is_sound { Verdict::Pass } else { Verdict::Fail })
}
