//! aimsgate: a merge gate for repositories that build or use AI.
//!
//! It reads the governance evidence that an ISO/IEC 42001 management system asks for out of a
//! repository, says with the place what is missing, and blocks by its exit code. It never says that
//! anything complies.
//!
//! The modules lie in layers; each imports only from layers below its own, and a test holds that
//! (`tests/integration/architecture.rs` has the list):
//!
//! ```text
//! main     parses, runs, returns the exit code
//! run      one command: load, evaluate, decide, report, write or publish
//! error  load                 why there is no verdict; the inputs of a run, loaded once
//! edge  cli                   repositories, forges, files, programs; the command line
//! report                      build, and each format a function of it
//! decision                    what a finding comes from, how heavy it is, whether it blocks
//! checks                      the table
//! engine  doctor  adoption  mend
//!                             what a check sees, how all run; what a forge's settings must say;
//!                             what a repository writes to adopt the gate; edits that mend a text
//! obligation  affected  pipeline  signoff
//!                             what a change does to obligations, systems and the pipeline step
//!                             that runs the gate;
//!                             who decided what
//! model  template             one revision, read; forms of documents
//! evidence  detect            documents that are due; what is there of AI
//! settings                    register, rules, people, risks
//! finding  change  authorship  file_cache
//!                             what a check says of a subject; what happened to files; who wrote
//!                             commits;
//!                             what follows from one file alone
//! part                        what exactly is wrong with a subject, piece by piece
//! snapshot  asset  catalog  canonical
//! document  expression        value tree in which everything has a place; conditions that people
//!                             write
//! span  fact  untrusted  wording  digest  date  openssh  codeowners  check_id  ids
//! ```
//!
//! Nothing below the edge reads or writes files, network, clock, environment or processes.

mod adoption;
mod affected;
mod asset;
mod authorship;
mod canonical;
mod catalog;
mod change;
mod check_id;
mod checks;
mod cli;
mod codeowners;
mod date;
mod decision;
mod detect;
mod digest;
mod doctor;
mod document;
mod edge;
mod engine;
mod error;
mod evidence;
mod expression;
mod fact;
mod file_cache;
mod finding;
mod ids;
mod load;
mod mend;
mod model;
mod obligation;
mod openssh;
mod part;
mod pipeline;
mod report;
mod run;
mod settings;
mod signoff;
mod snapshot;
mod span;
mod template;
mod untrusted;
mod wording;

// The public surface: what `main` and the tests use. All else is the crate's own, so that the
// compiler sees what nobody uses.
pub use canonical::{of_configuration, of_prose};
pub use catalog::{Term, glossary};
pub use change::Unmerged;
pub use check_id::CheckId;
pub use checks::ALL as CHECKS;
pub use cli::{CheckArgs, Cli};
pub use codeowners::CodeOwners;
pub use date::Date;
pub use decision::Verdict;
pub use digest::{Sha256, of_listing};
pub use doctor::{BranchProtection, BranchRule, GitHubSettings, GitLabSettings, ProtectedBranch};
pub use edge::forge::{
    Approver, ForgeError, GitHub, GitLab, Network, Notice, RequestKind, RetryPolicy, Token,
};
pub use edge::git::{
    Comparison, Content, Forge, Job, Judges, Remote, Source, SourceError, Surroundings, compare,
    open,
};
pub use engine::{Check, CheckRow, Context, Outcome, Tally};
pub use error::{Error, ErrorKind, exit_code};
pub use fact::Fact;
pub use finding::{FindingKind, Gate, Severity, Who};
pub use openssh::{AllowedSigners, Refused, RevokedKeys, Signature, Trust, WeakAlgorithm, verify};
pub use report::{
    CheckSummary, InventorySummary, Location, RelatedEntry, RemedyEntry, Report, ReportInputs,
    ReportRegion, ReportedFinding, Style,
};
pub use run::{checked, judged, run};
pub use settings::gate::{Channel, Mode};
pub use snapshot::{Entry, FileMode, ObjectId, ReadError, Revision, Snapshot, View};
pub use span::RepoPath;

/// The formats of a report.
pub mod formats {
    pub use crate::report::{
        code_quality, commands, concise, explain, html, json, junit, last_line, markdown, oscal,
        sarif, schema, statistics, table, terminal,
    };
}
