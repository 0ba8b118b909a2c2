//! `aimsgate replay`: whether a revision is judged the same again.

use std::io::Write;
use std::path::Path;

use super::judge::judged_with;
use super::named_file;
use super::named_file::failed;
use super::output::{print, safe_lines};
use super::pack::made;
use crate::cli::{AskedGate, EvidenceOf, ReplayArgs};
use crate::decision::Verdict;
use crate::edge::bag;
use crate::edge::git::{self, Content, Extent, Surroundings};
use crate::error::Error;
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::report::{self, EvidenceExtent};
use crate::wording::counted;

/// Bytes of the largest report that is read.
const LARGEST: u64 = 256 << 20;

/// Makes a pack or a report again and compares.
pub(super) fn replay(arguments: &ReplayArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let is_report = arguments.file.extension().is_some_and(|it| it.eq_ignore_ascii_case("json"));
    if is_report { replay_report(arguments, out) } else { replay_pack(arguments, out) }
}

/// Refuses what another version made: it may find something else.
fn refuse_other(file: &Path, version: &str) -> Result<(), Error> {
    if version == env!("CARGO_PKG_VERSION") {
        return Ok(());
    }
    let text = format!("it was made by aimsgate {version}, and this is another");
    Err(failed(file, text).hint("run the version that made it"))
}

/// Makes a pack again and compares.
fn replay_pack(arguments: &ReplayArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let file = &arguments.file;
    let before = bag::read(file).map_err(|error| failed(file, error))?;
    let asked = report::asked_of(&before).map_err(|why| failed(file, why))?;
    refuse_other(file, &asked.version)?;
    let of = EvidenceOf {
        head: Some(asked.commit.clone()),
        system: asked.system,
        today: Some(asked.today),
    };
    let gate = asked.is_release.then_some(AskedGate::Release);
    let (again, _) = made(&arguments.path, &of, gate)?;
    match report::first_difference(&before, &again) {
        None => print(out, format!("the same again: {}\n", counted(again.len(), "file", "files"))),
        Some(difference) => {
            print(out, safe_lines(&difference))?;
            Ok(Verdict::Fail)
        }
    }
}

/// Judges what a report is about again: the same content against the same tip, on the same day.
fn replay_report(arguments: &ReplayArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let file = &arguments.file;
    let before = named_file::bytes(file, LARGEST)?;
    let asked = report::asked_of_report(&before).map_err(|why| failed(file, why))?;
    refuse_other(file, &asked.version)?;
    let (root, _) = git::root(&arguments.path)?;
    let around =
        Surroundings { job: None, ci: false, ..Surroundings::of_this_process(asked.today) };
    let content = Content::Revision(asked.head.clone());
    let path = root.join(&asked.scope);
    let mut comparison =
        git::compare(&path, &content, Some(&asked.tip), Some(asked.today), &around)?;
    if let Fact::Known(target) = &mut comparison.target {
        target.name.clone_from(&asked.target);
        // What else would judge it today did not then.
        target.default = None;
        comparison.simulation.clear();
    }
    if asked.is_whole && comparison.extent == Extent::Change {
        comparison.extent = Extent::Pushed;
    }
    let (again, _) = judged_with(
        &comparison,
        &FileCache::default(),
        asked.today,
        asked.gate,
        EvidenceExtent::All,
    );
    match report::difference_of_reports(&before, &report::json(&again)) {
        None => print(out, format!("the same again: {}", report::last_line(&again) + "\n")),
        Some(difference) => {
            print(out, safe_lines(&difference))?;
            Ok(Verdict::Fail)
        }
    }
}
