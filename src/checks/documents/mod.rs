//! Group DOC: documents that are due, and what they say.

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
