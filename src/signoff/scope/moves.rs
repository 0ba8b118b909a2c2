//! Whether a file that stands at another path is the file that was signed.
//!
//! # Design
//!
//! The name of a file and of its folder say what it is for: the same two files under each other's
//! names are another system. So a file moved only where it keeps its name and its role, where no
//! folder switches it on or off, and where it cannot be confused with another signed file that went
//! away too.

use super::configuration::is_prompt;
use super::pattern::is_pattern;
use crate::span::RepoPath;

/// Parts of names of folders that say whether what they hold is used, and where.
const SWITCHES: [&str; 68] = [
    "allow",
    "allowed",
    "deny",
    "denied",
    "block",
    "blocked",
    "ignore",
    "ignored",
    "enforce",
    "enforced",
    "disable",
    "enable",
    "inactive",
    "active",
    "activate",
    "off",
    "on",
    "old",
    "former",
    "legacy",
    "deprecated",
    "retired",
    "unused",
    "archive",
    "archived",
    "backup",
    "bak",
    "draft",
    "drafts",
    "proposed",
    "pending",
    "rejected",
    "approved",
    "candidate",
    "shadow",
    "canary",
    "test",
    "tests",
    "testing",
    "example",
    "examples",
    "sample",
    "samples",
    "template",
    "templates",
    "dev",
    "stage",
    "staging",
    "prod",
    "production",
    "live",
    "available",
    "experimental",
    "default",
    "override",
    "overrides",
    "fallback",
    "primary",
    "secondary",
    "parked",
    "paused",
    "quarantine",
    "hold",
    "next",
    "current",
    "retail",
    "corporate",
    "wholesale",
];

/// Returns whether content that was signed at one path and stands at another one is the same file.
/// `others` are the paths of other signed files that are gone.
pub(crate) fn is_move(old: &str, new: &str, others: &[&str]) -> bool {
    let (before, after) = (parts(old), parts(new));
    let role = |path: &str| is_prompt(&RepoPath::from(path));
    is_pattern(old) == is_pattern(new)
        && role(old) == role(new)
        && shared(&before, &after) >= known_by(&before, others)
        && switches(&before) == switches(&after)
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').collect()
}

/// Returns how many of the last parts of two paths are the same.
fn shared(one: &[&str], other: &[&str]) -> usize {
    one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count()
}

/// Returns how many of its last parts tell a path from others.
fn known_by(path: &[&str], others: &[&str]) -> usize {
    let alike = others.iter().map(|other| shared(path, &parts(other)));
    alike.max().unwrap_or(0) + 1
}

/// Returns the words in the folders of a path that say whether what they hold is used.
fn switches(path: &[&str]) -> Vec<String> {
    let folders = path.iter().take(path.len().saturating_sub(1));
    // A folder that is hidden, or marked as a part of something else, is often left out.
    let first = |folder: &&str| folder.chars().next().filter(|c| matches!(c, '.' | '_'));
    let marks = folders.clone().filter_map(first).map(String::from);
    let marks: Vec<String> = marks.collect();
    let words = folders.flat_map(|part| part.split(|c: char| !c.is_alphanumeric()));
    let words = words.map(|word| {
        let word = word.to_lowercase();
        word.strip_suffix('d').filter(|it| it.ends_with("able")).map_or(word.clone(), str::to_owned)
    });
    let is_switch =
        |word: &String| is_region(word) || is_version(word) || SWITCHES.contains(&word.as_str());
    words.filter(is_switch).chain(marks).collect()
}

/// Whether a word says which edition: `v2`, `2026`.
fn is_version(word: &str) -> bool {
    let digits = word.strip_prefix('v').unwrap_or(word);
    let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    is_number && (word.len() > digits.len() || digits.len() == 4)
}

/// Whether a word names where something is used, or in which language: `eu`, `de`, `emea`.
fn is_region(word: &str) -> bool {
    const REGIONS: [&str; 12] = [
        "eea", "usa", "gbr", "emea", "apac", "latam", "dach", "europe", "america", "asia",
        "africa", "global",
    ];
    let is_code = word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    is_code || REGIONS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_moves_with_its_name_and_its_role() {
        let cases: [(&str, &str, &[&str], bool); 18] = [
            ("config/decision.yaml", "settings/decision.yaml", &[], true),
            ("config/decision.yaml", "decision.yaml", &[], true),
            ("models/a/w.bin", "weights/a/w.bin", &["models/b/w.bin"], true),
            ("models/a/**", "weights/**", &[], true),
            ("ml/prompts/a.txt", "ml/instructions/a.txt", &[], true),
            ("config/decision.yaml", "config/other.yaml", &[], false),
            ("models/a/w.bin", "models/c/w.bin", &["models/b/w.bin"], false),
            ("models/a/**", "models/c/**", &["models/b/**"], false),
            ("prod/limits.yaml", "testing/limits.yaml", &["test/limits.yaml"], false),
            ("disabled/override.yaml", "enabled/override.yaml", &[], false),
            ("config/override.yaml.off", "config/override.yaml", &[], false),
            ("sites-available/a.conf", "sites/a.conf", &[], false),
            ("config/a.yaml", "archive/config/a.yaml", &[], false),
            ("config/a.txt", "config/prompts/a.txt", &[], false),
            ("models/a.bin", "models/**", &[], false),
            ("tests/a.yaml", "config/a.yaml", &[], false),
            ("config/eu/limits.yaml", "config/us/limits.yaml", &[], false),
            ("ml/de/limits.yaml", "ml/config/de/limits.yaml", &[], true),
        ];
        for (old, new, others, expected) in cases {
            assert_eq!(is_move(old, new, others), expected, "{old} -> {new}");
        }
    }
}
