//! Group DAT: data, its rights, and what it is used for.

pub(super) mod croissant_incomplete;
pub(super) mod croissant_invalid;
pub(super) mod evaluation_on_training_data;
pub(super) mod personal_data_unexplained;
mod shared;
