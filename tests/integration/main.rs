//! Tests through the library's and the program's front door. One crate, so it links once.

mod snapshots;
mod support;
