//! The edge: all that reads or writes repositories, forges, files and other programs.

pub mod forge;
pub mod fs;
pub mod git;
pub mod keygen;
