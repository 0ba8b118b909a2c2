//! What makes a repository unreadable before libgit2 meets it, in words that lead out of it.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::loose::{LARGEST_LOOSE, is_whole};

/// How far folders of objects may borrow from one another (git's own bound).
const MOST_BORROWED: usize = 5;

/// Returns why objects of a repository cannot be read. None where nothing says so.
///
/// Each loose object is unpacked here once, before libgit2 meets it; a very large one is unpacked
/// when it is read.
pub(super) fn flaw(common: &Path) -> Option<String> {
    let mut folders = vec![common.join("objects")];
    for _ in 0..MOST_BORROWED {
        let borrowed: Vec<PathBuf> = folders.iter().flat_map(|it| lenders(it)).collect();
        let new: Vec<PathBuf> = borrowed.into_iter().filter(|it| !folders.contains(it)).collect();
        if let Some(gone) = new.iter().find(|folder| !folder.is_dir()) {
            return Some(format!(
                "it borrows objects from `{}` (objects/info/alternates), which is not here; clone \
                 it with --dissociate, or bring the folder back",
                gone.display()
            ));
        }
        folders.extend(new);
    }
    let all: Vec<PathBuf> = folders.iter().flat_map(|folder| loose(folder)).collect();
    let is_small = |path: &Path| path.metadata().is_ok_and(|it| it.len() <= LARGEST_LOOSE);
    let damaged = all.into_par_iter().find_any(|path| is_small(path) && !is_whole(path))?;
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let id = damaged.parent().map(name).unwrap_or_default() + &name(&damaged);
    Some(format!(
        "its object {id} is damaged; `git fsck` lists all that are, and a fresh clone has them"
    ))
}

/// Returns what to do where the index of a repository is one that libgit2 does not read.
pub(super) fn index_flaw(git_dir: &Path) -> Option<&'static str> {
    let files = std::fs::read_dir(git_dir).ok()?.flatten();
    let is_shared = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("sharedindex.");
    files.map(|file| file.file_name()).any(|name| is_shared(&name)).then_some(
        "its index is split, which aimsgate cannot read yet; join it: git update-index \
         --no-split-index",
    )
}

/// Returns the folders that a folder of objects borrows from (git, "gitrepository-layout").
fn lenders(objects: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(objects.join("info/alternates")).unwrap_or_default();
    let lines = text.lines().map(str::trim);
    let named = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    named.map(|line| objects.join(line)).collect()
}

/// Returns the files of the loose objects.
fn loose(objects: &Path) -> Vec<PathBuf> {
    let is_hex = |name: &str, length: usize| {
        name.len() == length && name.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let inside = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = |length: usize| {
        move |path: &PathBuf| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| is_hex(name, length))
        }
    };
    let folders = inside(objects).map(|it| it.path()).filter(named(2));
    folders.flat_map(|folder| inside(&folder).map(|it| it.path()).filter(named(38))).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn an_object_that_is_cut_off_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("objects/ab");
        std::fs::create_dir_all(&inside).unwrap();
        let path = inside.join("c".repeat(38));
        let mut packed =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(b"blob 5\0hello").unwrap();
        let packed = packed.finish().unwrap();
        std::fs::write(&path, &packed).unwrap();
        assert_eq!(flaw(folder.path()), None);
        std::fs::write(&path, &packed[..packed.len() / 2]).unwrap();
        let id = format!("ab{}", "c".repeat(38));
        assert!(flaw(folder.path()).unwrap().contains(&id));
        // Objects that are borrowed are read as one's own.
        let borrower = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(borrower.path().join("objects/info")).unwrap();
        let lender = format!("# shared\n{}\n", folder.path().join("objects").display());
        std::fs::write(borrower.path().join("objects/info/alternates"), lender).unwrap();
        assert!(flaw(borrower.path()).unwrap().contains(&id));
    }

    #[test]
    fn a_folder_that_objects_are_borrowed_from_is_named_where_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("objects/info")).unwrap();
        let file = folder.path().join("objects/info/alternates");
        std::fs::write(&file, "/not/there/objects\n").unwrap();
        assert!(flaw(folder.path()).unwrap().contains("/not/there/objects"));
    }
}
