//! Group MET: the gate's own files.

pub(super) mod settings_invalid;
