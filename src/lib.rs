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
//! main    parses, runs, returns the exit code
//! run     load, evaluate, weigh, freeze, write
//! error   why there is no verdict; the exit code
//! forge                       the edge to forges: what is read there, what is posted
//! source  write  cli  keygen  the edge: all other input and output
//! report  build, and each format a function of it
//! decision                    whose flaw it is, how heavy, whether it blocks
//! checks  the table
//! check  doctor               what a check sees and how all are run; what a forge's settings must say
//! duty  touch  wiring  signoff  what a change does to duties, systems, the gate's own step; who decided what
//! world   one revision, read
//! evidence  detect            documents that are due; what is there of AI
//! settings                    register, rules, people, risks
//! finding  change  memory     what a check says of a subject; what happened to files; what was learned of them
//! snapshot  asset  catalog
//! document                    value tree in which everything has a place
//! span  fact  untrusted  digest  date  openssh  codeowners
//! ```
//!
//! Nothing below the edge touches files, network, clock, environment or processes.

pub mod asset;
pub mod catalog;
pub mod change;
pub mod check;
pub mod checks;
pub mod cli;
pub mod codeowners;
pub mod date;
pub mod decision;
pub mod detect;
pub mod digest;
pub mod doctor;
pub mod document;
pub mod duty;
pub mod error;
pub mod evidence;
pub mod fact;
pub mod finding;
pub mod forge;
pub mod keygen;
pub mod memory;
pub mod openssh;
pub mod report;
pub mod run;
pub mod settings;
pub mod signoff;
pub mod snapshot;
pub mod source;
pub mod span;
pub mod touch;
pub mod untrusted;
pub mod wiring;
pub mod world;
pub mod write;
