//! `fleet`: what can be typed about the reports of many repositories.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::date::Date;
use crate::report::FRESH_DAYS;

/// Exit code: 0 each report is there, fresh and a pass; 1 one is not; 2 some could not be read or
/// decided, and nothing else is wrong.
#[derive(Debug, clap::Args)]
pub(crate) struct FleetArgs {
    /// The folder of reports (`check --format json`), one for each repository, by its name:
    /// `OWNER/NAME.json`. An attestation may stand beside one: `OWNER/NAME.intoto.json`.
    #[arg(long, value_name = "DIR")]
    pub(crate) reports: PathBuf,
    /// The repositories of which there must be one: a name a line, and behind it the newest commit
    /// where that is known.
    #[arg(long, value_name = "FILE")]
    pub(crate) expected: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = FleetFormat::Table)]
    pub(crate) format: FleetFormat,
    /// Days after which a report is stale.
    #[arg(long, value_name = "DAYS", default_value_t = FRESH_DAYS)]
    pub(crate) fresh: i32,
    /// The day; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// How the picture of many repositories is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FleetFormat {
    /// A line for each repository, and what they have.
    Table,
    /// One page to read and print.
    Html,
    /// A row for each system, and for each repository without one.
    Csv,
    /// All of it.
    Json,
    /// SARIF 2.1.0, for code scanning of the organisation's own repository.
    Sarif,
}
