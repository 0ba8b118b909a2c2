//! The command line: what can be typed, and nothing else.

mod bundle;
mod checks;
mod common;
mod doctor;
mod evidence;
mod fix;
mod fleet;
mod init;
mod output;

use std::path::PathBuf;

pub(crate) use bundle::{BuildArgs, BundleCommand, UpdateArgs, VerifyBundleArgs};
pub(crate) use checks::ChecksCommand;
use clap::{Parser, Subcommand, ValueEnum};
pub(crate) use common::{Reach, TextOrJson};
pub(crate) use doctor::DoctorArgs;
pub(crate) use evidence::{
    AskedGate, AttestArgs, EvidenceOf, PackArgs, PostureArgs, PostureFormat, ReplayArgs, SoaArgs,
    SoaFormat, StatusArgs, StatusFormat, TraceArgs, TraceFormat, VerifyArgs,
};
pub(crate) use fix::FixArgs;
pub(crate) use fleet::{FleetArgs, FleetFormat};
pub(crate) use init::{InitArgs, PlayedRole};
pub(crate) use output::{DetailArgs, Output, OutputFormat};

use crate::date::Date;
use crate::settings::gate::{Channel, Decision};

/// Where the words of messages and pages are told; the end of `--help`.
const WORDS: &str = "Words such as \"second line\" or \"waiting\": aimsgate explain WORD; all of \
    them: docs/glossary.md";

/// A merge gate for repositories that build or use AI.
///
/// Reads the governance evidence that an ISO/IEC 42001 management system asks for and says, with
/// the place, what is missing. Exit code: 0 pass, 1 the gate fails, 2 it could not decide or not
/// run.
#[derive(Debug, Parser)]
#[command(name = "aimsgate", version, max_term_width = 100, after_help = WORDS)]
pub struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to color the output.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the files that a repository starts with: register, rules, people, risks, the job.
    Init(InitArgs),
    /// Judge a repository, or a folder of one.
    Check(CheckArgs),
    /// Mend what needs no decision and no statement of fact, and show the difference.
    Fix(FixArgs),
    /// Judge what the next commit would hold, as a commit hook: it fails for what you can clear,
    /// and names the rest. Exit code: 0 commit, 1 and 2 do not.
    PreCommit {
        /// The folder to judge.
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// Judge as the step of a GitHub Action: `action.yml` names the inputs, which come as
    /// `INPUT_*`.
    GithubAction,
    /// Prepare, sign, close, revoke or explain a decision about a system.
    Sign(SignArgs),
    /// Say whether a subject, named by its digest, may be used: for the step that deploys it.
    Verify(VerifyArgs),
    /// Say on one screen where each system stands: decisions, what ends soon, what is open.
    Status(StatusArgs),
    /// Follow what leads from a requirement over risk, measure, control, test and acceptance to the
    /// signer, the key and exact bytes.
    Trace(TraceArgs),
    /// Write the statement of applicability: each control, whether and why it applies, and the
    /// evidence there is.
    Soa(SoaArgs),
    /// Write the evidence of a revision, with the bytes, for an auditor.
    Pack(PackArgs),
    /// Write the verdict on a revision as an in-toto statement, signed or for others to sign.
    Attest(AttestArgs),
    /// Judge the revision of a pack or of a JSON report again, and say the first difference.
    Replay(ReplayArgs),
    /// Say how a branch stood, commit by commit, by the rules of each day and by today's.
    Posture(PostureArgs),
    /// Say whether the forge really blocks what the gate refuses, and what mends it.
    Doctor(DoctorArgs),
    /// Print a baseline of what is wrong today, for `governance/baseline.json`.
    Baseline(BaselineArgs),
    /// List the models, services and training code that were found.
    Inventory(InventoryArgs),
    /// Say what the gate reads in documents: the kind, and each element with its line.
    Inspect(InspectArgs),
    /// Print a form of a document that can be owed: each heading, what to say, an example.
    Template(TemplateArgs),
    /// Say what a check, a word of a message, a kind of document, a control or a key is about.
    Explain {
        /// The check's id, as in `error[ID]`; a word such as "second line"; a kind such as
        /// `model-card`; a control or clause such as `A.5.2`; a provision such as
        /// `eu-ai-act art 26`; a key such as `risk-class`.
        check: String,
    },
    /// List all checks with their severity for class minimal, limited and high; or try own ones.
    Checks {
        #[command(subcommand)]
        what: Option<ChecksCommand>,
    },
    /// Build, sign, verify or take over what an organisation sets for all its repositories.
    Bundle {
        #[command(subcommand)]
        what: BundleCommand,
    },
    /// Put the reports of many repositories together: who is missing or behind, and what they have.
    Fleet(FleetArgs),
    /// Print the JSON Schema of the JSON report.
    Schema,
    /// Print the completions of a shell, for a file that it loads.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, for `man -l -`.
    Man,
}

