//! `aimsgate init`: from what is there to the files that a repository starts with.
//!
//! It looks, asks or takes options, shows the plan, writes what is missing, and judges the result.
//! What is written is decided in [`crate::adoption`].

mod answers;
mod ask;
mod documents;
mod look;
mod overlay;

use std::io::Write;
use std::path::Path;

use answers::answered;
use ask::Asker;
use documents::with_documents;
use look::Look;

use super::output::print;
use super::{baseline, check};
use crate::adoption::{AdoptionAnswers, CODEOWNERS, GITLAB, PlannedFile, codeowners, plan};
use crate::check_id::CheckId;
use crate::cli::{self, Cli};
use crate::decision::Verdict;
use crate::edge::fs;
use crate::edge::git::{self, Content, RepositoryOrigin, Source};
use crate::edge::keygen::Identity;
use crate::error::{Error, ErrorKind};
use crate::report::safe;
use crate::settings::layout::OwnFile;
use crate::settings::people::Forge;
use crate::wording::counted;

/// Writes what a repository starts with, and judges it. Init itself passes where it wrote, or had
/// nothing to write.
pub(super) fn init(
    cli: &Cli,
    arguments: &cli::InitArgs,
    out: &mut dyn Write,
    notes: &mut dyn Write,
) -> Result<Verdict, Error> {
    let source = git::open(&arguments.path, &Content::WorkingTree)?;
    let (root, scope) = git::root(&arguments.path)?;
    let folder = root.join(scope.to_string());
    let origin = git::about(&arguments.path);
    let look = Look::at(&source);
    let has_register = is_there(&source, OwnFile::Register.path());
    let systems = look.proposed(&folder, &origin, &answers::named(&arguments.systems)?);
    if systems.is_empty() && !has_register {
        let text = format!(
            "{}.\nNothing is needed. To declare a system all the same: aimsgate init --system \
             ID=FOLDER\n",
            look.inventory.reason()
        );
        return print(out, text);
    }
    let identity = Identity::of(&folder);
    let asker = if arguments.yes || arguments.dry_run { Asker::Silent } else { Asker::terminal()? };
    let answers = answered(arguments, asker, (&identity, &origin), systems, has_register, out)?;
    let planned = planned(&source, arguments, answers.clone())?;
    let (new, kept) = split(&source, planned);
    print(out, plan_text(&new, &kept, arguments.dry_run))?;
    if arguments.dry_run {
        print(out, warnings(&answers))?;
        return Ok(Verdict::Pass);
    }
    // Nothing is written where not all of it can be.
    new.iter().try_for_each(|file| can_write(&folder, file))?;
    new.iter().try_for_each(|file| write_file(&folder, file))?;
    let adopted = arguments.adopt && adopt(arguments, &folder, out)?;
    if new.is_empty() && !adopted {
        return print(out, "Nothing to write: each file is there already.\n".to_owned());
    }
    let asked = cli::CheckArgs {
        path: arguments.path.clone(),
        formats: vec![cli::Output { format: cli::OutputFormat::Terminal, file: None }],
        today: arguments.today,
        reach: cli::Reach { offline: true, ca_file: None },
        ..cli::CheckArgs::default()
    };
    writeln!(out, "\nWhat `aimsgate check` says now:\n")?;
    let verdict = check::check(cli, &asked, out, notes);
    if let Err(error) = verdict {
        writeln!(out, "{error}")?;
    }
    print(out, warnings(&answers))?;
    print(out, next_steps(&answers, &origin, (&source, &kept), arguments))
}

/// All files of the plan, documents included where they are asked for.
fn planned(
    source: &Source,
    arguments: &cli::InitArgs,
    mut answers: AdoptionAnswers,
) -> Result<Vec<PlannedFile>, Error> {
    if is_there(source, OwnFile::Register.path()) {
        // What the register that is there declares is its own.
        answers.systems.clear();
    }
    let has_register = answers.systems.is_empty();
    let of = |answers: &AdoptionAnswers| {
        let mut files = plan(answers);
        files.retain(|file| !(has_register && file.path == OwnFile::Register.path()));
        files
    };
    if !arguments.documents {
        return Ok(of(&answers));
    }
    let files = of(&answers);
    let documents = with_documents(source, &files, &mut answers, has_register);
    let mut files = of(&answers);
    files.extend(documents);
    Ok(files)
}

/// Whether a path of the judged folder is there, as a file or a folder.
fn is_there(source: &Source, path: &str) -> bool {
    let Ok(path) = source.scope.join(path) else { return false };
    source.snapshot.entry(&path).is_some()
}

/// What is not there yet, and what is.
fn split(source: &Source, files: Vec<PlannedFile>) -> (Vec<PlannedFile>, Vec<String>) {
    let (kept, new): (Vec<PlannedFile>, Vec<PlannedFile>) =
        files.into_iter().partition(|file| is_there(source, &file.path));
    (new, kept.into_iter().map(|file| file.path).collect())
}

fn plan_text(new: &[PlannedFile], kept: &[String], dry_run: bool) -> String {
    let mut out = String::new();
    if !new.is_empty() {
        let verb = if dry_run { "Would write" } else { "Writing" };
        out += &format!("{verb} {}:\n", counted(new.len(), "file", "files"));
    }
    for file in new {
        let lines = counted(file.text.lines().count(), "line", "lines");
        out += &format!("  {}  ({}, {lines})\n", safe(&file.path), file.what);
    }
    if !kept.is_empty() {
        let kept: Vec<String> = kept.iter().map(|path| safe(path).to_string()).collect();
        out += &format!("There already, and left as it is: {}\n", kept.join(", "));
    }
    out
}

