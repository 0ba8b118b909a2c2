//! Patterns over paths, as the register and waivers write them.

use globset::{Candidate, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::span::RepoPath;

/// The longest pattern that is read, in bytes.
const LONGEST_PATTERN: usize = 512;

/// A pattern over paths: `*` within one part, `**` across parts, relative to `base`.
pub(super) fn glob(base: &RepoPath, pattern: &str) -> Result<globset::Glob, String> {
    if pattern.len() > LONGEST_PATTERN {
        return Err(format!("a pattern of more than {LONGEST_PATTERN} bytes"));
    }
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    base.join(pattern).map_err(|error| error.to_string())?;
    if pattern.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(
            "a pattern goes down from the register's folder: write it without empty parts, `.` and \
             `..`".to_owned()
        );
    }
    let full = if base.is_root() {
        pattern.to_owned()
    } else {
        format!("{}/{pattern}", globset::escape(&base.to_string()))
    };
    GlobBuilder::new(&full)
        .literal_separator(true)
        .build()
        .map_err(|error| format!("`{pattern}` is no pattern: {}", error.kind()))
}

/// Returns what patterns cover, each relative to its folder. A pattern that names a folder covers
/// all below it.
///
/// Patterns that are not valid cover nothing.
pub(crate) fn covers<'p>(patterns: impl IntoIterator<Item = (&'p RepoPath, &'p str)>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for (base, pattern) in patterns {
        for glob in with_contents(base, pattern) {
            set.add(glob);
        }
    }
    set.build().unwrap_or_else(|_| GlobSet::empty())
}

/// Returns the globs of a pattern: of what it names, and of all in the folder that it may name.
fn with_contents(base: &RepoPath, pattern: &str) -> impl Iterator<Item = Glob> {
    let both = [pattern.to_owned(), format!("{}/**", pattern.trim_end_matches('/'))];
    both.into_iter().filter_map(move |pattern| glob(base, &pattern).ok())
}

/// Compiles globs into one set. None where that is too large.
fn set_of(globs: &[(usize, Glob)]) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for (_, glob) in globs {
        set.add(glob.clone());
    }
    set.build().ok()
}

/// The patterns of several owners, compiled together: a path is matched with all of them at once.
#[derive(Debug, Default)]
pub(crate) struct PatternOwners {
    /// Patterns that are matched together, and the owner of each.
    groups: Vec<(GlobSet, Vec<usize>)>,
}

impl PatternOwners {
    /// Compiles patterns, each with its owner and the folder that it is relative to.
    pub(crate) fn of<'p>(
        patterns: impl IntoIterator<Item = (usize, &'p RepoPath, &'p str)>,
    ) -> Self {
        /// Patterns that are compiled into one set: what is built for them stays small.
        const TOGETHER: usize = 64;
        let globs: Vec<(usize, Glob)> = patterns
            .into_iter()
            .flat_map(|(owner, base, pattern)| {
                with_contents(base, pattern).map(move |glob| (owner, glob))
            })
            .collect();
        let mut groups = Vec::new();
        for globs in globs.chunks(TOGETHER) {
            match set_of(globs) {
                Some(set) => groups.push((set, globs.iter().map(|(owner, _)| *owner).collect())),
                // One of them is too large; the others still hold.
                None => groups.extend(
                    globs
                        .iter()
                        .filter_map(|one| Some((set_of(std::slice::from_ref(one))?, vec![one.0]))),
                ),
            }
        }
        Self { groups }
    }

    /// Returns the owners whose patterns match a path, in their order.
    pub(crate) fn at(&self, path: &str) -> Vec<usize> {
        let candidate = Candidate::new(path);
        let mut found = Vec::new();
        for (set, owners) in &self.groups {
            found.extend(set.matches_candidate(&candidate).into_iter().map(|at| owners[at]));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_matched_with_the_patterns_of_all_owners() {
        let (root, folder) = (RepoPath::root(), RepoPath::from("services/a"));
        let mut patterns: Vec<(usize, &RepoPath, String)> =
            (2..200).map(|at| (at, &root, format!("s{at}/**"))).collect();
        patterns.push((0, &root, "src".to_owned()));
        patterns.push((1, &folder, "*.py".to_owned()));
        patterns.push((1, &root, "src/*.py".to_owned()));
        let owners =
            PatternOwners::of(patterns.iter().map(|(at, base, it)| (*at, *base, it.as_str())));
        assert_eq!(owners.at("src/x.py"), [0, 1]);
        assert_eq!(owners.at("services/a/x.py"), [1]);
        assert_eq!(owners.at("s150/deep/x"), [150]);
        assert!(owners.at("s1500").is_empty());
    }
}
