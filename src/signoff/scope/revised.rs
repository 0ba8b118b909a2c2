//! Whether two revisions of a file say the same of what decisions cover in it: whoever edited the
//! rest wrote nothing of that.

use std::collections::{BTreeMap, BTreeSet};

use super::item::{CoveredItem, ItemForm};
use super::sections::{passage_digest, titled};
use crate::canonical::of_configuration;
use crate::digest::Sha256;
use crate::document::{Body, Document};
use crate::settings::material::Material;
use crate::signoff::files::Record;
use crate::span::{At, RepoPath, Span};

/// What decisions cover in a file.
pub(crate) enum CoveredPart<'i> {
    /// All of it, byte by byte.
    Bytes,
    /// What its data say.
    Data,
    /// Passages, each by its title.
    Passages(BTreeMap<&'i str, Vec<&'i CoveredItem>>),
}

/// Returns what the items, and records that stand, cover in a file that no pattern names.
pub(crate) fn covered_part<'i>(
    items: &'i [CoveredItem],
    records: impl IntoIterator<Item = &'i Record>,
    path: &RepoPath,
) -> CoveredPart<'i> {
    let name = path.to_string();
    let mut passages: BTreeMap<&str, Vec<&CoveredItem>> = BTreeMap::new();
    let mut is_data = false;
    for item in items {
        match &item.form {
            ItemForm::File { path } if *path == name => {
                if item.material != Material::Thresholds {
                    return CoveredPart::Bytes;
                }
                is_data = true;
            }
            ItemForm::Section { path, section } if *path == name => {
                passages.entry(section).or_default().push(item);
            }
            _ => {}
        }
    }
    for record in records {
        let mut files = record.covers.files.iter().map(|file| file.path.value.as_str());
        if files.any(|file| file == name && !is_data) {
            return CoveredPart::Bytes;
        }
        let sections = record.covers.sections.iter().filter(|it| it.path.value == name);
        for it in sections {
            passages.entry(&it.section.value).or_default();
        }
    }
    match (is_data, passages.is_empty()) {
        (true, true) => CoveredPart::Data,
        (false, false) => CoveredPart::Passages(passages),
        _ => CoveredPart::Bytes,
    }
}

impl CoveredPart<'_> {
    /// Whether two revisions say the same of it. `now` is the file as it is judged.
    pub(crate) fn is_same(&self, now: &Document, one: &Document, other: &Document) -> bool {
        let bytes = |document: &Document| document.source.as_bytes().to_vec();
        match self {
            Self::Bytes => false,
            Self::Data => {
                let of = |document| of_configuration(&now.path, &bytes(document));
                of(one).is_some_and(|digest| of(other) == Some(digest))
            }
            Self::Passages(passages) => {
                passages.iter().all(|(title, items)| is_found(now, title, items))
                    && passages.keys().all(|title| said(one, title) == said(other, title))
                    && !brings_lines(now, passages.values().flatten(), one, other)
            }
        }
    }
}

/// Whether the passages of a title are found by it: of another form it is not known what an edit
/// changes.
fn is_found(now: &Document, title: &str, items: &[&CoveredItem]) -> bool {
    let found = said(now, title);
    items.iter().all(|item| item.digest.as_ref().is_ok_and(|digest| found.contains(digest)))
}

/// Returns the digests of what a document says under a title, and of the page it may be as a whole.
fn said(document: &Document, title: &str) -> BTreeSet<Sha256> {
    let whole = Span::new(0, document.source.len());
    let spans =
        titled(document, title).into_iter().chain(is_headed(document, title).then_some(whole));
    spans.map(|span| passage_digest(document, span)).collect()
}

fn span_of(item: &CoveredItem) -> Option<Span> {
    match item.place.at {
        At::Bytes(span) => Some(span),
        At::Whole => None,
    }
}

/// Whether a page begins with a heading.
fn is_headed(document: &Document, title: &str) -> bool {
    let Body::Prose(prose) = &document.body else { return false };
    let first = prose.sections.iter().find(|section| section.level > 0);
    first.is_none_or(|section| section.title == title)
}

/// Whether an edit brings a line that stands in a passage as it is judged, under whatever title it
/// stood then.
fn brings_lines<'i>(
    now: &Document,
    items: impl Iterator<Item = &'i &'i CoveredItem>,
    before: &Document,
    after: &Document,
) -> bool {
    let lines = |text: &'_ str| -> BTreeSet<String> {
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    let known = lines(&before.source);
    let brought: BTreeSet<String> =
        lines(&after.source).into_iter().filter(|line| !known.contains(line)).collect();
    let passages = items.filter_map(|item| span_of(item));
    let mut passages = passages.map(|span| lines(span.of(&now.source)));
    passages.any(|passage| !passage.is_disjoint(&brought))
}