/// Whether only folders stand on the way to a file.
fn can_write(folder: &Path, file: &PlannedFile) -> Result<(), Error> {
    let mut path = folder.to_owned();
    for part in file.path.split('/') {
        if let Ok(found) = path.symlink_metadata()
            && !found.is_dir()
        {
            let text =
                format!("{} cannot be written: `{}` is no folder", file.path, path.display());
            return Err(Error::new(ErrorKind::Output, text).hint("nothing was written"));
        }
        path.push(part);
    }
    Ok(())
}

fn write_file(folder: &Path, file: &PlannedFile) -> Result<(), Error> {
    fs::new_file(folder, &file.path, &file.text).map(drop).map_err(|error| {
        let text = format!("{} could not be written: {error}", file.path);
        Error::new(ErrorKind::Output, text).hint(
            "what was written before it is kept; run `aimsgate init` again once this is mended",
        )
    })
}

/// What init leaves to people to answer now. A baseline is of what was wrong before, and excuses
/// none of it.
const PROMPTS: [CheckId; 3] =
    [CheckId::RiskClassUndeclared, CheckId::RiskEntryIncomplete, CheckId::RiskUntreated];

/// Writes a baseline where there is none.
fn adopt(arguments: &cli::InitArgs, folder: &Path, out: &mut dyn Write) -> Result<bool, Error> {
    let path = OwnFile::Baseline.path();
    if folder.join(path).symlink_metadata().is_ok() {
        return Ok(false);
    }
    let asked = cli::BaselineArgs { path: arguments.path.clone(), today: arguments.today };
    let text = baseline::taken(&asked, &PROMPTS)?;
    let lines = counted(text.lines().count(), "line", "lines");
    write_file(folder, &PlannedFile { path: path.to_owned(), text, what: "a baseline" })?;
    writeln!(
        out,
        "  {path}  (what is wrong today, which does not block for 180 days, {lines}; the class and \
         the risks are left out of it, for they are asked now)"
    )?;
    Ok(true)
}

/// What cannot be added later by one person alone.
fn warnings(answers: &AdoptionAnswers) -> String {
    let mut missing = Vec::new();
    let people = std::iter::once(&answers.owner).chain(&answers.second_line);
    for person in people.chain(&answers.further_owner) {
        if person.key.is_none() {
            missing.push(format!(
                "no key of {}: --key '{}=ssh-ed25519 AAAA...', or git config user.signingkey FILE",
                person.id, person.id
            ));
        }
        if person.email.is_none() {
            missing
                .push(format!("no e-mail address of {}: the gate knows nobody by it", person.id));
        }
    }
    if !answers.solo && answers.second_line.is_none() {
        missing.push(
            "nobody oversees: --second-line ID=E-MAIL, or --solo if you are alone".to_owned(),
        );
    }
    if !answers.solo && answers.further_owner.is_none() {
        missing.push(format!(
            "nobody beside {} owns the systems, so what {} writes cannot be signed: \
             --further-owner ID=E-MAIL, or --solo",
            answers.owner.id, answers.owner.id
        ));
    }
    if missing.is_empty() {
        return String::new();
    }
    let list: String = missing.iter().map(|it| format!("  - {it}\n")).collect();
    format!(
        "\nBefore you merge this. Later each of these takes the signature of somebody who is \
         listed with a key:\n{list}"
    )
}

/// The next three things to do.
fn next_steps(
    answers: &AdoptionAnswers,
    origin: &RepositoryOrigin,
    (source, kept): (&Source, &[String]),
    arguments: &cli::InitArgs,
) -> String {
    let first = if answers.systems.iter().any(|system| system.class.is_none()) {
        "Decide the class in aims.yaml, and answer each TODO there; then `aimsgate check` again."
    } else {
        "Answer each TODO in aims.yaml; then `aimsgate check` again."
    };
    let second = if arguments.documents {
        "Fill in the forms below docs; `aimsgate inspect FILE` says what the gate reads in one."
    } else {
        "`aimsgate init --documents` writes a form of each document that is owed."
    };
    let branch = if origin.has_commits { &answers.branch } else { "your default branch" };
    let mut out = format!(
        "\nNext:\n  1. {first}\n  2. {second}\n  3. Commit these files to {} in one change; from \
         then on its rules judge every change.\n",
        safe(branch)
    );
    let is_kept = |path: &str| kept.iter().any(|it| it == path);
    if is_kept(GITLAB) {
        out += "Beside that: add to .gitlab-ci.yml the job of docs/gitlab.md.\n";
    }
    let has_owners = is_kept(CODEOWNERS) || is_there(source, "CODEOWNERS");
    if let Some(lines) =
        codeowners(answers).filter(|_| has_owners && answers.forge == Some(Forge::GitHub))
    {
        out += "Beside that: these lines belong into CODEOWNERS, if it lacks them:\n";
        out += &lines.lines().map(|line| format!("  {}\n", safe(line))).collect::<String>();
    }
    if answers.forge.is_none() {
        out += "Beside that: no remote of GitHub or GitLab was seen, so no job was written; \
                docs/forges.md.\n";
    }
    out
}
