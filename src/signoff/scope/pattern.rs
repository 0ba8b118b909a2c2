//! Paths of registers and records that stand for several files.

use crate::span::RepoPath;

/// Characters that make a path a pattern.
const WILD: [char; 4] = ['*', '?', '[', '{'];

/// Whether a path of the register, or of a record, is a pattern over files.
pub(crate) fn is_pattern(path: &str) -> bool {
    path.contains(WILD)
}

/// Returns the folder that a pattern begins with, and what follows it, `**` where nothing does.
pub(crate) fn split_pattern(pattern: &RepoPath) -> (RepoPath, String) {
    let pattern = pattern.to_string();
    let literal: Vec<&str> = pattern.split('/').take_while(|part| !is_pattern(part)).collect();
    let literal = literal.join("/");
    let rest = pattern.get(literal.len()..).unwrap_or_default().trim_start_matches('/');
    let rest = if rest.is_empty() { "**" } else { rest };
    (RepoPath::from(literal.as_str()), rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_folder_and_the_rest() {
        let cases = [
            ("data/**/*.csv", "data", "**/*.csv"),
            ("data", "data", "**"),
            ("*.bin", "", "*.bin"),
            ("a/b[0-9]/c", "a", "b[0-9]/c"),
        ];
        for (pattern, folder, rest) in cases {
            let expected = (RepoPath::from(folder), rest.to_owned());
            assert_eq!(split_pattern(&pattern.into()), expected, "{pattern}");
        }
    }
}
