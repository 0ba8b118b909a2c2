//! Where something stands: byte ranges, positions for people, paths inside a repository, places.
//!
//! Everything below the reports speaks in byte ranges. Lines and columns are computed once, when a
//! place is shown, by [`Lines`]. Columns count Unicode code points, as SARIF's `columnKind`
//! `unicodeCodePoints` does.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// A half-open range of bytes in one document.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    /// The range `start..end`; an end before the start is moved to the start.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The same range, `by` bytes further on: for a document embedded in another one.
    pub(crate) fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }

    /// Whether all of another range lies in this one.
    pub(crate) fn holds(self, inner: Span) -> bool {
        self.start <= inner.start && inner.end <= self.end
    }

    /// The smallest range that holds both.
    pub(crate) fn to(self, other: Span) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same range, moved to ends that are ends of characters of `source`.
    pub(crate) fn within(self, source: &str) -> Self {
        let snap = |mut at: usize| {
            at = at.min(source.len());
            while !source.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        Self::new(snap(self.start), snap(self.end))
    }

    /// The text of this range, empty where the range is not one of `source`.
    pub(crate) fn of(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }

    /// The range without white space at either end.
    pub(crate) fn trimmed(self, source: &str) -> Self {
        let text = self.of(source);
        let start = self.start + (text.len() - text.trim_start().len());
        Self::new(start, start + text.trim().len())
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A place a person can go to: line and column, both from 1, columns in code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// A text and where each of its lines starts, to turn byte offsets into positions.
#[derive(Debug)]
pub(crate) struct Lines {
    text: String,
    starts: Vec<usize>,
}

impl Lines {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1));
        Self { text, starts }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The position of a byte offset; an offset past the end is the end.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let column = self.text[self.starts[line]..offset].chars().count() + 1;
        Position { line: line + 1, column }
    }

    /// The bytes of a line (from 1) without its line break; empty past the last line.
    pub(crate) fn line(&self, line: usize) -> Span {
        let Some(start) = line.checked_sub(1).and_then(|at| self.starts.get(at)) else {
            return Span::new(self.text.len(), self.text.len());
        };
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        let trimmed = self.text[*start..end].trim_end_matches(['\n', '\r']);
        Span::new(*start, start + trimmed.len())
    }
}

/// A path inside a repository: `/` between parts, relative to the snapshot's root, any bytes.
///
/// Git allows names that are not UTF-8. They are kept as they are, and shown with the damaged
/// bytes replaced.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepoPath(Box<[u8]>);

/// Why a path written in a document names no path of the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathError {
    #[error("the path is empty")]
    Empty,
    #[error("the path is absolute; write it relative to the register's folder")]
    Absolute,
    #[error("the path leaves the repository")]
    Escapes,
    #[error("the path has a backslash; parts are separated by /")]
    Backslash,
}

