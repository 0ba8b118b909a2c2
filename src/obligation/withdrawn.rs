//! Evidence that the target branch has and that a change takes away.
//!
//! What is compared is what each document says of what its kind asks for, on both sides, as far as
//! the judged register still asks for the document. Where it does no longer, that is a lowered
//! duty of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::compared::{ComparedSides, LoweredObligation, is_same};
use super::document_days::{DocumentSides, metadata, reviewed_anew};
use super::pairs::predecessors;
use crate::date::Date;
use crate::document::prose::BlockKind;
use crate::document::{Body, Document, Format, Spanned};
use crate::evidence::{
    Answer, Documents, ElementReading, Reading, Requirement, State, Via, most_words_said, rows,
    stated_digests,
};
use crate::ids::SystemId;
use crate::part::Part;
use crate::settings::register::{Dataset, Model, System};
use crate::span::{Place, RepoPath};
use crate::untrusted::clamp;

/// What a document said on the target branch and says no longer.
pub(crate) struct WithdrawnEvidence<'a> {
    /// The document, as the judged register asks for it.
    pub(crate) need: &'a Requirement,
    /// What is withdrawn, each with its name in words.
    pub(crate) items: Vec<(Part, String)>,
    /// What there is instead of the document, in a clause; None where it is still there.
    pub(crate) instead: Option<&'static str>,
    pub(crate) place: Place,
}

impl WithdrawnEvidence<'_> {
    /// Returns it as an obligation that is lowered, as a record of a decision names it.
    pub(crate) fn lowered(&self) -> LoweredObligation {
        let of = self.need.object.as_ref().map_or_else(String::new, |object| format!(" {object}"));
        let names: Vec<&str> = self.items.iter().map(|(_, name)| name.as_str()).collect();
        LoweredObligation {
            system: self.need.system.clone(),
            duty: format!("evidence {}{of}", self.need.kind.id),
            from: names.join(", "),
            to: self.instead.unwrap_or("nothing").to_owned(),
            place: self.place.clone(),
            files: Vec::new(),
            class: self.need.class,
        }
    }
}

/// Returns the evidence that the change withdraws, in the order of the judged needs.
pub(crate) fn withdrawn<'a>(sides: &'a ComparedSides<'_>) -> Vec<WithdrawnEvidence<'a>> {
    // Documents say the same where no file of a format they are written in differs.
    if !sides.change.files.keys().any(|path| Format::of(path).is_some()) {
        return Vec::new();
    }
    let before = EvidenceBefore::of(sides);
    let documents = before.documents;
    let mut told = BTreeSet::new();
    let compare = |(need, now): &'a (Requirement, Answer)| {
        let was = before.answer(sides, need)?;
        let judged = &sides.judged.documents;
        let compared = Compared { sides, need, documents, judged };
        let (items, instead, place) = compared.items(was, now, &mut told)?;
        Some(WithdrawnEvidence { need, items, instead, place })
    };
    sides.judged.evidence.iter().filter_map(compare).collect()
}

/// Returns the document that answered a judged need on the target branch, and what was read of it.
/// None where another kind of answer stood there, or none.
pub(crate) fn read_before<'a>(
    sides: &'a ComparedSides<'_>,
    need: &Requirement,
) -> Option<(&'a Document, &'a Reading)> {
    let before = EvidenceBefore::of(sides);
    let Answer::Read(reading) = before.answer(sides, need)? else { return None };
    Some((before.documents.get(&reading.path)?, reading))
}

/// The documents of the target branch and what they answer, by need.
struct EvidenceBefore<'a> {
    documents: &'a Documents,
    answers: BTreeMap<NeedKey<'a>, &'a Answer>,
    /// The systems whose id changed, or that took over what another was made of.
    predecessors: BTreeMap<SystemId, SystemId>,
}

