//! What a pack says it was made of, and where two packs differ first.

use serde::Deserialize;

use super::pack::Pack;
use crate::date::Date;

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
    let is_commit = file.commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_commit || file.commit.len() < 40 {
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

fn differing(path: &str, one: &[u8], other: &[u8]) -> String {
    let (Ok(one), Ok(other)) = (std::str::from_utf8(one), std::str::from_utf8(other)) else {
        return format!("`{path}` differs");
    };
    let mut lines = (1..).zip(one.lines().zip(other.lines()));
    match lines.find(|(_, (one, other))| one != other) {
        Some((at, (one, other))) => {
            format!("`{path}` differs in line {at}:\n  the pack: {one}\n  now:      {other}")
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
                "`a` differs in line 2:\n  the pack: two\n  \
              now:      2",
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
