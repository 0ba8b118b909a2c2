//! `aimsgate fix`: mends what needs no decision and no statement of fact.
//!
//! It judges, edits, and judges again until there is nothing more to edit, so that twice equals
//! once.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use super::judge::judged;
use super::output::print;
use crate::check_id::CheckId;
use crate::cli;
use crate::decision::Verdict;
use crate::document::{LIMITS, nearest, parse};
use crate::edge::fs;
use crate::edge::git::{self, Comparison, Content, Surroundings};
use crate::error::Error;
use crate::evidence::Lexicon;
use crate::finding::{Gate, Mend, MendStep, TextEdit};
use crate::mend::{applied, edits};
use crate::model::Governance;
use crate::report::{Report, difference, safe};
use crate::snapshot::{Snapshot, View};
use crate::span::RepoPath;
use crate::wording::counted;

/// Runs over the repository: a mend can bring to light what it hid.
const MOST_ROUNDS: usize = 8;

/// What a round did.
#[derive(Default)]
struct Round {
    /// What it changed, as text.
    shown: String,
    /// Files that were changed, or would be.
    files: BTreeSet<RepoPath>,
    /// Why something could not be mended.
    refused: BTreeSet<String>,
    /// Mends that wait for others of the same place.
    waiting: usize,
}

/// Shows what would be mended, or mends it.
pub(super) fn fix(arguments: &cli::FixArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let checks = named(&arguments.checks)?;
    let (root, _) = git::root(&arguments.path)?;
    let around = Surroundings::of_this_process(fs::today());
    let today = arguments.today.unwrap_or(around.now);
    let mut files = BTreeSet::new();
    let mut refused = BTreeSet::new();
    for _ in 0..MOST_ROUNDS {
        let content = Content::WorkingTree;
        let base = arguments.base.as_deref();
        let comparison = git::compare(&arguments.path, &content, base, arguments.today, &around)?;
        let report = judged(&comparison, today, Gate::Merge);
        let round = round(&report, &checks, &comparison, arguments.write.then_some(&*root));
        print(out, round.shown.clone())?;
        let is_last = round.files.is_empty() || !arguments.write;
        files.extend(round.files);
        refused.extend(round.refused);
        if is_last {
            if round.waiting > 0 && !arguments.write {
                let more = counted(round.waiting, "more mend waits", "more mends wait");
                print(out, format!("{more} for those above.\n"))?;
            }
            break;
        }
    }
    let lines: String = refused.iter().map(|why| format!("not mended: {}\n", safe(why))).collect();
    print(out, lines)?;
    let files_text = counted(files.len(), "file", "files");
    let last = match (files.len(), arguments.write) {
        (0, _) if !refused.is_empty() => "Nothing was mended.\n".to_owned(),
        (0, _) => "Nothing to mend.\n".to_owned(),
        (_, true) => format!("Mended {files_text}. What is left: aimsgate check\n"),
        (_, false) => {
            format!("Would change {files_text}, and what they hide; `--write` writes them.\n")
        }
    };
    print(out, last)
}

/// The checks of these names.
fn named(names: &[String]) -> Result<BTreeSet<CheckId>, Error> {
    let check = |name: &String| {
        name.parse::<CheckId>().map_err(|_| {
            let error = Error::usage(format!("`{name}` is no check"));
            match nearest(name, CheckId::all().iter().map(|id| id.name())) {
                Some(name) => error.hint(format!("did you mean `{name}`?")),
                None => error.hint("`aimsgate checks` lists them"),
            }
        })
    };
    names.iter().map(check).collect()
}

/// Mends once what can be, in the files below a root where one is given.
fn round(
    report: &Report,
    checks: &BTreeSet<CheckId>,
    comparison: &Comparison,
    root: Option<&Path>,
) -> Round {
    let mut by_file: BTreeMap<&RepoPath, Vec<&Mend>> = BTreeMap::new();
    for entry in &report.findings {
        if let Some(mend) = &entry.mend
            && (checks.is_empty() || checks.contains(&entry.check))
        {
            by_file.entry(&mend.path).or_default().push(mend);
        }
    }
    let judged = &comparison.judged;
    let view = View::new(&*judged.snapshot, judged.scope.clone());
    let rules = Governance::load(&view).rules;
    let lexicon = Lexicon::of(&rules.extension);
    let mut round = Round::default();
    for (path, mends) in by_file {
        match mended(path, &mends, comparison, lexicon, root) {
            Ok(Some((shown, waiting))) => {
                round.shown += &shown;
                round.files.insert(path.clone());
                round.waiting += waiting;
            }
            Ok(None) => {}
            Err(why) => {
                round.refused.insert(format!("{path}: {why}"));
            }
        }
    }
    round
}

/// Mends one file. Returns what it changed, and how many mends wait; none where nothing changed.
fn mended(
    path: &RepoPath,
    mends: &[&Mend],
    comparison: &Comparison,
    lexicon: &'static Lexicon,
    root: Option<&Path>,
) -> Result<Option<(String, usize)>, String> {
    let name = path.to_str().ok_or("its name is no text")?;
    let failed = |error: std::io::Error| error.to_string();
    if mends.iter().any(|mend| mend.step == MendStep::BringBack) {
        let tip = comparison.target.known().ok_or("the target branch is not known")?;
        let text = String::from_utf8(read(&*tip.tip, path)?).map_err(|_| "it is no text")?;
        if let Some(root) = root {
            fs::new_file(root, name, &text).map_err(failed)?;
        }
        let branch = safe(&tip.name);
        return Ok(Some((format!("{}\n  comes back as {branch} has it\n", safe(name)), 0)));
    }
    if mends.iter().any(|mend| mend.step == MendStep::Delete) {
        if let Some(root) = root {
            fs::delete(root, name).map_err(failed)?;
        }
        return Ok(Some((format!("{}\n  is deleted: it excuses nothing\n", safe(name)), 0)));
    }
    let bytes = read(&*comparison.judged.snapshot, path)?;
    let document = parse(path.clone(), bytes.clone());
    let source = String::from_utf8(bytes).map_err(|_| "it is no text")?;
    let mut all: Vec<TextEdit> = Vec::new();
    for mend in mends {
        all.extend(edits(&document, &mend.step, lexicon)?);
    }
    let (text, kept, waiting) = applied(&source, all);
    if text == source {
        return Ok(None);
    }
    if let Some(root) = root {
        write(root, name, &source, text)?;
    }
    Ok(Some((difference(name, &source, &kept), waiting)))
}

/// Writes a text in the place of the one that was judged, in the line breaks that the file has.
fn write(root: &Path, name: &str, source: &str, text: String) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    let there = fs::own(root, name, LIMITS.bytes).map_err(failed)?;
    let text = if there == source.as_bytes() {
        text
    } else if there == source.replace('\n', "\r\n").as_bytes() {
        text.replace('\n', "\r\n")
    } else {
        return Err("the file is not as it was judged; git changes it, or somebody did".to_owned());
    };
    fs::rewrite(root, name, text.as_bytes()).map_err(failed)
}

fn read(snapshot: &dyn Snapshot, path: &RepoPath) -> Result<Vec<u8>, String> {
    let entry = snapshot.entry(path).filter(|entry| entry.is_file());
    let entry = entry.ok_or("it is no file there")?;
    snapshot.read(entry, LIMITS.bytes).map_err(|error| error.to_string())
}
