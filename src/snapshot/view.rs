//! The judged part of a snapshot, and its files by folder, name and format.

use std::sync::{Arc, OnceLock};

use super::file_index::FileIndex;
use super::{Entry, Snapshot};
use crate::document::Format;
use crate::span::RepoPath;

/// The part of a snapshot that is judged. Paths stay those of the snapshot: the rules for a folder
/// may lie above it.
///
/// The entries of the snapshot are listed once, when a file is first asked for by name or format;
/// all clones of a view share that index.
#[derive(Clone)]
pub struct View<'a> {
    pub(crate) snapshot: &'a dyn Snapshot,
    pub(crate) scope: RepoPath,
    index: Arc<OnceLock<FileIndex>>,
}

impl<'a> View<'a> {
    pub fn new(snapshot: &'a dyn Snapshot, scope: RepoPath) -> Self {
        Self { snapshot, scope, index: Arc::default() }
    }

    /// The entries inside the scope.
    pub fn entries(&self) -> &'a [Entry] {
        self.below(&self.scope)
    }

    /// The entries at or below a folder of the snapshot, inside the scope or not.
    pub(crate) fn below(&self, folder: &RepoPath) -> &'a [Entry] {
        let all = self.snapshot.entries();
        if folder.is_root() {
            return all;
        }
        // Paths inside a folder are neighbours only behind `folder/`; the folder's own entry, a
        // submodule or a file, stands alone before them.
        let mut inside = folder.as_bytes().to_vec();
        if let Ok(at) = all.binary_search_by(|entry| entry.path.cmp(folder)) {
            return &all[at..=at];
        }
        inside.push(b'/');
        let start = all.partition_point(|entry| entry.path.as_bytes() < inside.as_slice());
        let count =
            all[start..].partition_point(|entry| entry.path.as_bytes().starts_with(&inside));
        &all[start..start + count]
    }

    /// The text of a file. None where it has more bytes, is no text, or is not here.
    pub(crate) fn text(&self, entry: &Entry, most_bytes: u64) -> Option<String> {
        let is_small = self.snapshot.size(entry).ok()? <= most_bytes;
        let bytes = is_small.then(|| self.snapshot.read(entry, most_bytes).ok())??;
        String::from_utf8(bytes).ok()
    }

    /// The entries of the whole snapshot with this file name, in order of paths. Names that differ
    /// in the case of ASCII letters, or in `.yml` for `.yaml`, are among them.
    pub(crate) fn named_like(&self, name: &str) -> impl Iterator<Item = &'a Entry> {
        let entries = self.snapshot.entries();
        self.index().named_like(name).map(|at| &entries[at])
    }

    /// The entries of the whole snapshot whose name tells that they are documents, each with its
    /// format, in order of paths.
    pub(crate) fn documents(&self) -> impl Iterator<Item = (&'a Entry, Format)> {
        let entries = self.snapshot.entries();
        self.index().documents().map(|(at, format)| (&entries[at], format))
    }

    fn index(&self) -> &FileIndex {
        self.index.get_or_init(|| FileIndex::of(self.snapshot.entries()))
    }
}
