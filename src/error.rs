//! Why the gate could not run, and what the process returns.

use std::fmt;
use std::process::ExitCode;

use crate::decision::Verdict;
use crate::edge::git::SourceError;

/// A run that came to no verdict.
#[derive(Debug)]
pub struct Error {
    pub kind: ErrorKind,
    message: String,
    hint: Option<String>,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The command line asks for something that is not there.
    Usage,
    /// The repository or the revision could not be read.
    Input,
    /// A report could not be written.
    Output,
    /// The program itself is at fault.
    Defect,
    /// Whoever read the output stopped reading. No error.
    BrokenPipe,
}

impl Error {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// Returns the error of a command line that asks for something that is not there.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// What went wrong, without what to do about it.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", crate::untrusted::line(&self.message))?;
        match &self.hint {
            Some(hint) => write!(f, "\n  = {}", crate::untrusted::line(hint)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let kind = if error.kind() == std::io::ErrorKind::BrokenPipe {
            ErrorKind::BrokenPipe
        } else {
            ErrorKind::Output
        };
        Self::new(kind, format!("the output could not be written: {error}"))
    }
}

impl From<SourceError> for Error {
    fn from(error: SourceError) -> Self {
        Self::new(ErrorKind::Input, error.to_string())
    }
}

/// The one place that maps a run to an exit code: 0 pass, 1 fail, 2 undecided or not run.
pub fn exit_code(result: Result<Verdict, &Error>) -> ExitCode {
    match result {
        Ok(Verdict::Pass) => ExitCode::SUCCESS,
        Ok(Verdict::Fail) => ExitCode::from(1),
        Ok(Verdict::Undecided) => ExitCode::from(2),
        Err(error) => match error.kind {
            // The report was cut short by its reader, so its verdict may not have arrived.
            ErrorKind::BrokenPipe
            | ErrorKind::Usage
            | ErrorKind::Input
            | ErrorKind::Output
            | ErrorKind::Defect => ExitCode::from(2),
        },
    }
}
