//! What the integration tests share: repositories made by the test, in temporary folders.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::fixtures::fixtures;

/// A folder that is gone when it is dropped: in memory where the system has that, for tests make
/// many small files.
pub(crate) fn scratch() -> TempDir {
    let in_memory = Path::new("/dev/shm");
    let made = std::env::var_os("TMPDIR")
        .is_none()
        .then(|| TempDir::new_in(in_memory))
        .and_then(Result::ok);
    made.unwrap_or_else(|| TempDir::new().unwrap())
}

/// A git repository of the test's own, with a fixed author and fixed times.
pub(crate) struct TestRepository {
    folder: TempDir,
    pub(crate) git: git2::Repository,
}

impl TestRepository {
    /// The files of a whole example on the branch `main`, not committed yet.
    pub(crate) fn of_example(name: &str) -> Self {
        let repository = Self::new();
        repository.git.set_head("refs/heads/main").unwrap();
        copy(&fixtures().join("repos").join(name), repository.path());
        repository
    }

    pub(crate) fn new() -> Self {
        let folder = scratch();
        let git = git2::Repository::init(folder.path()).unwrap();
        git.config().unwrap().set_str("user.email", PROGRAM).unwrap();
        Self { folder, git }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        write(self.path(), path, bytes);
        self
    }

    /// Stages everything and commits it.
    pub(crate) fn commit(&self, message: &str) -> git2::Oid {
        let mut index = self.git.index().unwrap();
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
        index.write().unwrap();
        self.commit_index(message)
    }

    /// Stages every file as it is now, removed ones too.
    pub(crate) fn stage_all(&self) {
        let mut index = self.git.index().unwrap();
        index.update_all(["*"], None).unwrap();
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
        index.write().unwrap();
    }

    /// Stages every file as it is now and commits it.
    pub(crate) fn commit_all(&self, message: &str) -> git2::Oid {
        self.stage_all();
        self.commit_index(message)
    }

    /// Commits the index as it is.
    pub(crate) fn commit_index(&self, message: &str) -> git2::Oid {
        let tree = self.git.index().unwrap().write_tree().unwrap();
        let tree = self.git.find_tree(tree).unwrap();
        let parent = self.git.head().ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        self.git
            .commit(Some("HEAD"), &author(), &author_of(FORGE), message, &tree, &parents)
            .unwrap()
    }

    /// Commits a tree without moving any branch.
    pub(crate) fn commit_tree(
        &self,
        tree: &git2::Tree<'_>,
        parents: &[&git2::Commit<'_>],
    ) -> git2::Oid {
        self.git.commit(None, &author(), &author_of(FORGE), "a tree", tree, parents).unwrap()
    }

    /// Waits until a file written now is newer than the index, then makes git look again.
    pub(crate) fn age_index(&self) {
        let index = self.git.path().join("index");
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
        fs::File::options().write(true).open(index).unwrap().set_modified(later).unwrap();
    }
}

/// Who writes what the tests commit: a program of the examples, which signs nothing.
const PROGRAM: &str = "49699333+dependabot[bot]@users.noreply.github.com";

/// Who commits it, as a forge does.
const FORGE: &str = "forge@example.com";

fn author() -> git2::Signature<'static> {
    author_of(PROGRAM)
}

fn author_of(email: &str) -> git2::Signature<'static> {
    git2::Signature::new("A Tester", email, &git2::Time::new(1_795_000_000, 0)).unwrap()
}

/// Commits every file as it is now, in somebody's name.
pub(crate) fn commit_as(git: &git2::Repository, email: &str, with: Option<&str>) {
    let mut index = git.index().unwrap();
    index.update_all(["*"], None).unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = git.find_tree(index.write_tree().unwrap()).unwrap();
    let parent = git.head().ok().map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    let with = with.map_or_else(String::new, |email| {
        format!(
            "\n\nCo-authored-by: Somebody \
        <{email}>\n"
        )
    });
    let message = format!("in somebody's name{with}");
    git.commit(Some("HEAD"), &author_of(email), &author_of(FORGE), &message, &tree, &parents)
        .unwrap();
}

pub(crate) fn write(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, bytes).unwrap();
}

/// Copies the files of a folder over those of another.
pub(crate) fn copy(from: &Path, to: &Path) {
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.path().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&item.path(), &target);
        } else {
            fs::copy(item.path(), target).unwrap();
        }
    }
}
