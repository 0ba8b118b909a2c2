//! `governance/waivers/ID.yaml`: permission to miss one rule, in one place, for some time.
//!
//! A waiver excuses a finding; it hides nothing. It counts once the target branch holds it.

use std::collections::BTreeSet;

use globset::GlobSet;
use serde::Deserialize;

use super::layout::OwnFile;
use super::pattern::{covers, glob};
use super::people::People;
use super::{Mistake, Schema, read as read_settings};
use crate::check_id::NamedCheck;
use crate::date::Date;
use crate::document::{Document, Spanned};
use crate::fact::Fact;
use crate::finding::Finding;
use crate::ids::SystemId;
use crate::part::{Part, Reason};
use crate::span::{RepoPath, Span};

/// Where waivers lie below the folder they are for.
pub(crate) const FOLDER: &str = OwnFile::Waivers.path();

/// The longest a waiver may hold.
pub(crate) const LONGEST_DAYS: i32 = 180;

/// A waiver.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Waiver {
    #[serde(rename = "schema")]
    _schema: Schema,
    /// The id, which is also the name of the file without its ending.
    pub(crate) id: Spanned<String>,
    /// The check whose findings it excuses.
    pub(crate) check: Spanned<NamedCheck>,
    pub(crate) scope: WaiverScope,
    pub(crate) because: Spanned<String>,
    /// What is done instead while it holds.
    pub(crate) until_then: Option<Spanned<String>>,
    pub(crate) requested_by: Spanned<String>,
    pub(crate) approved_by: Spanned<String>,
    pub(crate) created: Spanned<Date>,
    /// The last day it holds.
    pub(crate) expires: Spanned<Date>,
    pub(crate) ticket: Option<String>,
    #[serde(skip)]
    pub(crate) file: RepoPath,
    /// The folder its path is relative to.
    #[serde(skip)]
    pub(crate) base: RepoPath,
}

/// Which findings of the check are meant. Each key that is given must match.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct WaiverScope {
    pub(crate) system: Option<Spanned<SystemId>>,
    pub(crate) path: Option<Spanned<String>>,
    /// The parts of the finding that are meant, as the baseline writes them
    /// (`element:limitations`).
    #[serde(default)]
    pub(crate) parts: Vec<Spanned<String>>,
}

/// Why a waiver does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WaiverRefusal {
    pub(crate) reason: Reason,
    pub(crate) text: String,
}

impl Waiver {
    /// Returns the paths the waiver is for, or `None` where it names none.
    pub(crate) fn paths(&self) -> Option<GlobSet> {
        self.scope.path.as_ref().map(|path| covers([(&self.base, path.value.as_str())]))
    }

    /// Returns its ticket as words that follow its id. Empty where it names none.
    pub(crate) fn ticket_words(&self) -> String {
        self.ticket.as_ref().map_or_else(String::new, |ticket| format!(" ({ticket})"))
    }

    /// Returns what is done while it holds, as words that end a sentence. Empty where it does not
    /// say that.
    pub(crate) fn meanwhile(&self) -> String {
        let said = self.until_then.as_ref();
        said.map_or_else(String::new, |said| format!("; until then: {}", said.value))
    }

    /// Returns whether the waiver is about a finding. Whether it is in force and approved is not
    /// asked here.
    pub(crate) fn is_about(&self, finding: &Finding) -> bool {
        // Every system and path of the finding must be meant, or the waiver would excuse more than
        // it says.
        let is_meant = |system: &Spanned<SystemId>| {
            let mut systems = finding.systems().peekable();
            systems.peek().is_some() && systems.all(|it| *it == system.value)
        };
        let names = |part: &Part| {
            let name = part.to_string();
            self.scope.parts.iter().any(|named| named.value == name)
        };
        self.check.value == finding.check
            && (self.scope.parts.is_empty() || finding.pieces().keys().all(names))
            && self.scope.system.as_ref().is_none_or(is_meant)
            && self.paths().is_none_or(|paths| {
                finding.own_paths().all(|path| paths.is_match(path.to_string()))
            })
    }

    /// Returns whether the waiver excuses what a change brings in: it does so only where it names
    /// what exactly is excused.
    pub(crate) fn names_parts(&self) -> bool {
        !self.scope.parts.is_empty()
    }

    /// Returns whether the waiver holds on a day; the first and the last day count.
    pub(crate) fn is_in_force(&self, today: Date) -> bool {
        self.created.value <= today && today <= self.expires.value
    }

