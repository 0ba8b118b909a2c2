//! Reads single files of the file system, whether or not they lie in a repository.

use std::path::Path;

use super::error::SourceError;
use crate::document::{self, Document, LIMITS};
use crate::span::RepoPath;

/// One document on its own, wherever it lies.
///
/// # Errors
/// When there is no such file, or it cannot be read.
pub(crate) fn document(path: &Path) -> Result<Document, SourceError> {
    // One byte more than is read of any document shows that it is too long.
    let bytes = bytes(path, LIMITS.bytes + 1)?;
    Ok(document::parse(RepoPath::from(&*path.to_string_lossy()), bytes))
}

/// The documents of a folder whose names end like this, as many as asked for at most, in the order
/// of their names.
///
/// # Errors
/// When there is no such folder, or one of them cannot be read.
pub(crate) fn documents_in(
    folder: &Path,
    extension: &str,
    most: usize,
) -> Result<Vec<Document>, SourceError> {
    let refused = |error: std::io::Error| SourceError::NotAFile {
        path: folder.to_owned(),
        reason: error.to_string(),
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        if path.extension().is_some_and(|it| it == extension) {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().take(most).map(|path| document(path)).collect()
}

/// The first bytes of a file, as many as asked for at most.
///
/// # Errors
/// When there is no such file, or it cannot be read.
pub(crate) fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, SourceError> {
    use std::io::Read as _;

    let refused = |error: std::io::Error| SourceError::NotAFile {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let file = std::fs::File::open(path).map_err(refused)?;
    if !file.metadata().map_err(refused)?.is_file() {
        return Err(SourceError::NotAFile {
            path: path.to_owned(),
            reason: "not a file".to_owned(),
        });
    }
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).map_err(refused)?;
    Ok(bytes)
}

/// The files of this name below the folders of a file, from the repository's root down to it; none
/// outside of one.
///
/// # Errors
/// When one is there and cannot be read.
pub(crate) fn documents_above(file: &Path, name: &str) -> Result<Vec<Document>, SourceError> {
    let Ok(file) = file.canonicalize() else { return Ok(Vec::new()) };
    let folders: Vec<&Path> = file.ancestors().skip(1).collect();
    let Some(root) = folders.iter().position(|folder| folder.join(".git").exists()) else {
        return Ok(Vec::new());
    };
    let files =
        folders[..=root].iter().rev().map(|folder| folder.join(name)).filter(|file| file.exists());
    files.map(|file| document(&file)).collect()
}
