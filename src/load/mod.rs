//! Loads all that a run looks at: content, rules, the target branch, sign-offs.

mod inputs;

pub(crate) use inputs::{RunInputs, TargetInputs, sign_off_folders, with_inputs};
