//! Passages of documents that decisions cover: what a system is for, and what was assessed.

use super::item::{CoveredItem, ItemForm};
use super::sections::{element, passage_digest, whole};
use crate::document::Document;
use crate::evidence::{Answer, Reading, Region, Requirement, State, extent_of};
use crate::model::RepositoryModel;
use crate::settings::material::Material;
use crate::settings::register::System;
use crate::span::{Place, Span};

/// The kinds of document that say what a release rests on.
const ASSESSMENTS: [&str; 6] = [
    "impact-assessment",
    "fundamental-rights-impact-assessment",
    "fairness-evaluation",
    "robustness-security-evaluation",
    "human-oversight-plan",
    "monitoring-plan",
];

/// A passage: its title and its span.
pub(super) type Passage = (String, Span);

/// Returns an item for each passage that `of` finds in the documents of a system.
pub(super) fn passages(
    repo: &RepositoryModel<'_>,
    system: &System,
    material: Material,
    of: impl Fn(&Requirement, &Reading, &Document) -> Vec<Passage>,
) -> Vec<CoveredItem> {
    let mut items: Vec<CoveredItem> = Vec::new();
    for (need, answer) in &repo.evidence {
        let Answer::Read(reading) = answer else { continue };
        if need.system.as_ref() != Some(&system.id.value) {
            continue;
        }
        let Some(document) = repo.documents.get(&reading.path) else { continue };
        for (section, span) in of(need, reading, document) {
            let form = ItemForm::Section { path: document.path.to_string(), section };
            let digest = Ok(passage_digest(document, span));
            let place = Place::bytes(document.path.clone(), span);
            let item = CoveredItem { material, form, digest, place, is_role: false };
            // Two sections of one title are two pieces.
            let is_same =
                |known: &CoveredItem| known.form == item.form && known.digest == item.digest;
            if !items.iter().any(is_same) {
                items.push(item);
            }
        }
    }
    items
}

/// Returns each passage in which a document says what a system is for. First the one that answers,
/// then what stands elsewhere under a title that means the same: a reader takes either for what was
/// signed.
pub(super) fn purpose_of(
    need: &Requirement,
    reading: &Reading,
    document: &Document,
) -> Vec<Passage> {
    let is_readme = document.path.file_name().to_lowercase().starts_with("readme");
    match need.kind.id.as_str() {
        // A page about the repository says much else.
        "intended-use-statement" if is_readme && reading.region == Region::Whole => {
            let keys = reading.with_state(State::Present).map(|it| it.element.key.as_str());
            keys.flat_map(|key| said_of(document, reading, key)).collect()
        }
        "intended-use-statement" => {
            with_others(whole(document, reading), reading.parts_named(document, None))
        }
        "model-card" => ["intended-use", "out-of-scope"]
            .into_iter()
            .flat_map(|key| said_of(document, reading, key))
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns the passage that answers an element, and what stands elsewhere under a name that means
/// the same.
fn said_of(document: &Document, reading: &Reading, key: &str) -> Vec<Passage> {
    let others = reading.parts_named(document, Some(key));
    with_others(element(document, reading, key), others)
}

/// Returns a passage and those of the others that it does not hold. Empty where there is none.
fn with_others(first: Option<Passage>, others: Vec<Passage>) -> Vec<Passage> {
    let mut passages: Vec<Passage> = first.into_iter().collect();
    for (title, span) in others {
        let is_inside = passages.iter().any(|(_, outer)| outer.holds(span));
        if !passages.is_empty() && !is_inside {
            passages.push((title, span));
        }
    }
    passages
}

/// Returns the passages of an assessment or a plan that speak of its elements: of each the one that
/// answers, and what stands elsewhere under a name that means the same. What a page says about
/// itself at its top, and who approved it, is not what was found out.
pub(super) fn assessment_of(
    need: &Requirement,
    reading: &Reading,
    document: &Document,
) -> Vec<Passage> {
    if !ASSESSMENTS.contains(&need.kind.id.as_str()) {
        return Vec::new();
    }
    let extent = extent_of(document, reading);
    // The section that holds all of it is no passage of its own.
    let is_inside = |(_, span): &Passage| extent.holds(*span) && *span != extent;
    // What stands above and between the answers of a section may take back what they say. A page of
    // its own says more about itself, such as who approved it.
    let section = whole(document, reading).filter(|_| matches!(reading.region, Region::Section(_)));
    let keys = reading.with_state(State::Present).map(|it| it.element.key.as_str());
    let elements = keys.filter(|key| *key != "decision-review").flat_map(|key| {
        let first = element(document, reading, key).filter(is_inside);
        let others = reading.parts_named(document, Some(key)).into_iter();
        with_others(first, others.filter(is_inside).collect())
    });
    elements.chain(section).collect()
}
