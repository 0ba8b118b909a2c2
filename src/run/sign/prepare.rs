//! `aimsgate sign --prepare`: writes a record for a decision that is due.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use super::super::output::{print, safe_lines};
use super::draft::save;
use crate::authorship::Authored;
use crate::cli;
use crate::decision::Verdict;
use crate::document::nearest;
use crate::edge::git;
use crate::edge::keygen::Identity;
use crate::error::{Error, ErrorKind};
use crate::fact::Fact;
use crate::ids::SystemId;
use crate::load::RunInputs;
use crate::obligation;
use crate::pipeline;
use crate::report;
use crate::settings::gate::Decision;
use crate::settings::layout::OwnFile;
use crate::settings::register::System;
use crate::signoff::{
    Lowering, OpenSeat, Plan, ReplacedFile, SignInput, UsedSubject, WrittenContent, replaced_file,
    who_wrote,
};
use crate::span::RepoPath;

/// What a record is to decide, and what it must list of the change.
struct RecordPlan<'a> {
    plan: Plan<'a>,
    /// The obligations that the change lowers.
    lowered: Vec<Lowering>,
    /// The trusted files that the change edits.
    files: Vec<ReplacedFile>,
}

/// Writes the record of a decision and says who could sign it.
pub(super) fn prepare(
    arguments: &cli::SignArgs,
    decision: Decision,
    inputs: &RunInputs<'_>,
    out: &mut dyn Write,
) -> Result<Verdict, Error> {
    let system = arguments.system.as_ref().map(|id| system(inputs, id)).transpose()?;
    if inputs.governance.rules.repositories.is_empty() {
        let error = refuse(
            "the rules do not say what this repository is called, so a record could be of any",
        );
        return Err(error
            .hint("add to governance/gate.yaml, for example: repository: example.com/team/name"));
    }
    let RecordPlan { plan, lowered, files } = plan(decision, system, inputs)?;
    let mut content = if decision == Decision::Classification {
        WrittenContent::all()
    } else {
        plan.written(files.iter().map(|file| file.path.clone()))
    };
    let identity = Identity::of(&arguments.path);
    let since = plan.signed_before();
    let (authors, unknown) =
        authors(inputs, decision, &arguments.path, &mut content, since, identity.email.as_deref())?;
    let said = SignInput {
        id: arguments.id.clone(),
        because: arguments.because.clone(),
        expires: arguments.expires,
        subjects: subjects(arguments, decision)?,
        authors,
    };
    let draft = plan.draft(&said, &lowered, &files);
    save(&arguments.path, &draft)?;
    let id = draft.path.file_name().trim_end_matches(".yaml").to_owned();
    let mut text = format!("written: {}\n", draft.path);
    if let Some(why) = unknown {
        text +=
            &format!("who wrote what it covers is not known here ({why}); complete `authors`\n");
    }
    if arguments.because.is_none() {
        text += "to do: say under `because` why this may be decided so, and add conditions\n";
    }
    text += &format!("then, each on their own: aimsgate sign {id}\n");
    for why in plan.never_stands() {
        text += &format!("note: as things are this record can never stand: {why}\n");
    }
    text += &who_can(&plan.seats(&said, &files, &|person| inputs.benefit(person)));
    let people = &inputs.governance.people;
    if let Some(stranger) = report::stranger(people, identity.email.as_deref(), inputs.today) {
        text += &format!("note: {stranger}\n");
    }
    print(out, safe_lines(&text))?;
    Ok(Verdict::Pass)
}

/// Returns what a release is of beside the files it covers.
///
/// # Errors
/// When one is no subject, or the decision is no release.
fn subjects(arguments: &cli::SignArgs, decision: Decision) -> Result<Vec<String>, Error> {
    if !arguments.subjects.is_empty() && decision != Decision::Release {
        return Err(Error::usage("--subject is for --prepare release"));
    }
    for subject in &arguments.subjects {
        subject.parse::<UsedSubject>().map_err(Error::usage)?;
    }
    Ok(arguments.subjects.clone())
}

/// Returns lines that say seat by seat who could sign.
fn who_can(seats: &[OpenSeat]) -> String {
    if seats.is_empty() {
        return String::new();
    }
    let lines = report::seats(seats).into_iter().map(|line| line + "\n");
    std::iter::once("who can, one person to a seat:\n".to_owned()).chain(lines).collect()
}

