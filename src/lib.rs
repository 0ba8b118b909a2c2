//! aimsgate: a merge gate for repositories that build or use AI.
//!
//! It reads the governance evidence that an ISO/IEC 42001 management system asks for out of a
//! repository, says with the place what is missing, and blocks by its exit code. It never says that
//! anything complies.
//!
//! The modules lie on floors; each imports only from floors below its own, and a test holds that
//! (`tests/integration/architecture.rs` has the list):
//!
//! ```text
//! main     parses, runs, returns the exit code
//! run      one command: load, evaluate, decide, report, write or publish
//! error  load
//!                             why there is no verdict; the inputs of a run, loaded once
//! edge  cli                   repositories, forges, files, programs; the command line
//! report                      build, and each format a function of it
//! decision                    what a finding comes from, how heavy it is, whether it blocks
//! checks                      the table
//! engine  doctor              what a check sees and how all are run;
//!                             what a forge's settings must say
//! obligation  affected  pipeline  signoff
//!                             what a change does to obligations, systems, the gate's own step;
//!                             who decided what
//! model                       one revision, read
//! evidence  detect            documents that are due; what is there of AI
//! settings                    register, rules, people, risks
//! finding  change  file_cache what a check says of a subject; what happened to files;
//!                             what follows from one file alone
//! part                        what a finding is about, piece by piece
//! snapshot  asset  catalog
//! document                    value tree in which everything has a place
//! span  fact  untrusted  wording  digest  date  openssh  codeowners  check_id  ids
//! ```
//!
//! Nothing below the edge reads or writes files, network, clock, environment or processes.

pub mod affected;
pub mod asset;
pub mod catalog;
pub mod change;
pub mod check_id;
pub mod checks;
pub mod cli;
pub mod codeowners;
pub mod date;
pub mod decision;
pub mod detect;
pub mod digest;
pub mod doctor;
pub mod document;
pub mod edge;
pub mod engine;
pub mod error;
pub mod evidence;
pub mod fact;
pub mod file_cache;
pub mod finding;
pub mod ids;
pub mod load;
pub mod model;
pub mod obligation;
pub mod openssh;
pub mod part;
pub mod pipeline;
pub mod report;
pub mod run;
pub mod settings;
pub mod signoff;
pub mod snapshot;
pub mod span;
pub mod untrusted;
pub mod wording;
