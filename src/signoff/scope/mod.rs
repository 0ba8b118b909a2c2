//! What of a system a decision covers, as it is now, and how a record differs from it.

mod configuration;
mod definitions;
mod differences;
mod digests;
mod entries;
mod item;
mod listed;
mod moves;
mod named;
mod passages;
mod pattern;
mod pointers;
mod reader;
mod revised;
mod risk_digest;
mod sections;

pub(crate) use differences::{Confirmed, CoverageExceptions, differences};
pub(crate) use digests::Digests;
pub(crate) use entries::{RenamedFolder, has_same_risks, says_same_of};
pub(crate) use item::{CoveredItem, ItemForm};
pub(crate) use item::{highest_level, is_what_runs};
pub(crate) use listed::listed_files;
pub(crate) use moves::is_move;
pub(crate) use pattern::{is_pattern, split_pattern};
pub(crate) use pointers::Pointers;
pub(crate) use reader::covered_items;
pub(crate) use revised::covered_part;
pub(crate) use risk_digest::{digests_while_open, of_risk, only_adds, risk_entry};