/// Returns what a record of a decision must list.
///
/// # Errors
/// When nothing is there to decide, or the decision is about a system and none is named.
fn plan<'a>(
    decision: Decision,
    system: Option<&'a System>,
    inputs: &RunInputs<'a>,
) -> Result<RecordPlan<'a>, Error> {
    let signoffs = inputs.signoffs;
    let (mut lowered, mut files) = (Vec::new(), Vec::new());
    let plan = match (decision, system) {
        (Decision::RuleChange, _) => {
            files = loosening(inputs);
            if files.is_empty() {
                return Err(refuse(
                    "no trusted file differs from the target branch, so there is nothing to decide",
                ));
            }
            Plan::of_rules(signoffs, decision, None)
        }
        (Decision::Classification, system) => {
            lowered = lowerings(inputs, system);
            if lowered.is_empty() {
                return Err(refuse("no duty is lowered here, so there is nothing to decide"));
            }
            Plan::of_rules(signoffs, decision, system)
        }
        (_, Some(system)) => Plan::of_system(signoffs, decision, system).map_err(refuse)?,
        (_, None) => {
            let ids: Vec<&str> =
                inputs.repo.systems().iter().map(|system| system.id.value.as_str()).collect();
            return Err(Error::usage(format!("which system? add --system ({})", ids.join(", "))));
        }
    };
    Ok(RecordPlan { plan, lowered, files })
}

fn refuse(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::Input, why)
}

fn system<'a>(inputs: &RunInputs<'a>, id: &str) -> Result<&'a System, Error> {
    inputs.repo.system(&SystemId::from(id)).ok_or_else(|| {
        let error = Error::usage(format!("the register declares no system `{id}`"));
        match nearest(id, inputs.repo.systems().iter().map(|system| system.id.value.as_str())) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None => error,
        }
    })
}

/// Whoever wrote what is covered, people by their ids; and why that is not known, where it is not.
fn authors(
    inputs: &RunInputs<'_>,
    decision: Decision,
    path: &Path,
    content: &mut WrittenContent<'_>,
    since: Option<&RepoPath>,
    own: Option<&str>,
) -> Result<(BTreeSet<String>, Option<String>), Error> {
    let people = inputs.governance.people.known();
    let folders = &inputs.signoffs.store.folders;
    let found = if Decision::OF_SYSTEMS.contains(&decision) {
        content.followed(folders, |files| git::wrote(path, files, since, own))?
    } else {
        // What was written before this change is the target branch's.
        let mut commits: Vec<Authored> =
            git::uncommitted(path, &content.literal(), own)?.into_iter().collect();
        commits.extend(inputs.signoffs.commits.known().into_iter().flatten().cloned());
        let touching = content.commits(&commits, folders).into_iter().cloned().collect();
        match inputs.signoffs.commits {
            Fact::Undecided(why) => Fact::Undecided(why.clone()),
            _ => Fact::Known(touching),
        }
    };
    Ok(match found {
        Fact::Known(commits) => (who_wrote(&commits, people).names, None),
        Fact::Absent => (BTreeSet::new(), Some("nothing is committed".to_owned())),
        Fact::Undecided(why) => (BTreeSet::new(), Some(why)),
    })
}

/// The trusted files that the change makes other than they are.
fn loosening(inputs: &RunInputs<'_>) -> Vec<ReplacedFile> {
    let Some(base) = inputs.base else { return Vec::new() };
    let weakened =
        pipeline::weakened_steps(&base.view, &inputs.repo.view, &base.change, inputs.fallback);
    let pipelines: BTreeSet<RepoPath> = weakened.into_iter().map(|it| it.path).collect();
    let is_trusted = |path: &&RepoPath| {
        OwnFile::at(path).is_some_and(OwnFile::is_trusted) || pipelines.contains(*path)
    };
    base.change
        .files
        .keys()
        .filter(is_trusted)
        .map(|path| replaced_file(inputs.signoffs, path))
        .collect()
}

/// The duties of a system, or of the register itself, that the change lowers, and the evidence that
/// it withdraws.
fn lowerings(inputs: &RunInputs<'_>, system: Option<&System>) -> Vec<Lowering> {
    let Some(base) = inputs.base else { return Vec::new() };
    let sides = inputs.sides(base);
    let mut lowered = obligation::lowered(&sides);
    lowered.extend(obligation::withdrawn(&sides).iter().map(|it| it.lowered()));
    let is_meant = |it: &obligation::LoweredObligation| {
        it.system.as_ref() == system.map(|system| &system.id.value)
    };
    lowered.into_iter().filter(is_meant).map(|it| (it.duty, it.from, it.to)).collect()
}
