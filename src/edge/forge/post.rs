//! What is posted.

use crate::decision::Verdict;
use crate::digest::of_words;
use crate::report::{Report, last_line, markdown};
use crate::untrusted;

/// A verdict to be posted.
pub struct Notice<'r> {
    pub report: &'r Report,
    /// The run's verdict, which may be less than the report's: a pass that could not be posted
    /// where it must be is none.
    pub verdict: Verdict,
}

/// Characters of a title.
const LONGEST_TITLE: usize = 200;

impl Notice<'_> {
    /// What marks the remark about the judged folder and gate. The folder's name could end the HTML
    /// comment, its digest cannot.
    pub(super) fn mark(&self) -> String {
        self.mark_of(None)
    }

    /// What marks the issue about a system, or about the judged folder.
    pub(super) fn mark_of(&self, system: Option<&str>) -> String {
        let inputs = &self.report.inputs;
        let of = system.map_or_else(String::new, |system| format!(" system {system}"));
        format!(
            "<!-- aimsgate {} -->",
            &of_words(&format!("{:?} folder {}{of}", inputs.asked, inputs.scope))[..16]
        )
    }

    pub(super) fn title(&self) -> String {
        untrusted::clamp(&last_line(self.report), LONGEST_TITLE).into_owned()
    }

    /// The one comment of at most `limit` bytes: a line where the forge may go on.
    pub(super) fn comment(&self, limit: usize) -> String {
        if self.passes() {
            format!("**{}**\n", untrusted::markdown(&self.title()))
        } else {
            markdown(self.report, limit)
        }
    }

    /// Whether the forge may go on. What could not be decided may not.
    pub(super) fn passes(&self) -> bool {
        self.verdict == Verdict::Pass
    }

    pub(super) fn is_decided(&self) -> bool {
        self.verdict != Verdict::Undecided
    }
}
