//! What a check is: a row of plain data with one pure function.

use super::outcome::{CheckResult, Outcome};
use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::finding::{Finding, FindingKind, Gate, Severity};

/// The newest rule set: what a repository that pins none is judged by.
pub(crate) const RULE_SET: &str = "0.1";

/// A row of the table of checks.
///
/// `R` is the function that runs it. It is a parameter because that function takes the context,
/// and the context holds the table: so this file needs to know nothing of either.
#[derive(Clone, Copy, Debug)]
pub struct CheckRow<R> {
    pub id: CheckId,
    /// What is wrong when it fires, in one sentence.
    pub title: &'static str,
    /// The rule set it first belonged to.
    pub(crate) since: &'static str,
    /// ISO/IEC 42001 controls and clauses it is evidence for, beside those of a document's kind.
    pub(crate) controls: &'static [&'static str],
    pub(crate) severity: ByClass,
    /// How heavy it is where the change brings it in, if that is heavier.
    pub(crate) severity_if_brought: ByClass,
    pub(crate) gate: Gate,
    pub(crate) suppressibility: Suppressibility,
    /// Markdown with the headings of [`HEADINGS`].
    pub explanation: &'static str,
    pub(crate) run: R,
}

impl<R: Copy> CheckRow<R> {
    /// A check that is an error in every class, that the merge gate asks for, that has been there
    /// since the first rule set, and that settings may lower and excuse.
    pub(super) const fn new(id: CheckId, title: &'static str, run: R) -> Self {
        Self {
            id,
            title,
            since: "0.1",
            controls: &[],
            severity: ByClass::ALWAYS_ERROR,
            severity_if_brought: ByClass::ALWAYS_ERROR,
            gate: Gate::Merge,
            suppressibility: Suppressibility::Ordinary,
            explanation: "",
            run,
        }
    }

    /// Names the controls and clauses it is evidence for.
    #[must_use]
    pub(crate) const fn controls(mut self, controls: &'static [&'static str]) -> Self {
        self.controls = controls;
        self
    }

    /// Sets how heavy it is, where it is not an error in every class.
    #[must_use]
    pub(crate) const fn severity(mut self, severity: ByClass) -> Self {
        self.severity = severity;
        self.severity_if_brought = severity;
        self
    }

    /// Sets how heavy it is where the change brings it in; after [`Self::severity`].
    #[must_use]
    pub(crate) const fn severity_if_brought(mut self, severity: ByClass) -> Self {
        self.severity_if_brought = severity;
        self
    }

    /// No waiver excuses it; see [`Suppressibility::NeverWaived`].
    #[must_use]
    pub(crate) const fn never_waived(mut self) -> Self {
        self.suppressibility = Suppressibility::NeverWaived;
        self
    }

    /// Nothing excuses it; see [`Suppressibility::NeverExcused`].
    #[must_use]
    pub(crate) const fn never_excused(mut self) -> Self {
        self.suppressibility = Suppressibility::NeverExcused;
        self
    }

    /// Nothing excuses or lowers it; see [`Suppressibility::Floor`].
    #[must_use]
    pub(crate) const fn floor(mut self) -> Self {
        self.suppressibility = Suppressibility::Floor;
        self
    }

    /// Sets the explanation: the Markdown file beside the check.
    #[must_use]
    pub(crate) const fn explained(mut self, markdown: &'static str) -> Self {
        self.explanation = markdown;
        self
    }

    /// Whether its severity may be lowered.
    pub(crate) fn is_floor(&self) -> bool {
        self.suppressibility == Suppressibility::Floor
    }

    /// Whether the baseline or an emergency may excuse it.
    pub(crate) fn is_excusable(&self) -> bool {
        matches!(self.suppressibility, Suppressibility::Ordinary | Suppressibility::NeverWaived)
    }

    /// Whether a waiver may excuse it.
    pub(crate) fn is_waivable(&self) -> bool {
        self.suppressibility == Suppressibility::Ordinary
    }

    /// The finding that an outcome of it is; `None` where the outcome tells of no flaw.
    pub(crate) fn finding(&self, outcome: Outcome) -> Option<Finding> {
        let (nature, problem) = match outcome.verdict {
            CheckResult::Fail(problem) => (FindingKind::Fail, problem),
            CheckResult::Waiting(problem) => (FindingKind::Waiting, problem),
            CheckResult::Undecided(problem) => (FindingKind::Undecided, problem),
            CheckResult::Pass | CheckResult::NotApplicable | CheckResult::Because(_) => {
                return None;
            }
        };
        Some(Finding {
            check: self.id,
            subject: outcome.subject,
            nature,
            gate: outcome.gate.unwrap_or(self.gate),
            problem: *problem,
        })
    }
}

/// What settings may do about a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suppressibility {
    /// Its severity may be set, and its findings may be excused.
    Ordinary,
    /// Its severity may be set, the baseline may know it and an emergency pass it over; no waiver
    /// excuses it, for one person would stand in for all who must sign.
    NeverWaived,
    /// No waiver and no baseline excuses it: it judges what excuses others.
    NeverExcused,
    /// Never lowered either.
    Floor,
}

/// The severity per class of the subject. Class prohibited is judged as high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ByClass {
    pub(crate) minimal: Severity,
    pub(crate) limited: Severity,
    pub(crate) high: Severity,
}

impl ByClass {
    /// Wrong whatever the system does: the gate's own files, and what no class makes lighter.
    pub(crate) const ALWAYS_ERROR: Self =
        Self::new(Severity::Error, Severity::Error, Severity::Error);
    /// Has to be mended, and holds up a merge only where the system is of class high.
    pub(crate) const ERROR_IF_HIGH: Self =
        Self::new(Severity::Warning, Severity::Warning, Severity::Error);
    /// As heavy as the class: worth knowing, to be mended, must not be merged.
    pub(crate) const RISES_WITH_CLASS: Self =
        Self::new(Severity::Note, Severity::Warning, Severity::Error);
    /// Asked for of class high only; worth knowing elsewhere.
    pub(crate) const ONLY_IF_HIGH: Self =
        Self::new(Severity::Note, Severity::Note, Severity::Error);
    /// Has to be mended and by itself never holds up a merge.
    pub(crate) const ALWAYS_WARNING: Self =
        Self::new(Severity::Warning, Severity::Warning, Severity::Warning);
    /// As [`Self::ALWAYS_WARNING`], and worth knowing where the system is of class minimal.
    pub(crate) const WARNING_FROM_LIMITED: Self =
        Self::new(Severity::Note, Severity::Warning, Severity::Warning);
    /// As [`Self::ALWAYS_WARNING`] where the system is of class high; worth knowing elsewhere.
    pub(crate) const WARNING_IF_HIGH: Self =
        Self::new(Severity::Note, Severity::Note, Severity::Warning);
    /// Worth knowing.
    pub(crate) const ALWAYS_NOTE: Self = Self::new(Severity::Note, Severity::Note, Severity::Note);

    pub(super) const fn new(minimal: Severity, limited: Severity, high: Severity) -> Self {
        Self { minimal, limited, high }
    }

    /// The severity for a subject of a class.
    pub(crate) fn of(self, class: Class) -> Severity {
        match class {
            Class::Minimal => self.minimal,
            Class::Limited => self.limited,
            Class::High | Class::Prohibited => self.high,
        }
    }
}
