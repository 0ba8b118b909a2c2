//! The edge that reads: finds the repository of a path and takes snapshots of it.
//!
//! Nothing that a repository holds is ever changed. Git is read as a library: no hook, no external
//! filter, no configured program of the repository runs. Of git's configuration only the
//! repository's own is read, so two users see the same bytes.
//!
//! # Design
//!
//! Of git's configuration only the repository's own is read, and files are listed by the
//! repository's own ignore rules. A user whose global `core.autocrlf` converts line endings states
//! that in `.gitattributes`; files that did not change are read from git's objects in any case.
#![expect(clippy::disallowed_methods, reason = "the edge: reads the file system")]

mod about;
mod author;
mod cache_file;
mod commit;
mod comparison;
mod directory;
mod error;
mod history;
mod index;
mod job;
mod lineage;
mod loose;
mod merge;
mod merge_result;
mod paths;
mod remote;
mod repository;
mod single_file;
mod soundness;
mod source;
mod stored;
mod target;
mod target_branch;
mod working_tree;

pub(crate) use about::{RepositoryOrigin, about};
pub(crate) use cache_file::CacheFile;
pub use comparison::Comparison;
pub(crate) use comparison::Extent;
pub(crate) use comparison::Target;
#[cfg(test)]
pub(crate) use directory::DirectorySnapshot;
pub use error::SourceError;
pub use job::{Forge, Job, Judges, Surroundings};
pub(crate) use lineage::{Since, day, lineage};
pub use remote::Remote;
pub(crate) use single_file::{bytes, document, documents_above, documents_in};
pub use source::Content;
pub use source::Source;
pub use source::open;
pub(crate) use source::{commit, root, uncommitted, wrote};
pub use target::compare;
pub(crate) use target::files_of;
