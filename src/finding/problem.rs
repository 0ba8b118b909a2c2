//! What is wrong, where, and who can clear it, before it is weighed.

use serde::Serialize;

use super::mend::Mend;
use crate::catalog::{Class, Stage};
use crate::date::Date;
use crate::ids::{KindId, PersonId, SystemId};
use crate::part::Piece;
use crate::span::Place;

/// Who can clear a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// Whoever wrote the change.
    Author,
    /// The owner of the system.
    Owner,
    /// Risk and compliance people, the second line.
    SecondLine,
    /// Whoever looks after the pipeline and the forge.
    Platform,
    /// The people whose sign-off is awaited.
    Signers,
}

/// What clears a finding, and who can do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remedy {
    pub(crate) who: Who,
    pub(crate) text: String,
}

/// Another place that matters, and what it adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Related {
    pub(crate) place: Place,
    pub(crate) text: String,
    /// Whether it is one more of the same, and not what explains it.
    pub(crate) same: bool,
}

/// A document that nobody wrote yet, for whoever writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnwrittenDocument {
    pub(crate) kind: KindId,
    /// The model or dataset it is about.
    pub(crate) object: Option<String>,
    /// Where it may be written.
    pub(crate) place: String,
    /// How many things it must say.
    pub(crate) elements: usize,
    /// The class and the stage that ask for it.
    pub(crate) class: Class,
    pub(crate) stage: Stage,
}

impl UnwrittenDocument {
    /// The kind, with the model or dataset it is about.
    pub(crate) fn named(&self) -> String {
        let object = self.object.as_ref().map(|object| format!(" ({object})"));
        format!("{}{}", self.kind, object.unwrap_or_default())
    }
}

/// Further places one finding names.
pub(crate) const MOST_RELATED: usize = 50;

/// A flaw, before it is weighed. There is none without a place.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) place: Place,
    /// One sentence, no full stop.
    pub(crate) text: String,
    /// What the marked bytes are, in a few words.
    pub(crate) label: String,
    pub(crate) related: Vec<Related>,
    pub(crate) remedies: Vec<Remedy>,
    /// The class the subject is judged by.
    pub(crate) class: Class,
    /// The rule set that first asked for what is missing, where that is newer than the check.
    pub(crate) since: Option<&'static str>,
    /// What exactly is wrong, piece by piece: more pieces than before is worse, other pieces are
    /// other flaws. Without any the flaw is one piece.
    pub(crate) parts: Vec<Piece>,
    /// The day that made it a flaw by passing, if nothing else did.
    pub(crate) passed: Option<Date>,
    /// Whether it is asked for because of what is declared, so that declaring more asks for more.
    pub(crate) due: bool,
    /// The systems it concerns, where the subject names none.
    pub(crate) systems: Vec<SystemId>,
    /// The people who can decide, by their ids.
    pub(crate) waits_for: Vec<PersonId>,
    /// The content that the change makes other than on the target branch, where people must decide
    /// about it.
    pub(crate) content: Vec<String>,
    /// The document to write, where that is all it takes.
    pub(crate) unwritten: Option<UnwrittenDocument>,
    /// What mends it without anybody deciding anything.
    pub(crate) mend: Option<Mend>,
}

impl Problem {
    /// A flaw at a place, of a subject judged by `class`.
    pub(crate) fn new(place: Place, class: Class, text: impl Into<String>) -> Self {
        Self {
            place,
            text: text.into(),
            label: String::new(),
            related: Vec::new(),
            remedies: Vec::new(),
            class,
            since: None,
            parts: Vec::new(),
            passed: None,
            due: false,
            systems: Vec::new(),
            waits_for: Vec::new(),
            content: Vec::new(),
            unwritten: None,
            mend: None,
        }
    }

    /// Says what the marked bytes are.
    #[must_use]
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a further place; beyond [`MOST_RELATED`] the text must say how many there are.
    #[must_use]
    pub(crate) fn related(mut self, place: Place, text: impl Into<String>) -> Self {
        if self.related.len() < MOST_RELATED {
            self.related.push(Related { place, text: text.into(), same: false });
        }
        self
    }

    /// Adds a further place of the same flaw; with the same bound.
    #[must_use]
    pub(crate) fn also(self, place: Place, text: impl Into<String>) -> Self {
        let before = self.related.len();
        let mut problem = self.related(place, text);
        problem.related[before..].iter_mut().for_each(|related| related.same = true);
        problem
    }

    #[must_use]
    pub(crate) fn remedy(mut self, who: Who, text: impl Into<String>) -> Self {
        self.remedies.push(Remedy { who, text: text.into() });
        self
    }

    /// Says what exactly is wrong.
    #[must_use]
    pub(crate) fn parts<P: Into<Piece>>(mut self, parts: impl IntoIterator<Item = P>) -> Self {
        self.parts.extend(parts.into_iter().map(Into::into));
        self
    }

    /// Says that nothing is wrong but that this day has passed.
    #[must_use]
    pub(crate) fn passed(mut self, day: Date) -> Self {
        self.passed = Some(day);
        self
    }

    /// Says that a declaration asks for it.
    #[must_use]
    pub(crate) fn due(mut self) -> Self {
        self.due = true;
        self
    }

    /// Names the systems it concerns.
    #[must_use]
    pub(crate) fn systems(mut self, systems: impl IntoIterator<Item = SystemId>) -> Self {
        self.systems.extend(systems);
        self
    }

    /// Names the people who can decide.
    #[must_use]
    pub(crate) fn waits_for(mut self, people: impl IntoIterator<Item = PersonId>) -> Self {
        self.waits_for.extend(people);
        self
    }

    /// Says what mends it, if anything does.
    #[must_use]
    pub(crate) fn mended_by(mut self, mend: impl Into<Option<Mend>>) -> Self {
        self.mend = mend.into();
        self
    }

    /// Names the rule set that first asked for this.
    #[must_use]
    pub(crate) fn since(mut self, rule_set: Option<&'static str>) -> Self {
        self.since = rule_set;
        self
    }
}
