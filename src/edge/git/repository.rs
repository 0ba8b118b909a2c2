//! Finding a git repository and lending handles to it across threads.
//!
//! # Design
//!
//! The repository is opened with `Repository::open_bare` on the resolved directory. libgit2 then
//! reads a checkout that belongs to another user, which is the usual case in a container, without
//! the process-wide switch that needs `unsafe`.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::error::SourceError;
use super::loose::{self, LARGEST_LOOSE};
use super::soundness::{flaw, index_flaw};
use crate::date::Date;
use crate::snapshot::{ObjectId, ReadError};

/// Objects larger than this are not read at all. Forges refuse files above 100 MB.
pub(super) const LARGEST_OBJECT: u64 = 256 << 20;

/// A branch's name and the commit it stands at.
pub(super) type BranchTip = (String, ObjectId);

/// A git repository on disk.
pub(crate) struct Repository {
    git_dir: PathBuf,
    /// The folder of its objects.
    objects: PathBuf,
    working_tree: Option<PathBuf>,
    /// libgit2 handles are used by one thread at a time; idle ones wait here.
    idle: Mutex<Vec<git2::Repository>>,
}

impl Repository {
    /// The repository that holds `folder`, going up; `None` if there is none.
    ///
    /// # Errors
    /// When there is one that cannot be opened: it must not pass for a plain folder.
    pub(crate) fn discover(folder: &Path) -> Result<Option<Self>, SourceError> {
        for candidate in folder.ancestors() {
            let dot_git = candidate.join(".git");
            if let Ok(kind) = std::fs::metadata(&dot_git) {
                let git_dir = if kind.is_dir() { dot_git } else { linked_git_dir(&dot_git)? };
                return Self::open(git_dir, Some(candidate.to_owned())).map(Some);
            }
        }
        // Only the folder itself, and only outside of any checkout: files that look like a bare
        // repository may have been committed to one.
        let bare = folder.join("HEAD").is_file()
            && folder.join("objects").is_dir()
            && folder.join("refs").is_dir();
        if bare { Self::open(folder.to_owned(), None).map(Some) } else { Ok(None) }
    }

    fn open(git_dir: PathBuf, working_tree: Option<PathBuf>) -> Result<Self, SourceError> {
        let mut repository =
            Self { git_dir, objects: PathBuf::new(), working_tree, idle: Mutex::new(Vec::new()) };
        let handle = repository.handle().map_err(|error| {
            let why =
                repository.unsupported().map(str::to_owned).unwrap_or_else(|| message(&error));
            SourceError::Repository(why)
        })?;
        if let Some(why) = flaw(handle.commondir()) {
            return Err(SourceError::Repository(why));
        }
        repository.objects = handle.commondir().join("objects");
        repository.give_back(handle);
        Ok(repository)
    }

    /// The folder whose files are checked out; `None` for a bare repository.
    pub(crate) fn working_tree(&self) -> Option<&Path> {
        self.working_tree.as_deref()
    }

    /// Where git keeps what it knows.
    pub(super) fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// Returns why an index could not be read, with what to do where that is known.
    pub(super) fn index_error(&self, error: &ReadError) -> SourceError {
        let why = index_flaw(&self.git_dir).map_or_else(|| error.to_string(), str::to_owned);
        SourceError::Listing(why)
    }

    /// A new handle. Opened as bare on the resolved directory: libgit2 then does not refuse a
    /// checkout that another user owns, which is the usual case in a container.
    fn handle(&self) -> Result<git2::Repository, git2::Error> {
        let handle = git2::Repository::open_bare(&self.git_dir)?;
        let mut own = git2::Config::new()?;
        let file = handle.commondir().join("config");
        if file.is_file() {
            own.add_file(&file, git2::ConfigLevel::Local, false)?;
        }
        handle.set_config(&own)?;
        if let Some(root) = &self.working_tree {
            handle.set_workdir(root, false)?;
        }
        Ok(handle)
    }

