//! One run: load, evaluate, decide, freeze the report, write or publish it.
//!
//! Each command has its file. [`crate::load`] reads what a run looks at, `judge` evaluates and
//! decides, [`crate::report`] freezes; the command writes and publishes.

mod action;
mod attest;
mod baseline;
mod bundle;
mod check;
mod doctor;
mod evidence;
mod explain;
mod fix;
mod fleet;
mod init;
mod inspect;
mod inventory;
mod judge;
mod named_file;
mod other_sides;
mod output;
mod own;
mod pack;
mod posture;
mod publish;
mod replay;
mod shell;
mod sign;
mod soa;
mod status;
mod template;
mod trace;
mod verify;

use std::io::Write;

pub use check::checked;
pub use judge::judged;
use output::{print, write_data};

use crate::checks::ALL;
use crate::cli::{ChecksCommand, Cli, Command};
use crate::decision::Verdict;
use crate::error::Error;
use crate::report;

/// Does what the command line asks for. The result goes to `out`, remarks beside it to `notes`.
///
/// # Errors
/// When there is nothing to judge, or a report cannot be written.
pub fn run(cli: &Cli, out: &mut dyn Write, notes: &mut dyn Write) -> Result<Verdict, Error> {
    match &cli.command {
        Command::Init(arguments) => init::init(cli, arguments, out, notes),
        Command::Check(arguments) => check::check(cli, arguments, out, notes),
        Command::Fix(arguments) => fix::fix(arguments, out),
        Command::PreCommit { path } => check::pre_commit(cli, path, out),
        Command::GithubAction => action::action(out, notes),
        Command::Sign(arguments) => sign::sign(arguments, out),
        Command::Verify(arguments) => verify::verify(arguments, out),
        Command::Trace(arguments) => trace::trace(arguments, out),
        Command::Soa(arguments) => soa::soa(arguments, out),
        Command::Attest(arguments) => attest::attest(arguments, out),
        Command::Pack(arguments) => pack::pack(arguments, out),
        Command::Replay(arguments) => replay::replay(arguments, out),
        Command::Posture(arguments) => posture::posture(arguments, out),
        Command::Status(arguments) => status::status(arguments, out),
        Command::Doctor(arguments) => doctor::doctor(arguments, out),
        Command::Baseline(arguments) => baseline::baseline(arguments, out),
        Command::Inventory(arguments) => inventory::inventory(arguments, out),
        Command::Inspect(arguments) => inspect::inspect(arguments, out),
        Command::Template(arguments) => template::template(arguments, out),
        Command::Explain { check } => explain::explain(check, out),
        Command::Checks { what: None } => print(out, report::table(ALL)),
        Command::Checks { what: Some(ChecksCommand::Test { path }) } => own::test(path, out),
        Command::Bundle { what } => bundle::bundle(what, out),
        Command::Fleet(arguments) => fleet::fleet(arguments, out),
        Command::Completions { shell } => shell::completions(*shell, out),
        Command::Man => shell::man(out),
        Command::Schema => write_data(out, &report::schema()),
    }
}

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod fuzz_tests;
#[cfg(test)]
mod tests;
