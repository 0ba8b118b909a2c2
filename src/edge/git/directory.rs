//! The snapshot of a plain folder: every file under it, nothing ignored, no link followed.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::error::SourceError;
use super::paths::{file_path, repo_path};
use super::repository::{LARGEST_OBJECT, message, object_id};
use crate::snapshot::{Entry, FileMode, ObjectId, ReadError, Revision, Snapshot};

/// The files of a folder.
pub(crate) struct DirectorySnapshot {
    root: PathBuf,
    entries: Vec<Entry>,
}

impl DirectorySnapshot {
    /// Lists the files under `root`; what lies below a `.git` is left out.
    ///
    /// # Errors
    /// When a folder cannot be listed.
    pub(crate) fn open(root: &Path) -> Result<Self, SourceError> {
        let mut walk = WalkBuilder::new(root);
        walk.standard_filters(false);
        walk.filter_entry(|item| item.file_name() != ".git");
        let mut entries = walk_files(&mut walk, root)?;
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { root: root.to_owned(), entries })
    }
}

/// The files that a prepared walk of `root` visits, in its order; links are not followed.
pub(super) fn walk_files(walk: &mut WalkBuilder, root: &Path) -> Result<Vec<Entry>, SourceError> {
    let mut entries = Vec::new();
    for item in walk.follow_links(false).build() {
        let item = item.map_err(|error| SourceError::Listing(error.to_string()))?;
        let Some(kind) = item.file_type() else { continue };
        if kind.is_dir() {
            continue;
        }
        let Ok(metadata) = std::fs::symlink_metadata(item.path()) else { continue };
        let Some(mode) = file_mode(&metadata) else { continue };
        let relative = item.path().strip_prefix(root).unwrap_or(item.path());
        entries.push(Entry { path: repo_path(relative), mode, known_id: None });
    }
    Ok(entries)
}

/// What git would record of a file; nothing for sockets, devices and pipes.
pub(super) fn file_mode(metadata: &Metadata) -> Option<FileMode> {
    let kind = metadata.file_type();
    if kind.is_symlink() {
        return Some(FileMode::Symlink);
    }
    kind.is_file()
        .then(|| if is_executable(metadata) { FileMode::Executable } else { FileMode::File })
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

/// Up to `length` bytes of a file, or the target of a link.
pub(super) fn read_file(path: &Path, mode: FileMode, length: u64) -> Result<Vec<u8>, ReadError> {
    let failed = |error: std::io::Error| ReadError::Failed(error.to_string());
    match mode {
        FileMode::Submodule => Err(ReadError::Submodule),
        FileMode::Symlink => {
            let target = std::fs::read_link(path).map_err(failed)?;
            let mut bytes = repo_path(&target).as_bytes().to_vec();
            bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX));
            Ok(bytes)
        }
        FileMode::File | FileMode::Executable => {
            // A file that became a link since it was listed is not followed either.
            let metadata = std::fs::symlink_metadata(path).map_err(failed)?;
            if !metadata.is_file() {
                return Err(ReadError::Failed("it is no longer a file".to_owned()));
            }
            let mut bytes = Vec::new();
            File::open(path)
                .map_err(failed)?
                .take(length)
                .read_to_end(&mut bytes)
                .map_err(failed)?;
            Ok(bytes)
        }
    }
}

/// All bytes of a file, if there are at most `limit`.
pub(super) fn read_whole(path: &Path, mode: FileMode, limit: u64) -> Result<Vec<u8>, ReadError> {
    let bytes = read_file(path, mode, limit.saturating_add(1))?;
    if bytes.len() as u64 > limit {
        let size =
            std::fs::symlink_metadata(path).map_or(bytes.len() as u64, |metadata| metadata.len());
        return Err(ReadError::TooLarge { size, limit });
    }
    Ok(bytes)
}

impl Snapshot for DirectorySnapshot {
    fn revision(&self) -> &Revision {
        &Revision::Directory
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, entry: &Entry) -> Result<u64, ReadError> {
        size_of(&file_path(&self.root, &entry.path))
    }

    fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        read_whole(&file_path(&self.root, &entry.path), entry.mode, limit)
    }

    fn head(&self, entry: &Entry, length: usize) -> Result<Vec<u8>, ReadError> {
        read_file(&file_path(&self.root, &entry.path), entry.mode, length as u64)
    }

    fn object_id(&self, entry: &Entry) -> Result<ObjectId, ReadError> {
        blob_id(&self.read(entry, LARGEST_OBJECT)?)
    }
}

/// How many bytes a file has, or the path that a link names.
pub(super) fn size_of(path: &Path) -> Result<u64, ReadError> {
    let metadata = std::fs::symlink_metadata(path);
    metadata.map(|metadata| metadata.len()).map_err(|error| ReadError::Failed(error.to_string()))
}

/// The id git gives a blob of these bytes.
pub(super) fn blob_id(bytes: &[u8]) -> Result<ObjectId, ReadError> {
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, bytes);
    id.map(object_id).map_err(|error| ReadError::Failed(message(&error)))
}
