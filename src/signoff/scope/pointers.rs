//! Which Git LFS pointers stand for the object that they name.
//!
//! # Design
//!
//! The text of a pointer is a pointer only where git replaces it: elsewhere a program reads its
//! three lines. So it counts where the attributes of the path say `filter=lfs`, or where a register
//! declares the file as a `pointer` and no other system has it among its own. No object of another
//! size has the same digest, so a pointer whose size is another than that of the known object is
//! content of its own.

use std::collections::BTreeMap;

use globset::GlobSet;

use crate::change::{Change, Edit};
use crate::digest::{LfsPointer, Sha256, lfs_pointer, sha256};
use crate::ids::SystemId;
use crate::model::Declared;
use crate::settings::covers;
use crate::settings::register::System;
use crate::snapshot::{Snapshot, is_in_lfs};
use crate::span::RepoPath;

/// Bytes that a pointer has less of.
const LONGEST_POINTER: u64 = 1024;

/// Bytes of the largest file whose size is compared with that of a pointer.
const LARGEST: u64 = 256 << 20;

/// What is known of pointers.
#[derive(Default)]
pub(crate) struct Pointers {
    /// Of each system the files that it declares as pointers, and all that are its own.
    declared: Vec<[GlobSet; 2]>,
    /// The sizes of objects that the target branch has.
    sizes: BTreeMap<Sha256, u64>,
}

impl Pointers {
    /// Returns what registers declare.
    pub(crate) fn of<'d>(registers: impl IntoIterator<Item = &'d Declared>) -> Self {
        let mut systems: BTreeMap<&SystemId, Vec<&System>> = BTreeMap::new();
        for system in registers.into_iter().flat_map(|declared| declared.all_systems()) {
            systems.entry(&system.id.value).or_default().push(system);
        }
        let declared = systems.values().map(|revisions| {
            let pointers = revisions.iter().flat_map(|system| {
                let models = system.models.iter().filter_map(|model| model.pointer.as_ref());
                let data = system.datasets.iter().filter_map(|dataset| dataset.pointer.as_ref());
                models.chain(data).map(|it| (&system.base, it.value.as_str()))
            });
            let own = revisions.iter().flat_map(|system| {
                system.paths.iter().map(|path| (&system.base, path.value.as_str()))
            });
            [covers(pointers), covers(own)]
        });
        Self { declared: declared.collect(), sizes: BTreeMap::new() }
    }

    /// Whether a system declares a file as a pointer, and nobody else's it is: one system does not
    /// say what another one reads.
    fn is_declared(&self, path: &RepoPath) -> bool {
        let path = path.to_string();
        let mut is_pointer = false;
        for [pointers, own] in &self.declared {
            if pointers.is_match(&path) {
                is_pointer = true;
            } else if own.is_match(&path) {
                return false;
            }
        }
        is_pointer
    }

    /// Returns the same, with the sizes that the target branch knows of objects for which a change
    /// brings pointers.
    #[must_use]
    pub(crate) fn replacing(
        mut self,
        tip: &dyn Snapshot,
        judged: &dyn Snapshot,
        change: &Change,
    ) -> Self {
        let came = change.files.iter().filter(|(_, edit)| **edit != Edit::Removed);
        let is_pointer = |path: &RepoPath| small_pointer(judged, path).is_some();
        if !came.map(|(path, _)| path).any(is_pointer) {
            return self;
        }
        for (path, _) in change.files.iter().filter(|(_, edit)| **edit != Edit::Added) {
            if let Some(pointer) = small_pointer(tip, path) {
                self.sizes.entry(pointer.object).or_insert(pointer.size);
            } else if let Some(bytes) =
                tip.entry(path).and_then(|entry| tip.read(entry, LARGEST).ok())
            {
                self.sizes.insert(sha256(&bytes), bytes.len() as u64);
            }
        }
        self
    }

    /// Returns whether the pointer at a path stands for the object that it names.
    pub(super) fn stands_for_object(
        &self,
        snapshot: &dyn Snapshot,
        path: &RepoPath,
        pointer: &LfsPointer,
    ) -> bool {
        let has_size = self.sizes.get(&pointer.object).is_none_or(|size| *size == pointer.size);
        has_size && (self.is_declared(path) || is_in_lfs(snapshot, path))
    }
}

/// Returns the pointer that the file at a path is. None where it is none.
fn small_pointer(snapshot: &dyn Snapshot, path: &RepoPath) -> Option<LfsPointer> {
    let entry = snapshot.entry(path).filter(|entry| entry.is_file())?;
    let is_small = snapshot.size(entry).is_ok_and(|size| size < LONGEST_POINTER);
    is_small.then(|| snapshot.read(entry, LONGEST_POINTER).ok())?.as_deref().and_then(lfs_pointer)
}
