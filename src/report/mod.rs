//! The frozen result of one run, and the formats it is written in.
//!
//! A [`Report`] holds everything every format needs, excerpts of source included. A format is a
//! pure function of it: no format reads a file, and none changes the verdict.

mod annotation;
mod build;
mod code_quality;
mod data;
mod explain;
mod hook;
mod inspect;
mod inventory;
mod json;
mod junit;
mod markdown;
mod points;
mod sarif;
mod signing;
mod status;
mod terminal;
mod upcoming;
mod words;

pub use annotation::{Annotation, Grade, annotations, commands};
pub use build::build;
pub use code_quality::code_quality;
pub use data::{
    Approved, CheckSummary, Coverage, Excerpt, ExcuseEntry, InForce, InventorySummary, Location,
    NotAskedFor, RelatedEntry, RemedyEntry, Report, ReportInputs, ReportRegion, ReportedFinding,
    ReportedPart, RuleFile, RulesFrom, SCHEMA, Setting, SystemSummary, TargetSummary, Tool,
    Upcoming,
};
pub use explain::{explain, table, words};
pub use hook::{hook, hook_verdict};
pub use inspect::{Inspected, json as inspect_json, text as inspect_text};
pub use inventory::{json as inventory_json, text as inventory_text};
pub use json::{document as json, schema};
pub use junit::junit;
pub use markdown::markdown;
pub use points::points;
pub use sarif::document as sarif;
pub use signing::{decision, steps, use_of};
pub use status::status;
pub use terminal::{PLAIN, Style, text as terminal};
pub use upcoming::{attention, upcoming};
pub use words::{FindingCounts, last_line, safe, simulation};
