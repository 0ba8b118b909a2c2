//! The files people keep for the gate: register, rules, people, risks, waivers, baseline, signers.
//!
//! Each is read from a document into a type that has passed its checks, or gives [`Mistake`]s with
//! places. A file that cannot be read never turns into defaults.

pub(crate) mod baseline;
mod channel;
pub(crate) mod extension;
pub(crate) mod gate;
pub(crate) mod layout;
pub(crate) mod material;
mod mend;
pub(crate) mod organisation;
pub(crate) mod overlay;
pub(crate) mod own_ai;
pub(crate) mod own_check;
pub(crate) mod pattern;
pub(crate) mod people;
pub(crate) mod pin;
pub(crate) mod register;
pub(crate) mod risks;
pub(crate) mod signers;
mod version;
pub(crate) mod waiver;
pub(crate) mod weakening;
mod who_signs;

use layout::OwnFile;
pub(crate) use pattern::{PatternOwners, covers};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::catalog::{FileKey, file_keys};
use crate::document::{
    Body, Damage, DecodeError, Document, MistakeKind, Node, decode, further_mistakes,
};
use crate::finding::TextEdit;
use crate::part::Part;
use crate::span::{At, Place, Span};

/// Something wrong in a settings file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) place: Place,
    pub(crate) message: String,
    /// Which mistake it is, however it is worded.
    pub(crate) part: Box<Part>,
    /// What mends it without anybody deciding anything.
    pub(crate) mend: Option<Box<TextEdit>>,
    /// The other mistakes of the same file, where it was read on behind this one.
    further: Vec<Mistake>,
}

impl Mistake {
    /// A value that is not allowed where it stands.
    pub(crate) fn new(document: &Document, span: Span, message: impl Into<String>) -> Self {
        let pointer = document.tree().map_or_else(|_| String::new(), |root| root.pointer_to(span));
        let mistake = Self::at(Place::bytes(document.path.clone(), span), message);
        mistake.named(pointer, MistakeKind::NotAllowed)
    }

    /// A mistake at a place of no tree.
    pub(crate) fn at(place: Place, message: impl Into<String>) -> Self {
        let (file, pointer) = (place.path.to_string(), String::new());
        let part = Part::Setting { file, pointer, mistake: MistakeKind::NotAllowed };
        let (part, message) = (Box::new(part), message.into());
        Self { place, message, part, mend: None, further: Vec::new() }
    }

    fn named(self, pointer: String, mistake: MistakeKind) -> Self {
        let file = self.place.path.to_string();
        Self { part: Box::new(Part::Setting { file, pointer, mistake }), ..self }
    }

    /// Returns the bytes to show; the beginning of the file where the mistake has no bytes.
    pub(crate) fn span(&self) -> Span {
        match self.place.at {
            At::Bytes(span) => span,
            At::Whole => Span::default(),
        }
    }

    fn decode(document: &Document, error: &DecodeError) -> Self {
        let span = error.span();
        let mut pointer =
            document.tree().map_or_else(|_| String::new(), |root| root.pointer_to(span));
        if let Some(key) = error.missing {
            pointer = format!("{pointer}/{key}");
        }
        let place = Place::bytes(document.path.clone(), span);
        let message = format!("{}{}", error.message, hint(document, error, &pointer));
        let mistake = Self::at(place, message).named(pointer, error.kind);
        Self { mend: mend::mend(document, error).map(Box::new), ..mistake }
    }

    /// Adds further mistakes of the same file.
    fn and(mut self, others: impl IntoIterator<Item = Self>) -> Self {
        self.further.extend(others);
        self
    }

    /// It without the others, and then the others.
    pub(crate) fn each(mut self) -> impl Iterator<Item = Self> {
        let further = std::mem::take(&mut self.further);
        std::iter::once(self).chain(further)
    }

    fn damage(document: &Document, damage: &Damage) -> Self {
        let place = Place::bytes(document.path.clone(), damage.span);
        Self::at(place, damage.reason.clone()).named(String::new(), MistakeKind::Unreadable)
    }
}

/// What to write where a key is missing or has another shape, and what a comma does to a text.
fn hint(document: &Document, error: &DecodeError, pointer: &str) -> String {
    let is_rest = |root: &Node| mend::is_rest_of_text(root, error.span());
    match error.kind {
        MistakeKind::UnknownKey if document.tree().is_ok_and(is_rest) => {
            "; a comma ends a text within {}: put the text in quotes".to_owned()
        }
        MistakeKind::MissingKey | MistakeKind::WrongShape => {
            let key = pointer.rsplit('/').next().unwrap_or_default();
            let own = OwnFile::of(&document.path);
            let is_of_file = |known: &&FileKey| OwnFile::of(&known.file.as_str().into()) == own;
            let known = file_keys().iter().filter(is_of_file).find(|known| known.key == key);
            known.map_or_else(String::new, |known| format!("; for example `{}`", known.example))
        }
        _ => String::new(),
    }
}

/// The format version every settings file states first.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) enum Schema {
    #[serde(rename = "aimsgate/1")]
    V1,
}

/// The value tree of a settings file.
fn tree(document: &Document) -> Result<&Node, Mistake> {
    document.tree().map_err(|damage| Mistake::damage(document, &damage))
}

/// Reads a whole settings file into `T`.
///
/// # Errors
/// The damage of the document, or the first mistake in it with the further ones.
pub(crate) fn read<T: DeserializeOwned>(document: &Document) -> Result<T, Mistake> {
    decode_node(document, tree(document)?)
}

/// Reads a part of a settings file into `T`.
///
/// # Errors
/// As [`read`].
fn decode_node<T: DeserializeOwned>(document: &Document, node: &Node) -> Result<T, Mistake> {
    decode(node).map_err(|first| {
        let further = further_mistakes::<T>(node, &first, example);
        let further = further.iter().map(|error| Mistake::decode(document, error)).collect();
        Mistake { further, ..Mistake::decode(document, &first) }
    })
}

/// The value of the example of a key.
fn example(key: &str) -> Option<Node> {
    let known = file_keys().iter().find(|known| known.key == key)?;
    let line = known.example.clone().into_bytes();
    let document = crate::document::parse("example.yaml".into(), line);
    Some(document.tree().ok()?.get(key)?.clone())
}

/// Mistakes that are passed over before a file is given up.
const MOST_MISTAKES: usize = 50;

/// Reads a settings file without its mistakes, to compare a repair with it. Returns `None` where no
/// part of the file can be read.
pub(crate) fn salvage<T>(
    document: &Document,
    read: impl Fn(&Document) -> Result<T, Mistake>,
) -> Option<T> {
    let mut root = document.tree().ok()?.clone();
    for _ in 0..MOST_MISTAKES {
        let (path, source) = (document.path.clone(), document.source.clone());
        let rest = Document { path, source, body: Body::Tree(root.clone()), part: None };
        match read(&rest) {
            Ok(value) => return Some(value),
            Err(mistake) if root.remove_at(mistake.span()) => {}
            Err(_) => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests;
