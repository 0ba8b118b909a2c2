//! `aimsgate sign`: prepare a record, sign it, close a condition, revoke it, explain it.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::scene::{self, Base, RunInputs};
use super::{input, print};
use crate::catalog::Role;
use crate::cli;
use crate::date::Date;
use crate::decision::Verdict;
use crate::document::nearest;
use crate::edge::fs;
use crate::edge::git::{self, Content, Surroundings};
use crate::edge::keygen::{self, Identity};
use crate::error::{Error, ErrorKind};
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::obligation;
use crate::pipeline;
use crate::report;
use crate::settings::gate::Decision;
use crate::settings::register::System;
use crate::signoff::{
    Draft, Lowering, NAMESPACE, Plan, RecordFiles, ReplacedFile, SignInput, SignOffFlaw,
    SignOffProperty, Signing, flaws_of, replaced_file, roles_for, would_refuse,
};
use crate::span::RepoPath;

/// Does what `sign` asks for.
pub(super) fn sign(arguments: &cli::SignArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let now = fs::today();
    let around = Surroundings::of_this_process(now);
    let today = arguments.today.unwrap_or(now);
    let base = arguments.base.as_deref();
    let content = Content::WorkingTree;
    let comparison =
        git::compare(&arguments.path, &content, base, arguments.today, &around).map_err(input)?;
    let (cache, mut signed) = (FileCache::default(), None);
    let act = |scene: &RunInputs<'_>| match (arguments.prepare, &arguments.record) {
        (Some(decision), _) => prepare(arguments, decision.into(), scene, out),
        (None, Some(record)) => {
            let filed = find(scene, record)?;
            if arguments.verify {
                return explain(scene, filed, out);
            }
            signed = Some(decide(arguments, scene, filed, today, out)?);
            Ok(Verdict::Pass)
        }
        (None, None) => Err(Error::new(ErrorKind::Usage, "name a record, or what to prepare")),
    };
    let verdict = scene::set(&comparison, &cache, today, act)?;
    if let (Some(signed), Some(record), false) = (signed, &arguments.record, arguments.unsigned) {
        // Only the signature shows which key made it.
        let now = git::compare(&arguments.path, &content, base, arguments.today, &around)
            .map_err(input)?;
        scene::set(&now, &cache, today, |scene| {
            refused(scene, find(scene, record)?, &signed, out)
        })?;
    }
    Ok(verdict)
}

/// Says why a signature that was just made does not count, if so.
fn refused(
    scene: &RunInputs<'_>,
    filed: &RecordFiles,
    signed: &RepoPath,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let is_its = |flaw: &SignOffFlaw| {
        flaw.property == SignOffProperty::Signature && flaw.place.path == *signed
    };
    for flaw in flaws_of(scene.signoffs, filed).into_iter().filter(is_its) {
        let text = format!(
            "as it is this signature does not count: {}; keys are those of the target \
                branch",
            flaw.text
        );
        writeln!(out, "note: {}", report::safe(&text))?;
    }
    Ok(())
}

fn usage(text: impl Into<String>) -> Error {
    Error::new(ErrorKind::Usage, text)
}

/// The record of this id; its file's name will do.
fn find<'a>(scene: &RunInputs<'a>, named: &str) -> Result<&'a RecordFiles, Error> {
    let id = named.rsplit('/').next().unwrap_or(named).trim_end_matches(".yaml");
    let store = scene.signoffs.store;
    if let Some(filed) = store.records.get(id) {
        return Ok(filed);
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
    let error = usage(format!("there is no record `{id}`"));
    Err(match nearest(id, store.records.keys().map(String::as_str)) {
        Some(name) => error.hint(format!("did you mean `{name}`?")),
        None => error.hint("prepare one: aimsgate sign --prepare DECISION --system ID"),
    })
}

