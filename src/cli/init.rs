//! What can be typed after `aimsgate init`: an option for each of its questions.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::catalog::{Class, Stage};
use crate::date::Date;
use crate::settings::gate::Mode;

/// It looks at what is there, asks at most nine things, and never overwrites a file. Run again, it
/// writes only what is missing.
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// The repository, or the folder of it that the gate is to judge.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Ask nothing: what no option answers is as proposed.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Show what would be written, ask nothing and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// A system and its folders, instead of what is found. Repeatable.
    #[arg(long = "system", value_name = "ID=FOLDER[,FOLDER]")]
    pub(crate) systems: Vec<String>,
    /// What you are for it. Repeatable.
    #[arg(long = "role", value_name = "ROLE", value_enum)]
    pub(crate) roles: Vec<PlayedRole>,
    /// Where it stands; proposed by what is deployed.
    #[arg(long, value_enum)]
    pub(crate) stage: Option<GivenStage>,
    /// The class, which people decide: without it a prompt is written, which `check` refuses.
    #[arg(long, value_enum)]
    pub(crate) class: Option<GivenClass>,
    /// Why it is of that class.
    #[arg(long, value_name = "TEXT", requires = "class")]
    pub(crate) because: Option<String>,
    /// A fact of the systems, `personal-data=yes` or `no`. Repeatable.
    #[arg(long = "fact", value_name = "NAME=YES_OR_NO")]
    pub(crate) facts: Vec<String>,
    /// You, who own the systems; the default is who git says commits.
    #[arg(long, value_name = "ID=E-MAIL")]
    pub(crate) owner: Option<String>,
    /// Who oversees them, and does not build.
    #[arg(long, value_name = "ID=E-MAIL")]
    pub(crate) second_line: Option<String>,
    /// Who owns them too, and may sign what you wrote.
    #[arg(long, value_name = "ID=E-MAIL")]
    pub(crate) further_owner: Option<String>,
    /// You decide alone, own work included: for class minimal and limited, and told in each report.
    #[arg(long, conflicts_with_all = ["second_line", "further_owner"])]
    pub(crate) solo: bool,
    /// A public key somebody signs with, `ID=ssh-ed25519 AAAA...`; of you the default is what git
    /// signs with. Repeatable.
    #[arg(long = "key", value_name = "ID=KEY")]
    pub(crate) keys: Vec<String>,
    /// How strictly findings are weighed.
    #[arg(long, value_enum)]
    pub(crate) mode: Option<GivenMode>,
    /// What records call the repository; the default is the address of the remote.
    #[arg(long, value_name = "NAME")]
    pub(crate) repository: Option<String>,
    /// Write a form of each document that is owed and missing.
    #[arg(long)]
    pub(crate) documents: bool,
    /// Write a baseline too: what is wrong today does not block for 180 days, but for the class and
    /// the risks, which are asked for now.
    #[arg(long)]
    pub(crate) adopt: bool,
    /// The day; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// What an organisation is for a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlayedRole {
    Provider,
    Deployer,
    Importer,
    Distributor,
}

/// The stage of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GivenStage {
    Design,
    Development,
    Verification,
    Deployment,
    Operation,
    Retirement,
}

impl From<GivenStage> for Stage {
    fn from(given: GivenStage) -> Self {
        match given {
            GivenStage::Design => Self::Design,
            GivenStage::Development => Self::Development,
            GivenStage::Verification => Self::Verification,
            GivenStage::Deployment => Self::Deployment,
            GivenStage::Operation => Self::Operation,
            GivenStage::Retirement => Self::Retirement,
        }
    }
}

/// The class of a system. A prohibited one is not adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GivenClass {
    Minimal,
    Limited,
    High,
}

impl From<GivenClass> for Class {
    fn from(given: GivenClass) -> Self {
        match given {
            GivenClass::Minimal => Self::Minimal,
            GivenClass::Limited => Self::Limited,
            GivenClass::High => Self::High,
        }
    }
}

/// How strictly findings are weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GivenMode {
    /// Report, and block nothing.
    Observe,
    /// Weigh by class.
    Introduce,
    /// Weigh every class as class high.
    Strict,
}

impl From<GivenMode> for Mode {
    fn from(given: GivenMode) -> Self {
        match given {
            GivenMode::Observe => Self::Observe,
            GivenMode::Introduce => Self::Introduce,
            GivenMode::Strict => Self::Strict,
        }
    }
}
