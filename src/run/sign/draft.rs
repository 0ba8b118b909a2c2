//! Writes a file of a sign-off to the repository.

use std::path::{Path, PathBuf};

use crate::edge::fs;
use crate::edge::git;
use crate::error::{Error, ErrorKind};
use crate::signoff::Draft;
use crate::span::RepoPath;

/// Writes a draft to a file that is not there yet; returns the file's path on disk.
pub(super) fn save(path: &Path, draft: &Draft) -> Result<PathBuf, Error> {
    let (root, _) = git::root(path)?;
    fs::new_file(&root, &draft.path.to_string(), &draft.text).map_err(|error| {
        Error::new(ErrorKind::Output, format!("`{}` could not be written: {error}", draft.path))
    })
}

/// Takes a file away that this run wrote, and its signature.
pub(super) fn discard(path: &Path, written: &RepoPath) -> Result<(), Error> {
    let (root, _) = git::root(path)?;
    for name in [written.to_string(), format!("{written}.sig")] {
        fs::discard(&root.join(name));
    }
    Ok(())
}
