//! Which part of a repository a file belongs to, by its path.

use serde::Serialize;

use super::{EXAMPLES, TESTS};
use crate::span::RepoPath;

/// What a file is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PathPart {
    Product,
    Test,
    Example,
    Documentation,
    /// Written by others and kept here.
    Vendored,
    /// Written by a program.
    Generated,
}

/// Folders of what others wrote, of those that are beside the product.
const VENDORED: [&str; 8] = [
    "vendor",
    "vendored",
    "third_party",
    "third-party",
    "node_modules",
    "site-packages",
    ".venv",
    "venv",
];

impl PathPart {
    /// Returns the part of a path as seen from the judged folder.
    pub(crate) fn of(path: &RepoPath, scope: &RepoPath) -> Self {
        let relative = path.relative_to(scope).unwrap_or_else(|| path.clone());
        let text = relative.to_string().to_ascii_lowercase();
        let (folders, name) = text.rsplit_once('/').unwrap_or(("", &text));
        let is_in = |all: &[&str]| folders.split('/').any(|part| all.contains(&part));
        let generated = [".min.js", ".pb.go", "_pb2.py", "_pb2_grpc.py", ".g.dart", ".designer.cs"];
        if is_in(&VENDORED) {
            Self::Vendored
        } else if generated.iter().any(|end| name.ends_with(end)) || is_in(&["generated"]) {
            Self::Generated
        } else if is_in(&TESTS) || super::is_test_name(path, name) {
            Self::Test
        } else if is_in(&["doc", "docs"]) {
            Self::Documentation
        } else if is_in(&EXAMPLES) {
            Self::Example
        } else {
            Self::Product
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_told_by_the_path() {
        let rows = [
            ("src/a.py", PathPart::Product),
            ("tests/a.py", PathPart::Test),
            ("src/test_a.py", PathPart::Test),
            ("examples/a.py", PathPart::Example),
            ("docs/a.py", PathPart::Documentation),
            ("vendor/tests/a.go", PathPart::Vendored),
            ("api/a_pb2.py", PathPart::Generated),
        ];
        for (path, part) in rows {
            assert_eq!(PathPart::of(&path.into(), &RepoPath::root()), part, "{path}");
        }
        assert_eq!(PathPart::of(&"tests/x/a.py".into(), &"tests/x".into()), PathPart::Product);
    }
}
