//! What a form says under each heading, as data: `data/hints.yaml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::embedded;

/// What to write, what an auditor asks, and an example of an answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Hint(pub(crate) String, pub(crate) String, pub(crate) String);

type Hints = BTreeMap<String, BTreeMap<String, Hint>>;

/// What holds for elements of every kind.
const ANY: &str = "any";

fn hints() -> &'static Hints {
    static HINTS: LazyLock<Hints> =
        LazyLock::new(|| embedded("hints", include_str!("../../data/hints.yaml")));
    &HINTS
}

/// Returns the hint for an element of a kind. Returns `None` for one of a kind that the rules of a
/// repository added.
pub(crate) fn hint(kind: &str, element: &str) -> Option<&'static Hint> {
    let of = |kind| hints().get(kind).and_then(|elements| elements.get(element));
    of(kind).or_else(|| of(ANY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::evidence::is_placeholder;

    #[test]
    fn every_element_that_can_be_owed_has_a_hint_with_an_example_that_says_something() {
        for kind in catalog::kinds().iter().filter(|kind| kind.since.is_some()) {
            for element in kind.all_elements() {
                let Some(Hint(say, asks, example)) = hint(&kind.id, &element.key) else {
                    panic!("no hint for {} of {}", element.key, kind.id)
                };
                assert!(asks.ends_with(['?', '.']), "{}: {asks}", kind.id);
                assert!(!say.ends_with('.') && !say.contains("-->"), "{}: {say}", kind.id);
                assert!(!is_placeholder(example), "{}: {example}", kind.id);
            }
        }
    }

    #[test]
    fn every_hint_is_of_an_element_of_a_kind() {
        for (id, elements) in hints().iter().filter(|(id, _)| *id != ANY) {
            let kind = catalog::kind(id).unwrap_or_else(|| panic!("{id} is no kind"));
            for key in elements.keys() {
                assert!(kind.all_elements().any(|it| it.key == *key), "{id} has no {key}");
            }
        }
    }
}
