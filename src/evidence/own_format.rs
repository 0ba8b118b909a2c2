//! Documents in the gate's own formats: risk registers and pointers.

use super::answer::Answer;
use super::lexicon::Lexicon;
use super::pointer;
use super::reading::{Region, read};
use super::requirement::Requirement;
use crate::document::{Damage, Document};
use crate::settings::{Mistake, risks};

/// Whether a data file states that it is one of the gate's own formats.
pub(crate) fn is_own_format(document: &Document) -> bool {
    let schema =
        document.tree().ok().and_then(|root| root.get("schema")).and_then(|it| it.as_text());
    schema.is_some_and(|schema| schema.starts_with("aimsgate/"))
}

/// A file in the gate's own format as an answer. What is wrong in it is told by its own checks.
pub(super) fn own_format(
    need: &Requirement,
    document: &Document,
    lexicon: &'static Lexicon,
) -> Answer {
    let path = document.path.clone();
    let refused = |mistake: Mistake| {
        Answer::Unreadable(document.path.clone(), Damage::new(mistake.span(), mistake.message))
    };
    if need.kind.id == risks::KIND {
        return match risks::read(document) {
            Ok(register) if need.system.as_ref() != Some(&register.system.value) => {
                let message = format!("this is the risk register of `{}`", register.system.value);
                refused(Mistake::new(document, register.system.span, message))
            }
            Ok(_) => Answer::Typed(path),
            Err(mistake) => refused(mistake),
        };
    }
    match pointer::read(document) {
        Ok(pointer) if pointer.kind.value == need.kind.id => Answer::Pointer(path),
        Ok(_) => {
            let outline = lexicon.outline(document);
            Answer::NotRecognised(read(lexicon, need.kind, document, &outline, Region::Whole), None)
        }
        Err(mistake) => refused(mistake),
    }
}
