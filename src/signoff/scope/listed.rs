//! The files that a pattern stands for, each with its digest.

use super::digests::Digests;
use crate::digest::Sha256;
use crate::settings::covers;
use crate::snapshot::Snapshot;
use crate::span::RepoPath;

/// Returns the files that a pattern names, by the paths of the root, each with its digest. Empty
/// where one of them has no digest: what cannot be read is not what was listed.
pub(crate) fn listed_files(
    snapshot: &dyn Snapshot,
    digests: &Digests,
    pattern: &str,
) -> Vec<(RepoPath, Sha256)> {
    let set = covers([(&RepoPath::root(), pattern)]);
    let entries = snapshot.entries().iter().filter(|it| set.is_match(it.path.to_string()));
    let files = entries.map(|it| Some((it.path.clone(), digests.of(snapshot, it).ok()?)));
    files.collect::<Option<Vec<_>>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::sha256;
    use crate::snapshot::memory::MemorySnapshot;

    #[test]
    fn a_pattern_lists_its_files_and_no_others() {
        let snapshot = MemorySnapshot::new([("m/a.bin", "a"), ("m/x/b.bin", "b"), ("n/c", "c")]);
        let found = listed_files(&snapshot, &Digests::default(), "m/**");
        let expected = [("m/a.bin", "a"), ("m/x/b.bin", "b")]
            .map(|(path, text)| (RepoPath::from(path), sha256(text.as_bytes())));
        assert_eq!(found, expected);
        assert!(listed_files(&snapshot, &Digests::default(), "o/**").is_empty());
    }
}