    /// Why libgit2 cannot read this repository, if its configuration says so.
    fn unsupported(&self) -> Option<&'static str> {
        // A linked worktree names the shared directory, which holds the configuration.
        let named = std::fs::read_to_string(self.git_dir.join("commondir")).ok();
        let common =
            named.map_or_else(|| self.git_dir.clone(), |name| self.git_dir.join(name.trim_end()));
        let config = git2::Config::open(&common.join("config")).ok()?;
        let is = |name: &str, value: &str| {
            config.get_string(name).is_ok_and(|it| it.eq_ignore_ascii_case(value))
        };
        if is("extensions.objectformat", "sha256") {
            Some(
                "its objects are named by SHA-256, which aimsgate cannot read yet; judge a SHA-1 \
                copy of it",
            )
        } else if is("extensions.refstorage", "reftable") {
            Some(
                "its references are stored as a reftable; convert them: git refs migrate \
                --ref-format=files",
            )
        } else if config.get_string("extensions.partialclone").is_ok() {
            Some("it is a partial clone, so content may be missing; clone it without --filter")
        } else {
            None
        }
    }

    fn give_back(&self, handle: git2::Repository) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
    }

    /// Runs `work` with a handle no other thread is using.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&git2::Repository) -> Result<T, git2::Error>,
    ) -> Result<T, ReadError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let handle = match idle {
            Some(handle) => handle,
            None => self.handle().map_err(|error| read_error(&error))?,
        };
        let result = work(&handle);
        self.give_back(handle);
        result.map_err(|error| read_error(&error))
    }

    /// Runs `work` with a handle that is thrown away afterwards.
    pub(super) fn with_new<T>(
        &self,
        work: impl FnOnce(&git2::Repository) -> Result<T, git2::Error>,
    ) -> Result<T, ReadError> {
        let handle = self.handle().map_err(|error| read_error(&error))?;
        work(&handle).map_err(|error| read_error(&error))
    }

    /// The commit `HEAD` stands at; `None` on a branch without commits.
    pub(super) fn head(&self) -> Result<Option<ObjectId>, ReadError> {
        self.with(|handle| match handle.head() {
            Ok(head) => Ok(Some(object_id(head.peel_to_commit()?.id()))),
            Err(error) if error.code() == git2::ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(error),
        })
    }

    /// The commit a revision names, as `git rev-parse` reads it.
    pub(super) fn commit(&self, revision: &str) -> Result<ObjectId, ReadError> {
        self.with(|handle| Ok(object_id(handle.revparse_single(revision)?.peel_to_commit()?.id())))
    }

    /// The commit a full reference name stands at, if there is such a reference.
    pub(super) fn reference(&self, name: &str) -> Option<ObjectId> {
        let found = |handle: &git2::Repository| {
            Ok(object_id(handle.find_reference(name)?.peel_to_commit()?.id()))
        };
        self.with(found).ok()
    }

    /// The parents of a commit, as far as the history here goes.
    pub(super) fn parents(&self, commit: &ObjectId) -> Result<Vec<ObjectId>, ReadError> {
        self.with(|handle| {
            Ok(handle.find_commit(parse_id(commit)?)?.parent_ids().map(object_id).collect())
        })
    }

    /// The parents that a commit names, whether or not they are here: a history that is cut off
    /// hides them elsewhere.
    pub(super) fn named_parents(&self, commit: &ObjectId) -> Result<Vec<ObjectId>, ReadError> {
        self.with(|handle| {
            let objects = handle.odb()?;
            let object = objects.read(parse_id(commit)?)?;
            let header = String::from_utf8_lossy(object.data()).into_owned();
            let lines = header.lines().take_while(|line| !line.is_empty());
            Ok(lines
                .filter_map(|line| line.strip_prefix("parent "))
                .map(|id| ObjectId::new(id.to_owned()))
                .collect())
        })
    }

    /// Every branch of a kind and its tip.
    pub(super) fn branches(&self, kind: git2::BranchType) -> Vec<BranchTip> {
        let all = |handle: &git2::Repository| {
            let mut found = Vec::new();
            for branch in handle.branches(Some(kind))? {
                let (branch, _) = branch?;
                let name = branch.name().ok().flatten().map(str::to_owned);
                if let (Some(name), Ok(commit)) = (name, branch.get().peel_to_commit()) {
                    found.push((name, object_id(commit.id())));
                }
            }
            found.sort();
            Ok(found)
        };
        self.with(all).unwrap_or_default()
    }

    /// Whether a remote is configured or was fetched from.
    pub(super) fn has_remote(&self) -> bool {
        let configured = self.with(|handle| Ok(!handle.remotes()?.is_empty())).unwrap_or(true);
        configured || !self.branches(git2::BranchType::Remote).is_empty()
    }

    /// The branch that the remote calls its default, as `origin/main`, and its tip. A branch of the
    /// remote that is itself called `HEAD` does not say so.
    pub(super) fn remote_default(&self) -> Option<BranchTip> {
        let name = |handle: &git2::Repository| {
            let head = handle.find_reference("refs/remotes/origin/HEAD")?;
            Ok(head.symbolic_target().ok().flatten().map(str::to_owned))
        };
        let name = self.with(name).ok().flatten()?;
        Some((name.strip_prefix("refs/remotes/")?.to_owned(), self.reference(&name)?))
    }

    /// The commit a name stands for: a branch before a tag of the same name.
    pub(super) fn branch_or_commit(&self, name: &str) -> Result<ObjectId, ReadError> {
        let branch = ["refs/remotes/", "refs/heads/"]
            .into_iter()
            .find_map(|at| self.reference(&format!("{at}{name}")));
        branch.map_or_else(|| self.commit(name), Ok)
    }

    /// The commit that is being merged into the checked-out one.
    pub(super) fn merge_head(&self) -> Option<ObjectId> {
        self.reference("MERGE_HEAD")
    }

    /// The day a commit was made, in UTC.
    pub(super) fn day(&self, commit: &ObjectId) -> Result<Date, ReadError> {
        let seconds =
            self.with(|handle| Ok(handle.find_commit(parse_id(commit)?)?.time().seconds()))?;
        let time = jiff::Timestamp::from_second(seconds)
            .map_err(|error| ReadError::Failed(error.to_string()))?;
        Ok(time.to_zoned(jiff::tz::TimeZone::UTC).date().into())
    }

    /// Whether history was cut off when it was cloned.
    pub(super) fn is_shallow(&self) -> bool {
        self.with(|handle| Ok(handle.is_shallow())).unwrap_or(false)
    }

    /// The size of a blob.
    pub(super) fn blob_size(&self, id: &ObjectId) -> Result<u64, ReadError> {
        self.with(|handle| Ok(handle.odb()?.read_header(parse_id(id)?)?.0 as u64))
    }

    /// The bytes of a blob of at most `limit` bytes.
    pub(super) fn blob(&self, id: &ObjectId, limit: u64) -> Result<Vec<u8>, ReadError> {
        let limit = limit.min(LARGEST_OBJECT);
        let size = self.blob_size(id)?;
        if size > limit {
            return Err(ReadError::TooLarge { size, limit });
        }
        let Some(path) = self.loose(id).filter(|it| is_large(it)) else {
            return self.with(|handle| Ok(handle.odb()?.read(parse_id(id)?)?.data().to_vec()));
        };
        let bytes = self.loose_head(id, &path, usize::try_from(size).unwrap_or(usize::MAX))?;
        match git2::Oid::hash_object(git2::ObjectType::Blob, &bytes) {
            Ok(found) if object_id(found) == *id => Ok(bytes),
            _ => Err(ReadError::Failed(format!("its object {id} is damaged"))),
        }
    }

    /// The first bytes of a blob.
    pub(super) fn blob_head(&self, id: &ObjectId, length: usize) -> Result<Vec<u8>, ReadError> {
        let size = self.blob_size(id)?;
        if size > LARGEST_OBJECT {
            return Err(ReadError::TooLarge { size, limit: LARGEST_OBJECT });
        }
        if let Some(path) = self.loose(id) {
            return self.loose_head(id, &path, length);
        }
        self.with(|handle| {
            let objects = handle.odb()?;
            let object = objects.read(parse_id(id)?)?;
            Ok(object.data()[..length.min(object.len())].to_vec())
        })
    }

    /// The file of an object that is loose.
    fn loose(&self, id: &ObjectId) -> Option<PathBuf> {
        let path = loose::place(&self.objects, id)?;
        path.is_file().then_some(path)
    }

    fn loose_head(&self, id: &ObjectId, path: &Path, length: usize) -> Result<Vec<u8>, ReadError> {
        let damaged = |error| ReadError::Failed(format!("its object {id} is damaged: {error}"));
        loose::head(path, length).map_err(damaged)
    }
}

