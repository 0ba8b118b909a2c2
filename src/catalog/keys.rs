//! The keys of the gate's own files, for `aimsgate explain KEY`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::embedded;

/// A key of one of the gate's own files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileKey {
    pub(crate) key: String,
    pub(crate) file: String,
    pub(crate) means: String,
    pub(crate) example: String,
}

/// Returns the keys that people write first, each once.
pub(crate) fn file_keys() -> &'static [FileKey] {
    static KEYS: LazyLock<Vec<FileKey>> =
        LazyLock::new(|| embedded("keys", include_str!("../../data/keys.yaml")));
    &KEYS
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_key_is_told_once_with_an_example_of_it() {
        let names: BTreeSet<&str> = file_keys().iter().map(|it| it.key.as_str()).collect();
        assert_eq!(names.len(), file_keys().len());
        for it in file_keys() {
            assert!(it.example.contains(&format!("{}:", it.key)), "{}", it.key);
            assert!(it.means.ends_with('.'), "{}", it.key);
        }
    }
}
