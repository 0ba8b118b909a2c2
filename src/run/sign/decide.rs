//! `aimsgate sign RECORD`: agrees, dissents, closes a condition or revokes, and signs it.

use std::io::Write;
use std::path::Path;

use super::super::output::print;
use super::draft::save;
use crate::catalog::Role;
use crate::cli;
use crate::date::Date;
use crate::digest::Sha256;
use crate::document::nearest;
use crate::edge::fs;
use crate::edge::keygen::{self, Identity};
use crate::error::{Error, ErrorKind};
use crate::load::RunInputs;
use crate::report;
use crate::settings::people::Person;
use crate::signoff::{
    Draft, NAMESPACE, RecordFiles, Said, SignOffProperty, Signing, class_without_key, flaws_of,
    roles_for, would_refuse,
};
use crate::span::RepoPath;

/// Signs, closes a condition or revokes; returns the path of the file that says so, and what to say
/// once its signature is looked at.
pub(super) fn decide(
    arguments: &cli::SignArgs,
    inputs: &RunInputs<'_>,
    record_files: &RecordFiles,
    today: Date,
    out: &mut dyn Write,
) -> Result<(RepoPath, String), Error> {
    let identity = Identity::of(&arguments.path);
    let person = person(inputs, &identity, today)?;
    let role = role(arguments, inputs, record_files, person)?;
    print(out, report::decision(inputs.signoffs, record_files))?;
    let signing = Signing {
        signer: &person.id.value,
        role,
        on: today,
        comment: arguments.comment.as_deref(),
    };
    let (draft, said) = draft(arguments, inputs, record_files, &signing)?;
    warn(inputs, record_files, out)?;
    let benefits = |person: &Person| inputs.benefit(person);
    let signer = &person.id.value;
    let why = would_refuse(inputs.signoffs, record_files, &draft, said, signer, &benefits);
    refuse_or_tell(arguments, &why, out)?;
    let without = without_key(arguments, inputs, record_files);
    if !arguments.unsigned {
        let words = identity.words().map_err(|why| unsigned(why, &draft, without.as_deref()))?;
        writeln!(out, "{}", report::safe(&words))?;
    }
    if !arguments.yes {
        confirm(&signing, word(said))?;
    }
    let file = save(&arguments.path, &draft)?;
    let mut signature = String::new();
    if !arguments.unsigned {
        sign(&identity, &file, &draft, without.as_deref())?;
        signature = format!(" and {}.sig", draft.path.file_name());
    }
    let what = if arguments.unsigned { "it, and push it" } else { "both, and push them" };
    let text =
        format!("written: {}{signature}\ncommit {what} to the change's branch\n", draft.path);
    Ok((draft.path, text))
}

/// Returns the person of the target branch that git's settings name.
fn person<'a>(
    inputs: &RunInputs<'a>,
    identity: &Identity,
    today: Date,
) -> Result<&'a Person, Error> {
    let (people, address) = (&inputs.governance.people, identity.email.as_deref());
    let person = address.and_then(|address| people.known()?.find(address));
    person.ok_or_else(|| {
        let why = match (report::stranger(people, address, today), address) {
            (Some(why), _) => why,
            (None, None) => "git does not say who you are".to_owned(),
            (None, Some(_)) => "nobody is known on the target branch who may sign".to_owned(),
        };
        let error = Error::new(ErrorKind::Input, why);
        error.hint(
            "`git config user.email` must be one of your addresses in governance/people.yaml of \
             the target branch",
        )
    })
}

/// Returns the role that the command line names, else the only one in which the person may sign.
fn role(
    arguments: &cli::SignArgs,
    inputs: &RunInputs<'_>,
    record_files: &RecordFiles,
    person: &Person,
) -> Result<Role, Error> {
    if let Some(name) = &arguments.role {
        return named_role(name);
    }
    match roles_for(inputs.signoffs, record_files, person).as_slice() {
        [role] => Ok(*role),
        [] => person.roles.first().copied().ok_or_else(|| Error::usage("you have no role")),
        several => {
            let names: Vec<&str> = several.iter().map(|role| role.name()).collect();
            Err(Error::usage(format!("in which role do you act? add --as ({})", names.join(", "))))
        }
    }
}

/// Returns the word that confirms what is said.
fn word(said: Said) -> &'static str {
    match said {
        Said::Agree => "agree",
        Said::Dissent => "dissent",
        Said::Close => "close",
        Said::Revoke => "revoke",
    }
}

/// Tells why what is to be written would not count.
///
/// # Errors
/// When it would not, and nobody said `--force`.
pub(super) fn refuse_or_tell(
    arguments: &cli::SignArgs,
    why: &[String],
    out: &mut dyn Write,
) -> Result<(), Error> {
    for why in why {
        writeln!(out, "note: {}", report::safe(&format!("it would not count: {why}")))?;
    }
    let Some(first) = why.first().filter(|_| !arguments.force) else { return Ok(()) };
    let error = Error::new(ErrorKind::Input, format!("nothing was written: {first}"));
    Err(error.hint("--force writes it all the same"))
}

