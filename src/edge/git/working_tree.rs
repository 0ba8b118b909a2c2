//! The snapshot of a working tree: tracked files as they are now, and new files not ignored.
//!
//! Bytes are those git would store. A tracked file whose size and times still match the index is
//! read from git's objects; any other is taken from disk through git's own conversion (line
//! endings, `ident`), done in memory. Filters that are programs, Git LFS among them, never run.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use ignore::WalkBuilder;

use super::commit::mode;
use super::directory::{blob_id, file_mode, read_file, read_whole, size_of, walk_files};
use super::error::SourceError;
use super::paths::file_path;
use super::repository::{LARGEST_OBJECT, Repository, object_id};
use super::stored::stored;
use crate::snapshot::{Entry, FileMode, ObjectId, ReadError, Revision, Snapshot};
use crate::span::RepoPath;

/// The files of a working tree.
pub(crate) struct WorkingTreeSnapshot {
    repository: Arc<Repository>,
    root: PathBuf,
    revision: Revision,
    entries: Vec<Entry>,
}

impl WorkingTreeSnapshot {
    /// Lists a repository's working tree.
    ///
    /// # Errors
    /// When the repository is bare, or its index or a folder cannot be read.
    pub(crate) fn open(repository: Arc<Repository>) -> Result<Self, SourceError> {
        let listing = |error: ReadError| SourceError::Listing(error.to_string());
        let Some(root) = repository.working_tree().map(Path::to_owned) else {
            return Err(SourceError::Listing("a bare repository has no working tree".to_owned()));
        };
        let head = repository.head().map_err(listing)?;
        if head.is_some() && !repository.git_dir().join("index").exists() {
            let why =
                "nothing is checked out here; check it out, or judge a revision with `--head`";
            return Err(SourceError::Listing(why.to_owned()));
        }
        let mut entries = repository
            .with(|handle| tracked(handle, &root))
            .map_err(|error| repository.index_error(&error))?;
        let mut walk = WalkBuilder::new(&root);
        walk.standard_filters(false).git_ignore(true).git_exclude(true).require_git(false);
        let nested = root.clone();
        // A folder with a `.git` of its own is another repository, as it is for `git status`.
        walk.filter_entry(move |item| {
            item.file_name() != ".git"
                && (item.path() == nested || !item.path().join(".git").exists())
        });
        for entry in walk_files(&mut walk, &root)? {
            entries.entry(entry.path.clone()).or_insert(Some(entry));
        }
        let entries = entries.into_values().flatten().collect();
        Ok(Self { repository, root, revision: Revision::WorkingTree { head }, entries })
    }

    /// The id and bytes git would store for a file that is not as the index has it.
    fn convert(&self, entry: &Entry) -> Result<(ObjectId, Vec<u8>), ReadError> {
        let path = file_path(&self.root, &entry.path);
        let size = std::fs::symlink_metadata(&path).map_or(0, |metadata| metadata.len());
        if size > LARGEST_OBJECT {
            return Err(ReadError::TooLarge { size, limit: LARGEST_OBJECT });
        }
        if entry.mode == FileMode::Symlink {
            let target = read_whole(&path, entry.mode, u64::MAX)?;
            return Ok((blob_id(&target)?, target));
        }
        self.repository.with_new(|handle| {
            // A store in memory, written instead of the one on disk.
            let odb = handle.odb()?;
            odb.add_new_mempack_backend(1000)?;
            let id = handle.blob_path(&path)?;
            Ok((object_id(id), odb.read(id)?.data().to_vec()))
        })
    }

    /// Whether git would store other bytes than the file holds.
    fn is_converted(&self, entry: &Entry) -> Result<bool, ReadError> {
        let Some(path) = entry.path.to_str() else { return Ok(false) };
        self.repository.with(|handle| {
            let flags = git2::AttrCheckFlags::FILE_THEN_INDEX | git2::AttrCheckFlags::NO_SYSTEM;
            let attribute = |name| {
                handle.get_attr(Path::new(path), name, flags).map(git2::AttrValue::from_string)
            };
            let text = attribute("text")?;
            // `-text`, as binary files have it, rules conversion of line ends out.
            if text == git2::AttrValue::False {
                return Ok(attribute("ident")? == git2::AttrValue::True);
            }
            let set =
                |value| !matches!(value, git2::AttrValue::False | git2::AttrValue::Unspecified);
            let converts =
                handle.config()?.get_string("core.autocrlf").is_ok_and(|value| value != "false");
            Ok(converts
                || set(text)
                || set(attribute("eol")?)
                || set(attribute("crlf")?)
                || set(attribute("ident")?))
        })
    }
}

