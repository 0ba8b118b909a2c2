//! The edge to forges: where a verdict is posted, and what is read there.

mod approver;
mod client;
mod connection;
mod error;
mod github;
mod github_code_scanning;
mod gitlab;
mod gitlab_approvals;
mod gitlab_threads;
mod http;
mod post;
mod reading;
mod settings;
mod sticky;

pub use approver::Approver;
pub(crate) use client::Client;
pub use connection::{Network, RetryPolicy, Token};
pub use error::ForgeError;
pub use github::GitHub;
pub use gitlab::{GitLab, RequestKind};
pub use post::Notice;
