//! The command line: what can be typed, and nothing else.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, Subcommand, ValueEnum};

use crate::date::Date;
use crate::finding::Gate;

/// A merge gate for repositories that build or use AI.
///
/// Reads the governance evidence that an ISO/IEC 42001 management system asks for and says, with the
/// place, what is missing. Exit code: 0 pass, 1 the gate fails, 2 it could not decide or not run.
#[derive(Debug, Parser)]
#[command(name = "aimsgate", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// When to color the output.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge a repository, or a folder of one.
    Check(Check),
    /// Print a baseline of what is wrong today, for `governance/baseline.json`.
    Baseline(Baseline),
    /// List the models, services and training code that were found.
    Inventory(Inventory),
    /// Say what the gate reads in documents: the kind, and each element with its line.
    Inspect(Inspect),
    /// Say what a check is about and how to clear its findings.
    Explain {
        /// The check's id, as in `error[ID]`.
        check: String,
    },
    /// List all checks with their severity for class minimal, limited and high.
    Checks,
    /// Print the JSON Schema of the JSON report.
    Schema,
}

#[derive(Debug, clap::Args)]
pub struct Check {
    /// The folder to judge. Rules above it, up to the repository's root, hold for it.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Judge this revision instead of the working tree.
    #[arg(long, value_name = "REV")]
    pub head: Option<String>,
    /// Judge what the next commit would hold, as a commit hook does.
    #[arg(long, conflicts_with = "head")]
    pub staged: bool,
    /// The branch the change is to be merged into; the default is the default branch.
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Ask what a release needs as well, of all of the content.
    #[arg(long = "for", value_name = "GATE", value_enum)]
    pub gate: Option<AskedGate>,
    /// Write the report in this format, to a file if one is given. Repeatable.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "terminal")]
    pub formats: Vec<Output>,
    /// The day the verdict is given for; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<Date>,
}

#[derive(Debug, clap::Args)]
pub struct Baseline {
    /// The folder to judge.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// The day the baseline is taken; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<Date>,
}

/// The gate that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AskedGate {
    Merge,
    Release,
}

impl From<AskedGate> for Gate {
    fn from(asked: AskedGate) -> Self {
        match asked {
            AskedGate::Merge => Self::Merge,
            AskedGate::Release => Self::Release,
        }
    }
}

#[derive(Debug, clap::Args)]
pub struct Inventory {
    /// The folder to look into.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Look into this revision instead of the working tree.
    #[arg(long, value_name = "REV")]
    pub head: Option<String>,
    #[arg(long, value_enum, default_value_t = TextOrJson::Terminal)]
    pub format: TextOrJson,
}

#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// The documents to read.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read them as this kind of document instead of the one they are most like.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    #[arg(long, value_enum, default_value_t = TextOrJson::Terminal)]
    pub format: TextOrJson,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// When the output is a terminal and `NO_COLOR` is not set.
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    Terminal,
    Json,
}

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people.
    Terminal,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// All the report holds; `aimsgate schema` prints its schema.
    Json,
}

/// A format and where it goes; standard output without a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    pub format: Format,
    pub file: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        let format = Format::from_str(name, true).map_err(|_| {
            let known: Vec<String> = Format::value_variants()
                .iter()
                .filter_map(|it| Some(it.to_possible_value()?.get_name().to_owned()))
                .collect();
            format!("`{name}` is no format; known: {}", known.join(", "))
        })?;
        if file == Some("") {
            return Err("the file name after `=` is empty".to_owned());
        }
        Ok(Self { format, file: file.map(PathBuf::from) })
    }
}
