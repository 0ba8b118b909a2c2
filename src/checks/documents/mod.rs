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

use std::collections::BTreeSet;

use crate::check_id::CheckId;
use crate::engine::CheckResult;
use crate::evidence::{Answer, Evidence, Reading, Requirement};
use crate::finding::Subject;

/// The subject of everything about a needed document.
pub(super) fn subject(need: &Requirement) -> Subject {
    Subject::Document {
        kind: need.kind.id.clone(),
        system: need.system.clone(),
        object: need.object.clone(),
    }
}

/// Needs and answers, what answers several needs of a kind only once.
pub(super) fn each_once(evidence: &Evidence) -> impl Iterator<Item = &(Requirement, Answer)> {
    let mut seen = BTreeSet::new();
    evidence.iter().filter(move |(need, answer)| match answer {
        Answer::Read(reading) => seen.insert((&need.kind.id, &reading.path, reading.heading)),
        _ => true,
    })
}

/// What was read of a needed document; where nothing was, why its details are not asked about.
fn reading(answer: &Answer) -> Result<&Reading, CheckResult> {
    match answer {
        Answer::Read(reading) => Ok(reading),
        Answer::Pointer(_) | Answer::Typed(_) | Answer::NotApplicable(_) => {
            Err(CheckResult::NotApplicable)
        }
        Answer::Unreadable(..) => Err(CheckResult::Because(CheckId::DocumentUnreadable)),
        Answer::NotThere { .. }
        | Answer::NotRecognised(..)
        | Answer::EmptySection(_)
        | Answer::Missing => Err(CheckResult::Because(CheckId::DocumentMissing)),
        Answer::UnreadLanguage(..) => Err(CheckResult::Because(CheckId::LanguageUnread)),
    }
}

/// The document in words: `the model card of \`scorecard\``.
pub(super) fn named(need: &Requirement) -> String {
    let kind = &need.kind.name;
    let plain = if kind.starts_with("AI ") { kind.clone() } else { kind.to_lowercase() };
    match need.object.as_ref().or(need.system.as_ref()) {
        Some(of) => format!("the {plain} of `{of}`"),
        None => format!("the {plain}"),
    }
}
