//! What content says, in a form that does not depend on how it is laid out.
//!
//! `docs/signoff-format.md` says how to repeat each form with other tools.
//!
//! # Design
//!
//! Digests of what people sign are made of these forms. A form may tell apart what means the same;
//! then somebody signs once more. It never holds as the same what reads differently, so layout is
//! left out only where a reader can not see it: line breaks inside a paragraph, white space, blank
//! lines, the widths of a table, pairs of marks of emphasis, comments of YAML. Depth, marks, cells
//! and code stay.

mod inline;
mod prose;
mod tree;

pub use prose::of_prose;
pub use tree::of_configuration;
pub(crate) use tree::{differing_keys, keys_between, of_tree};
