//! One remark on a pull or merge request, found by its mark and its author, written once and
//! rewritten in place.

use super::error::{ErrorCause, ForgeError};

/// A remark that stands there.
pub(super) struct Remark {
    pub(super) id: u64,
    pub(super) body: String,
    /// Whether whoever holds the token wrote it. A mark that somebody else wrote is no mark.
    pub(super) is_own: bool,
}

/// Where remarks stand.
pub(super) trait Board {
    fn remarks(&self) -> Result<Vec<Remark>, ForgeError>;
    fn write(&self, body: &str) -> Result<(), ForgeError>;
    fn rewrite(&self, id: u64, body: &str) -> Result<(), ForgeError>;
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stuck {
    Written,
    Rewritten,
    Unchanged,
}

impl Stuck {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Rewritten => "updated",
            Self::Unchanged => "says so already",
        }
    }
}

/// Makes the one remark with this mark say this.
pub(super) fn stick(board: &dyn Board, mark: &str, text: &str) -> Result<Stuck, ForgeError> {
    let body = format!("{mark}\n{text}");
    let own = || -> Result<Vec<Remark>, ForgeError> {
        Ok(board
            .remarks()?
            .into_iter()
            .filter(|it| it.is_own && it.body.starts_with(mark))
            .collect())
    };
    let is_same = |remark: &Remark| remark.body.trim_end() == body.trim_end();
    for remark in own()? {
        if is_same(&remark) {
            return Ok(Stuck::Unchanged);
        }
        match board.rewrite(remark.id, &body) {
            // Another program of the same kind wrote it; ours may stand below.
            Err(error) if matches!(error.cause, ErrorCause::Forbidden | ErrorCause::NotFound) => {}
            done => return done.map(|()| Stuck::Rewritten),
        }
    }
    match board.write(&body) {
        // It may have arrived although no answer did: whoever looks sees, and only then is it
        // written again.
        Err(error) if error.may_pass() && !error.did_nothing() => {
            if !own()?.iter().any(is_same) {
                board.write(&body)?;
            }
            Ok(Stuck::Written)
        }
        done => done.map(|()| Stuck::Written),
    }
}
