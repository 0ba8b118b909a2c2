//! What checks of documents have in common.

use crate::check_id::CheckId;
use crate::date::Date;
use crate::engine::CheckResult;
use crate::evidence::{Answer, Reading, Requirement};

/// Says that somebody asks for what a document holds, and the controls it is evidence for. A kind
/// of a repository's own may have none.
pub(super) fn asked(by: &str, need: &Requirement) -> String {
    match need.kind.controls.join(", ") {
        controls if controls.is_empty() => format!("{by} asks for it, as the rules say"),
        controls => format!("{by} asks for it ({controls})"),
    }
}

/// Whether a document that is not there is asked for by law alone, from a later day on.
pub(super) fn is_early(need: &Requirement, answer: &Answer, today: Date) -> bool {
    let is_open =
        matches!(answer, Answer::Missing | Answer::EmptySection(_) | Answer::NotRecognised(..));
    is_open && !need.is_asked(today)
}

/// What was read of a needed document; where nothing was, why its details are not asked about.
pub(super) fn reading<'a>(
    need: &Requirement,
    answer: &'a Answer,
    today: Date,
) -> Result<&'a Reading, CheckResult> {
    match answer {
        _ if is_early(need, answer, today) => Err(CheckResult::NotApplicable),
        Answer::Read(reading) => Ok(reading),
        Answer::Pointer(_) | Answer::Typed(_) | Answer::NotApplicable => {
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