impl<'a> EvidenceBefore<'a> {
    fn of(sides: &'a ComparedSides<'_>) -> Self {
        let (documents, evidence) =
            sides.tip_evidence.read(sides.tip_view, sides.tip, sides.rules, sides.cache);
        let answers = evidence.iter().map(|(need, answer)| (key(need), answer)).collect();
        Self { documents, answers, predecessors: predecessors(sides) }
    }

    /// Returns what answered a judged need. None where the target branch did not ask for it.
    fn answer(&self, sides: &ComparedSides<'_>, need: &Requirement) -> Option<&'a Answer> {
        let get = |system: Option<&SystemId>, object: Option<&str>| {
            self.answers.get(&(need.kind.id.as_str(), system, object)).copied()
        };
        let system = need.system.as_ref().map(|id| self.predecessors.get(id).unwrap_or(id));
        get(system, need.object.as_deref()).or_else(|| {
            // A model or dataset under another id, or in another system, is known by its source.
            let (system, object) = object_before(sides, need)?;
            get(Some(system), Some(object))
        })
    }
}

/// Returns the system and the id that a needed model or dataset had on the target branch, known by
/// its source or its card. None where nothing there has them.
fn object_before<'a>(
    sides: &ComparedSides<'a>,
    need: &Requirement,
) -> Option<(&'a SystemId, &'a str)> {
    let object = need.object.as_deref()?;
    let now = sides.judged.system(need.system.as_ref()?)?;
    let model = now.models.iter().find(|it| it.id.value == object);
    let dataset = now.datasets.iter().find(|it| it.id.value == object);
    let base = &now.base;
    // A file that moved is the same one.
    let is_moved =
        |before: &System, was: &Option<Spanned<String>>, is: &Option<Spanned<String>>| {
            let at =
                |base: &RepoPath, it: &Option<Spanned<String>>| base.join(&it.as_ref()?.value).ok();
            let (was, is) = (at(&before.base, was), at(base, is));
            was.is_some() && is.is_some_and(|is| sides.change.origin(&is) == was.as_ref())
        };
    let same_model = |before: &System, it: &Model| {
        model.is_some_and(|now| {
            is_moved(before, &it.path, &now.path)
                || is_moved(before, &it.pointer, &now.pointer)
                || is_moved(before, &it.card, &now.card)
                || (it.hub.is_none() && is_same(&it.service, &now.service))
                || is_same(&it.path, &now.path)
                || is_same(&it.pointer, &now.pointer)
                || is_same(&it.hub, &now.hub)
                || is_same(&it.card, &now.card)
        })
    };
    let same_dataset = |it: &Dataset| {
        dataset.is_some_and(|now| {
            is_same(&it.path, &now.path)
                || is_same(&it.pointer, &now.pointer)
                || is_same(&it.hub, &now.hub)
        })
    };
    sides.tip.systems().iter().find_map(|system| {
        let models =
            system.models.iter().filter(|it| same_model(system, it)).map(|it| &it.id.value);
        let data = system.datasets.iter().filter(|it| same_dataset(it)).map(|it| &it.id.value);
        Some((&system.id.value, models.chain(data).next()?.as_str()))
    })
}

/// A need: its kind, its system, and the model or dataset it is about.
type NeedKey<'e> = (&'e str, Option<&'e SystemId>, Option<&'e str>);

fn key(need: &Requirement) -> NeedKey<'_> {
    (need.kind.id.as_str(), need.system.as_ref(), need.object.as_deref())
}

/// What is withdrawn, what stands there instead, and where.
type Withdrawal = (Vec<(Part, String)>, Option<&'static str>, Place);

/// The documents of both sides, for one need.
struct Compared<'a> {
    sides: &'a ComparedSides<'a>,
    need: &'a Requirement,
    documents: &'a Documents,
    judged: &'a Documents,
}

/// The kinds of prose that state the digest of weights.
const DIGESTED: [&str; 2] = ["model-card", "verification-validation-report"];

