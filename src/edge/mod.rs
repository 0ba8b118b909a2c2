//! The edge: all that reads or writes repositories, forges, files and other programs.

pub(crate) mod bag;
pub(crate) mod forge;
pub(crate) mod fs;
pub(crate) mod git;
pub(crate) mod keygen;
