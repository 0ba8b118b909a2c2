//! Group WVR: waivers and the baseline. What excuses a finding is judged itself.

pub(super) mod baseline_expired;
pub(super) mod baseline_unused;
mod shared;
pub(super) mod waiver_expired;
pub(super) mod waiver_unauthorised;
pub(super) mod waiver_unused;
