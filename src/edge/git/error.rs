//! Why a repository or a folder could not be read.

use std::path::PathBuf;

use crate::span::RepoPath;

/// Why no snapshot could be taken.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error("`{}` is not a folder that can be read: {reason}", path.display())]
    NotAFolder { path: PathBuf, reason: String },
    #[error("`{}` cannot be read: {reason}", path.display())]
    NotAFile { path: PathBuf, reason: String },
    #[error("the repository could not be opened: {0}")]
    Repository(String),
    #[error("`{revision}` names no commit here: {reason}")]
    Revision { revision: String, reason: String },
    #[error("the files could not be listed: {0}")]
    Listing(String),
    #[error("`{scope}` holds no files in the {revision}: it is ignored, not there, or a submodule")]
    Empty { scope: RepoPath, revision: String },
    #[error("`{}` is no git repository, so it has no {what}", path.display())]
    NoRepository { path: PathBuf, what: String },
    #[error("`{path}` is in conflict in the index; finish the merge first")]
    Conflict { path: RepoPath },
}