    /// Checks that somebody of the second line approved the waiver who did not ask for it.
    ///
    /// # Errors
    /// The reason, in words.
    pub(crate) fn authority(&self, people: &Fact<People>) -> Result<(), WaiverRefusal> {
        let refuse = |reason, text| Err(WaiverRefusal { reason, text });
        let (name, created) = (&self.approved_by.value, self.created.value);
        let Fact::Known(people) = people else {
            return refuse("people-unknown", format!("nobody is known who could be `{name}`"));
        };
        let Some(person) = people.find(name) else {
            return refuse(
                "unknown-approver",
                format!("`{name}`, who approved it, is not among the people of the target branch"),
            );
        };
        if !person.is_active(created) {
            return refuse(
                "approver-not-active",
                format!("`{name}`, who approved it, was not among the people on {created}"),
            );
        }
        if !people.is_outermost(person) {
            return refuse(
                "approver-of-subfolder",
                format!("`{name}`, who approved it, stands among the people of a subfolder only"),
            );
        }
        if person.line.value != 2 {
            return refuse(
                "not-second-line",
                format!("`{name}`, who approved it, is not of the second line"),
            );
        }
        let asked = &self.requested_by.value;
        let Some(requester) = people.find(asked) else {
            return refuse(
                "unknown-requester",
                format!(
                    "`{asked}`, who asked for it, is not among the people of the target branch"
                ),
            );
        };
        if requester.id == person.id {
            return refuse("own-request", format!("`{name}` asked for it and approved it"));
        }
        Ok(())
    }

    /// Returns whether the waiver permits no more than `other`: the same check and scope, approved
    /// by the same person, for no longer.
    pub(crate) fn is_within(&self, other: &Waiver) -> bool {
        let scope = |waiver: &Waiver| {
            let WaiverScope { system, path, parts } = waiver.scope.clone();
            let parts: BTreeSet<String> = parts.into_iter().map(|it| it.value).collect();
            (system.map(|it| it.value), path.map(|it| it.value), parts, waiver.base.clone())
        };
        self.id == other.id
            && self.check == other.check
            && scope(self) == scope(other)
            && self.approved_by == other.approved_by
            && self.requested_by == other.requested_by
            && self.created.value == other.created.value
            && self.expires.value <= other.expires.value
    }
}

/// Reads a waiver.
///
/// # Errors
/// The first mistake in it.
pub(crate) fn read(document: &Document) -> Result<Waiver, Mistake> {
    let mut waiver: Waiver = read_settings(document)?;
    waiver.file = document.path.clone();
    // Two folders up from the file: the folder that `governance` is for.
    waiver.base = document.path.parent().parent().parent();
    let mistake = |span: Span, why: &str| Err(Mistake::new(document, span, why));
    let stem = document.path.file_name();
    if stem.strip_suffix(".yaml") != Some(&waiver.id.value) {
        return mistake(waiver.id.span, "a waiver's file is called as its id, with `.yaml`");
    }
    let said = [&waiver.because, &waiver.requested_by, &waiver.approved_by];
    for text in said.into_iter().chain(&waiver.until_then) {
        if text.value.trim().is_empty() {
            return mistake(text.span, "this is empty");
        }
    }
    let check = waiver.check.value.as_str();
    if check.trim().is_empty() {
        return Err(Mistake::new(document, waiver.check.span, "this is empty"));
    }
    if check.contains('*') {
        return Err(Mistake::new(document, waiver.check.span, "a waiver names one check"));
    }
    match (&waiver.scope.system, &waiver.scope.path) {
        (None, None) => {
            return mistake(waiver.id.span, "`scope` names neither a system nor a path");
        }
        (Some(system), _) if system.value.contains('*') => {
            return mistake(
                system.span,
                "a waiver names \
            one system",
            );
        }
        (_, Some(path)) => {
            if let Err(why) = glob(&RepoPath::root(), &path.value) {
                return mistake(path.span, &why);
            }
            if !path.value.split('/').any(|part| !part.trim_matches(['*', '?']).is_empty()) {
                return mistake(
                    path.span,
                    "a bare wildcard; name the file or folder that is meant",
                );
            }
        }
        (Some(_), None) => {}
    }
    if waiver.expires.value < waiver.created.value {
        return Err(Mistake::new(
            document,
            waiver.expires.span,
            "it expires before it was created",
        ));
    }
    if waiver.created.value.days_until(waiver.expires.value) > LONGEST_DAYS {
        let message = format!("it holds for more than {LONGEST_DAYS} days");
        return Err(Mistake::new(document, waiver.expires.span, message));
    }
    Ok(waiver)
}
