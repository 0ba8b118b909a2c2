//! One contract for every snapshot, and the repositories that real checkouts turn out to be.

use std::path::Path;

use crate::support::{self, TestRepository, scratch};
use aimsgate::RepoPath;
use aimsgate::{Content, Source, SourceError, Surroundings, compare, open as open_source};
use aimsgate::{FileMode, ReadError, Revision, Snapshot, View};

fn open(path: &Path, revision: Option<&str>) -> Source {
    open_source(path, &content(revision)).unwrap_or_else(|error| panic!("{error}"))
}

fn content(revision: Option<&str>) -> Content {
    revision.map_or(Content::WorkingTree, |revision| Content::Revision(revision.to_owned()))
}

fn paths(snapshot: &dyn Snapshot) -> Vec<String> {
    snapshot.entries().iter().map(|entry| entry.path.to_string()).collect()
}

fn read(snapshot: &dyn Snapshot, path: &str) -> Result<Vec<u8>, ReadError> {
    snapshot.read(snapshot.entry(&path.into()).unwrap_or_else(|| panic!("no {path}")), 1 << 20)
}

/// What the trait promises, for every entry of any snapshot.
fn conforms(snapshot: &dyn Snapshot) {
    for pair in snapshot.entries().windows(2) {
        assert!(pair[0].path < pair[1].path, "{:?} before {:?}", pair[0].path, pair[1].path);
    }
    for entry in snapshot.entries() {
        assert_eq!(snapshot.entry(&entry.path), Some(entry));
        assert!(!entry.path.to_string().split('/').any(|part| part == ".git"), "{:?}", entry.path);
        if entry.mode == FileMode::Submodule {
            assert_eq!(snapshot.read(entry, 9), Err(ReadError::Submodule));
            continue;
        }
        let bytes = snapshot
            .read(entry, 1 << 20)
            .unwrap_or_else(|error| panic!("{:?}: {error}", entry.path));
        assert_eq!(snapshot.size(entry), Ok(bytes.len() as u64), "{:?}", entry.path);
        assert_eq!(
            snapshot.head(entry, 3).unwrap(),
            &bytes[..bytes.len().min(3)],
            "{:?}",
            entry.path
        );
        let id = git2::Oid::hash_object(git2::ObjectType::Blob, &bytes).unwrap().to_string();
        assert_eq!(snapshot.object_id(entry).unwrap().as_str(), id, "{:?}", entry.path);
        if bytes.len() > 1 {
            let limit = bytes.len() as u64 - 1;
            let size = bytes.len() as u64;
            assert_eq!(snapshot.read(entry, limit), Err(ReadError::TooLarge { size, limit }));
        }
    }
}

const LFS_POINTER: &str = "version https://git-lfs.github.com/spec/v1\n\
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

#[cfg(unix)]
fn link(target: &str, file: std::path::PathBuf) {
    std::os::unix::fs::symlink(target, file).unwrap();
}

/// Everything odd that a repository may hold at once.
#[cfg(unix)]
fn odd_repository() -> TestRepository {
    let repository = TestRepository::new();
    repository
        .write("README.md", "# Odd\n")
        .write(".gitattributes", "*.txt text eol=crlf\n*.bin filter=lfs -text\n")
        .write(".gitignore", "ignored/\n")
        .write("crlf.txt", "one\r\ntwo\r\n")
        .write("weights.bin", LFS_POINTER)
        .write("run.sh", "#!/bin/sh\n")
        .write("a/b.md", "b")
        .write("a-b.md", "sorts before a/b.md");
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(repository.file("run.sh"), std::fs::Permissions::from_mode(0o755))
        .unwrap();
    link("README.md", repository.file("inside"));
    link("/etc/passwd", repository.file("outside"));
    link("nowhere", repository.file("dangling"));
    std::fs::write(
        repository
            .path()
            .join(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"bad\xff.md")),
        "x",
    )
    .unwrap();
    let mut index = repository.git.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    let mut submodule = index.get_path(Path::new("README.md"), 0).unwrap();
    submodule.path = b"vendor/sub".to_vec();
    submodule.mode = 0o160_000;
    submodule.id = "1111111111111111111111111111111111111111".parse().unwrap();
    index.add(&submodule).unwrap();
    index.write().unwrap();
    repository.commit_index("odd");
    repository
        .write("ignored/secret.md", "no")
        .write("new.md", "not tracked")
        .write("edited.txt", "x\r\ny\r\n");
    repository
}

