//! Loose objects, unpacked here: libgit2 1.9 reads one that is cut off or damaged for ever (libgit2
//! issue 7342), and one that is large whole for its beginning.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;

use crate::snapshot::ObjectId;

/// Bytes of the largest loose object that libgit2 reads. What people edit is far smaller.
pub(super) const LARGEST_LOOSE: u64 = 16 << 20;

/// Bytes before the content of an object: its kind, its size and a zero (git, "gitformat-loose").
const LONGEST_HEADER: usize = 32;

/// Returns where an object lies below the folder of objects if it is loose.
pub(super) fn place(objects: &Path, id: &ObjectId) -> Option<PathBuf> {
    let (folder, name) = id.as_str().split_at_checked(2)?;
    Some(objects.join(folder).join(name))
}

/// Whether a loose object unpacks to its end. One that cannot be opened is left to git's reader.
pub(super) fn is_whole(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return true };
    io::copy(&mut ZlibDecoder::new(file), &mut io::sink()).is_ok()
}

/// Returns the first bytes of a loose object's content. All of it is unpacked, because only its end
/// tells whether it is whole, and no more than these bytes are kept.
///
/// # Errors
/// When it cannot be opened or is damaged.
pub(super) fn head(path: &Path, length: usize) -> io::Result<Vec<u8>> {
    let mut content = ZlibDecoder::new(File::open(path)?);
    let mut bytes = Vec::new();
    content.by_ref().take((LONGEST_HEADER + length) as u64).read_to_end(&mut bytes)?;
    io::copy(&mut content, &mut io::sink())?;
    let header = bytes.iter().take(LONGEST_HEADER).position(|byte| *byte == 0);
    let header = header.ok_or_else(|| io::Error::other("it begins with no size"))?;
    bytes.drain(..=header);
    bytes.truncate(length);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_beginning_of_a_whole_object_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("object");
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        let content: Vec<u8> = (0..=u8::MAX).cycle().take(300_000).collect();
        packed.write_all(b"blob 300000\0").unwrap();
        packed.write_all(&content).unwrap();
        let packed = packed.finish().unwrap();
        std::fs::write(&path, &packed).unwrap();
        assert_eq!(head(&path, 1000).unwrap(), &content[..1000]);
        assert_eq!(head(&path, 400_000).unwrap(), content);
        std::fs::write(&path, &packed[..packed.len() - 9]).unwrap();
        assert!(head(&path, 1000).is_err());
    }
}
