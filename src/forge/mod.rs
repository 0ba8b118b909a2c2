//! The edge to forges: where a verdict is posted, and what is read there.

mod approver;
mod client;
mod github;
mod gitlab;
mod http;
mod post;
mod reading;
mod settings;
mod sticky;
mod trouble;

pub use approver::{Approver, Known};
pub use client::Client;
pub use github::GitHub;
pub use gitlab::{GitLab, Kind};
pub use http::{Again, Http, Network, Patience, Token};
pub use post::Notice;
pub use trouble::{Cause, Trouble};
