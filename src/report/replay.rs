//! What a pack or a report says it was made of, and where two of them differ first.

use serde::Deserialize;

use super::pack::Pack;
use crate::date::Date;
use crate::digest::is_commit_id;
use crate::finding::Gate;

/// What a pack was made of.
pub(crate) struct AskedPack {
    pub(crate) version: String,
    pub(crate) commit: String,
    pub(crate) system: Option<String>,
    pub(crate) today: Date,
    pub(crate) is_release: bool,
}

/// `data/pack.json`.
#[derive(Deserialize)]
struct PackFile {
    version: String,
    commit: String,
    system: Option<String>,
    today: String,
    #[serde(rename = "for")]
    gate: String,
}

/// Returns what a pack says it was made of.
///
/// # Errors
/// When it does not say, in words.
pub(crate) fn asked_of(pack: &Pack) -> Result<AskedPack, String> {
    let bytes = pack.get("data/pack.json").ok_or("it has no `data/pack.json`")?;
    let file: PackFile = serde_json::from_slice(bytes)
        .map_err(|error| format!("its `data/pack.json` cannot be read: {error}"))?;
    if !is_commit_id(&file.commit) {
        return Err("its `data/pack.json` names no commit".to_owned());
    }
    let today = file.today.parse().map_err(|_| "its `data/pack.json` names no day".to_owned())?;
    let PackFile { version, commit, system, gate, .. } = file;
    Ok(AskedPack { version, commit, system, today, is_release: gate == "release" })
}

/// Returns the first file, and of text the first line, in which two packs differ. None where they
/// are the same.
pub(crate) fn first_difference(before: &Pack, again: &Pack) -> Option<String> {
    // What was found comes first: the rest follows from it.
    let first = ["data/report.json"].into_iter().map(str::to_owned);
    let paths = first.chain(before.keys().chain(again.keys()).cloned());
    for path in paths {
        match (before.get(&path), again.get(&path)) {
            (Some(one), Some(other)) if one == other => {}
            (None, None) => {}
            (Some(_), None) => return Some(format!("`{path}` does not come out again")),
            (None, Some(_)) => return Some(format!("`{path}` is not in the pack")),
            (Some(one), Some(other)) => return Some(differing(&path, one, other)),
        }
    }
    None
}

/// What a report says it was made of.
pub(crate) struct ReplayedReport {
    pub(crate) version: String,
    /// The commit that was judged, or that was merged into the tip.
    pub(crate) head: String,
    /// The commit that it was compared with, and what its branch was called.
    pub(crate) tip: String,
    pub(crate) target: String,
    /// Whether all of the content counted.
    pub(crate) is_whole: bool,
    pub(crate) scope: String,
    pub(crate) today: Date,
    pub(crate) gate: Gate,
}

/// The parts of a JSON report that say what it was made of.
#[derive(Deserialize)]
struct ReportFile {
    tool: ToolFile,
    inputs: InputsFile,
}

#[derive(Deserialize)]
struct ToolFile {
    version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct InputsFile {
    revision: String,
    scope: String,
    today: String,
    asked: String,
    target: Option<TargetFile>,
    simulation: Vec<String>,
    approvals: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct TargetFile {
    name: String,
    revision: String,
    default_branch: Option<String>,
    whole: bool,
}

/// Returns what a report says it was made of.
///
/// # Errors
/// When it does not say, or git does not hold all of it, in words.
pub(crate) fn asked_of_report(bytes: &[u8]) -> Result<ReplayedReport, String> {
    let file: ReportFile = serde_json::from_slice(bytes)
        .map_err(|error| format!("it is no report of `check --format json`: {error}"))?;
    let inputs = file.inputs;
    let (head, merged) = match inputs.revision.split_once(" merged into ") {
        Some((head, tip)) => (head.to_owned(), Some(tip.to_owned())),
        None => (inputs.revision, None),
    };
    let not_held = || "what it judged is no commit, so git does not hold it".to_owned();
    let head = commit_of(&head).ok_or_else(not_held)?;
    let target = inputs.target.ok_or("it was compared with nothing")?;
    if target.default_branch.is_some() {
        return Err("it does not say which commit of the default branch judged it".to_owned());
    }
    if !inputs.simulation.is_empty() {
        return Err("it was a simulation, which decides nothing".to_owned());
    }
    let tip = commit_of(&target.revision).ok_or("its target is no commit")?;
    if merged.is_some_and(|merged| commit_of(&merged).as_ref() != Some(&tip)) {
        return Err("it names two targets".to_owned());
    }
    if !inputs.approvals.is_empty() {
        return Err("it rests on approvals of a forge, which git does not hold".to_owned());
    }
    Ok(ReplayedReport {
        version: file.tool.version,
        head,
        tip,
        target: target.name,
        is_whole: target.whole,
        scope: inputs.scope,
        today: inputs.today.parse().map_err(|_| "it names no day")?,
        gate: if inputs.asked == "release" { Gate::Release } else { Gate::Merge },
    })
}

/// The id in `commit ID`, or an id alone.
fn commit_of(revision: &str) -> Option<String> {
    let id = revision.strip_prefix("commit ").unwrap_or(revision);
    is_commit_id(id).then(|| id.to_owned())
}

/// Returns where two reports differ first. None where they are the same.
pub(crate) fn difference_of_reports(before: &[u8], again: &str) -> Option<String> {
    (before != again.as_bytes()).then(|| differing("report", before, again.as_bytes()))
}

fn differing(path: &str, one: &[u8], other: &[u8]) -> String {
    let (Ok(one), Ok(other)) = (std::str::from_utf8(one), std::str::from_utf8(other)) else {
        return format!("`{path}` differs");
    };
    let mut lines = (1..).zip(one.lines().zip(other.lines()));
    match lines.find(|(_, (one, other))| one != other) {
        Some((at, (one, other))) => {
            format!("`{path}` differs in line {at}:\n  before: {one}\n  now:    {other}")
        }
        None => format!("`{path}` differs in its length"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(files: &[(&str, &str)]) -> Pack {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).into())).collect()
    }

    #[test]
    fn the_first_difference_is_told_with_its_line() {
        let before = pack(&[("a", "one\ntwo\n"), ("b", "x")]);
        assert_eq!(first_difference(&before, &before), None);
        let cases = [
            (
                pack(&[("a", "one\n2\n"), ("b", "x")]),
                "`a` differs in line 2:\n  before: two\n  now:    2",
            ),
            (pack(&[("a", "one\ntwo\n")]), "`b` does not come out again"),
            (pack(&[("a", "one\ntwo\n"), ("b", "x"), ("c", "")]), "`c` is not in the pack"),
        ];
        for (again, expected) in cases {
            assert_eq!(first_difference(&before, &again).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_pack_that_names_no_commit_is_refused() {
        let text = r#"{"version": "1", "commit": "main", "today": "2026-11-22", "for": "merge"}"#;
        assert!(asked_of(&pack(&[("data/pack.json", text)])).is_err());
        assert!(asked_of(&Pack::new()).is_err());
    }
}
