//! `governance/allowed_signers` and `revoked_keys`: which keys may sign (OpenSSH, `ssh-keygen(1)`).
//!
//! Signatures are not verified yet. What is read here is enough to see that a change adds a key.

use std::collections::BTreeSet;

use crate::span::RepoPath;

/// Where they lie below the folder they are for.
pub const ALLOWED: &str = "governance/allowed_signers";
pub const REVOKED: &str = "governance/revoked_keys";

/// The largest file that is read.
pub const LARGEST: u64 = 2 << 20;

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
