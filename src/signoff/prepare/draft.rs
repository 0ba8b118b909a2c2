//! Files to be written, and what goes into them.

use std::collections::BTreeSet;

use crate::date::Date;
use crate::span::RepoPath;

/// What a record says beyond what can be computed.
#[derive(Debug, Default)]
pub(crate) struct SignInput {
    pub(crate) id: Option<String>,
    pub(crate) because: Option<String>,
    pub(crate) expires: Option<Date>,
    /// What a release is of beside the files it covers.
    pub(crate) subjects: Vec<String>,
    /// Who wrote what is covered: ids, or addresses that no known person has.
    pub(crate) authors: BTreeSet<String>,
}

/// What a change lowers: an obligation, from, to.
pub(crate) type Lowering = (String, String, String);

/// A file to be written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) path: RepoPath,
    pub(crate) text: String,
}
