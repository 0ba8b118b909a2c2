//! Files to be written, and what goes into them.

use std::collections::BTreeSet;

use crate::date::Date;
use crate::span::RepoPath;

/// What a record says beyond what can be computed.
#[derive(Debug, Default)]
pub struct SignInput {
    pub id: Option<String>,
    pub because: Option<String>,
    pub expires: Option<Date>,
    /// Who wrote what is covered: ids, or addresses that no known person has.
    pub authors: BTreeSet<String>,
}

/// What a change lowers: an obligation, from, to.
pub type Lowering = (String, String, String);

/// A file to be written.
#[derive(Debug, PartialEq, Eq)]
pub struct Draft {
    pub path: RepoPath,
    pub text: String,
}