#[cfg(unix)]
#[test]
fn the_contract_holds_for_a_commit_a_working_tree_and_a_folder() {
    let repository = odd_repository();
    let commit = open(repository.path(), Some("HEAD")).snapshot;
    let tree = open(repository.path(), None).snapshot;
    conforms(&*commit);
    conforms(&*tree);
    conforms(&*open_source(repository.path(), &Content::Index(None)).unwrap().snapshot);
    repository.age_index();
    conforms(&*open(repository.path(), None).snapshot);

    let folder = scratch();
    for (path, bytes) in
        [("b/x", "1"), ("a.md", "two"), (".hidden", ""), ("b-c", "3"), (".git/config", "no")]
    {
        support::write(folder.path(), path, bytes);
    }
    std::fs::remove_dir_all(folder.path().join(".git")).unwrap();
    link("/etc/passwd", folder.path().join("b/out"));
    conforms(&*open(folder.path(), None).snapshot);

    // The commit and the working tree agree where nothing was changed.
    let mut expected = paths(&*commit);
    expected.extend(["edited.txt".to_owned(), "new.md".to_owned()]);
    expected.sort();
    let mut found = paths(&*tree);
    found.sort();
    assert_eq!(found, expected);
    for entry in commit.entries() {
        let twin = tree.entry(&entry.path).unwrap();
        assert_eq!(
            (twin.mode, tree.object_id(twin)),
            (entry.mode, commit.object_id(entry)),
            "{:?}",
            entry.path
        );
    }
}

#[cfg(unix)]
#[test]
fn odd_entries_are_what_git_records_and_nothing_is_followed() {
    let repository = odd_repository();
    for revision in [Some("HEAD"), None] {
        let snapshot = open(repository.path(), revision).snapshot;
        let snapshot = &*snapshot;
        let mode = |path: &str| snapshot.entry(&path.into()).unwrap().mode;
        assert_eq!(mode("run.sh"), FileMode::Executable);
        assert_eq!(
            (mode("inside"), mode("outside"), mode("dangling")),
            (FileMode::Symlink, FileMode::Symlink, FileMode::Symlink)
        );
        assert_eq!(read(snapshot, "outside").unwrap(), b"/etc/passwd");
        assert_eq!(read(snapshot, "dangling").unwrap(), b"nowhere");
        assert_eq!(mode("vendor/sub"), FileMode::Submodule);
        assert_eq!(read(snapshot, "weights.bin").unwrap(), LFS_POINTER.as_bytes());
        assert_eq!(
            read(snapshot, "crlf.txt").unwrap(),
            b"one\ntwo\n",
            "bytes of the repository, \
            not of the checkout"
        );
        assert!(
            snapshot.entry(&RepoPath::new(b"bad\xff.md")).is_some(),
            "names that are not UTF-8 \
            are kept"
        );
        assert!(!paths(snapshot).iter().any(|path| path.starts_with("ignored")));
    }
    let tree = open(repository.path(), None).snapshot;
    assert_eq!(
        read(&*tree, "edited.txt").unwrap(),
        b"x\ny\n",
        "a new file is converted as git \
        would store it"
    );
}

