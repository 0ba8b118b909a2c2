//! What is judged, and what it is compared with.

use std::collections::BTreeSet;
use std::path::Path;

use super::directory::DirectorySnapshot;
use super::error::SourceError;
use super::source::Source;
use crate::authorship::{Authored, History};
use crate::change::Unmerged;
use crate::fact::Fact;
use crate::settings::gate::Rules;
use crate::signoff::Approval;
use crate::snapshot::Snapshot;
use crate::span::RepoPath;

/// The content to judge and what it is judged against.
pub struct Comparison {
    pub judged: Source,
    /// Absent where nothing was committed yet, and for a folder that is no repository.
    pub target: Fact<Target>,
    /// The files that both sides changed, where the judged content is a merge made in memory.
    pub both: BTreeSet<RepoPath>,
    /// Why the judged content is not the merge result, where it should be and is not.
    pub unmerged: Option<Unmerged>,
    /// Who wrote the change; absent where it is none.
    pub(crate) commits: Fact<Vec<Authored>>,
    /// The target branch's history; `None` where there is no target.
    pub(crate) history: Option<Box<dyn History>>,
    /// Who approved the change on its forge; absent where that was not asked.
    pub(crate) approvals: Fact<Vec<Approval>>,
    pub(crate) extent: Extent,
    /// What was asked for that could loosen the verdict. Such a run decides nothing.
    pub(crate) simulation: Vec<String>,
    /// The rules that judge instead of those of the target branch, in a simulation.
    pub(crate) what_if: Option<Rules>,
}

/// How much of the judged content counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What the change made, made worse or affects.
    Change,
    /// All of it, and what was pushed is compared with what was there before.
    Pushed,
    /// All of it: it is the target branch's own, now or earlier.
    Whole,
}

/// The tip of the branch a change is to be merged into.
pub struct Target {
    /// What the branch is called.
    pub(crate) name: String,
    pub(crate) tip: Box<dyn Snapshot>,
    /// The default branch, where the target is another: both its rules and the target's hold.
    pub(crate) default: Option<(String, Box<dyn Snapshot>)>,
}

impl Comparison {
    /// A folder judged against another, for tests of what a change does.
    ///
    /// # Errors
    /// When a folder cannot be listed.
    pub fn of_folders(tip: &Path, judged: &Path) -> Result<Self, SourceError> {
        let open = |folder: &Path| {
            DirectorySnapshot::open(folder).map(|it| Box::new(it) as Box<dyn Snapshot>)
        };
        Ok(Self {
            judged: Source { snapshot: open(judged)?, scope: RepoPath::root() },
            target: Fact::Known(Target { name: "main".to_owned(), tip: open(tip)?, default: None }),
            both: BTreeSet::new(),
            unmerged: None,
            commits: Fact::Absent,
            history: None,
            approvals: Fact::Absent,
            extent: Extent::Change,
            simulation: Vec::new(),
            what_if: None,
        })
    }

    /// A folder judged by itself.
    ///
    /// # Errors
    /// When it cannot be listed.
    pub fn of_folder(judged: &Path) -> Result<Self, SourceError> {
        let judged = Source {
            snapshot: Box::new(DirectorySnapshot::open(judged)?),
            scope: RepoPath::root(),
        };
        Ok(Self::alone(judged))
    }

    /// Content judged by itself, by its own rules.
    pub(crate) fn alone(judged: Source) -> Self {
        Self {
            judged,
            target: Fact::Absent,
            both: BTreeSet::new(),
            unmerged: None,
            commits: Fact::Absent,
            history: None,
            approvals: Fact::Absent,
            extent: Extent::Whole,
            simulation: Vec::new(),
            what_if: None,
        }
    }
}
