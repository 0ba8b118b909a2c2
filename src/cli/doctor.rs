//! `doctor`: what can be typed about the settings of the forge.

use std::path::PathBuf;

use super::common::{Reach, TextOrJson};

/// Exit code: 0 all is as it must be, 1 something is not, 2 something could not be seen.
#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    /// The repository.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The repository on GitHub whose settings are read, with the token in `AIMSGATE_TOKEN`; in a
    /// job, its own.
    #[arg(long, value_name = "OWNER/NAME", conflicts_with = "project")]
    pub(crate) repository: Option<String>,
    /// The project on GitLab whose settings are read; `CI_API_V4_URL` says where, for example
    /// <https://gitlab.com/api/v4>.
    #[arg(long, value_name = "GROUP/PROJECT")]
    pub(crate) project: Option<String>,
    #[arg(long, value_enum, default_value_t = TextOrJson::Terminal)]
    pub(crate) format: TextOrJson,
    #[command(flatten)]
    pub(crate) reach: Reach,
}