#[test]
fn an_edit_that_keeps_the_size_is_seen() {
    let repository = TestRepository::new();
    repository.write("a.md", "one").commit("first");
    repository.write("a.md", "two");
    let snapshot = open(repository.path(), None).snapshot;
    assert_eq!(read(&*snapshot, "a.md").unwrap(), b"two");
    std::fs::remove_file(repository.file("a.md")).unwrap();
    assert!(open(repository.path(), None).snapshot.entries().is_empty(), "a removed file is gone");
}

#[test]
fn a_missing_object_is_missing_and_not_absent() {
    let repository = TestRepository::new();
    repository.write("a.md", "one").write("b.md", "two").commit("first");
    let id = git2::Oid::hash_object(git2::ObjectType::Blob, b"one").unwrap().to_string();
    std::fs::remove_file(repository.git.path().join("objects").join(&id[..2]).join(&id[2..]))
        .unwrap();
    let snapshot = open(repository.path(), Some("HEAD")).snapshot;
    assert_eq!(read(&*snapshot, "a.md"), Err(ReadError::Missing));
    assert_eq!(read(&*snapshot, "b.md").unwrap(), b"two");
}

#[test]
fn a_missing_tree_stops_the_listing() {
    let repository = TestRepository::new();
    repository.write("docs/a.md", "one").commit("first");
    let tree = repository.git.head().unwrap().peel_to_tree().unwrap();
    let id = tree.get_name("docs").unwrap().id().to_string();
    std::fs::remove_file(repository.git.path().join("objects").join(&id[..2]).join(&id[2..]))
        .unwrap();
    assert!(matches!(
        open_source(repository.path(), &content(Some("HEAD"))),
        Err(SourceError::Listing(_))
    ));
}

#[test]
fn bare_empty_unborn_and_detached_repositories_are_read() {
    let repository = TestRepository::new();
    let unborn = open(repository.path(), None).snapshot;
    assert_eq!(unborn.revision(), &Revision::WorkingTree { head: None });
    assert!(unborn.entries().is_empty());
    assert!(matches!(
        open_source(repository.path(), &content(Some("HEAD"))),
        Err(SourceError::Revision { .. })
    ));

    let first = repository.write("a.md", "one").commit("first");
    repository.write("a.md", "two").commit("second");
    repository.git.set_head_detached(first).unwrap();
    let detached = open(repository.path(), None).snapshot;
    let Revision::WorkingTree { head: Some(head) } = detached.revision() else { panic!("no head") };
    assert_eq!(head.as_str(), first.to_string());

    let folder = scratch();
    let bare = git2::build::RepoBuilder::new()
        .bare(true)
        .clone(&format!("file://{}", repository.path().display()), &folder.path().join("bare.git"))
        .unwrap();
    let snapshot = open(bare.path(), None).snapshot;
    assert!(matches!(snapshot.revision(), Revision::Commit(_)));
    assert_eq!(read(&*snapshot, "a.md").unwrap(), b"one");
    conforms(&*snapshot);
}

#[test]
fn a_subfolder_scopes_without_re_rooting() {
    let repository = TestRepository::new();
    repository
        .write("services/a/x.md", "1")
        .write("services/ab/y.md", "2")
        .write("top.md", "3")
        .commit("first");
    for revision in [Some("HEAD"), None] {
        let Source { snapshot, scope } = open(&repository.file("services/a"), revision);
        assert_eq!(scope, "services/a".into());
        assert_eq!(paths(&*snapshot).len(), 3, "rules above the scope can still be read");
        let view = View::new(&*snapshot, scope);
        assert_eq!(view.entries().len(), 1);
    }
}

