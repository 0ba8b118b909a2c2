//! What a change does to files: added, edited, removed, moved.

use std::collections::{BTreeMap, BTreeSet};

use crate::snapshot::{Entry, ObjectId, Snapshot};
use crate::span::RepoPath;

/// What happened to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edit {
    Added,
    Edited,
    Removed,
}

/// The difference between the tip of a target branch and the judged content.
#[derive(Debug, Default)]
pub struct Change {
    pub files: BTreeMap<RepoPath, Edit>,
    /// New paths whose content stood under another path that is gone.
    pub moved_from: BTreeMap<RepoPath, RepoPath>,
    /// Files that both sides changed, where the judged content is a merge made in memory.
    pub both: BTreeSet<RepoPath>,
    /// Why the judged content is not the merge result, where it should be and is not.
    pub unmerged: Option<Unmerged>,
}

/// Why there is no merge result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmerged {
    pub text: String,
    pub remedy: String,
    /// The file in conflict.
    pub path: Option<RepoPath>,
}

impl Change {
    /// Compares two snapshots by path and content.
    pub fn between(tip: &dyn Snapshot, judged: &dyn Snapshot) -> Self {
        let mut files = BTreeMap::new();
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        let (old, new) = (tip.entries(), judged.entries());
        let (mut at_old, mut at_new) = (0, 0);
        while at_old < old.len() || at_new < new.len() {
            let (before, now) = (old.get(at_old), new.get(at_new));
            match (before, now) {
                (Some(before), Some(now)) if before.path == now.path => {
                    if !is_same(tip, before, judged, now) {
                        files.insert(now.path.clone(), Edit::Edited);
                    }
                    at_old += 1;
                    at_new += 1;
                }
                (Some(before), now) if now.is_none_or(|now| before.path < now.path) => {
                    files.insert(before.path.clone(), Edit::Removed);
                    removed.push(before);
                    at_old += 1;
                }
                (_, now) => {
                    if let Some(now) = now {
                        files.insert(now.path.clone(), Edit::Added);
                        added.push(now);
                    }
                    at_new += 1;
                }
            }
        }
        let moved_from = moves(tip, &removed, judged, &added);
        Self { files, moved_from, both: BTreeSet::new(), unmerged: None }
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether the path is not as it was.
    pub fn touches(&self, path: &RepoPath) -> bool {
        self.files.contains_key(path)
    }

    /// Where the content of a path of the judged content stood before: there, elsewhere, or nowhere.
    pub fn origin<'a>(&'a self, path: &'a RepoPath) -> Option<&'a RepoPath> {
        match self.files.get(path) {
            Some(Edit::Added) => self.moved_from.get(path),
            _ => Some(path),
        }
    }
}

fn is_same(tip: &dyn Snapshot, before: &Entry, judged: &dyn Snapshot, now: &Entry) -> bool {
    // What cannot be read is not known to be the same.
    before.mode == now.mode && matches!((tip.object_id(before), judged.object_id(now)), (Ok(a), Ok(b)) if a == b)
}

/// Pairs removed and added files of the same content, those of the same name first.
fn moves(
    tip: &dyn Snapshot,
    removed: &[&Entry],
    judged: &dyn Snapshot,
    added: &[&Entry],
) -> BTreeMap<RepoPath, RepoPath> {
    let mut gone: BTreeMap<ObjectId, Vec<&RepoPath>> = BTreeMap::new();
    for entry in removed {
        if let Ok(id) = tip.object_id(entry) {
            gone.entry(id).or_default().push(&entry.path);
        }
    }
    let mut moved = BTreeMap::new();
    if gone.is_empty() {
        return moved;
    }
    for same_name in [true, false] {
        for entry in added.iter().filter(|entry| entry.is_file()) {
            if moved.contains_key(&entry.path) {
                continue;
            }
            let Some(from) = judged.object_id(entry).ok().and_then(|id| gone.get_mut(&id)) else { continue };
            let name = entry.path.file_name();
            if let Some(at) = from.iter().position(|path| !same_name || path.file_name() == name) {
                moved.insert(entry.path.clone(), from.remove(at).clone());
            }
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::memory::MemorySnapshot;

    #[test]
    fn files_are_told_by_what_became_of_them() {
        let tip = MemorySnapshot::new([("a", "1"), ("b/x", "2"), ("b/y", "2"), ("c", "3"), ("d", "4")]);
        let judged = MemorySnapshot::new([("a", "1!"), ("c", "3"), ("e/y", "2"), ("e/z", "2"), ("f", "5")]);
        let change = Change::between(&tip, &judged);
        let seen: Vec<String> = change.files.iter().map(|(path, edit)| format!("{path} {edit:?}")).collect();
        let expected = ["a Edited", "b/x Removed", "b/y Removed", "d Removed", "e/y Added", "e/z Added", "f Added"];
        assert_eq!(seen, expected);
        let origin = |path: &str| change.origin(&path.into()).map(ToString::to_string);
        assert_eq!(origin("e/y").as_deref(), Some("b/y"), "the same name first");
        assert_eq!(origin("e/z").as_deref(), Some("b/x"));
        assert_eq!(origin("c").as_deref(), Some("c"));
        assert_eq!(origin("f"), None);
    }
}
