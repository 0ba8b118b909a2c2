//! Files that somebody names on the command line.

use std::fmt::Display;
use std::path::Path;

use crate::edge::fs;
use crate::error::{Error, ErrorKind};

/// Returns the bytes of a file.
///
/// # Errors
/// When there is none, it cannot be read, or it is larger than this.
pub(super) fn bytes(file: &Path, largest: u64) -> Result<Vec<u8>, Error> {
    let bytes = fs::existing(file, largest).map_err(|why| failed(file, why))?;
    bytes.ok_or_else(|| failed(file, NONE))
}

/// Why a file that is not there cannot be read.
pub(super) const NONE: &str = "there is no such file";

/// Says what is wrong with a file.
pub(super) fn failed(file: &Path, why: impl Display) -> Error {
    Error::new(ErrorKind::Input, format!("`{}`: {why}", file.display()))
}
