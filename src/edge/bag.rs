//! Writes the files of a pack as a folder or as one `.zip`, and reads them again.
#![expect(clippy::disallowed_methods, reason = "the edge: reads and writes files that were named")]

use std::collections::BTreeMap;
use std::io::{Cursor, Error, ErrorKind, Read, Result, Write};
use std::path::{Component, Path};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::fs;

/// Files of a pack that is read, and bytes of all of them.
const MOST_FILES: usize = 100_000;
const MOST_BYTES: u64 = 1 << 30;

type Files = BTreeMap<String, Vec<u8>>;

fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|it| it.eq_ignore_ascii_case("zip"))
}

/// Writes files. The same files give the same bytes.
///
/// # Errors
/// When the folder is there already and holds something, or nothing can be written.
pub(crate) fn write(path: &Path, files: &Files) -> Result<()> {
    if is_archive(path) {
        return fs::file(path, archive(files)?);
    }
    if std::fs::read_dir(path).is_ok_and(|mut items| items.next().is_some()) {
        return Err(Error::new(ErrorKind::AlreadyExists, "the folder holds something"));
    }
    for (name, bytes) in files {
        let file = path.join(name);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        fs::file(&file, bytes)?;
    }
    Ok(())
}

/// Every file has the earliest time that the format knows, so that no clock is in it.
fn archive(files: &Files) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Reads the files of a folder or an archive, by their paths in it. No link is followed.
///
/// # Errors
/// When something cannot be read, or there is more of it than a pack has.
pub(crate) fn read(path: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut left = MOST_BYTES;
    let mut add = |name: String, reader: &mut dyn Read| -> Result<()> {
        let mut bytes = Vec::new();
        reader.take(left + 1).read_to_end(&mut bytes)?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        left = left.checked_sub(length).ok_or_else(too_much)?;
        files.insert(name, bytes);
        if files.len() > MOST_FILES { Err(too_much()) } else { Ok(()) }
    };
    if is_archive(path) {
        let mut archive = ZipArchive::new(std::fs::File::open(path)?)?;
        for at in 0..archive.len() {
            let mut file = archive.by_index(at)?;
            if file.is_file() {
                add(file.name()?.to_string(), &mut file)?;
            }
        }
        return Ok(files);
    }
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder)? {
            let item = item?;
            let kind = item.file_type()?;
            if kind.is_dir() {
                folders.push(item.path());
            } else if kind.is_file() {
                add(name(path, &item.path()), &mut std::fs::File::open(item.path())?)?;
            }
        }
    }
    Ok(files)
}

fn too_much() -> Error {
    Error::new(ErrorKind::FileTooLarge, "it holds more than a pack does")
}

fn name(root: &Path, file: &Path) -> String {
    let below = file.strip_prefix(root).unwrap_or(file);
    let parts = below.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_and_an_archive_read_as_they_were_written() {
        let files: Files =
            [("a/b", "1"), ("c", "")].map(|(name, text)| (name.to_owned(), text.into())).into();
        let folder = tempfile::tempdir().unwrap();
        for name in ["pack", "pack.zip"] {
            let path = folder.path().join(name);
            write(&path, &files).unwrap();
            assert_eq!(read(&path).unwrap(), files, "{name}");
        }
        assert!(write(&folder.path().join("pack"), &files).is_err());
        assert_eq!(archive(&files).unwrap(), archive(&files).unwrap());
    }
}
