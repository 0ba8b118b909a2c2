//! CODEOWNERS: who must review which files. Source: GitHub Docs, "About code owners"; the
//! patterns are those of gitignore without `!`, ranges and `\#`.
//!
//! # Design
//!
//! A file may hold very many or very long patterns, so they are compared as they are written:
//! compiled ones would hold a thousand times their bytes.

use std::str::Chars;

/// Bytes of the largest file that GitHub reads.
pub(crate) const LARGEST: u64 = 3 << 20;

/// The paths at which the file may lie. The first one that exists counts.
pub(crate) const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The rules of a file, in its order.
#[derive(Debug, Default)]
pub struct CodeOwners(Vec<OwnersRule>);

#[derive(Debug)]
struct OwnersRule {
    /// The names that the pattern is made of; `**` stands for any number of folders.
    names: Vec<String>,
    /// Whether it names a folder only.
    is_folder: bool,
    /// Whether it covers one level only.
    stays: bool,
    owners: Vec<String>,
}

impl CodeOwners {
    /// Reads a file. A line that is no rule is skipped, as GitHub does.
    pub(crate) fn read(text: &str) -> Self {
        let rules = text.lines().filter_map(|line| {
            let mut words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
            let rule = OwnersRule::of(words.next()?)?;
            Some(OwnersRule { owners: words.map(str::to_owned).collect(), ..rule })
        });
        Self(rules.collect())
    }

    /// Returns the owners of a file: those whom the last matching rule names. Empty where that rule
    /// names nobody or no rule matches.
    pub(crate) fn of(&self, path: &str) -> &[String] {
        let path: Vec<&str> = path.split('/').collect();
        let rule = self.0.iter().rev().find(|rule| rule.covers(&path));
        rule.map_or(&[], |rule| &rule.owners)
    }
}

impl OwnersRule {
    /// Returns the rule of a pattern, without owners. `None` where the pattern is not valid.
    fn of(pattern: &str) -> Option<Self> {
        let ends_open = pattern.len() - pattern.trim_end_matches('\\').len();
        if pattern.starts_with('!') || pattern.contains("***") || ends_open % 2 == 1 {
            return None;
        }
        let anchored = pattern.trim_end_matches('/').contains('/');
        let body = pattern.trim_matches('/');
        if body.is_empty() {
            return None;
        }
        let anywhere = (!anchored && !body.starts_with("**")).then_some("**");
        Some(Self {
            names: anywhere.into_iter().chain(body.split('/')).map(str::to_owned).collect(),
            // Behind `**` files are covered as well.
            is_folder: pattern.ends_with('/') && !pattern.ends_with("**/"),
            // A pattern that names a folder covers all below it; a `*` at the end does not.
            stays: pattern.ends_with("/*"),
            owners: Vec::new(),
        })
    }

    fn covers(&self, path: &[&str]) -> bool {
        (!self.is_folder && is_path(&self.names, path))
            || (!self.stays && (1..path.len()).any(|end| is_path(&self.names, &path[..end])))
    }
}

/// Whether names are those of a path. Of several `**` only the last one has to be tried again.
fn is_path(names: &[String], path: &[&str]) -> bool {
    let (mut name, mut part, mut again) = (0, 0, None);
    while part < path.len() {
        match names.get(name) {
            Some(text) if text == "**" => {
                name += 1;
                again = Some((name, part));
                if name == names.len() {
                    return true;
                }
            }
            Some(text) if is_name(text, path[part]) => (name, part) = (name + 1, part + 1),
            _ => match again {
                Some((after, from)) => {
                    (name, part) = (after, from + 1);
                    again = Some((name, part));
                }
                None => return false,
            },
        }
    }
    name == names.len()
}

/// Whether a name is as a pattern says: `*` stands for any characters, `?` for one.
fn is_name(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.chars(), name.chars());
    let mut again: Option<(Chars<'_>, Chars<'_>)> = None;
    loop {
        let before = name.clone();
        match (pattern.next(), name.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                again = Some((pattern.clone(), before.clone()));
                name = before;
            }
            (Some('?'), Some(_)) => {}
            (Some('\\'), Some(c)) if pattern.next() == Some(c) => {}
            (Some(written), Some(c)) if written != '\\' && written == c => {}
            _ => {
                let Some((after, mut from)) = again else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pattern, name) = (after.clone(), from.clone());
                again = Some((after, from));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_about_a_file_counts() {
        let owners = CodeOwners::read(
            "* @octo/all\n# a comment\n/governance/ @octo/risk @dee # why\ndocs/* \
             @writers\n*.lock\n!x @nobody\napps/ @apps\n",
        );
        for (path, expected) in [
            ("README.md", &["@octo/all"][..]),
            ("governance/gate.yaml", &["@octo/risk", "@dee"]),
            ("sub/governance/gate.yaml", &["@octo/all"]),
            ("docs/a.md", &["@writers"]),
            ("docs/b/c.md", &["@octo/all"]),
            ("x/y.lock", &[]),
            ("a/apps/b.py", &["@apps"]),
            ("Governance/gate.yaml", &["@octo/all"]),
        ] {
            assert_eq!(owners.of(path), expected, "{path}");
        }
    }

    #[test]
    fn patterns_are_compared_name_by_name() {
        for (pattern, path, expected) in [
            ("/a/**/z", "a/z", true),
            ("/a/**/z", "a/b/c/z", true),
            ("/a/**/z", "a/b/c/y", false),
            ("/a/**", "a", false),
            ("a/**/", "a/b", true),
            ("a/**/", "a", false),
            ("**/b/*.md", "x/b/c.md", true),
            ("*a*b?", "xaybyb.", true),
            ("*a*b?", "xayby", true),
            ("*a*b?", "xab", false),
            (r"\*.md", "*.md", true),
            (r"\*.md", "a.md", false),
            ("a[bc]", "ab", false),
            ("a[bc]", "a[bc]", true),
            (r"a\", "a", false),
        ] {
            let owners = CodeOwners::read(&format!("{pattern} @x\n"));
            assert_eq!(!owners.of(path).is_empty(), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_pattern_of_very_many_wildcards_is_compared() {
        let long = format!("{} @x\n/{} @y\n", "*a".repeat(40_000), "**/a/".repeat(20_000));
        let owners = CodeOwners::read(&long);
        assert!(owners.of("aaab").is_empty() && owners.of("a/a/b").is_empty());
    }

    /// Further patterns, which are not ours to keep here: `AIMSGATE_CODEOWNERS` names a file of
    /// them.
    #[test]
    #[ignore = "needs AIMSGATE_CODEOWNERS"]
    #[expect(clippy::disallowed_methods, reason = "a test reads its vectors")]
    fn patterns_match_as_the_vectors_say() {
        let text = std::fs::read_to_string(std::env::var("AIMSGATE_CODEOWNERS").unwrap()).unwrap();
        let all: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut wrong = Vec::new();
        for case in all.as_array().unwrap() {
            let pattern = case["pattern"].as_str().unwrap();
            let owners = CodeOwners::read(&format!("{pattern} @x\n"));
            for (path, expected) in case["paths"].as_object().unwrap() {
                if owners.of(path).is_empty() == expected.as_bool().unwrap() {
                    wrong.push(format!("{pattern} {path}: expected {expected}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
