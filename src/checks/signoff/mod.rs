//! Group SGN: who signed which decision about exactly which content.

pub(super) mod acceptance_missing;
pub(super) mod emergency_invalid;
mod properties;
pub(super) mod record_altered;
mod shared;
pub(super) mod sign_off_invalid;

pub(super) use properties::{
    CONDITION_OVERDUE, PROOF_TOO_WEAK, RESIDUAL_TOO_HIGH, SIGN_OFF_DATES_IMPOSSIBLE,
    SIGN_OFF_ENDED, SIGN_OFF_MISSING, SIGN_OFF_VOID, SIGNATURE_INVALID, SIGNER_EXTERNAL,
    SIGNER_MISSING, SIGNER_NOT_INDEPENDENT, SIGNER_UNAUTHORISED,
};
