//! Writes the text of a command to standard output.

use std::io::Write;

use crate::decision::Verdict;
use crate::error::Error;
use crate::report;
use crate::untrusted;

/// Prints words, which may hold those of a repository: what a terminal would obey is replaced.
pub(super) fn print(out: &mut dyn Write, words: String) -> Result<Verdict, Error> {
    write_data(out, &untrusted::log(words))
}

/// Prints data as it is.
pub(super) fn write_data(out: &mut dyn Write, data: &str) -> Result<Verdict, Error> {
    out.write_all(data.as_bytes())?;
    out.flush()?;
    Ok(Verdict::Pass)
}

/// Returns the lines of a text, each made safe to print.
pub(super) fn safe_lines(text: &str) -> String {
    text.lines().map(|line| report::safe(line) + "\n").collect()
}