/// Whether a loose object is not left to libgit2.
fn is_large(path: &Path) -> bool {
    path.metadata().is_ok_and(|it| it.len() > LARGEST_LOOSE)
}

/// The git directory that a `.git` file of a submodule or linked worktree names.
fn linked_git_dir(file: &Path) -> Result<PathBuf, SourceError> {
    let unreadable = |why: &str| SourceError::Repository(format!("`{}` {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(&error.to_string()))?;
    let target = text
        .trim_end()
        .strip_prefix("gitdir: ")
        .ok_or_else(|| unreadable("names no git directory"))?;
    let parent = file.parent().unwrap_or(Path::new(""));
    parent
        .join(target)
        .canonicalize()
        .map_err(|_| unreadable("names a git directory that is not there"))
}

pub(super) fn object_id(id: git2::Oid) -> ObjectId {
    ObjectId::new(id.to_string())
}

pub(super) fn parse_id(id: &ObjectId) -> Result<git2::Oid, git2::Error> {
    id.as_str().parse()
}

/// libgit2's message on one line, without its trailing class.
pub(super) fn message(error: &git2::Error) -> String {
    error.message().lines().next().unwrap_or_default().to_owned()
}

fn read_error(error: &git2::Error) -> ReadError {
    if error.code() == git2::ErrorCode::NotFound && error.class() == git2::ErrorClass::Odb {
        ReadError::Missing
    } else {
        ReadError::Failed(message(error))
    }
}
