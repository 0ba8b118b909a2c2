//! The history of a branch by first parents: what the branch itself was, commit by commit.

use std::path::Path;

use super::error::SourceError;
use super::source::{PathLocation, locate};
use crate::date::Date;
use crate::snapshot::ObjectId;

/// Commits of a history that are looked at.
const MOST: usize = 5_000;

/// Where a history begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// With the first commit of this day or later.
    Day(Date),
    /// With this revision.
    Revision(String),
}

/// Returns the day of a commit. None where there is no such commit.
pub(crate) fn day(path: &Path, revision: &str) -> Option<Date> {
    let PathLocation::Repository(repository, _) = locate(path).ok()? else { return None };
    repository.day(&repository.commit(revision).ok()?).ok()
}

/// Returns the commits of a branch with their days, the oldest first.
///
/// # Errors
/// When they cannot be read, the history is cut off on the way, or has too many commits.
pub(crate) fn lineage(
    path: &Path,
    head: &str,
    since: &Since,
) -> Result<Vec<(ObjectId, Date)>, SourceError> {
    let PathLocation::Repository(repository, _) = locate(path)? else {
        let what = "history".to_owned();
        return Err(SourceError::NoRepository { path: path.to_owned(), what });
    };
    let failed = |revision: &str, reason: String| {
        let revision = revision.to_owned();
        SourceError::Revision { revision, reason }
    };
    let commit =
        |name: &str| repository.commit(name).map_err(|error| failed(name, error.to_string()));
    let first = match since {
        Since::Day(_) => None,
        Since::Revision(name) => Some(commit(name)?),
    };
    let (mut found, mut at) = (Vec::new(), Some(commit(head)?));
    while let Some(id) = at {
        let read = |error: crate::snapshot::ReadError| failed(id.as_str(), error.to_string());
        if repository.commit(id.as_str()).is_err() {
            let text = "the history here is cut off; fetch it: git fetch --unshallow";
            return Err(SourceError::Listing(text.to_owned()));
        }
        let day = repository.day(&id).map_err(read)?;
        if matches!(since, Since::Day(since) if day < *since) {
            break;
        }
        if found.len() == MOST {
            let text = format!("the history has more than {MOST} commits; name a later beginning");
            return Err(SourceError::Listing(text));
        }
        at = repository.named_parents(&id).map_err(read)?.into_iter().next();
        let is_first = first.as_ref() == Some(&id);
        found.push((id, day));
        if is_first {
            found.reverse();
            return Ok(found);
        }
    }
    match since {
        Since::Revision(name) => {
            Err(failed(name, format!("it is no first parent in the history of {head}")))
        }
        Since::Day(_) => {
            found.reverse();
            Ok(found)
        }
    }
}
