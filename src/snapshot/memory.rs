//! Content held in memory: what a case of an own check describes, and what tests do.

use std::collections::BTreeMap;

use super::{Entry, FileMode, ObjectId, ReadError, Revision, Snapshot};
use crate::digest::sha256;
use crate::span::RepoPath;

pub(crate) struct MemorySnapshot {
    entries: Vec<Entry>,
    contents: BTreeMap<RepoPath, Vec<u8>>,
}

impl MemorySnapshot {
    pub(crate) fn new<B: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (impl AsRef<str>, B)>,
    ) -> Self {
        let contents: BTreeMap<RepoPath, Vec<u8>> = files
            .into_iter()
            .map(|(path, bytes)| (RepoPath::from(path.as_ref()), bytes.into()))
            .collect();
        let entries = contents
            .keys()
            .map(|path| Entry { path: path.clone(), mode: FileMode::File, known_id: None })
            .collect();
        Self { entries, contents }
    }
}

impl Snapshot for MemorySnapshot {
    fn revision(&self) -> &Revision {
        &Revision::Directory
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, entry: &Entry) -> Result<u64, ReadError> {
        Ok(self.contents[&entry.path].len() as u64)
    }

    fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        let size = self.size(entry)?;
        if size > limit {
            return Err(ReadError::TooLarge { size, limit });
        }
        Ok(self.contents[&entry.path].clone())
    }

    fn head(&self, entry: &Entry, length: usize) -> Result<Vec<u8>, ReadError> {
        let bytes = &self.contents[&entry.path];
        Ok(bytes[..length.min(bytes.len())].to_vec())
    }

    fn object_id(&self, entry: &Entry) -> Result<ObjectId, ReadError> {
        Ok(ObjectId::new(&*sha256(&self.contents[&entry.path])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::View;

    #[test]
    fn a_view_holds_exactly_what_lies_in_its_scope() {
        let files = ["a-b/x", "a.x", "a/x", "a/y/z", "ab", "b"];
        let snapshot = MemorySnapshot::new(files.map(|path| (path, "")));
        let seen = |scope: &str| {
            let view = View::new(&snapshot, RepoPath::from(scope));
            view.entries().iter().map(|entry| entry.path.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(seen("a"), ["a/x", "a/y/z"]);
        assert_eq!(seen("a/y"), ["a/y/z"]);
        assert_eq!(seen("b"), ["b"]);
        assert_eq!(seen("").len(), files.len());
        assert!(seen("c").is_empty());
    }

    #[test]
    fn files_are_found_by_name_whatever_its_case_and_by_format() {
        let files = ["AIMS.yml", "a/aims.yaml", "a/b.md", "a/note.txt", "b/aims.yaml.bak"];
        let snapshot = MemorySnapshot::new(files.map(|path| (path, "")));
        let view = View::new(&snapshot, RepoPath::from("b"));
        let named: Vec<String> =
            view.named_like("aims.yaml").map(|entry| entry.path.to_string()).collect();
        assert_eq!(named, ["AIMS.yml", "a/aims.yaml"]);
        let documents: Vec<String> =
            view.documents().map(|(entry, _)| entry.path.to_string()).collect();
        assert_eq!(documents, ["AIMS.yml", "a/aims.yaml", "a/b.md"]);
    }
}
