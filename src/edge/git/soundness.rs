//! What makes a repository unreadable before libgit2 meets it, in words that lead out of it.

use std::fs::File;
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;
use rayon::prelude::*;

/// Bytes of the largest loose object that is looked at. What people edit is far smaller.
const LARGEST_LOOSE: u64 = 16 << 20;

/// Returns why objects of a repository cannot be read. None where nothing says so.
///
/// libgit2 1.9 reads a loose object that is cut off or damaged for ever (libgit2 issue 7342), so
/// each is unpacked here once.
pub(super) fn flaw(common: &Path) -> Option<String> {
    let objects = common.join("objects");
    let borrowed = std::fs::read_to_string(objects.join("info/alternates")).unwrap_or_default();
    let folders = borrowed.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut folders = folders.filter(|line| !line.starts_with('#')).map(|it| objects.join(it));
    if let Some(gone) = folders.find(|folder| !folder.is_dir()) {
        return Some(format!(
            "it borrows objects from `{}` (objects/info/alternates), which is not here; clone it \
             with --dissociate, or bring the folder back",
            gone.display()
        ));
    }
    let damaged = loose(&objects).into_par_iter().find_any(|path| !is_whole(path))?;
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

/// Whether a loose object unpacks to its end. One that cannot be opened is left to git's reader.
fn is_whole(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return true };
    if file.metadata().is_ok_and(|it| it.len() > LARGEST_LOOSE) {
        return true;
    }
    std::io::copy(&mut ZlibDecoder::new(file), &mut std::io::sink()).is_ok()
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
        assert!(flaw(folder.path()).unwrap().contains(&format!("ab{}", "c".repeat(38))));
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