/// Registers of what happened and of what is owed, whose entries stay. Entries of a risk register
/// are compared by what they say.
const REGISTERS: [&str; 6] = [
    "incident-log",
    "corrective-actions",
    "legal-obligations-register",
    "objectives",
    "competence-records",
    "management-review",
];

impl Compared<'_> {
    /// Returns what one answer says that the other does not. None where all of it still stands, or
    /// where another check says that the document could not be read.
    ///
    /// `told` holds the documents whose own dates were compared: one document may answer many
    /// needs.
    fn items(
        &self,
        was: &Answer,
        now: &Answer,
        told: &mut BTreeSet<(RepoPath, RepoPath)>,
    ) -> Option<Withdrawal> {
        let asked = || self.need.asked.clone();
        let whole = |instead, place| {
            let name = "the document".to_owned();
            Some((vec![(Part::Whole, name)], Some(instead), place))
        };
        let said_something = match was {
            Answer::Read(reading) => reading.with_state(State::Present).next().is_some(),
            Answer::Typed(_) | Answer::Pointer(_) => true,
            _ => false,
        };
        if !said_something {
            return None;
        }
        match (was, now) {
            (Answer::Read(was), Answer::Read(now)) => self.of_readings(was, now, told),
            (Answer::Pointer(was), Answer::Pointer(now)) => self.of_pointers(was, now),
            (Answer::Read(_) | Answer::Typed(_), Answer::Pointer(path)) => {
                whole("a pointer leads elsewhere", Place::whole(path.clone()))
            }
            (_, Answer::Missing | Answer::NotThere { .. }) => whole("there is none", asked()),
            (_, Answer::EmptySection(place)) => whole("its section is empty", place.clone()),
            (_, Answer::NotRecognised(reading, _)) => {
                whole("the text there says nothing of it", reading.place())
            }
            // What the rules do not ask for is not withdrawn; what cannot be read is told by other
            // checks.
            (
                _,
                Answer::NotApplicable
                | Answer::Unreadable(..)
                | Answer::UnreadLanguage(..)
                | Answer::Typed(_)
                | Answer::Read(_)
                | Answer::Pointer(_),
            ) => None,
        }
    }

    fn of_readings(
        &self,
        was: &Reading,
        now: &Reading,
        told: &mut BTreeSet<(RepoPath, RepoPath)>,
    ) -> Option<Withdrawal> {
        let old = self.documents.get(&was.path)?;
        let new = self.judged.get(&now.path)?;
        let mut items = Vec::new();
        for element in was.with_state(State::Present) {
            let key = &element.element.key;
            let before = words_for(old, was, element);
            let after = now.element(key).map_or(0, |it| words_for(new, now, it));
            let name = element.element.name();
            if after == 0 {
                if stands_elsewhere(old, new, element) {
                    continue;
                }
                // Of a sentence nobody could tell otherwise which one is meant.
                let said = element.found_as.as_ref().filter(|_| element.via == Some(Via::Prose));
                let name = match said {
                    Some(said) => format!("{name} (\"{}\")", clamp(said, 80)),
                    None => name.to_owned(),
                };
                items.push((Part::element(key.clone()), name));
            } else if is_thinned(before, after) {
                let name = format!("{name} ({before} words, now {after})");
                items.push((Part::element(key.clone()), name));
            }
        }
        if told.insert((was.path.clone(), now.path.clone())) {
            let both = DocumentSides { need: self.need, old: (old, was), new: (new, now) };
            items.extend(metadata(self.sides, &both));
        }
        items.extend(self.entries((old, was), (new, now)));
        items.extend(self.digest(old, new));
        (!items.is_empty()).then(|| (items, None, now.place()))
    }

    /// Returns the entries of a register that are no longer there: each is known by what it says
    /// first.
    fn entries(
        &self,
        (old, was): (&Document, &Reading),
        (new, now): (&Document, &Reading),
    ) -> Vec<(Part, String)> {
        const SHOWN: usize = 60;
        if !REGISTERS.contains(&self.need.kind.id.as_str()) {
            return Vec::new();
        }
        let names = |document: &Document, reading: &Reading| -> Vec<String> {
            let rows = rows(document, reading);
            rows.iter().filter_map(|row| Some(row.texts().next()?.trim().to_owned())).collect()
        };
        let here: BTreeSet<String> = names(new, now).into_iter().collect();
        let gone = names(old, was).into_iter().filter(|name| !here.contains(name));
        let told = gone.map(|name| {
            let text = format!("the entry `{}`", clamp(&name, SHOWN));
            (Part::Entry { of: name, reason: "entry" }, text)
        });
        told.collect()
    }

    /// Returns that a document stated a digest of weights and states none any more.
    fn digest(&self, old: &Document, new: &Document) -> Option<(Part, String)> {
        let states = |document| !stated_digests(document).is_empty();
        let is_dropped =
            DIGESTED.contains(&self.need.kind.id.as_str()) && states(old) && !states(new);
        is_dropped.then(|| (Part::Reason("digest"), "the digest of the weights".to_owned()))
    }

    fn of_pointers(&self, was: &RepoPath, now: &RepoPath) -> Option<Withdrawal> {
        let (old, new) = (self.documents.get(was)?, self.judged.get(now)?);
        let text = |document: &Document, key: &str| {
            Some(document.metadata()?.get(key)?.as_text()?.to_owned())
        };
        let day = |document: &Document, key| text(document, key)?.parse::<Date>().ok();
        let is_approved_anew = reviewed_anew(self.sides, self.need, (old, new));
        let mut items = Vec::new();
        if text(old, "sha256").is_some() && text(new, "sha256").is_none() {
            items.push((Part::Reason("digest"), "its digest".to_owned()));
        }
        let moved =
            ["where", "sha256", "version"].iter().any(|key| text(old, key) != text(new, key));
        if moved && !is_approved_anew {
            items.push((Part::Reason("approval"), "the approval of what it points to".to_owned()));
        }
        if let Some(due) = day(old, "next-review")
            && day(new, "next-review").is_none_or(|later| later > due)
            && !is_approved_anew
        {
            items.push((Part::Reason("review"), format!("the review due on {due}")));
        }
        (!items.is_empty()).then(|| (items, None, Place::whole(now.clone())))
    }
}

