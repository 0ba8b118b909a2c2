//! `bundle`: what can be typed about the rules that an organisation sets for its repositories.

use std::path::PathBuf;

use clap::Subcommand;

use crate::date::Date;

#[derive(Debug, Subcommand)]
pub(crate) enum BundleCommand {
    /// Write the bundle of the organisation's own repository: rules, people, keys, overlays and own
    /// checks of its `governance` folder.
    Build(BuildArgs),
    /// Sign a bundle; the signature is added to the file beside it, `FILE.sig`.
    Sign {
        /// The bundle.
        file: PathBuf,
    },
    /// Say what a bundle is and who signed it. Exit code: 0 enough people did, 1 not, 2 it cannot
    /// be read.
    Verify(VerifyBundleArgs),
    /// Take a bundle over into a repository: copy it with its signatures, and change the pin.
    Update(UpdateArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct BuildArgs {
    /// The organisation's repository, whose `aims.yaml` says `kind: organisation`.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The last day on which the bundle counts.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) expires: Date,
    /// Where it is written. A bundle that is there is the one before it, and its signatures are
    /// removed.
    #[arg(long, value_name = "FILE", default_value = "bundle.json")]
    pub(crate) out: PathBuf,
    /// The day it is built on; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyBundleArgs {
    /// The bundle.
    pub(crate) file: PathBuf,
    /// Ask whether it may take the place of this one, which people and keys are then taken from.
    #[arg(long, value_name = "FILE")]
    pub(crate) after: Option<PathBuf>,
    /// The day; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct UpdateArgs {
    /// The bundle, or the folder it lies in, such as a clone of the organisation's repository.
    pub(crate) from: PathBuf,
    /// The root of the repository that takes it over.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
}
