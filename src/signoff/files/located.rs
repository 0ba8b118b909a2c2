//! A file of a sign-off with its bytes and the signature beside it.

use crate::digest::Sha256;
use crate::span::{Place, RepoPath, Span};

/// What one file says, its bytes, and the signature beside it.
#[derive(Debug)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) path: RepoPath,
    pub(crate) bytes: Vec<u8>,
    /// The SHA-256 of the bytes.
    pub(crate) sha256: Sha256,
    /// The bytes of the file of the same name with `.sig` at its end. None where there is none.
    pub(crate) signature: Option<Vec<u8>>,
    /// Whether the target branch does not have the file, or not with this signature.
    pub(crate) is_new: bool,
}

impl<T> Located<T> {
    /// Returns the place of a span of this file.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place::bytes(self.path.clone(), span)
    }

    /// Returns the same file with another reading of what it says.
    pub(super) fn holding<U>(self, value: U) -> Located<U> {
        let Self { path, bytes, sha256, signature, is_new, .. } = self;
        Located { value, path, bytes, sha256, signature, is_new }
    }
}
