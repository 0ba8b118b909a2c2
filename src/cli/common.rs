//! What several commands share.

use std::path::PathBuf;

use clap::ValueEnum;

/// How forges are reached.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Reach {
    /// Make no connection.
    #[arg(long)]
    pub(crate) offline: bool,
    /// Trust these authorities beside those of the system, for a forge of your own.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    Terminal,
    Json,
}
