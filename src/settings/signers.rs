//! `governance/allowed_signers` and `revoked_keys`: which keys may sign (OpenSSH, `ssh-keygen(1)`).
//!
//! No signature is judged yet. What is read here is enough to see that a change adds a key, and to tell a line that
//! would never let anybody sign.

use std::collections::BTreeSet;

use super::Mistake;
use crate::openssh::{AllowedSigners, RevokedKeys};
use crate::span::{Place, RepoPath, Span};

/// Where they lie below the folder they are for.
pub const ALLOWED: &str = "governance/allowed_signers";
pub const REVOKED: &str = "governance/revoked_keys";

/// The largest file that is read.
pub const LARGEST: u64 = 2 << 20;

/// What would count for nothing, with its place.
pub fn mistakes(file: &RepoPath, bytes: &[u8]) -> Vec<Mistake> {
    let line = |number: usize| {
        let start: usize = bytes.split_inclusive(|byte| *byte == b'\n').take(number - 1).map(<[u8]>::len).sum();
        let length = bytes[start..].iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - start);
        Place::bytes(file.clone(), Span::new(start, start + length))
    };
    let named = |name: &str| RepoPath::from(name).file_name() == file.file_name();
    if named(ALLOWED) {
        let signers = AllowedSigners::parse(bytes);
        let all = signers.mistakes.iter().cloned().chain(signers.refused_lines());
        return all
            .map(|it| Mistake { place: line(it.line), message: format!("this line lets nobody sign: {}", it.why) })
            .collect();
    }
    let message = "this line is no public key, so nobody can say which keys are revoked".to_owned();
    RevokedKeys::parse(bytes).unreadable.map(|number| Mistake { place: line(number), message }).into_iter().collect()
}

/// The lines of one file that say something, comments and order aside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    pub files: Vec<RepoPath>,
    pub lines: BTreeSet<Vec<u8>>,
}

impl Keys {
    /// Adds what a file says. A binary key revocation list is one line of its own.
    pub fn add(&mut self, file: RepoPath, bytes: &[u8]) {
        self.files.push(file);
        if bytes.contains(&0) {
            self.lines.insert(bytes.to_vec());
            return;
        }
        let lines = bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        self.lines.extend(lines.filter(|line| !line.is_empty() && !line.starts_with(b"#")).map(<[u8]>::to_vec));
    }
}
