//! Archives: whether one holds weights, by the names that stand in it.

use super::weights::is_usual;
use crate::span::RepoPath;

/// Whether a file is an archive, by its name.
pub(crate) fn is_archive(path: &RepoPath) -> bool {
    let name = path.file_name().to_lowercase();
    [".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar.zst", ".7z", ".rar"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// Returns whether an archive holds a file that is called as weights are, by its first bytes. None
/// where the names in it cannot be read without unpacking it.
pub(crate) fn holds_weights(path: &RepoPath, head: &[u8]) -> Option<bool> {
    let name = path.file_name().to_lowercase();
    if name.ends_with(".zip") {
        return Some(names_of_zip(head).iter().any(|name| is_weights(name)));
    }
    name.ends_with(".tar").then(|| names_of_tar(head).iter().any(|name| is_weights(name)))
}

fn is_weights(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| is_usual(&extension.to_ascii_lowercase()))
}

/// The names in the local file headers of a ZIP archive (APPNOTE 4.3.7).
fn names_of_zip(head: &[u8]) -> Vec<String> {
    const HEADER: usize = 30;
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(found) = head[at..].windows(4).position(|it| it == b"PK\x03\x04") {
        let start = at + found;
        let Some(header) = head.get(start..start + HEADER) else { break };
        let length = usize::from(u16::from_le_bytes([header[26], header[27]]));
        let name = head.get(start + HEADER..start + HEADER + length);
        names.extend(name.map(|name| String::from_utf8_lossy(name).into_owned()));
        at = start + 4;
    }
    names
}

/// The names in the headers of a tar archive (POSIX ustar), 512 bytes each.
fn names_of_tar(head: &[u8]) -> Vec<String> {
    const BLOCK: usize = 512;
    let is_header = |block: &&[u8]| block.get(257..262) == Some(b"ustar");
    let name = |block: &[u8]| {
        let name = block[..100].split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(name).into_owned()
    };
    head.chunks_exact(BLOCK).filter(is_header).map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_in_an_archive_say_whether_it_holds_weights() {
        let zip = |name: &str| {
            let mut bytes = b"PK\x03\x04".to_vec();
            bytes.resize(30, 0);
            bytes[26] = name.len() as u8;
            bytes.extend(name.as_bytes());
            bytes
        };
        let tar = |name: &str| {
            let mut bytes = name.as_bytes().to_vec();
            bytes.resize(257, 0);
            bytes.extend(b"ustar");
            bytes.resize(512, 0);
            bytes
        };
        let rows = [
            ("a.zip", zip("m/v5.safetensors"), Some(true)),
            ("a.zip", zip("m/readme.md"), Some(false)),
            ("a.tar", tar("m/v5.onnx"), Some(true)),
            ("a.tar", tar("m/a.csv"), Some(false)),
            ("a.tar.gz", Vec::new(), None),
        ];
        for (path, bytes, expected) in rows {
            assert_eq!(holds_weights(&path.into(), &bytes), expected, "{path}");
        }
    }
}
