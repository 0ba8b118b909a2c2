//! `checks`: what can be typed about checks beside listing them.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ChecksCommand {
    /// Run the cases of an organisation's own checks: each check needs one in which it fires and
    /// one in which it does not. Exit code: 0 all are as expected, 1 some are not, 2 a check could
    /// not be read.
    Test {
        /// A check, a folder of checks, or a repository that has `governance/checks`.
        #[arg(default_value = ".")]
        path: PathBuf,
    },
}
