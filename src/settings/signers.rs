//! `governance/allowed_signers` and `revoked_keys`: which keys may sign (OpenSSH, `ssh-keygen(1)`).
//!
//! The outermost file says whose keys count; what any of the files revokes is revoked.

use std::collections::BTreeSet;

use super::Mistake;
use super::layout::OwnFile;
use crate::openssh::{AllowedSigners, RevokedKeys};
use crate::span::{Place, RepoPath, Span};

/// The path of the file, relative to the folder it holds for.
pub(crate) const ALLOWED: &str = OwnFile::AllowedSigners.path();
pub(crate) const REVOKED: &str = OwnFile::RevokedKeys.path();

/// The largest file that is read.
pub(crate) const LARGEST: u64 = 2 << 20;

/// The most mistakes of one file that are reported.
const MOST_MISTAKES: usize = 100;

/// Returns the lines that would not count, each as a mistake with its place.
pub(crate) fn mistakes(file: &RepoPath, bytes: &[u8]) -> Vec<Mistake> {
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
    let ends: Vec<usize> = ends.chain([bytes.len()]).collect();
    let line = |number: usize| {
        let before = number.checked_sub(2).and_then(|at| ends.get(at)).map_or(0, |end| end + 1);
        let end = ends.get(number.saturating_sub(1)).copied().unwrap_or(bytes.len());
        Place::bytes(file.clone(), Span::new(before, end))
    };
    let named = |name: &str| RepoPath::from(name).file_name() == file.file_name();
    if named(ALLOWED) {
        let signers = AllowedSigners::parse(bytes);
        let all = signers.mistakes.iter().cloned().chain(signers.refused_lines());
        return all
            .take(MOST_MISTAKES)
            .map(|it| Mistake::at(line(it.line), format!("this line lets nobody sign: {}", it.why)))
            .collect();
    }
    let message = "this line is no public key, so nobody can say which keys are revoked".to_owned();
    RevokedKeys::parse(bytes)
        .unreadable
        .map(|number| Mistake::at(line(number), message))
        .into_iter()
        .collect()
}

/// The lines of one kind of file, without comments and order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    pub(crate) files: Vec<RepoPath>,
    pub(crate) lines: BTreeSet<Vec<u8>>,
    /// The bytes of the outermost file. A nested file gives nobody a key for what lies above it.
    outermost: Vec<u8>,
}

fn said(line: &[u8]) -> Option<&[u8]> {
    Some(line.trim_ascii()).filter(|line| !line.is_empty() && !line.starts_with(b"#"))
}

impl Keys {
    /// Adds the lines of a file. A binary key revocation list counts as one line.
    pub(crate) fn add(&mut self, file: RepoPath, bytes: &[u8]) {
        if self.files.is_empty() {
            self.outermost = bytes.to_vec();
        }
        self.files.push(file);
        if bytes.contains(&0) {
            self.lines.insert(bytes.to_vec());
            return;
        }
        self.lines.extend(bytes.split(|b| *b == b'\n').filter_map(said).map(<[u8]>::to_vec));
    }

    /// Returns the lines that both this and another branch's file have, in this file's order.
    #[must_use]
    pub(crate) fn and(mut self, other: &Keys) -> Self {
        let is_kept = |line: &&[u8]| said(line).is_none_or(|line| other.lines.contains(line));
        let lines = self
            .outermost
            .split(|b| *b == b'\n')
            .map(|line| if is_kept(&line) { line } else { &[] });
        self.outermost = lines.collect::<Vec<_>>().join(&b'\n');
        self.lines.retain(|line| other.lines.contains(line));
        self
    }

    /// Returns the parsed `allowed_signers`.
    pub(crate) fn allowed(&self) -> AllowedSigners {
        AllowedSigners::parse(&self.outermost)
    }

    /// Returns the keys that these and other files revoke.
    pub(crate) fn revoked(&self, others: &[&Keys]) -> RevokedKeys {
        let all = others.iter().copied().chain([self]).flat_map(|keys| &keys.lines);
        let mut revoked = RevokedKeys::default();
        all.for_each(|line| revoked.add(RevokedKeys::parse(line)));
        revoked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_stand_at_their_lines_and_end_somewhere() {
        let file = RepoPath::from(ALLOWED);
        let found = mistakes(&file, b"# keys\n\nx\ny z");
        let spans: Vec<String> = found.iter().map(|it| format!("{:?}", it.place.at)).collect();
        assert_eq!(
            spans,
            [8..9, 10..13]
                .map(|it| format!("{:?}", crate::span::At::Bytes(Span::new(it.start, it.end))))
        );
        assert_eq!(mistakes(&file, &b"x\n".repeat(500_000)).len(), MOST_MISTAKES);
    }
}
