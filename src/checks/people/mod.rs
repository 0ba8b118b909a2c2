//! Who is named, and whether they are known.

pub(super) mod owner_unknown;