fn prepare(
    arguments: &cli::SignArgs,
    decision: Decision,
    scene: &RunInputs<'_>,
    out: &mut dyn Write,
) -> Result<Verdict, Error> {
    let signoffs = scene.signoffs;
    let system = arguments.system.as_ref().map(|id| system(scene, id)).transpose()?;
    let refuse = |why: String| Error::new(ErrorKind::Input, why);
    if scene.governance.rules.repositories.is_empty() {
        let error = refuse(
            "the rules do not say what this repository is called, so a record could be of \
                any"
            .to_owned(),
        );
        return Err(error.hint(
            "add to governance/gate.yaml, for example: repository: \
            example.com/team/name",
        ));
    }
    let mut lowered = Vec::new();
    let mut files = Vec::new();
    let plan = match (decision, system) {
        (Decision::RuleChange, _) => {
            files = loosening(scene);
            if files.is_empty() {
                return Err(refuse(
                    "no trusted file differs from the target branch, so there is nothing to decide"
                        .to_owned(),
                ));
            }
            Plan::of_rules(signoffs, decision, None)
        }
        (Decision::Classification, system) => {
            lowered = lowerings(scene, system);
            if lowered.is_empty() {
                return Err(refuse(
                    "no duty is lowered here, so there is nothing to decide".to_owned(),
                ));
            }
            Plan::of_rules(signoffs, decision, system)
        }
        (_, Some(system)) => Plan::of_system(signoffs, decision, system).map_err(refuse)?,
        (_, None) => {
            let ids: Vec<&str> =
                scene.repo.systems().iter().map(|system| system.id.value.as_str()).collect();
            return Err(usage(format!("which system? add --system ({})", ids.join(", "))));
        }
    };
    let mut paths = plan.paths();
    paths.extend(files.iter().map(|file| file.path.clone()));
    paths.extend(
        lowered
            .first()
            .and(scene.repo.declared.register.known())
            .map(|register| register.path.clone()),
    );
    let identity = Identity::of(&arguments.path);
    let since = plan.replaced().map(|filed| &filed.record.path);
    let (authors, unknown) =
        authors(scene, &arguments.path, &paths, since, identity.email.as_deref())?;
    let input = SignInput {
        id: arguments.id.clone(),
        because: arguments.because.clone(),
        expires: arguments.expires,
        authors,
    };
    let draft = plan.draft(&input, &lowered, &files);
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
    let people = plan.who_could(&input);
    text += &format!("then, each on their own: aimsgate sign {id}\n");
    if people.is_empty() {
        text += "nobody among the people of the target branch could sign it\n";
    } else {
        text += &format!("who can: {}\n", people.join(", "));
    }
    print(out, lines(&text))?;
    Ok(Verdict::Pass)
}

fn system<'a>(scene: &RunInputs<'a>, id: &str) -> Result<&'a System, Error> {
    scene.repo.system(id).ok_or_else(|| {
        let error = usage(format!("the register declares no system `{id}`"));
        match nearest(id, scene.repo.systems().iter().map(|system| system.id.value.as_str())) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None => error,
        }
    })
}

/// Whoever wrote what is covered, people by their ids; and why that is not known, where it is not.
fn authors(
    scene: &RunInputs<'_>,
    path: &Path,
    paths: &BTreeSet<RepoPath>,
    since: Option<&RepoPath>,
    own: Option<&str>,
) -> Result<(BTreeSet<String>, Option<String>), Error> {
    // A pattern stands for what it covers.
    let literal = |path: &RepoPath| {
        let text = path.to_string();
        let parts: Vec<&str> =
            text.split('/').take_while(|part| !part.contains(['*', '?', '[', '{'])).collect();
        RepoPath::from(parts.join("/").as_str())
    };
    let folders: BTreeSet<RepoPath> = paths.iter().map(literal).collect();
    let found = git::wrote(path, &folders, since, own).map_err(input)?;
    let people = scene.governance.people.known();
    let id = |email: String| {
        people.and_then(|people| people.find(&email)).map_or(email, |it| it.id.value.clone())
    };
    Ok(match found {
        Fact::Known(emails) => (emails.into_iter().map(id).collect(), None),
        Fact::Absent => (BTreeSet::new(), Some("nothing is committed".to_owned())),
        Fact::Undecided(why) => (BTreeSet::new(), Some(why)),
    })
}

/// The trusted files that the change makes other than they are.
fn loosening(scene: &RunInputs<'_>) -> Vec<ReplacedFile> {
    let Some(base) = scene.base else { return Vec::new() };
    let rewired = pipeline::rewired(&base.view, &scene.repo.view, &base.change, scene.fallback);
    let pipelines: BTreeSet<RepoPath> = rewired.into_iter().map(|it| it.path).collect();
    let is_trusted = |path: &&RepoPath| {
        let text = path.to_string();
        let inside =
            text.rsplit_once("governance/").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
        let is_file =
            ["gate.yaml", "people.yaml", "allowed_signers", "revoked_keys", "baseline.json"]
                .contains(&inside.as_str());
        is_file
            || (inside.starts_with("waivers/") && inside.ends_with(".yaml"))
            || pipelines.contains(*path)
    };
    base.change
        .files
        .keys()
        .filter(is_trusted)
        .map(|path| replaced_file(scene.signoffs, path))
        .collect()
}