/// Returns the file that says what is decided, and what that is.
fn draft(
    arguments: &cli::SignArgs,
    inputs: &RunInputs<'_>,
    record_files: &RecordFiles,
    signing: &Signing<'_>,
) -> Result<(Draft, Said), Error> {
    if let Some(condition) = &arguments.close {
        if !record_files.record.value.conditions.iter().any(|it| it.id.value == *condition) {
            return Err(Error::usage(format!("the record has no condition `{condition}`")));
        }
        let evidence = evidence(inputs, &arguments.evidence)?;
        return Ok((signing.closing(record_files, condition, &evidence), Said::Close));
    }
    if arguments.revoke {
        let because = arguments.because.as_deref().unwrap_or_default();
        return Ok((signing.revocation(record_files, because), Said::Revoke));
    }
    let said = if arguments.dissent { Said::Dissent } else { Said::Agree };
    Ok((signing.statement(record_files, !arguments.dissent), said))
}

/// Says the first three reasons for which the record does not hold, whoever signs.
fn warn(
    inputs: &RunInputs<'_>,
    record_files: &RecordFiles,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let flaws = flaws_of(inputs.signoffs, record_files).into_iter();
    for flaw in flaws.filter(|flaw| flaw.property != SignOffProperty::Signers).take(3) {
        writeln!(
            out,
            "note: {}",
            report::safe(&format!("as it is the record does not hold: {}", flaw.text))
        )?;
    }
    Ok(())
}

/// Asks at the terminal for the word that confirms.
///
/// # Errors
/// When another word, or none, is given.
fn confirm(signing: &Signing<'_>, word: &str) -> Result<(), Error> {
    let question = format!(
        "You are {} and act as {}. Type `{word}` to sign:",
        signing.signer,
        signing.role.words()
    );
    let answer =
        keygen::ask(&report::safe(&question)).map_err(|why| Error::new(ErrorKind::Input, why))?;
    if answer != word {
        return Err(Error::new(ErrorKind::Input, "nothing was signed"));
    }
    Ok(())
}

/// Signs a file that was just written. Where that fails the file is deleted, so that the next
/// attempt can write it.
fn sign(
    identity: &Identity,
    file: &Path,
    draft: &Draft,
    without_key: Option<&str>,
) -> Result<(), Error> {
    identity.sign(file, NAMESPACE).map_err(|why| {
        fs::discard(file);
        unsigned(why, draft, without_key)
    })
}

/// Returns why a file was not signed, with what does it otherwise.
fn unsigned(why: String, draft: &Draft, without_key: Option<&str>) -> Error {
    let otherwise = || {
        format!(
            "or write it only, with --unsigned, and sign it yourself: ssh-keygen -Y sign -n \
             {NAMESPACE} -f KEY {}",
            draft.path
        )
    };
    Error::new(ErrorKind::Output, why).hint(without_key.map_or_else(otherwise, str::to_owned))
}

/// Names the command that says the same without a key. None where a key must show who said it.
pub(super) fn without_key(
    arguments: &cli::SignArgs,
    inputs: &RunInputs<'_>,
    record_files: &RecordFiles,
) -> Option<String> {
    let class = class_without_key(inputs.signoffs, record_files)?;
    let mut command = format!("aimsgate sign {}", record_files.record.value.id.value);
    if let Some(role) = &arguments.role {
        command += &format!(" --as {role}");
    }
    if arguments.dissent {
        command += " --dissent";
    }
    if arguments.close.is_some() || arguments.revoke {
        command = "the same command with".to_owned();
    }
    Some(format!("class {} needs no key here: {command} --unsigned", class.name()))
}

fn named_role(name: &str) -> Result<Role, Error> {
    Role::named(name).ok_or_else(|| {
        let error = Error::usage(format!("`{name}` is no role"));
        match nearest(name, Role::all().iter().map(|role| role.name())) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None => error,
        }
    })
}

/// Files of evidence with their digests.
fn evidence(inputs: &RunInputs<'_>, named: &[String]) -> Result<Vec<(String, Sha256)>, Error> {
    let digest = |name: &String| {
        let path = inputs
            .repo
            .view
            .scope
            .join(name)
            .map_err(|error| Error::usage(format!("`{name}`: {error}")))?;
        match inputs.digests.at(inputs.repo.view.snapshot, &path) {
            Some(Ok(digest)) => Ok((path.to_string(), digest)),
            Some(Err(why)) => Err(Error::new(ErrorKind::Input, format!("`{name}`: {why}"))),
            None => Err(Error::new(ErrorKind::Input, format!("there is no file `{name}`"))),
        }
    };
    named.iter().map(digest).collect()
}
