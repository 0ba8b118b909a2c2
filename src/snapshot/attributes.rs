//! Which filter git runs over a file, as the `.gitattributes` of a snapshot say.

use globset::{GlobBuilder, GlobMatcher};

use super::Snapshot;
use crate::span::RepoPath;

/// Bytes of the longest file of attributes that is read.
const LONGEST: u64 = 1 << 20;

/// Returns whether Git LFS replaces the file at a path when it is checked out: its attribute
/// `filter` is `lfs`. The file nearest to the path decides, and in a file the last line.
pub(crate) fn is_in_lfs(snapshot: &dyn Snapshot, path: &RepoPath) -> bool {
    let mut is_lfs = false;
    // Macros are defined at the top of the repository only, as git reads them.
    let mut macros: Vec<(String, bool)> = Vec::new();
    for folder in path.parent().ancestors_from_root() {
        let Some(text) = attributes_in(snapshot, &folder) else { continue };
        let Some(below) = path.relative_to(&folder) else { continue };
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            let Some((pattern, attributes)) = split_line(line) else { continue };
            let says = says_lfs(attributes, &macros);
            if let Some(name) = pattern.strip_prefix("[attr]") {
                let says = says.filter(|_| folder.is_root());
                macros.extend(says.map(|says| (name.to_owned(), says)));
            } else if let Some(says) = says
                && matches(pattern, &below)
            {
                is_lfs = says;
            }
        }
    }
    is_lfs
}

fn attributes_in(snapshot: &dyn Snapshot, folder: &RepoPath) -> Option<String> {
    let file = folder.join(".gitattributes").ok()?;
    let entry = snapshot.entry(&file).filter(|entry| entry.is_file())?;
    let bytes = snapshot.read(entry, LONGEST).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the pattern of a line and what follows it.
fn split_line(line: &str) -> Option<(&str, &str)> {
    match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"'),
        None => line.split_once(char::is_whitespace),
    }
}

/// Returns whether attributes set `filter` to `lfs`. None where they leave it.
fn says_lfs(attributes: &str, macros: &[(String, bool)]) -> Option<bool> {
    let says = |attribute: &str| match attribute.trim_start_matches(['-', '!']).split_once('=') {
        Some(("filter", value)) => Some(value == "lfs"),
        None if attribute.trim_start_matches(['-', '!']) == "filter" => Some(false),
        _ => macros.iter().rev().find(|(name, _)| name == attribute).map(|(_, says)| *says),
    };
    attributes.split_whitespace().filter_map(says).next_back()
}

/// Returns whether a pattern names a path below the folder of its file. A pattern without a slash
/// is about the name alone.
fn matches(pattern: &str, below: &RepoPath) -> bool {
    let name = below.to_string();
    match pattern.strip_prefix('/').unwrap_or(pattern) {
        anchored if pattern.contains('/') => {
            glob(anchored).is_some_and(|glob| glob.is_match(&name))
        }
        plain => glob(plain).is_some_and(|glob| glob.is_match(below.file_name())),
    }
}

fn glob(pattern: &str) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().ok()?;
    Some(glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::memory::MemorySnapshot;

    #[test]
    fn the_filter_of_a_path_is_what_git_says() {
        let cases: [(&str, &str, &str, bool); 16] = [
            ("*.bin filter=lfs diff=lfs -text", "", "a/b.bin", true),
            ("*.bin filter=lfs diff=lfs -text", "", "a/b.yaml", false),
            ("/a/*.bin filter=lfs", "", "a/b.bin", true),
            ("a/** filter=lfs", "", "a/c/b.bin", true),
            ("c/*.bin filter=lfs", "", "a/c/b.bin", false),
            ("*.bin filter=lfs\na/b.bin -filter", "", "a/b.bin", false),
            ("*.bin filter=lfs\na/b.bin !filter", "", "a/b.bin", false),
            ("*.bin filter=lfs", "b.bin filter=crypt", "a/b.bin", false),
            ("", "b.bin filter=lfs", "a/b.bin", true),
            ("[attr]big filter=lfs\n*.bin big", "", "a/b.bin", true),
            ("[attr]big filter=lfs\n[attr]data big\n*.bin data", "", "a/b.bin", true),
            ("[attr]big filter=lfs", "b.bin big", "a/b.bin", true),
            ("[attr]big filter=lfs\n*.bin big", "b.bin -big", "a/b.bin", true),
            ("", "[attr]big filter=lfs\nb.bin big", "a/b.bin", false),
            ("# *.bin filter=lfs\n", "", "a/b.bin", false),
            ("\"a/b c.bin\" filter=lfs", "", "a/b c.bin", true),
        ];
        for (top, below, path, expected) in cases {
            let files = [(".gitattributes", top), ("a/.gitattributes", below)];
            let snapshot = MemorySnapshot::new(files);
            assert_eq!(is_in_lfs(&snapshot, &path.into()), expected, "{top:?} {below:?} {path}");
        }
    }
}