/// The index as the working tree has it now; `None` stands for a file that was removed.
fn tracked(
    handle: &git2::Repository,
    root: &Path,
) -> Result<BTreeMap<RepoPath, Option<Entry>>, git2::Error> {
    let index = handle.index()?;
    let written = index
        .path()
        .and_then(|path| std::fs::metadata(path).ok())
        .and_then(|it| it.modified().ok());
    let mut entries = BTreeMap::new();
    let mut folders = Folders { root, are_real: BTreeMap::from([(RepoPath::root(), true)]) };
    for item in index.iter() {
        let path = RepoPath::new(&item.path);
        let conflicted = item.flags & 0x3000 != 0;
        let not_checked_out =
            item.flags_extended & git2::IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0;
        let mode = mode(i32::try_from(item.mode).unwrap_or_default());
        let as_stored = Entry { path: path.clone(), mode, known_id: Some(object_id(item.id)) };
        let entry = if not_checked_out || mode == FileMode::Submodule {
            Some(as_stored)
        } else {
            // What lies behind a link is not in the repository, whatever stands at the other end.
            let is_here = folders.is_real(&path.parent());
            let metadata =
                is_here.then(|| std::fs::symlink_metadata(file_path(root, &path)).ok()).flatten();
            match metadata
                .as_ref()
                .and_then(|it| file_mode(it).map(|now| (it, if cfg!(unix) { now } else { mode })))
            {
                None => None,
                Some((found, now))
                    if !conflicted && now == mode && is_unchanged(&item, found, written) =>
                {
                    Some(as_stored)
                }
                Some((_, now)) => Some(Entry { path: path.clone(), mode: now, known_id: None }),
            }
        };
        entries.insert(path, entry);
    }
    Ok(entries)
}

/// Which folders are folders all the way from the root, and not links to some.
struct Folders<'a> {
    root: &'a Path,
    are_real: BTreeMap<RepoPath, bool>,
}

impl Folders<'_> {
    fn is_real(&mut self, folder: &RepoPath) -> bool {
        if let Some(known) = self.are_real.get(folder) {
            return *known;
        }
        let is_folder =
            std::fs::symlink_metadata(file_path(self.root, folder)).is_ok_and(|it| it.is_dir());
        let is_real = is_folder && self.is_real(&folder.parent());
        self.are_real.insert(folder.clone(), is_real);
        is_real
    }
}

/// Whether size and time are those of the index, and older than it: a file written in the same
/// instant as the index may have changed since without showing it.
fn is_unchanged(
    item: &git2::IndexEntry,
    found: &Metadata,
    index_written: Option<SystemTime>,
) -> bool {
    let Some(modified) = found.modified().ok() else { return false };
    let Ok(since) = modified.duration_since(UNIX_EPOCH) else { return false };
    let intent_to_add =
        item.flags_extended & git2::IndexEntryExtendedFlag::INTENT_TO_ADD.bits() != 0;
    // The index keeps size and seconds in 32 bits.
    let same_size = found.len() as u32 == item.file_size;
    let same_time = since.as_secs() as u32 == item.mtime.seconds() as u32
        && (item.mtime.nanoseconds() == 0 || since.subsec_nanos() == item.mtime.nanoseconds());
    same_size
        && same_time
        && !intent_to_add
        && index_written.is_some_and(|written| modified < written)
}

impl Snapshot for WorkingTreeSnapshot {
    fn revision(&self) -> &Revision {
        &self.revision
    }

    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn size(&self, entry: &Entry) -> Result<u64, ReadError> {
        match &entry.known_id {
            Some(_) => self.repository.blob_size(stored(entry)?),
            None if entry.is_file() && self.is_converted(entry)? => {
                self.convert(entry).map(|(_, it)| it.len() as u64)
            }
            None => size_of(&file_path(&self.root, &entry.path)),
        }
    }

    fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        if entry.known_id.is_some() {
            return self.repository.blob(stored(entry)?, limit);
        }
        // Conversion changes line ends only, so the bound on the file bounds what is converted.
        let bytes =
            read_whole(&file_path(&self.root, &entry.path), entry.mode, limit.saturating_mul(2))?;
        let bytes = if entry.is_file() && self.is_converted(entry)? {
            self.convert(entry)?.1
        } else {
            bytes
        };
        let size = bytes.len() as u64;
        if size > limit { Err(ReadError::TooLarge { size, limit }) } else { Ok(bytes) }
    }

    fn head(&self, entry: &Entry, length: usize) -> Result<Vec<u8>, ReadError> {
        if entry.known_id.is_some() {
            return self.repository.blob_head(stored(entry)?, length);
        }
        if entry.is_file() && self.is_converted(entry)? {
            let mut bytes = self.convert(entry)?.1;
            bytes.truncate(length);
            return Ok(bytes);
        }
        read_file(&file_path(&self.root, &entry.path), entry.mode, length as u64)
    }

    fn object_id(&self, entry: &Entry) -> Result<ObjectId, ReadError> {
        match &entry.known_id {
            Some(id) => Ok(id.clone()),
            None => self.convert(entry).map(|(id, _)| id),
        }
    }
}