/// The duties of a system, or of the register itself, that the change lowers.
fn lowerings(scene: &RunInputs<'_>, system: Option<&System>) -> Vec<Lowering> {
    let lowered = scene
        .base
        .map(|base: &Base<'_>| obligation::lowered(&scene.sides(base)))
        .unwrap_or_default();
    let is_meant = |it: &obligation::LoweredObligation| {
        it.system.as_ref() == system.map(|system| &system.id.value)
    };
    lowered.into_iter().filter(is_meant).map(|it| (it.duty, it.from, it.to)).collect()
}

fn save(path: &Path, draft: &Draft) -> Result<PathBuf, Error> {
    let (root, _) = git::root(path).map_err(input)?;
    fs::new_file(&root, &draft.path.to_string(), &draft.text).map_err(|error| {
        Error::new(ErrorKind::Output, format!("`{}` could not be written: {error}", draft.path))
    })
}

/// Signs, closes or revokes; the file that says so.
fn decide(
    arguments: &cli::SignArgs,
    scene: &RunInputs<'_>,
    filed: &RecordFiles,
    today: Date,
    out: &mut dyn Write,
) -> Result<RepoPath, Error> {
    let identity = Identity::of(&arguments.path);
    let signoffs = scene.signoffs;
    let people = scene.governance.people.known();
    let person = identity.email.as_deref().and_then(|email| people?.find(email));
    let Some(person) = person else {
        let who = identity.email.as_deref().unwrap_or("nobody");
        let error = Error::new(
            ErrorKind::Input,
            format!(
                "git says that you are {who}, who is not among the people of the target branch"
            ),
        );
        return Err(error.hint(
            "git config user.email must be one of your addresses in \
            governance/people.yaml",
        ));
    };
    let role = match &arguments.role {
        Some(name) => named_role(name)?,
        None => match roles_for(signoffs, filed, person).as_slice() {
            [role] => *role,
            [] => person.roles.first().copied().ok_or_else(|| usage("you have no role"))?,
            several => {
                let names: Vec<&str> = several.iter().map(|role| role.name()).collect();
                return Err(usage(format!(
                    "in which role do you act? add --as ({})",
                    names.join(", ")
                )));
            }
        },
    };
    print(out, report::decision(signoffs, filed))?;
    let signing = Signing {
        signer: &person.id.value,
        role,
        on: today,
        comment: arguments.comment.as_deref(),
    };
    let (draft, word) = if let Some(condition) = &arguments.close {
        if !filed.record.value.conditions.iter().any(|it| it.id.value == *condition) {
            return Err(usage(format!("the record has no condition `{condition}`")));
        }
        (signing.closing(filed, condition, &evidence(scene, &arguments.evidence)?), "close")
    } else if arguments.revoke {
        (signing.revocation(filed, arguments.because.as_deref().unwrap_or_default()), "revoke")
    } else {
        (
            signing.statement(filed, !arguments.dissent),
            if arguments.dissent { "dissent" } else { "agree" },
        )
    };
    let heavy = flaws_of(signoffs, filed)
        .into_iter()
        .filter(|flaw| flaw.property != SignOffProperty::Signers);
    for flaw in heavy.take(3) {
        writeln!(
            out,
            "note: {}",
            report::safe(&format!("as it is the record does not hold: {}", flaw.text))
        )?;
    }
    if let Some(why) = would_refuse(signoffs, filed, person, role).filter(|_| word == "agree") {
        writeln!(out, "note: {}", report::safe(&format!("it would not count: {why}")))?;
    }
    if !arguments.yes {
        let question = format!(
            "You are {} and act as {}. Type `{word}` to sign:",
            person.id.value,
            role.words()
        );
        let said = keygen::ask(&report::safe(&question))
            .map_err(|why| Error::new(ErrorKind::Input, why))?;
        if said != word {
            return Err(Error::new(ErrorKind::Input, "nothing was signed"));
        }
    }
    let file = save(&arguments.path, &draft)?;
    if !arguments.unsigned {
        identity.sign(&file, NAMESPACE).map_err(|why| {
            // Nothing is left behind that the next attempt would stumble over.
            fs::discard(&file);
            let error = Error::new(ErrorKind::Output, why);
            error.hint(format!(
                "or write it only, with --unsigned, and sign it yourself: ssh-keygen -Y sign -n \
                 {NAMESPACE} -f KEY {}",
                draft.path
            ))
        })?;
    }
    let beside = if arguments.unsigned {
        String::new()
    } else {
        format!(" and {}.sig", draft.path.file_name())
    };
    print(
        out,
        lines(&format!(
            "written: {}{beside}\ncommit both, and push them to the change's branch\n",
            draft.path
        )),
    )?;
    Ok(draft.path)
}

fn named_role(name: &str) -> Result<Role, Error> {
    Role::named(name).ok_or_else(|| {
        let error = usage(format!("`{name}` is no role"));
        match nearest(name, Role::ALL.iter().map(|role| role.name())) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None => error,
        }
    })
}

/// Files of evidence with their digests.
fn evidence(scene: &RunInputs<'_>, named: &[String]) -> Result<Vec<(String, String)>, Error> {
    let digest = |name: &String| {
        let path = scene
            .repo
            .view
            .scope
            .join(name)
            .map_err(|error| usage(format!("`{name}`: {error}")))?;
        match scene.digests.at(scene.repo.view.snapshot, &path) {
            Some(Ok(digest)) => Ok((path.to_string(), digest)),
            Some(Err(why)) => Err(Error::new(ErrorKind::Input, format!("`{name}`: {why}"))),
            None => Err(Error::new(ErrorKind::Input, format!("there is no file `{name}`"))),
        }
    };
    named.iter().map(digest).collect()
}

/// Says step by step what the gate makes of a record.
fn explain(
    scene: &RunInputs<'_>,
    filed: &RecordFiles,
    out: &mut dyn Write,
) -> Result<Verdict, Error> {
    let (text, is_sound) = report::steps(scene.signoffs, filed);
    print(out, text)?;
    Ok(if is_sound { Verdict::Pass } else { Verdict::Fail })
}

/// Several lines, each safe to print.
fn lines(text: &str) -> String {
    text.lines().map(|line| report::safe(line) + "\n").collect()
}
