//! Moves the byte ranges of a tree that was read from a part of its document.

use super::limits::Damage;
use super::value::{Node, Value};

/// Returns a tree, or its damage, that was read from text `by` bytes into the document, with the
/// ranges of the document.
pub(super) fn at(by: usize, read: Result<Node, Damage>) -> Result<Node, Damage> {
    let mut node = read.map_err(|damage| Damage { span: damage.span.shifted(by), ..damage })?;
    if by > 0 {
        shift(&mut node, by);
    }
    Ok(node)
}

/// Moves every byte range of a tree: it was read from text that starts further on.
fn shift(node: &mut Node, by: usize) {
    node.span = node.span.shifted(by);
    match &mut node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Value::Mapping(entries) => {
            for (key, value) in entries {
                key.span = key.span.shifted(by);
                shift(value, by);
            }
        }
    }
}