impl RepoPath {
    /// A path as git or a file system listed it.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self(bytes.as_ref().into())
    }

    /// The root of the snapshot.
    pub fn root() -> Self {
        Self(Box::default())
    }

    pub(crate) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text, if it is text.
    pub(crate) fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The last part, damaged bytes replaced.
    pub(crate) fn file_name(&self) -> String {
        let name = self.0.rsplit(|b| *b == b'/').next().unwrap_or_default();
        String::from_utf8_lossy(name).into_owned()
    }

    /// The part after the last dot of the file name, in lower case; empty without one.
    pub(crate) fn extension(&self) -> String {
        let name = self.file_name();
        match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => extension.to_ascii_lowercase(),
            _ => String::new(),
        }
    }

    /// The folder that holds this path; the root's parent is the root.
    pub(crate) fn parent(&self) -> Self {
        match self.0.iter().rposition(|b| *b == b'/') {
            Some(at) => Self::new(&self.0[..at]),
            None => Self::root(),
        }
    }

    /// The root, then each folder on the way down to and including this path.
    pub(crate) fn ancestors_from_root(&self) -> Vec<Self> {
        let mut all = vec![Self::root()];
        all.extend(
            self.0
                .iter()
                .enumerate()
                .filter(|(_, b)| **b == b'/')
                .map(|(at, _)| Self::new(&self.0[..at])),
        );
        if !self.is_root() {
            all.push(self.clone());
        }
        all
    }

    /// Whether this path is `folder` itself or lies under it.
    pub(crate) fn is_in(&self, folder: &RepoPath) -> bool {
        folder.is_root()
            || (self.0.starts_with(&folder.0)
                && (self.0.len() == folder.0.len() || self.0[folder.0.len()] == b'/'))
    }

    /// This path as seen from `folder`, if it lies there.
    pub(crate) fn relative_to(&self, folder: &RepoPath) -> Option<Self> {
        if !self.is_in(folder) {
            return None;
        }
        let skip = if folder.is_root() { 0 } else { (folder.0.len() + 1).min(self.0.len()) };
        Some(Self::new(&self.0[skip..]))
    }

    /// The path that `written`, found in a document that belongs to this folder, names.
    ///
    /// # Errors
    /// When `written` is empty, absolute, has backslashes, or leaves the snapshot by `..`.
    pub(crate) fn join(&self, written: &str) -> Result<Self, PathError> {
        if written.is_empty() {
            return Err(PathError::Empty);
        }
        if written.contains('\\') {
            return Err(PathError::Backslash);
        }
        if written.starts_with('/') || written.as_bytes().get(1) == Some(&b':') {
            return Err(PathError::Absolute);
        }
        let mut parts: Vec<&[u8]> =
            self.0.split(|b| *b == b'/').filter(|part| !part.is_empty()).collect();
        for part in written.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop().ok_or(PathError::Escapes)?;
                }
                part => parts.push(part.as_bytes()),
            }
        }
        Ok(Self::new(parts.join(&b'/')))
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RepoPath({self})")
    }
}

impl From<&str> for RepoPath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl Serialize for RepoPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Which part of a file is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum At {
    /// The file as such: a binary file, or one that says nothing where it should.
    Whole,
    /// A range of bytes.
    Bytes(Span),
}

/// A file that exists, and which part of it is meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) path: RepoPath,
    pub(crate) at: At,
}

impl Place {
    pub(crate) fn whole(path: RepoPath) -> Self {
        Self { path, at: At::Whole }
    }

    pub(crate) fn bytes(path: RepoPath, span: Span) -> Self {
        Self { path, at: At::Bytes(span) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_code_points_and_survive_crlf() {
        let text = "a\r\né😀x\n";
        let index = Lines::new(text);
        assert_eq!(index.position(0), Position { line: 1, column: 1 });
        let x = text.find('x').unwrap();
        assert_eq!(index.position(x), Position { line: 2, column: 3 });
        assert_eq!(index.line(1).of(text), "a");
        assert_eq!(index.line(2).of(text), "é😀x");
        assert_eq!(index.position(999).line, 3);
        assert_eq!(index.line(9).of(text), "");
    }

    #[test]
    fn a_position_inside_a_character_is_its_start() {
        let index = Lines::new("é");
        assert_eq!(index.position(1), Position { line: 1, column: 1 });
    }

    #[test]
    fn written_paths_stay_inside_the_repository() {
        let folder = RepoPath::from("services/a");
        assert_eq!(folder.join("docs/./x.md"), Ok("services/a/docs/x.md".into()));
        assert_eq!(folder.join("../b/x.md"), Ok("services/b/x.md".into()));
        assert_eq!(folder.join("../../../x"), Err(PathError::Escapes));
        assert_eq!(folder.join("/etc/passwd"), Err(PathError::Absolute));
        assert_eq!(folder.join("C:/x"), Err(PathError::Absolute));
        assert_eq!(folder.join("a\\b"), Err(PathError::Backslash));
        assert_eq!(folder.join(""), Err(PathError::Empty));
    }

    #[test]
    fn folders_hold_whole_parts_only() {
        let path = RepoPath::from("ab/c");
        assert!(path.is_in(&"ab".into()));
        assert!(!path.is_in(&"a".into()));
        assert_eq!(path.relative_to(&"ab".into()), Some("c".into()));
        assert_eq!(path.relative_to(&RepoPath::root()), Some("ab/c".into()));
        let steps: Vec<String> =
            path.ancestors_from_root().iter().map(ToString::to_string).collect();
        assert_eq!(steps, ["", "ab", "ab/c"]);
    }
}
