//! Group DOC: documents that are due, and what they say.
//!
//! # Design
//!
//! The subject of a finding about a document is the document, and what is wrong in it are places of
//! that finding, so that one cause is one finding.

pub(super) mod boilerplate;
pub(super) mod broken_link;
pub(super) mod document_missing;
pub(super) mod document_review_overdue;
pub(super) mod document_unapproved;
pub(super) mod document_unreadable;
pub(super) mod element_missing;
pub(super) mod explanation_missing;
pub(super) mod language_unread;
pub(super) mod placeholder;
pub(super) mod section_thin;
mod shared;
