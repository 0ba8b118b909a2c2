//! Under which heading a form asks for an element, so that the gate reads it there and nowhere
//! else.

use super::lexicon::Lexicon;
use super::outline::Via;
use super::words::Heading;
use crate::catalog::{DocumentLanguage, Kind, Language};

/// Returns the heading under which a form asks for an element of a kind: the first name of the
/// element that names no other element of the kind and no other kind of document. Where each name
/// is shared, the first one.
pub(crate) fn heading_of(
    lexicon: &'static Lexicon,
    kind: &'static Kind,
    key: &str,
    language: Option<&'static Language>,
) -> String {
    let spoken = language.map_or(DocumentLanguage::English, DocumentLanguage::Known);
    let words = lexicon.words(kind, spoken);
    let Some((at, element)) = kind.all_elements().enumerate().find(|(_, it)| it.key == key) else {
        return key.to_owned();
    };
    let is_alone = |name: &str| {
        words.named(&Heading::new(name), Via::Heading).iter().all(|(other, _)| *other == at)
    };
    let is_kind = |name: &str| {
        let heading = Heading::new(name);
        let mut kinds = lexicon.catalogue().kinds().iter();
        kinds.any(|it| it.id != kind.id && lexicon.words(it, spoken).titles.matches(&heading))
    };
    // Keys of data, such as `system_id`, are no headings.
    let is_word = |name: &&String| !name.contains('_') && name.chars().any(char::is_alphabetic);
    let own = language.map_or(&[][..], |language| language.names_of(key));
    let names = || own.iter().chain(&element.any_of).filter(is_word);
    let best = names()
        .find(|name| is_alone(name) && !is_kind(name))
        .or_else(|| names().find(|name| is_alone(name)))
        .or_else(|| names().next());
    let name = best.map_or(key, String::as_str);
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns whether a label or a key of front matter names an element of a kind.
pub(crate) fn names_an_element(
    lexicon: &'static Lexicon,
    kind: &'static Kind,
    label: &str,
) -> bool {
    let words = lexicon.words(kind, DocumentLanguage::English);
    !words.named(&Heading::new(label), Via::Label).is_empty()
}
