//! `aimsgate pack`: the evidence of a revision for an auditor.

use std::io::Write;
use std::path::Path;

use super::evidence::{RulesOf, report_of};
use super::named_file::failed;
use super::output::{print, safe_lines};
use crate::cli::{AskedGate, EvidenceOf, PackArgs};
use crate::decision::Verdict;
use crate::edge::bag;
use crate::edge::git::{self, Content};
use crate::error::Error;
use crate::report::{self, Pack};
use crate::span::RepoPath;
use crate::wording::counted;

/// Bytes of the largest file that is packed.
const LARGEST: u64 = 64 << 20;

/// Writes the pack of a revision.
pub(super) fn pack(arguments: &PackArgs, out: &mut dyn Write) -> Result<Verdict, Error> {
    let of = EvidenceOf {
        head: Some(arguments.head.clone()),
        system: arguments.system.clone(),
        today: arguments.today,
    };
    let (pack, left_out) = made(&arguments.path, &of, arguments.gate)?;
    let file = &arguments.out;
    bag::write(file, &pack).map_err(|error| failed(file, error))?;
    let left = match left_out.len() {
        0 => String::new(),
        some => format!("; {} named by digest only", counted(some, "file is", "files are")),
    };
    let files = counted(pack.len(), "file", "files");
    print(out, safe_lines(&format!("wrote {}: {files}{left}", file.display())))
}

/// Makes the pack of a revision.
pub(super) fn made(
    path: &Path,
    of: &EvidenceOf,
    gate: Option<AskedGate>,
) -> Result<(Pack, Vec<String>), Error> {
    let content = Content::Revision(of.head.clone().unwrap_or_default());
    let source = git::open(path, &content)?;
    let Some(commit) = source.snapshot.revision().commit() else {
        return Err(failed(path, "it is no repository with commits"));
    };
    let commit = commit.to_string();
    let of = EvidenceOf { head: Some(commit.clone()), ..of.clone() };
    let report = report_of(path, &of, RulesOf::Revision, gate)?;
    let read = |path: &str| {
        let entry = source.snapshot.entry(&RepoPath::from(path))?;
        entry.is_file().then(|| source.snapshot.read(entry, LARGEST).ok()).flatten()
    };
    Ok(report::pack(&report, &commit, of.system.as_deref(), read))
}
