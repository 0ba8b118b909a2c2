//! Which documents the register makes due, and what answers each.
//!
//! A document is looked for where the register says, then as a section of the system's sheet, then
//! as a pointer to the organisation's own, then at the usual places, then by what it says. A file
//! name earns nothing by itself.
//!
//! # Design
//!
//! Reading is data and one engine. `outline` names the things of a document once. `lexicon` knows
//! what they are called in the language of the document. `reading` puts the two together for a
//! kind, and `recognise` tells which kind a document is. Names, sentences, look-alikes,
//! placeholders and languages stand in `data/`. Patterns are compiled only when a document leaves
//! an element open, because compiling them costs more than most runs.

mod dates;
mod documents;
mod find;
mod lexicon;
mod look_alike;
mod metadata;
mod number;
mod outline;
mod pattern;
mod placeholder;
mod pointer;
mod reading;
mod recognise;
mod requirement;
mod results;
mod rows;
mod words;

pub use dates::{Day, date_in, months_in};
pub use documents::{Documents, fetch};
use find::Finder;
pub use find::{is_component, is_own_format};
pub use lexicon::Lexicon;
pub use look_alike::{LookAlike, is_about_ai};
pub use metadata::{adds_nothing, says_approved, stated, takes_back};
pub use number::{Number, number, plain};
pub use outline::{Outline, State, Via};
pub use placeholder::is_placeholder;
pub use reading::{ElementReading, Reading, Region};
pub use recognise::{Completion, Recognition, recognise};
pub use requirement::Requirement;
pub use results::{Found, measured};
pub use rows::{Row, rows};

use crate::document::Damage;
use crate::file_cache::FileCache;
use crate::settings::gate::Rules;
use crate::settings::register::Register;
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// What was found for a need.
#[derive(Debug)]
pub enum Answer {
    /// A document of the kind, whatever it says.
    Read(Reading),
    /// It lives elsewhere; a pointer says where.
    Pointer(RepoPath),
    /// A file in the gate's own format for it.
    Typed(RepoPath),
    /// A document that could not be read.
    Unreadable(RepoPath, Damage),
    /// The declared path names no file here.
    NotThere {
        written: String,
        declared: Place,
    },
    /// A file stands where the document should be and says something else; what that is, where it
    /// is known.
    NotRecognised(Reading, Option<&'static LookAlike>),
    /// It is written in a language without synonyms, and nothing maps its headings.
    UnreadLanguage(RepoPath, &'static str),
    /// The section of the sheet is there and says nothing.
    EmptySection(Place),
    Missing,
    /// The rules do not ask for it, and say why there.
    NotApplicable(Place),
}

impl Answer {
    /// The declared path that names no file.
    pub fn written(&self) -> Option<&str> {
        match self {
            Self::NotThere { written, .. } => Some(written),
            _ => None,
        }
    }

    /// The file that answers. One that only stands where the answer should be may be anything.
    pub fn accepted(&self) -> Option<&RepoPath> {
        match self {
            Self::Read(reading) => Some(&reading.path),
            Self::Pointer(path) | Self::Typed(path) => Some(path),
            Self::EmptySection(place) => Some(&place.path),
            Self::NotRecognised(..)
            | Self::UnreadLanguage(..)
            | Self::Unreadable(..)
            | Self::NotThere { .. }
            | Self::Missing
            | Self::NotApplicable(_) => None,
        }
    }
}

/// Needs and their answers, in the order of the catalogue and the register.
pub type Evidence = Vec<(Requirement, Answer)>;

/// Works out what is due under these rules and finds it, reading documents on the way.
pub fn gather(
    view: &View<'_>,
    register: &Register,
    rules: &Rules,
    documents: &mut Documents,
    cache: &FileCache,
) -> Evidence {
    let lexicon = Lexicon::of(&rules.extension);
    let needs = requirement::needs(register, lexicon.catalogue().kinds());
    let mut finder = Finder::new(view, register, lexicon, documents, cache);
    let mut evidence = Evidence::new();
    for need in needs {
        let excused = rules
            .not_applicable
            .iter()
            .find(|(it, _)| it.covers(&need.kind.id, need.system.as_deref()));
        let answer = match excused {
            Some((_, place)) => Answer::NotApplicable(place.clone()),
            None => finder.answer(&need),
        };
        evidence.push((need, answer));
    }
    carried(&mut finder, &mut evidence);
    evidence
}

/// Looks for what was not found: in the documents of kinds that may carry it, then in all prose by
/// what it says.
fn carried(finder: &mut Finder<'_, '_>, evidence: &mut Evidence) {
    for at in 0..evidence.len() {
        let (need, answer) = &evidence[at];
        if !matches!(answer, Answer::Missing | Answer::NotRecognised(..)) {
            continue;
        }
        let carriers = evidence.iter().filter(|(other, _)| {
            let same = other.system == need.system
                && (other.object == need.object || other.object.is_none());
            need.kind.part_of.contains(&other.kind.id) && need.system.is_some() && same
        });
        let carriers: Vec<RepoPath> = carriers
            .filter_map(|(_, answer)| match answer {
                Answer::Read(reading) => Some(reading.path.clone()),
                Answer::Typed(path) => Some(path.clone()),
                _ => None,
            })
            .collect();
        let found = carriers.iter().find_map(|path| finder.carried(need, path));
        let found = found.or_else(|| finder.recognised(&evidence[at].0, &evidence[at].1));
        if let Some(found) = found {
            evidence[at].1 = found;
        }
    }
}

#[cfg(test)]
mod tests;
