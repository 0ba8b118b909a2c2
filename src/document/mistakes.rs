//! The mistakes of a settings file behind its first one, so that one run tells them all.

use serde::de::DeserializeOwned;

use super::decode::decode;
use super::decode_error::{DecodeError, MistakeKind};
use super::value::{Node, is_of_stand_in};

/// Mistakes that are passed over in one file.
const MOST: usize = 50;

/// Reads on behind the first mistake and returns the further ones. What is missing or wrong is
/// taken for the example of its key, else for a blank; a misspelt key for the one that was meant.
/// Where a type takes neither, all that stands beside it is left out.
pub(crate) fn further_mistakes<T: DeserializeOwned>(
    node: &Node,
    first: &DecodeError,
    example: impl Fn(&str) -> Option<Node>,
) -> Vec<DecodeError> {
    let mut node = node.clone();
    let mut mistake = first.clone();
    let mut found = Vec::new();
    for number in 0..MOST {
        let at = mistake.span();
        let stand_in = |key: Option<&str>| {
            key.and_then(&example).unwrap_or_else(Node::blank).into_stand_in(number)
        };
        let is_passed = match (mistake.kind, mistake.missing) {
            _ if is_of_stand_in(at) => node.remove_around(at),
            (MistakeKind::UnknownKey, _) => {
                mistake.meant.is_some_and(|name| node.rename(at, name)) || node.remove_at(at)
            }
            (_, Some(key)) => node.fill_in(at, key, stand_in(Some(key))),
            _ => node.replace(at, stand_in) || node.remove_at(at),
        };
        if !is_passed {
            break;
        }
        match decode::<T>(&node) {
            Ok(_) => break,
            Err(next) => mistake = next,
        }
        if !is_of_stand_in(mistake.span()) {
            found.push(mistake.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::document::{Spanned, parse};
    use crate::span::RepoPath;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Fleet {
        #[expect(dead_code, reason = "read, not used")]
        name: String,
        #[expect(dead_code, reason = "read, not used")]
        ships: Vec<Ship>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    #[expect(dead_code, reason = "read, not used")]
    struct Ship {
        id: Spanned<String>,
        hull: Hull,
        length: u32,
        #[serde(default)]
        flags: Vec<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Hull {
        Wood,
        Steel,
    }

    fn mistakes(text: &str) -> Vec<String> {
        let document = parse(RepoPath::from("a.yaml"), text.as_bytes().to_vec());
        let node = document.tree().unwrap();
        let first = decode::<Fleet>(node).unwrap_err();
        let further = further_mistakes::<Fleet>(node, &first, |_| None);
        std::iter::once(first).chain(further).map(|it| it.message).collect()
    }

    #[test]
    fn every_mistake_of_a_file_is_told_once() {
        let text = "ships:\n- {idd: a, hull: glass, length: long}\n\
                    - {id: b, hull: wood, length: 3, flags: red}\n- just a name\n";
        assert_eq!(
            mistakes(text),
            [
                "unknown key `idd`; did you mean `id`?",
                "unknown value `glass`; known here: wood, steel",
                "text where a whole number is expected",
                "text where a list is expected",
                "text where a mapping with the keys id, hull, length, flags is expected",
                "the key `name` is missing",
            ]
        );
    }

    #[test]
    fn a_file_of_mistakes_alone_ends() {
        let many = "ships:\n".to_owned() + &"- {x: 1}\n".repeat(200);
        assert!(mistakes(&many).len() <= MOST + 1);
        assert_eq!(mistakes("[1]").len(), 1);
    }
}
