//! What can be typed about what is written: how much, in which format, where to.

use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;

/// How much the text for people says.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct DetailArgs {
    /// Print the verdict in one line and nothing else.
    #[arg(short, long, conflicts_with_all = ["verbose", "full"])]
    pub(crate) quiet: bool,
    /// Say what was read, what was not and why, and how much of what was asked is there.
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Tell each missing document in full, instead of one table for each system.
    #[arg(long)]
    pub(crate) full: bool,
}

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// Text for people.
    Terminal,
    /// A line for each finding: place, level, check, text.
    Concise,
    /// How often each check speaks.
    Statistics,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// All the report holds; `aimsgate schema` prints its schema.
    Json,
    /// Markdown, for the summary of a job.
    Markdown,
    /// One page to read and print: decisions, controls, risks, findings.
    Html,
    /// OSCAL 1.2.1 assessment results.
    Oscal,
    /// Commands of a GitHub job's log, shown at the lines of the change.
    Annotations,
    /// GitLab's Code Quality report.
    CodeQuality,
    /// JUnit XML.
    Junit,
}

/// A format and where it goes; standard output without a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) format: OutputFormat,
    pub(crate) file: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) =
            text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        let format = OutputFormat::from_str(name, true).map_err(|_| {
            let known: Vec<String> = OutputFormat::value_variants()
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