#[derive(Debug, Default, clap::Args)]
pub struct CheckArgs {
    /// The folder to judge. Rules above it, up to the repository's root, hold for it.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Judge this revision instead of the working tree.
    #[arg(long, value_name = "REV")]
    pub(crate) head: Option<String>,
    /// Judge what the next commit would hold, as a commit hook does.
    #[arg(long, conflicts_with = "head")]
    pub(crate) staged: bool,
    /// The branch the change is to be merged into; the default is the default branch.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Judge as if this file were the rules of the target branch: a `gate.yaml`, or a bundle of the
    /// organisation. A simulation: nothing is posted, and in a job it exits 2.
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// Ask what a release needs as well, of all of the content.
    #[arg(long = "for", value_name = "GATE", value_enum)]
    pub(crate) gate: Option<AskedGate>,
    /// Write the report in this format, to a file if one is given. Repeatable.
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "terminal")]
    pub(crate) formats: Vec<Output>,
    /// Give SARIF what is evidenced, too, as results that passed. Code scanning would show them as
    /// alerts: for other viewers.
    #[arg(long)]
    pub(crate) sarif_passes: bool,
    #[command(flatten)]
    pub(crate) detail: DetailArgs,
    /// The day the verdict is given for; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
    /// Post the verdict on the forge that the job runs on. Repeatable.
    #[arg(long, value_name = "CHANNEL", value_enum)]
    pub(crate) publish: Vec<Channel>,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// `--prepare` writes a record and signs nothing. With a record it shows what is decided, asks, and