#[test]
fn a_file_an_absent_path_or_a_wrong_revision_is_an_error_in_words() {
    let repository = TestRepository::new();
    repository.write("a.md", "one").commit("first");
    assert!(matches!(
        open_source(&repository.file("a.md"), &content(None)),
        Err(SourceError::NotAFolder { .. })
    ));
    assert!(matches!(
        open_source(&repository.file("none"), &content(None)),
        Err(SourceError::NotAFolder { .. })
    ));
    assert!(matches!(
        open_source(repository.path(), &content(Some("no-such"))),
        Err(SourceError::Revision { .. })
    ));
    let folder = scratch();
    assert!(matches!(
        open_source(folder.path(), &content(Some("HEAD"))),
        Err(SourceError::NoRepository { .. })
    ));
    support::write(folder.path(), ".git", "gitdir: ../gone\n");
    assert!(
        matches!(open_source(folder.path(), &content(None)), Err(SourceError::Repository(_))),
        "not a plain folder"
    );
}

#[cfg(unix)]
#[test]
fn a_repository_owned_by_somebody_else_is_read() {
    let repository = TestRepository::new();
    repository.write("a.md", "one").commit("first");
    let status =
        std::process::Command::new("chown").arg("-R").arg("65534").arg(repository.path()).status();
    if !status.is_ok_and(|status| status.success()) {
        eprintln!("skipped: only root can give a repository to another owner");
        return;
    }
    assert_eq!(read(&*open(repository.path(), None).snapshot, "a.md").unwrap(), b"one");
}

#[test]
fn a_hundred_thousand_paths_are_listed_and_found() {
    let repository = TestRepository::new();
    let blob = repository.git.blob(b"x").unwrap();
    let mut root = repository.git.treebuilder(None).unwrap();
    for folder in 0..100 {
        let mut tree = repository.git.treebuilder(None).unwrap();
        for file in 0..1000 {
            tree.insert(format!("file-{file:04}.md"), blob, 0o100_644).unwrap();
        }
        root.insert(format!("folder-{folder:03}"), tree.write().unwrap(), 0o040_000).unwrap();
    }
    let tree = repository.git.find_tree(root.write().unwrap()).unwrap();
    let author =
        git2::Signature::new("A Tester", "tester@example.com", &git2::Time::new(0, 0)).unwrap();
    repository.git.commit(Some("HEAD"), &author, &author, "many", &tree, &[]).unwrap();
    let snapshot = open(repository.path(), Some("HEAD")).snapshot;
    assert_eq!(snapshot.entries().len(), 100_000);
    assert!(snapshot.entry(&"folder-099/file-0999.md".into()).is_some());
    assert_eq!(View::new(&*snapshot, "folder-050".into()).entries().len(), 1000);
}

#[test]
fn a_merge_that_was_not_made_holds_the_contract_and_leaves_no_object_behind() {
    let repository = TestRepository::new();
    repository.git.set_head("refs/heads/main").unwrap();
    let text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
    repository.write("a.txt", text).write("b.txt", "b\n").commit_all("start");
    let start = repository.git.head().unwrap().peel_to_commit().unwrap();
    repository.git.branch("change", &start, true).unwrap();
    repository.write("a.txt", text.replace("one", "ONE")).commit_all("main");
    repository.git.set_head("refs/heads/change").unwrap();
    repository.write("a.txt", text.replace("seven", "SEVEN")).commit_all("change");
    repository.write("new.txt", "not committed\n");
    let objects = || {
        let mut found = Vec::new();
        repository
            .git
            .odb()
            .unwrap()
            .foreach(|id| {
                found.push(id.to_string());
                true
            })
            .unwrap();
        found.sort();
        found
    };
    let before = objects();
    let around = Surroundings::none("2026-11-22".parse().unwrap());
    let comparison =
        compare(repository.path(), &Content::WorkingTree, None, None, &around).unwrap();
    let merged = &*comparison.judged.snapshot;
    conforms(merged);
    let both = text.replace("one", "ONE").replace("seven", "SEVEN");
    assert_eq!(read(merged, "a.txt").unwrap(), both.as_bytes());
    assert_eq!(read(merged, "new.txt").unwrap(), b"not committed\n");
    assert_eq!(comparison.both, [RepoPath::from("a.txt")].into());
    assert_eq!(objects(), before, "nothing was written");
}
