//! The digest of a risk: its entry as canonical JSON (RFC 8785).

use crate::digest::{Sha256, sha256};
use crate::document::{Document, Node, Scalar, ScalarKind, Value};
use crate::ids::RiskId;

/// Returns the digest of a risk: its entry as canonical JSON (RFC 8785), without the day of its
/// last review, so that looking at a risk again voids nothing, and without keys of the user's own.
pub(crate) fn of_risk(entry: &Node) -> Result<Sha256, String> {
    let mut out = String::new();
    let is_left_out = |key: &str| key == "reviewed-on" || key.starts_with("x-");
    canonical(entry, &is_left_out, &mut out)?;
    Ok(sha256(out.as_bytes()))
}

/// Returns the digests that a risk which is closed now had while it was not, if nothing else of it
/// is other. Empty where it is not closed.
pub(crate) fn digests_while_open(document: &Document, id: &RiskId) -> Vec<Sha256> {
    let Some(entry) = risk_entry(document, id) else { return Vec::new() };
    if entry.get("status").and_then(Node::as_text) != Some("closed") {
        return Vec::new();
    }
    let mut digests = Vec::new();
    for status in ["open", "treated", "accepted"] {
        let mut entry = entry.clone();
        if let Value::Mapping(entries) = &mut entry.value {
            for (_, value) in entries.iter_mut().filter(|(key, _)| &*key.text == "status") {
                value.value = Value::Scalar(Scalar::text(status));
            }
        }
        digests.extend(of_risk(&entry));
    }
    digests
}

/// Returns the entry of a risk in its register. None where there is none.
pub(super) fn risk_entry<'d>(document: &'d Document, id: &RiskId) -> Option<&'d Node> {
    let risks = document.tree().ok()?.get("risks")?.items();
    risks.iter().find(|node| node.get("id").and_then(Node::as_text) == Some(id))
}

/// Writes a value as RFC 8785 does, restricted to texts, whole numbers and booleans.
fn canonical(
    node: &Node,
    is_left_out: &dyn Fn(&str) -> bool,
    out: &mut String,
) -> Result<(), String> {
    let text = |text: &str| serde_json::to_string(text).map_err(|error| error.to_string());
    match &node.value {
        Value::Scalar(scalar) => match scalar.kind {
            ScalarKind::Null => out.push_str("null"),
            ScalarKind::Bool(it) => out.push_str(if it { "true" } else { "false" }),
            ScalarKind::Integer => {
                let number =
                    scalar.text.parse::<i64>().ok().filter(|it| it.unsigned_abs() < 1 << 53);
                let number =
                    number.ok_or_else(|| format!("the number {} is too large", scalar.text))?;
                out.push_str(&number.to_string());
            }
            ScalarKind::Float => {
                return Err(format!(
                    "the number {} has a fraction; write it in quotes",
                    scalar.text
                ));
            }
            ScalarKind::Text => out.push_str(&text(&scalar.text)?),
        },
        Value::Sequence(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                canonical(item, &|_| false, out)?;
            }
            out.push(']');
        }
        Value::Mapping(entries) => {
            let mut entries: Vec<_> =
                entries.iter().filter(|(key, _)| !is_left_out(&key.text)).collect();
            entries.sort_by(|(one, _), (other, _)| {
                one.text.encode_utf16().cmp(other.text.encode_utf16())
            });
            out.push('{');
            for (at, (key, value)) in entries.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&text(&key.text)?);
                out.push(':');
                canonical(value, &|_| false, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    fn json(yaml: &str) -> Result<String, String> {
        let document = parse("risk.yaml".into(), yaml.as_bytes().to_vec());
        let mut out = String::new();
        canonical(document.tree().unwrap(), &|key| key == "reviewed-on", &mut out).map(|()| out)
    }

    #[test]
    fn a_risk_is_canonical_json_of_texts_whole_numbers_and_booleans() {
        let yaml = "id: R-4\nrisk: \"a\\tb \\u20ac\"\nreviewed-on: 2026-11-10\nbefore: \
            {likelihood: 4, impact: 3}\nactions:\n- {due: 2026-10-15, reviewed-on: x}\n";
        let expected = concat!(
            r#"{"actions":[{"due":"2026-10-15","reviewed-on":"x"}],"#,
            r#""before":{"impact":3,"likelihood":4},"id":"R-4","risk":"a\tb €"}"#
        );
        assert_eq!(json(yaml).unwrap(), expected);
        assert!(json("a: 0.5").unwrap_err().contains("fraction"));
        assert!(json("a: 9007199254740993").unwrap_err().contains("too large"));
    }
}