/// signs with the key that git is configured for.
#[derive(Debug, clap::Args)]
pub(crate) struct SignArgs {
    /// The record's id.
    #[arg(required_unless_present = "prepare")]
    pub(crate) record: Option<String>,
    /// Write the record of a decision, with all that it covers, for others to sign.
    #[arg(long, value_name = "DECISION", value_enum, conflicts_with = "record")]
    pub(crate) prepare: Option<Decided>,
    /// The system that the decision is about.
    #[arg(long, value_name = "ID", requires = "prepare")]
    pub(crate) system: Option<String>,
    /// What the record is called; one is made up otherwise.
    #[arg(long, value_name = "ID", requires = "prepare")]
    pub(crate) id: Option<String>,
    /// Why: of a new record, or of a revocation.
    #[arg(long, value_name = "TEXT")]
    pub(crate) because: Option<String>,
    /// What a release is of beside the files it covers, `IMAGE@sha256:HEX` or
    /// `hub:OWNER/NAME@REVISION`. Repeatable.
    #[arg(long = "subject", value_name = "SUBJECT", requires = "prepare")]
    pub(crate) subjects: Vec<String>,
    /// The last day the record holds; the default is as long as the class allows.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "prepare")]
    pub(crate) expires: Option<Date>,
    /// The role you act in; needed where more than one of yours fits.
    #[arg(long = "as", value_name = "ROLE")]
    pub(crate) role: Option<String>,
    /// What you want to add.
    #[arg(long, value_name = "TEXT")]
    pub(crate) comment: Option<String>,
    /// Say that you do not agree. It is kept, and does not count.
    #[arg(long, conflicts_with_all = ["close", "revoke", "verify", "prepare"])]
    pub(crate) dissent: bool,
    /// Close this condition of the record.
    #[arg(
        long,
        value_name = "ID",
        requires = "evidence",
        conflicts_with_all = ["revoke", "verify", "prepare"]
    )]
    pub(crate) close: Option<String>,
    /// A file that shows that the condition is met. Repeatable.
    #[arg(long, value_name = "FILE", requires = "close")]
    pub(crate) evidence: Vec<String>,
    /// End the record before its day.
    #[arg(long, requires = "because", conflicts_with_all = ["verify", "prepare"])]
    pub(crate) revoke: bool,
    /// Explain each step of what the gate makes of the record, and sign nothing.
    #[arg(long, conflicts_with = "prepare")]
    pub(crate) verify: bool,
    /// Write what cannot count as things are, too.
    #[arg(long, conflicts_with_all = ["verify", "prepare"])]
    pub(crate) force: bool,
    /// How `--verify` writes what it finds.
    #[arg(long, value_enum, default_value_t = TextOrJson::Terminal, requires = "verify")]
    pub(crate) format: TextOrJson,
    /// Do not ask; you have read it.
    #[arg(long)]
    pub(crate) yes: bool,
    /// Write the file and leave the signing to you.
    #[arg(long, conflicts_with_all = ["verify", "prepare"])]
    pub(crate) unsigned: bool,
    /// The repository, or the folder of it that the gate judges.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) path: PathBuf,
    /// The branch the record is to be merged into; the default is the default branch.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// The day of the signature; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// What can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Decided {
    Classification,
    TreatmentPlan,
    AcceptResidualRisk,
    Release,
    RuleChange,
    Confirm,
}

impl From<Decided> for Decision {
    fn from(decided: Decided) -> Self {
        match decided {
            Decided::Classification => Self::Classification,
            Decided::TreatmentPlan => Self::TreatmentPlan,
            Decided::AcceptResidualRisk => Self::AcceptResidualRisk,
            Decided::Release => Self::Release,
            Decided::RuleChange => Self::RuleChange,
            Decided::Confirm => Self::Confirm,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct BaselineArgs {
    /// The folder to judge.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The day the baseline is taken; the default is the system's date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InventoryArgs {
    /// The folder to look into.
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Look into this revision instead of the working tree.
    #[arg(long, value_name = "REV")]
    pub(crate) head: Option<String>,
    #[arg(long, value_enum, default_value_t = InventoryFormat::Terminal)]
    pub(crate) format: InventoryFormat,
}

/// How an inventory is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InventoryFormat {
    /// A line for each thing in a file.
    Terminal,
    Json,
    /// A bill of materials (ML-BOM) of CycloneDX 1.6, with what the register declares.
    Cyclonedx,
    /// The same in SPDX 3.0.1, as JSON-LD with AI and dataset packages.
    Spdx,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InspectArgs {
    /// The documents to read.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Read them as this kind of document instead of the one they are most like.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    #[arg(long, value_enum, default_value_t = TextOrJson::Terminal)]
    pub(crate) format: TextOrJson,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TemplateArgs {
    /// The kind of document, as `documents` of the register names it: `model-card`.
    pub(crate) kind: String,
    /// The system it is about: its owner, class and facts say what the form asks.
    #[arg(long, value_name = "ID")]
    pub(crate) system: Option<String>,
    /// The language of the headings, by its code: `de`.
    #[arg(long, value_name = "CODE")]
    pub(crate) language: Option<String>,
    /// The repository, or the folder of it that the gate judges.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// When the output is a terminal and `NO_COLOR` is not set.
    Auto,
    Always,
    Never,
}

impl Color {
    /// What was asked for; nothing where the terminal decides.
    pub(crate) fn choice(self) -> Option<bool> {
        match self {
            Self::Auto => None,
            Self::Always => Some(true),
            Self::Never => Some(false),
        }
    }
}
