//! The edge to forges: where a verdict is posted, and what is read there.

mod approver;
mod client;
mod error;
mod github;
mod gitlab;
mod http;
mod post;
mod reading;
mod settings;
mod sticky;

pub use approver::{Approver, KnownPermissions};
pub use client::Client;
pub use error::{ErrorCause, ForgeError};
pub use github::GitHub;
pub use gitlab::{GitLab, RequestKind};
pub use http::{Http, Idempotency, Network, RetryPolicy, Token};
pub use post::Notice;
