//! `aimsgate sign`: prepare a record, sign it, close a condition, revoke it, explain it.

mod decide;
mod draft;
mod prepare;

use std::io::Write;

use decide::{decide, refuse_or_tell, without_key};
use draft::discard;
use prepare::prepare;

use super::output::{print, safe_lines};
use crate::cli::{self, TextOrJson};
use crate::decision::Verdict;
use crate::document::nearest;
use crate::edge::fs;
use crate::edge::git::{self, Content, Surroundings};
use crate::error::{Error, ErrorKind};
use crate::file_cache::FileCache;
use crate::finding::FindingKind;
use crate::ids::RecordId;
use crate::load::{RunInputs, with_inputs};
use crate::report;
use crate::signoff::{RecordFiles, SignOffFlaw, SignOffProperty, uncounted_files};
use crate::span::RepoPath;

/// Does what `sign` asks for.
pub(super) fn sign(arguments: &cli::SignArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let now = fs::today();
    let around = Surroundings::of_this_process(now);
    let today = arguments.today.unwrap_or(now);
    let base = arguments.base.as_deref();
    let content = Content::WorkingTree;
    let comparison = git::compare(&arguments.path, &content, base, arguments.today, &around)?;
    let (cache, mut signed, mut written) = (FileCache::default(), None, None);
    let act = |inputs: &RunInputs<'_>| match (arguments.prepare, &arguments.record) {
        (Some(decision), _) => prepare(arguments, decision.into(), inputs, out),
        (None, Some(record)) => {
            let record_files = find(inputs, record)?;
            if arguments.verify {
                return explain(arguments, inputs, record_files, out);
            }
            let (path, text) = decide(arguments, inputs, record_files, today, out)?;
            (signed, written) = (Some(path), Some(text));
            Ok(Verdict::Pass)
        }
        (None, None) => Err(Error::new(ErrorKind::Usage, "name a record, or what to prepare")),
    };
    let verdict = with_inputs(&comparison, &cache, today, act)?;
    if let (Some(signed), Some(record), false) = (signed, &arguments.record, arguments.unsigned) {
        // Only the signature shows which key made it.
        let now = git::compare(&arguments.path, &content, base, arguments.today, &around)?;
        with_inputs(&now, &cache, today, |inputs| {
            check_signed(arguments, inputs, find(inputs, record)?, &signed, out)
        })?;
    }
    if let Some(text) = written {
        print(out, safe_lines(&text))?;
    }
    Ok(verdict)
}

/// Takes a file away that was just written and does not count for its signature, and says why.
///
/// # Errors
/// When it does not count, and nobody said `--force`.
fn check_signed(
    arguments: &cli::SignArgs,
    inputs: &RunInputs<'_>,
    record_files: &RecordFiles,
    signed: &RepoPath,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let is_its = |flaw: &SignOffFlaw| {
        let is_proof = matches!(flaw.property, SignOffProperty::Signature | SignOffProperty::Proof);
        is_proof && flaw.place.path == *signed && flaw.nature != FindingKind::Undecided
    };
    let flaws: Vec<SignOffFlaw> =
        uncounted_files(inputs.signoffs).into_iter().filter(is_its).collect();
    let why: Vec<String> = flaws
        .iter()
        .map(|flaw| format!("{}; keys are those of the target branch", flaw.text))
        .collect();
    let found = refuse_or_tell(arguments, &why, out);
    let without = without_key(arguments, inputs, record_files).filter(|_| !flaws.is_empty());
    if let Some(without) = without {
        writeln!(out, "note: {}", report::safe(&without))?;
    }
    if found.is_err() {
        discard(&arguments.path, signed)?;
    }
    found
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
    arguments: &cli::SignArgs,
    inputs: &RunInputs<'_>,
    record_files: &RecordFiles,
    out: &mut dyn Write,
) -> Result<Verdict, Error> {
    let (text, is_sound) = match arguments.format {
        TextOrJson::Terminal => report::steps(inputs.signoffs, record_files),
        TextOrJson::Json => report::steps_json(inputs.signoffs, record_files),
    };
    print(out, text)?;
    Ok(if is_sound { Verdict::Pass } else { Verdict::Fail })
}
