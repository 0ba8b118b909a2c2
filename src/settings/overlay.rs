//! `governance/overlays/NAME.yaml`: what a law or a supervisor asks for beyond what ships.
//!
//! # Design
//!
//! An overlay only adds: kinds of document of its own, and provisions as `data/overlays.yaml` has
//! them. It can name, lower or take out nothing, so adding one takes no signature, and taking
//! something out of one is compared like a weaker rule. That it expired is told; it asks on, for a
//! duty does not end because nobody looked it up.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::extension::{self, DocumentSettings};
use super::layout::OwnFile;
use super::{Mistake, Schema, read as read_settings};
use crate::catalog::{self, Kind, Raise};
use crate::date::Date;
use crate::document::{Document, Spanned, meant};
use crate::ids::KindId;
use crate::span::{Place, RepoPath};

/// Where overlays lie below the folder they are for.
pub(crate) const FOLDER: &str = OwnFile::Overlays.path();

/// An overlay of a repository.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OwnOverlay {
    /// Its name: that of its file without the ending.
    pub(crate) name: String,
    pub(crate) source: String,
    /// The day on which it was looked up.
    pub(crate) as_of: Date,
    /// The day by which it has to be looked up again.
    pub(crate) expires: Date,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) provisions: Vec<Raise>,
    pub(crate) path: RepoPath,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct OverlayFile {
    #[serde(rename = "schema")]
    _schema: Schema,
    source: Spanned<String>,
    as_of: Spanned<Date>,
    expires: Spanned<Date>,
    #[serde(default)]
    documents: BTreeMap<String, DocumentSettings>,
    #[serde(default)]
    provisions: Vec<Spanned<Raise>>,
}

/// Reads one overlay.
///
/// # Errors
/// The first mistake in it.
pub(crate) fn read(document: &Document) -> Result<OwnOverlay, Mistake> {
    let file: OverlayFile = read_settings(document)?;
    let mistake = |span, message: String| Err(Mistake::new(document, span, message));
    if file.source.value.trim().is_empty() {
        return mistake(file.source.span, "this is empty".to_owned());
    }
    if file.expires.value < file.as_of.value {
        return mistake(file.expires.span, "it expires before it was looked up".to_owned());
    }
    let found = extension::read(document, &file.documents, &[], &[])?;
    if let Some(Place { at: crate::span::At::Bytes(span), .. }) = found.loosening.first() {
        let message = "names of a kind that ships count in `gate.yaml` only; an overlay adds kinds";
        return mistake(*span, message.to_owned());
    }
    let kinds = found.extension.kinds;
    let names = || {
        let shipped = catalog::kinds().iter();
        shipped.chain(&kinds).map(|kind| kind.id.as_str())
    };
    for row in &file.provisions {
        if row.value.overlay.is_some() {
            return mistake(row.span, "a row of your own names no overlay that ships".to_owned());
        }
        if !row.value.has_known_transition() {
            return mistake(row.span, "its transition is none of those that ship".to_owned());
        }
        let unknown = |id: &&KindId| !names().any(|known| known == id.as_str());
        if let Some(id) = row.value.documents.iter().find(unknown) {
            let hint = meant(id.as_str(), names());
            return mistake(row.span, format!("`{id}` is no kind of document{hint}"));
        }
    }
    let name = document.path.file_name();
    Ok(OwnOverlay {
        name: name.trim_end_matches(".yaml").to_owned(),
        source: file.source.value,
        as_of: file.as_of.value,
        expires: file.expires.value,
        kinds,
        provisions: file.provisions.into_iter().map(|row| row.value).collect(),
        path: document.path.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    fn read_text(text: &str) -> Result<OwnOverlay, String> {
        let path = "governance/overlays/bank.yaml".into();
        read(&parse(path, text.as_bytes().to_vec())).map_err(|mistake| mistake.message)
    }

    #[test]
    fn the_examples_load_and_each_asks_for_something() {
        for text in [
            include_str!("../../examples/overlays/banking.yaml"),
            include_str!("../../examples/overlays/health.yaml"),
            include_str!("../../examples/overlays/public-sector.yaml"),
        ] {
            let overlay = read_text(text).unwrap();
            assert!(!overlay.kinds.is_empty() && !overlay.provisions.is_empty(), "{text}");
            assert!(overlay.provisions.iter().all(|row| !row.documents.is_empty()), "{text}");
        }
    }

    #[test]
    fn an_overlay_only_adds_and_says_where_it_comes_from() {
        let head = "schema: aimsgate/1\nsource: A letter\nas-of: 2026-11-01\n";
        let cases = [
            ("", "expires"),
            ("expires: 2026-10-01\n", "it expires before"),
            ("expires: 2027-10-01\ndocuments: {ai-policy: {titles: [Rules]}}\n", "names of a kind"),
            ("expires: 2027-10-01\nnot-applicable: []\n", "not-applicable"),
            (
                "expires: 2027-10-01\nprovisions: [{documents: [ai-polcy], owed-by: [provider], \
                 from-class: high, from: 2026-01-01, source: x}]\n",
                "did you mean `ai-policy`",
            ),
            (
                "expires: 2027-10-01\nprovisions: [{overlay: gdpr, documents: [ai-policy], \
                 owed-by: [provider], from-class: high, from: 2026-01-01, source: x}]\n",
                "names no overlay",
            ),
        ];
        for (text, expected) in cases {
            let error = read_text(&format!("{head}{text}")).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert!(read_text(&format!("{head}expires: 2027-10-01\n")).is_ok());
    }
}
