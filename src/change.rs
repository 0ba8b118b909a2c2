//! What a change does to files: added, edited, removed, moved.
//!
//! # Design
//!
//! Only what git holds can be followed. A file that moves keeps its obligations, because it is
//! followed by its content. A file that moves and loses more than half of its content in one change
//! is a new file, and what covered the old one is asked for by the old path.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::snapshot::{Entry, ObjectId, Snapshot};
use crate::span::RepoPath;

/// Returns the lines of a text that another one does not have, but for how they are indented.
pub(crate) fn new_lines<'n>(before: &str, now: &'n str) -> Vec<&'n str> {
    let known: BTreeSet<&str> = before.lines().map(str::trim).collect();
    now.lines().map(str::trim).filter(|line| !known.contains(line)).collect()
}

/// What happened to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edit {
    Added,
    Edited,
    Removed,
}

/// The difference between the tip of a target branch and the judged content.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) files: BTreeMap<RepoPath, Edit>,
    /// For each new path whose content stood under a path that is gone now, that old path.
    pub(crate) moved_from: BTreeMap<RepoPath, RepoPath>,
    /// The new paths of `moved_from` whose content was edited as well.
    pub(crate) moved_and_edited: BTreeSet<RepoPath>,
    /// Whether files that were moved and edited were looked for. False where too many files came
    /// and went at once.
    pub(crate) is_followed: bool,
    /// Files that both the change and the target branch changed. Filled where the judged content is
    /// a merge made in memory.
    pub(crate) both: BTreeSet<RepoPath>,
    /// Why there is no merge result, where the judged content should be one.
    pub(crate) unmerged: Option<Unmerged>,
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
    /// Returns the difference between the tip of the target branch and the judged content.
    pub(crate) fn between(tip: &dyn Snapshot, judged: &dyn Snapshot) -> Self {
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
        let Moves { from: moved_from, edited: moved_and_edited, is_followed } =
            moves(tip, &removed, judged, &added);
        Self {
            files,
            moved_from,
            moved_and_edited,
            is_followed,
            both: BTreeSet::new(),
            unmerged: None,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns whether the path holds content that no path held before.
    pub(crate) fn brings_content(&self, path: &RepoPath) -> bool {
        match self.files.get(path) {
            Some(Edit::Added) => {
                !self.moved_from.contains_key(path) || self.moved_and_edited.contains(path)
            }
            Some(Edit::Edited) => true,
            Some(Edit::Removed) | None => false,
        }
    }

    /// Returns the path at which the content of a path of the judged content stood before. Returns
    /// `None` where it is new.
    pub(crate) fn origin<'a>(&'a self, path: &'a RepoPath) -> Option<&'a RepoPath> {
        match self.files.get(path) {
            Some(Edit::Added) => self.moved_from.get(path),
            _ => Some(path),
        }
    }
}

fn is_same(tip: &dyn Snapshot, before: &Entry, judged: &dyn Snapshot, now: &Entry) -> bool {
    // Content that cannot be read counts as different.
    before.mode == now.mode
        && matches!((tip.object_id(before), judged.object_id(now)), (Ok(a), Ok(b)) if a == b)
}

/// The size in bytes below which a file is never followed: two small files may be equal by
/// accident.
pub(crate) const SMALLEST_KNOWN: u64 = 8;
/// The size in bytes below which a moved file is followed only where its content is the same.
const SMALLEST_COMPARED: u64 = 64;
/// The size in bytes above which a moved file is followed only where its content is the same.
const LARGEST_COMPARED: u64 = 16 << 20;
/// The most pairs of files, bytes of them and shared pieces that are compared. A change with more
/// of one of them is not followed.
const MOST_PAIRS: usize = 1_000_000;
const MOST_COMPARED: u64 = 256 << 20;
const MOST_SHARED: usize = 50_000_000;

/// Where removed files went.
struct Moves {
    /// For each new path the path at which its content stood.
    from: BTreeMap<RepoPath, RepoPath>,
    /// The new paths whose content was edited as well.
    edited: BTreeSet<RepoPath>,
    /// Whether moved and edited files were looked for.
    is_followed: bool,
}

/// Pairs removed with added files. Files of the same content are paired first, those of the same
/// name before others, then files of which at least half is the same, as git does.
fn moves(tip: &dyn Snapshot, removed: &[&Entry], judged: &dyn Snapshot, added: &[&Entry]) -> Moves {
    let mut moved = BTreeMap::new();
    // By content, then by name: many files may have one content.
    let mut gone: BTreeMap<ObjectId, BTreeMap<String, Vec<&Entry>>> = BTreeMap::new();
    for entry in removed.iter().filter(|entry| entry.is_file()) {
        if let Ok(id) = tip.object_id(entry) {
            gone.entry(id).or_default().entry(entry.path.file_name()).or_default().push(entry);
        }
    }
    if gone.is_empty() || added.is_empty() {
        return Moves { from: moved, edited: BTreeSet::new(), is_followed: true };
    }
    let is_known = |entry: &Entry| tip.size(entry).is_ok_and(|size| size >= SMALLEST_KNOWN);
    let added_files = || added.iter().filter(|entry| entry.is_file());
    for same_name in [true, false] {
        for entry in added_files() {
            if moved.contains_key(&entry.path) {
                continue;
            }
            let Some(by_name) = judged.object_id(entry).ok().and_then(|id| gone.get_mut(&id))
            else {
                continue;
            };
            let Some(name) = (if same_name {
                Some(entry.path.file_name())
            } else {
                by_name.keys().next().cloned()
            }) else {
                continue;
            };
            let Some(from) = by_name.get_mut(&name) else { continue };
            if same_name || from.last().is_some_and(|before| is_known(before)) {
                moved.extend(from.pop().map(|before| (entry.path.clone(), before.path.clone())));
            }
            if from.is_empty() {
                by_name.remove(&name);
            }
        }
    }
    let gone: Vec<&Entry> = gone.into_values().flat_map(BTreeMap::into_values).flatten().collect();
    let new: Vec<&Entry> =
        added_files().copied().filter(|entry| !moved.contains_key(&entry.path)).collect();
    let also_edited = edited_moves(tip, &gone, judged, &new);
    let is_followed = also_edited.is_some();
    let also_edited = also_edited.unwrap_or_default();
    let edited = also_edited.keys().cloned().collect();
    moved.extend(also_edited);
    Moves { from: moved, edited, is_followed }
}

/// Returns the pairs of removed and added files that are most alike. Returns `None` where there are
/// too many to compare.
fn edited_moves(
    tip: &dyn Snapshot,
    gone: &[&Entry],
    judged: &dyn Snapshot,
    new: &[&Entry],
) -> Option<BTreeMap<RepoPath, RepoPath>> {
    let sized = |snapshot: &dyn Snapshot, entries: &[&'_ Entry]| -> Vec<(u64, Entry)> {
        let size = |entry: &Entry| {
            snapshot
                .size(entry)
                .ok()
                .filter(|it| (SMALLEST_COMPARED..=LARGEST_COMPARED).contains(it))
        };
        let mut sized: Vec<(u64, Entry)> =
            entries.iter().filter_map(|entry| Some((size(entry)?, (*entry).clone()))).collect();
        sized.sort_by_key(|(size, _)| *size);
        sized
    };
    let (gone, new) = (sized(tip, gone), sized(judged, new));
    // Of a file and one of more than twice its size, less than half can be the same.
    let has_partner = |size: u64, others: &[(u64, Entry)]| {
        let at = others.partition_point(|(other, _)| other * 2 < size);
        others.get(at).is_some_and(|(other, _)| *other <= size * 2)
    };
    let before: Vec<&(u64, Entry)> =
        gone.iter().filter(|(size, _)| has_partner(*size, &new)).collect();
    let now: Vec<&(u64, Entry)> =
        new.iter().filter(|(size, _)| has_partner(*size, &gone)).collect();
    let bytes: u64 = before.iter().chain(&now).map(|(size, _)| size).sum();
    if before.len().saturating_mul(now.len()) > MOST_PAIRS || bytes > MOST_COMPARED {
        return None;
    }
    let read = |snapshot: &dyn Snapshot, (size, entry): &(u64, Entry)| {
        Some((pieces(&snapshot.read(entry, LARGEST_COMPARED).ok()?), *size, entry.clone()))
    };
    let before: Vec<_> = before.into_iter().filter_map(|it| read(tip, it)).collect();
    let now: Vec<_> = now.into_iter().filter_map(|it| read(judged, it)).collect();
    let mut holders: HashMap<&[u8], Vec<(usize, u64)>> = HashMap::new();
    for (at, (pieces, ..)) in now.iter().enumerate() {
        for (piece, bytes) in pieces {
            holders.entry(piece).or_default().push((at, *bytes));
        }
    }
    let (mut pairs, mut looked) = (Vec::new(), 0);
    for (pieces, old_size, old) in &before {
        let mut shared = vec![0_u64; now.len()];
        for (piece, bytes) in pieces {
            let holders = holders.get(piece.as_slice()).map_or(&[][..], Vec::as_slice);
            looked += holders.len();
            if looked > MOST_SHARED {
                return None;
            }
            holders.iter().for_each(|(at, theirs)| shared[*at] += bytes.min(theirs));
        }
        for (shared, (_, new_size, new)) in shared.into_iter().zip(&now) {
            if shared * 2 >= *old_size.max(new_size) {
                pairs.push((std::cmp::Reverse(shared), &old.path, &new.path));
            }
        }
    }
    pairs.sort();
    let mut moved = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (_, old, new) in pairs {
        if !moved.contains_key(new) && taken.insert(old) {
            moved.insert(new.clone(), old.clone());
        }
    }
    Some(moved)
}

/// Returns how many bytes of two contents are the same. None where that is less than half of the
/// larger one.
pub(crate) fn likeness(one: &[u8], other: &[u8]) -> Option<u64> {
    let larger = one.len().max(other.len()) as u64;
    let others = pieces(other);
    let shared = pieces(one)
        .into_iter()
        .map(|(piece, bytes)| others.get(&piece).map_or(0, |theirs| bytes.min(*theirs)));
    let shared = shared.sum::<u64>();
    (larger >= SMALLEST_COMPARED && shared * 2 >= larger).then_some(shared)
}

/// Returns for each piece of a content how many bytes it makes up. A piece ends at a line end, or
/// where a rolling hash of the last 64 bytes says so, so that an inserted byte does not shift the
/// pieces after it.
fn pieces(bytes: &[u8]) -> BTreeMap<Vec<u8>, u64> {
    const LONGEST: usize = 256;
    let mut pieces = BTreeMap::new();
    let (mut start, mut rolling) = (0, 0_u64);
    for (at, byte) in bytes.iter().enumerate() {
        // Each step shifts the hash by one bit, so only the last 64 bytes count.
        let mixed = (u64::from(*byte) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        rolling = (rolling << 1).wrapping_add(mixed ^ (mixed >> 29));
        if *byte == b'\n'
            || rolling >> 58 == 0
            || at + 1 - start == LONGEST
            || at + 1 == bytes.len()
        {
            let piece = &bytes[start..=at];
            *pieces.entry(piece.to_vec()).or_default() += piece.len() as u64;
            start = at + 1;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::memory::MemorySnapshot;

    #[test]
    fn files_are_told_by_what_became_of_them() {
        let long = |text: &str| format!("{text}\n").repeat(40);
        let files = |files: [(&'static str, String); 5]| MemorySnapshot::new(files);
        let tip = files([
            ("a", long("1")),
            ("b/x", long("2")),
            ("b/y", long("2")),
            ("c", long("3")),
            ("d", long("4")),
        ]);
        let judged = files([
            ("a", long("0")),
            ("c", long("3")),
            ("e/y", long("2")),
            ("e/z", long("2")),
            ("f", long("5")),
        ]);
        let change = Change::between(&tip, &judged);
        let seen: Vec<String> =
            change.files.iter().map(|(path, edit)| format!("{path} {edit:?}")).collect();
        let expected = [
            "a Edited",
            "b/x Removed",
            "b/y Removed",
            "d Removed",
            "e/y Added",
            "e/z Added",
            "f Added",
        ];
        assert_eq!(seen, expected);
        let origin = |path: &str| change.origin(&path.into()).map(ToString::to_string);
        assert_eq!(origin("e/y").as_deref(), Some("b/y"), "the same name first");
        assert_eq!(origin("e/z").as_deref(), Some("b/x"));
        assert_eq!(origin("c").as_deref(), Some("c"));
        assert_eq!(origin("f"), None);
    }

    #[test]
    fn a_file_that_moved_and_was_edited_is_known_again_and_a_small_one_by_its_name_only() {
        let text = "one line of text\nanother line of text\na third line of text\nand a fourth \
            one\n";
        let edited = format!("{text}and one more\n");
        let tip =
            MemorySnapshot::new([("a.txt", text), ("x/one.json", "{}"), ("x/two.json", "{}")]);
        let judged = MemorySnapshot::new([
            ("b.txt", edited.as_str()),
            ("y/one.json", "{}"),
            ("y/other.json", "{}"),
        ]);
        let change = Change::between(&tip, &judged);
        let origin = |path: &str| change.origin(&path.into()).map(ToString::to_string);
        assert_eq!(origin("b.txt").as_deref(), Some("a.txt"));
        assert!(
            change.brings_content(&"b.txt".into()) && !change.brings_content(&"y/one.json".into())
        );
        assert_eq!(origin("y/one.json").as_deref(), Some("x/one.json"));
        assert_eq!(origin("y/other.json"), None);
    }

    #[test]
    fn files_that_all_share_their_pieces_are_too_many_to_follow() {
        let common: String = (0..600).map(|line| format!("line {line} of them all\n")).collect();
        let named = |folder: &str, count: usize| {
            let file = |at| {
                let path: &'static str = Box::leak(format!("{folder}/{at}").into_boxed_str());
                (path, format!("{common}{folder} {at}\n"))
            };
            MemorySnapshot::new((0..count).map(file))
        };
        let is_followed =
            |count| Change::between(&named("a", count), &named("b", count)).is_followed;
        assert!(is_followed(3) && !is_followed(300));
    }

    #[test]
    fn a_byte_more_in_front_changes_nothing() {
        let bytes: Vec<u8> =
            (0..2_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let longer = [b"x".as_slice(), &bytes].concat();
        let tip = MemorySnapshot::new([("weights.bin", bytes)]);
        let judged = MemorySnapshot::new([("blob.dat", longer)]);
        assert_eq!(Change::between(&tip, &judged).moved_from.len(), 1);
    }
}
