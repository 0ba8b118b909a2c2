//! The edge to forges: what a run reads there, and where its verdict is posted.

mod http;
mod trouble;

pub use http::{Again, Http, Network, Patience, Token};
pub use trouble::{Cause, Trouble};
