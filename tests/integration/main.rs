//! Tests through the library's and the program's front door. One crate, so it links once.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests make files and fail by \
    panicking"
)]

mod action;
mod architecture;
mod attested;
mod bundles;
mod changes;
mod cli;
mod documents;
mod edits;
mod events;
mod evidence;
mod fix;
mod fixtures;
mod forge;
mod growth;
mod house;
mod imports;
mod init;
mod inspect;
mod keys;
mod knowledge;
mod loopback;
mod messages;
mod older_baseline;
mod own_checks;
mod parity;
mod posture;
mod recipes;
mod refusals;
mod reports;
mod requests;
mod sign;
mod snapshots;
mod still;
mod support;
mod targets;
mod unreadable;
