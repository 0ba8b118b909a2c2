//! Group DAT: what data is used, and what for.

pub(super) mod evaluation_on_training_data;
pub(super) mod personal_data_unexplained;
