//! The documents that were read, each once.

use std::collections::BTreeMap;

use crate::document::{self, Document, LIMITS};
use crate::snapshot::View;
use crate::span::RepoPath;

/// Every document that was read, by path.
#[derive(Debug, Default)]
pub(crate) struct Documents(pub(super) BTreeMap<RepoPath, Document>);

impl Documents {
    /// A document that was read earlier.
    pub(crate) fn get(&self, path: &RepoPath) -> Option<&Document> {
        self.0.get(path)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Document> {
        self.0.values()
    }

    /// Reads the document at `path` once; `None` where the snapshot has no such file.
    pub(crate) fn load(&mut self, view: &View<'_>, path: &RepoPath) -> Option<&Document> {
        if !self.0.contains_key(path) {
            let document = fetch(view, path)?;
            self.0.insert(path.clone(), document);
        }
        self.0.get(path)
    }
}

/// How a file begins whose content Git LFS keeps elsewhere.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// The document at a path, read now.
pub(crate) fn fetch(view: &View<'_>, path: &RepoPath) -> Option<Document> {
    let entry = view.snapshot.entry(path)?;
    if !entry.is_file() {
        return Some(Document::unreadable(
            path.clone(),
            "a link or a submodule; the document must be a file here",
        ));
    }
    Some(match view.snapshot.read(entry, LIMITS.bytes) {
        Ok(bytes) if bytes.starts_with(LFS_POINTER) => Document::unreadable(
            path.clone(),
            "its content is in Git LFS and not in this copy; keep documents in git",
        ),
        Ok(bytes) => document::parse(path.clone(), bytes),
        Err(error) => Document::unreadable(path.clone(), error.to_string()),
    })
}
