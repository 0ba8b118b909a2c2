//! Who is named, and whether they are known.

pub(super) mod owner_unknown;
pub(super) mod role_unfilled;
pub(super) mod roles_incompatible;
