//! `status`, `verify`, `trace`, `soa`, `pack`, `attest`, `replay` and `posture`: what can be typed
//! about the evidence that is there.

use std::path::PathBuf;

use clap::ValueEnum;

use super::common::TextOrJson;
use crate::date::Date;
use crate::finding::Gate;

/// Whose evidence is meant, and as of when.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct EvidenceOf {
    /// Look at this revision instead of the working tree.
    #[arg(long, value_name = "REV")]
    pub(crate) head: Option<String>,
    /// Only what belongs to this system.
    #[arg(long, value_name = "ID")]
    pub(crate) system: Option<String>,
    /// The day; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Exit code: 0 every link holds, 1 one leads nowhere, 2 it could not look.
#[derive(Debug, clap::Args)]
pub(crate) struct TraceArgs {
    /// The repository, or the folder of it that the gate judges.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Begin at this risk, control, clause, record, person, file or digest (`sha256:HEX`), and
    /// follow the links both ways; without it all of them are listed.
    #[arg(long, value_name = "WHAT")]
    pub(crate) from: Option<String>,
    #[command(flatten)]
    pub(crate) of: EvidenceOf,
    #[arg(long, value_enum, default_value_t = TraceFormat::Terminal)]
    pub(crate) format: TraceFormat,
}

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    Terminal,
    Json,
    /// A row for each link.
    Csv,
}

/// Exit code: 0 it is written, or as it would be written; 1 with `--check` it is not; 2 it could
/// not look.
#[derive(Debug, clap::Args)]
pub(crate) struct SoaArgs {
    /// The repository, or the folder of it that the gate judges.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) of: EvidenceOf,
    /// How it is written to standard output.
    #[arg(
        long,
        value_enum,
        default_value_t = SoaFormat::Csv,
        conflicts_with_all = ["write", "check"]
    )]
    pub(crate) format: SoaFormat,
    /// Write it to this file, `.csv` or `.xlsx`. Decisions and columns that are there stay.
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    pub(crate) write: Option<PathBuf>,
    /// Say what in this file is not as it would be written, and write nothing.
    #[arg(long, value_name = "FILE")]
    pub(crate) check: Option<PathBuf>,
}

/// How a statement of applicability is written to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SoaFormat {
    Csv,
    Markdown,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PackArgs {
    /// The repository, or the folder of it that the gate judges.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The revision. It is judged by its own rules, people and keys.
    #[arg(long, value_name = "REV")]
    pub(crate) head: String,
    /// Only what belongs to this system.
    #[arg(long, value_name = "ID")]
    pub(crate) system: Option<String>,
    /// Ask what a release needs as well.
    #[arg(long = "for", value_name = "GATE", value_enum)]
    pub(crate) gate: Option<AskedGate>,
    /// The day; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
    /// A folder that is not there yet, or a file that ends in `.zip`.
    #[arg(long, value_name = "DIR|FILE.zip")]
    pub(crate) out: PathBuf,
}

/// The subjects are the commit, models and data by digest, and what the releases that stand name.
/// Exit code: that of the verdict; it is written whichever that is.
#[derive(Debug, clap::Args)]
pub(crate) struct AttestArgs {
    /// The repository, or the folder of it that the gate judges.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The revision. It is judged by its own rules, people and keys.
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub(crate) head: String,
    /// Only what belongs to this system.
    #[arg(long, value_name = "ID")]
    pub(crate) system: Option<String>,
    /// Ask what a release needs as well.
    #[arg(long = "for", value_name = "GATE", value_enum)]
    pub(crate) gate: Option<AskedGate>,
    /// The day; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
    /// A pack of the same revision that it is about, too.
    #[arg(long, value_name = "FILE.zip", conflicts_with = "predicate")]
    pub(crate) pack: Option<PathBuf>,
    /// Sign it with the key that git is configured for, in an envelope (DSSE).
    #[arg(long, conflicts_with = "predicate")]
    pub(crate) dsse: bool,
    /// Write the predicate alone, for a tool that makes and signs the statement.
    #[arg(long)]
    pub(crate) predicate: bool,
    /// Write it to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Exit code: 0 the same again, 1 something differs, 2 it could not be made again.
#[derive(Debug, clap::Args)]
pub(crate) struct ReplayArgs {
    /// A folder or a `.zip` that `pack` wrote, or a `.json` of `check --head REV --format json`.
    #[arg(value_name = "PACK|REPORT")]
    pub(crate) file: PathBuf,
    /// The repository; for a pack the folder of it that the gate judges.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) path: PathBuf,
}

/// Each commit of the branch by first parents is judged whole, as of its day. It judges nothing
/// today: the exit code says only whether it could look.
#[derive(Debug, clap::Args)]
pub(crate) struct PostureArgs {
    /// The repository, or the folder of it that the gate judges.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Begin with this revision, or with the first commit of this day (YYYY-MM-DD).
    #[arg(long, value_name = "REV|DATE")]
    pub(crate) since: String,
    /// End with this revision.
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub(crate) head: String,
    /// Only what belongs to this system.
    #[arg(long, value_name = "ID")]
    pub(crate) system: Option<String>,
    #[arg(long, value_enum, default_value_t = PostureFormat::Terminal)]
    pub(crate) format: PostureFormat,
}

/// How a history is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PostureFormat {
    /// A line for each commit.
    Terminal,
    Json,
    /// A row for each commit, system and rules.
    Csv,
    /// A page with a chart.
    Html,
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    /// The repository, or the folder of it that the gate judges.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The day; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
    #[arg(long, value_enum, default_value_t = StatusFormat::Terminal)]
    pub(crate) format: StatusFormat,
}

/// How the status is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusFormat {
    Terminal,
    Json,
    /// A page to read and print.
    Html,
}

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// The system.
    #[arg(long, value_name = "ID")]
    pub(crate) system: String,
    /// What is to be used: `sha256:HEX` of weights (of a file of several, too) or of an image that
    /// the release names, `IMAGE@sha256:HEX`, or `hub:OWNER/NAME@REVISION`. Repeatable.
    #[arg(long = "subject", value_name = "SUBJECT", required = true)]
    pub(crate) subjects: Vec<String>,
    /// An attestation of `attest --dsse` that must vouch for it too: signed with a key that counts,
    /// about each subject, of a passing gate.
    #[arg(long, value_name = "FILE")]
    pub(crate) attestation: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = TextOrJson::Terminal)]
    pub(crate) format: TextOrJson,
    /// The revision that holds the records; the default is that of the attestation, else what is
    /// checked out. It must be part of the default branch.
    #[arg(long, value_name = "REV")]
    pub(crate) head: Option<String>,
    /// The repository, or the folder of it that the gate judges.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) path: PathBuf,
    /// The day of the use; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// The gate that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AskedGate {
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
