//! A pointer: what is known of a document that lives outside the repository.

use serde::Deserialize;

use super::placeholder::is_placeholder;
use crate::date::Date;
use crate::document::{Document, Spanned};
use crate::ids::KindId;
use crate::settings::layout::OwnFile;
use crate::settings::{self, Mistake, Schema};

/// Where pointers lie, from the register's folder.
pub(super) const FOLDER: &str = OwnFile::Pointers.path();

/// Identification of a document under control elsewhere (ISO/IEC 42001 clause 7.5).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "read to be checked; the fields are judged by the evidence checks to come"
)]
pub(super) struct Pointer {
    schema: Schema,
    /// A kind of the catalogue.
    pub(super) kind: Spanned<KindId>,
    title: Spanned<String>,
    owner: Spanned<String>,
    version: Spanned<String>,
    approved_on: Date,
    next_review: Date,
    #[serde(rename = "where")]
    location: Spanned<String>,
    sha256: Option<String>,
}

/// Reads a pointer.
///
/// # Errors
/// The first mistake in it; a pointer without version or dates points at nothing in particular.
pub(super) fn read(document: &Document) -> Result<Pointer, Mistake> {
    let pointer: Pointer = settings::read(document)?;
    for text in [&pointer.title, &pointer.owner, &pointer.version, &pointer.location] {
        if is_placeholder(&text.value) {
            return Err(Mistake::new(document, text.span, "a pointer must say this"));
        }
    }
    Ok(pointer)
}
