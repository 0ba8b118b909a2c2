//! What the commit hook keeps between two commits: one file among git's own, which no commit holds
//! and no clone brings.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::single_file::bytes;
use super::source::{PathLocation, locate};

/// Bytes that are read of it; a larger file is no JSON after them and is not used.
const LARGEST: u64 = 64 << 20;

/// The file in which an earlier run stored what it saw.
pub(crate) struct CacheFile {
    pub(crate) file: PathBuf,
    /// What it holds; empty where it is not there.
    pub(crate) text: String,
    /// The program that runs now.
    pub(crate) program: String,
}

impl CacheFile {
    /// Reads the file of the repository that a path lies in; `None` where it lies in none.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let PathLocation::Repository(repository, _) = locate(path).ok()? else { return None };
        let file = repository.git_dir().join("aimsgate-seen.json");
        let text = bytes(&file, LARGEST)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .unwrap_or_default();
        Some(Self { file, text, program: program()? })
    }
}

/// Tells one build of the program from another: two of one version may see different things.
fn program() -> Option<String> {
    // Where times are made the same, builds lie in places that differ.
    let file = std::env::current_exe().ok()?;
    let found = std::fs::metadata(&file).ok()?;
    let written = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!(
        "aimsgate {} at {}, {} bytes, {written}",
        env!("CARGO_PKG_VERSION"),
        file.display(),
        found.len()
    ))
}
