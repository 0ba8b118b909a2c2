//! Parses the command line, runs, and returns the exit code.
#![expect(
    clippy::disallowed_methods,
    reason = "the edge: standard output and error are opened here"
)]

use std::io::{BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use aimsgate::{Cli, Error, ErrorKind, exit_code, run};
use clap::Parser;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // A defect must not print what the repository says: the message of a panic may quote it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(std::io::stderr(), "defect in aimsgate at {place}; please report it");
    }));
    let mut out = BufWriter::new(std::io::stdout());
    // A defect outside of the checks is no verdict either.
    let result = catch_unwind(AssertUnwindSafe(|| run(&cli, &mut out, &mut std::io::stderr())))
        .unwrap_or_else(|_| {
            Err(Error::new(ErrorKind::Defect, "the run broke off; nothing was decided"))
        });
    if let Err(error) = &result
        && error.kind != ErrorKind::BrokenPipe
    {
        let _ = writeln!(std::io::stderr(), "{error}");
    }
    exit_code(result.as_ref().copied())
}
