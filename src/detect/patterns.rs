//! Patterns of our own data, compiled.

use regex::bytes::Regex;

/// Compiles a pattern over bytes. Its classes are of ASCII, which keeps the program small.
pub(super) fn compiled(pattern: &str) -> Regex {
    match Regex::new(&format!("(?-u){pattern}")) {
        Ok(pattern) => pattern,
        // Our own data, compiled by a test; a user never sees this.
        Err(error) => panic!("`{pattern}` is no pattern: {error}"),
    }
}
