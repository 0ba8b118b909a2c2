//! CODEOWNERS: who must review which files. Source: GitHub Docs, "About code owners"; the
//! patterns are those of gitignore without `!`, ranges and `\#`.

use globset::{GlobBuilder, GlobMatcher};

/// Bytes of the largest file that GitHub reads.
pub(crate) const LARGEST: u64 = 3 << 20;

/// The paths at which the file may lie. The first one that exists counts.
pub(crate) const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The rules of a file, in its order.
#[derive(Debug, Default)]
pub struct CodeOwners(Vec<OwnersRule>);

#[derive(Debug)]
struct OwnersRule {
    files: Vec<GlobMatcher>,
    owners: Vec<String>,
}

impl CodeOwners {
    /// Reads a file. A line that is no rule is skipped, as GitHub does.
    pub(crate) fn read(text: &str) -> Self {
        let rules = text.lines().filter_map(|line| {
            let mut words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
            let files = matchers(words.next()?)?;
            Some(OwnersRule { files, owners: words.map(str::to_owned).collect() })
        });
        Self(rules.collect())
    }

    /// Returns the owners of a file: those whom the last matching rule names. Empty where that rule
    /// names nobody or no rule matches.
    pub(crate) fn of(&self, path: &str) -> &[String] {
        let rule =
            self.0.iter().rev().find(|rule| rule.files.iter().any(|glob| glob.is_match(path)));
        rule.map_or(&[], |rule| &rule.owners)
    }
}

/// Returns the matchers of a pattern. Returns `None` where the pattern is not valid.
fn matchers(pattern: &str) -> Option<Vec<GlobMatcher>> {
    if pattern.starts_with('!') || pattern.contains("***") {
        return None;
    }
    let anchored = pattern.trim_end_matches('/').contains('/');
    let body = pattern.trim_start_matches('/');
    let body = body.trim_end_matches('/');
    if body.is_empty() {
        return None;
    }
    let prefix = if anchored || body.starts_with("**") { "" } else { "**/" };
    // Brackets and braces have no special meaning.
    let literal =
        |c: char| if matches!(c, '[' | ']' | '{' | '}') { format!("[{c}]") } else { c.to_string() };
    let full = format!("{prefix}{}", body.chars().map(literal).collect::<String>());
    let glob = |text: &str| {
        let glob = GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build();
        glob.ok().map(|glob| glob.compile_matcher())
    };
    // A pattern that names a folder covers all below it. A `*` at the end covers one level only.
    let is_folder = pattern.ends_with('/');
    let stays = pattern.ends_with("/*");
    let mut found = Vec::new();
    if !is_folder {
        found.push(glob(&full)?);
    }
    if !stays {
        found.push(glob(&format!("{full}/**"))?);
    }
    Some(found)
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
