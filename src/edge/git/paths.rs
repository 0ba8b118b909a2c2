//! Maps paths of the file system to paths of a snapshot and back.

use std::path::{Path, PathBuf};

use crate::span::RepoPath;

/// A path of the file system, relative to the snapshot's root, as git writes it.
#[cfg(unix)]
pub(super) fn repo_path(relative: &Path) -> RepoPath {
    use std::os::unix::ffi::OsStrExt;
    RepoPath::new(relative.as_os_str().as_bytes())
}

/// A path of the file system, relative to the snapshot's root, as git writes it.
#[cfg(not(unix))]
pub(super) fn repo_path(relative: &Path) -> RepoPath {
    RepoPath::new(relative.to_string_lossy().replace('\\', "/"))
}

/// The path in the file system that a snapshot's path stands for.
#[cfg(unix)]
pub(super) fn file_path(root: &Path, path: &RepoPath) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    root.join(std::ffi::OsStr::from_bytes(path.as_bytes()))
}

/// The path in the file system that a snapshot's path stands for.
#[cfg(not(unix))]
pub(super) fn file_path(root: &Path, path: &RepoPath) -> PathBuf {
    root.join(path.to_string())
}
