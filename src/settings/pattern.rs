//! Patterns over paths, as the register and waivers write them.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

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
        for pattern in [pattern.to_owned(), format!("{}/**", pattern.trim_end_matches('/'))] {
            if let Ok(glob) = glob(base, &pattern) {
                set.add(glob);
            }
        }
    }
    set.build().unwrap_or_else(|_| GlobSet::empty())
}
