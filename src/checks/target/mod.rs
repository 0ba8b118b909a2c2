//! Group MET: what a change is judged against.

pub(super) mod merge_undecided;
pub(super) mod target_unknown;