/// Returns the most words that a document says of an element in one place, where several elements
/// are answered at once their share of them.
fn words_for(document: &Document, reading: &Reading, element: &ElementReading) -> usize {
    let words = most_words_said(document, reading, element);
    let is_there = |it: &&ElementReading| it.span.is_some() && it.span == element.span;
    let sharing = reading.with_state(State::Present).filter(is_there).count().max(1);
    words.div_ceil(sharing)
}

/// Whether what stood below the title of a page, and answered an element there, is still shown word
/// for word: something was put between.
fn stands_elsewhere(old: &Document, new: &Document, element: &ElementReading) -> bool {
    let (Body::Prose(before), Body::Prose(now), Some(span)) = (&old.body, &new.body, element.span)
    else {
        return false;
    };
    let title = before.sections.iter().find(|section| section.level > 0);
    let of_title = title.into_iter().flat_map(|section| &section.blocks);
    let mut said = of_title.filter(|it| span.start <= it.span.start && it.span.end <= span.end);
    let shown = |text: &str| {
        let mut blocks = now.sections.iter().flat_map(|section| &section.blocks);
        blocks.any(|it| matches!(it.kind, BlockKind::Prose) && it.text == text)
    };
    let first = said.next();
    first.is_some_and(|it| shown(&it.text)) && said.all(|it| shown(&it.text))
}

/// Whether sentences became a few words, or a few words fewer than half of them.
fn is_thinned(before: usize, after: usize) -> bool {
    const FEW_WORDS: usize = 7;
    const VERY_FEW: usize = 5;
    (after < FEW_WORDS && after * 5 <= before) || (after < VERY_FEW && after * 2 < before)
}
