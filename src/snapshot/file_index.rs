//! The files of a snapshot by name and by format, found in one pass over its entries.

use super::Entry;
use crate::document::Format;

/// Positions of entries in [`super::Snapshot::entries`], which are sorted by path.
pub(super) struct FileIndex {
    /// The position of each entry with the digest of its folded file name, sorted.
    names: Vec<(u32, u32)>,
    /// The position and format of each file that the gate reads as a document, in order of paths.
    documents: Vec<(u32, Format)>,
}

impl FileIndex {
    /// Indexes entries in one pass.
    pub(super) fn of(entries: &[Entry]) -> Self {
        let mut names = Vec::with_capacity(entries.len());
        let mut documents = Vec::new();
        for (at, entry) in (0_u32..).zip(entries) {
            names.push((digest(name_of(entry)), at));
            if let Some(format) = Format::of(&entry.path) {
                documents.push((at, format));
            }
        }
        names.sort_unstable();
        Self { names, documents }
    }

    /// The positions, in order of paths, of entries whose file name may differ from `name` in the
    /// case of ASCII letters, or in `.yml` for `.yaml`; some may have another name altogether.
    pub(super) fn named_like(&self, name: &str) -> impl Iterator<Item = usize> {
        let wanted = digest(name.as_bytes());
        let start = self.names.partition_point(|(digest, _)| *digest < wanted);
        let same = self.names[start..].iter().take_while(move |(digest, _)| *digest == wanted);
        same.map(|(_, at)| *at as usize)
    }

    /// The positions and formats of documents, in order of paths.
    pub(super) fn documents(&self) -> impl Iterator<Item = (usize, Format)> {
        self.documents.iter().map(|(at, format)| (*at as usize, *format))
    }
}

/// The last part of an entry's path.
fn name_of(entry: &Entry) -> &[u8] {
    entry.path.as_bytes().rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

/// A digest that is the same for names that [`FileIndex::named_like`] does not tell apart (FNV-1a).
fn digest(name: &[u8]) -> u32 {
    let is_short = name.len() >= 4 && name[name.len() - 4..].eq_ignore_ascii_case(b".yml");
    let (stem, end) =
        if is_short { (&name[..name.len() - 4], &b".yaml"[..]) } else { (name, &b""[..]) };
    let bytes = stem.iter().map(u8::to_ascii_lowercase).chain(end.iter().copied());
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
