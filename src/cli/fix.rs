//! What can be typed after `aimsgate fix`.

use std::path::PathBuf;

use crate::date::Date;

/// Keys and names that were meant, days in the form that is read, quotes, headings with a prompt,
/// what a change took away, excuses of nothing. Comments and the form of a file stay; no class,
/// day, decision or signature is made up. Run again, it changes nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct FixArgs {
    /// The checks whose findings are mended; without any, all.
    #[arg(value_name = "CHECK")]
    pub(crate) checks: Vec<String>,
    /// Write the files; without it the difference is shown and nothing is written.
    #[arg(long)]
    pub(crate) write: bool,
    /// The repository, or the folder of it that the gate judges.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) path: PathBuf,
    /// The branch the change is to be merged into; the default is the default branch.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// The day; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}
