//! What was found for each document that is due.

use super::look_alike::LookAlike;
use super::reading::Reading;
use super::requirement::Requirement;
use crate::document::Damage;
use crate::span::{Place, RepoPath};

/// What was found for a need.
#[derive(Debug)]
pub(crate) enum Answer {
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
    /// The rules do not ask for it, and say why.
    NotApplicable,
}

impl Answer {
    /// The declared path that names no file.
    pub(crate) fn written(&self) -> Option<&str> {
        match self {
            Self::NotThere { written, .. } => Some(written),
            _ => None,
        }
    }

    /// The file that answers. One that only stands where the answer should be may be anything.
    pub(crate) fn accepted(&self) -> Option<&RepoPath> {
        match self {
            Self::Read(reading) => Some(&reading.path),
            Self::Pointer(path) | Self::Typed(path) => Some(path),
            Self::EmptySection(place) => Some(&place.path),
            Self::NotRecognised(..)
            | Self::UnreadLanguage(..)
            | Self::Unreadable(..)
            | Self::NotThere { .. }
            | Self::Missing
            | Self::NotApplicable => None,
        }
    }
}

/// Needs and their answers, in the order of the catalogue and the register.
pub(crate) type Evidence = Vec<(Requirement, Answer)>;
