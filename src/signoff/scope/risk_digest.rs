//! The digest of a risk: its entry as canonical JSON (RFC 8785).
//!
//! # Design
//!
//! The folders of the files that show a level fell are left out, so that a folder which moves voids
//! no acceptance. What those files hold is not covered either: a page grows and a report is written
//! anew, and the accepted risk stays the same. A release covers the results.

use crate::digest::{Sha256, sha256};
use crate::document::{Document, Node, Scalar, ScalarKind, Value};
use crate::ids::RiskId;

/// Returns the digest of a risk: its entry as canonical JSON (RFC 8785), without the day of its
/// last review, so that looking at a risk again voids nothing, without what only a closed risk
/// says, without keys of the user's own, and without the folders of what `tested-by` and `proof`
/// name.
pub(crate) fn of_risk(entry: &Node) -> Result<Sha256, String> {
    let mut entry = entry.clone();
    change_text(&mut entry, "tested-by", without_folders);
    if let Some(Value::Sequence(actions)) = value_mut(&mut entry, "actions") {
        actions.iter_mut().for_each(|action| change_text(action, "proof", without_folders));
    }
    let mut out = String::new();
    let is_left_out = |key: &str| {
        matches!(key, "reviewed-on" | "closed-because" | "closed-on") || key.starts_with("x-")
    };
    canonical(&entry, &is_left_out, &mut out)?;
    Ok(sha256(out.as_bytes()))
}

/// Returns a file's name with the JSON pointer behind it, if any. A text with a space or `://` is
/// no path and is returned as it is.
fn without_folders(link: &str) -> String {
    if link.contains("://") || link.chars().any(|it| it <= ' ') {
        return link.to_owned();
    }
    let file = link.find('#').map_or(link, |end| &link[..end]);
    let name_at = file.rfind('/').map_or(0, |slash| slash + 1);
    link[name_at..].to_owned()
}

/// Returns the value of a key. None where the node is no mapping or has no such key.
fn value_mut<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Value> {
    let Value::Mapping(entries) = &mut node.value else { return None };
    let (_, value) = entries.iter_mut().find(|(name, _)| &*name.text == key)?;
    Some(&mut value.value)
}

/// Changes the value of a key where it is a text.
fn change_text(node: &mut Node, key: &str, change: impl Fn(&str) -> String) {
    if let Some(Value::Scalar(scalar)) = value_mut(node, key)
        && scalar.kind == ScalarKind::Text
    {
        *scalar = Scalar::text(change(&scalar.text));
    }
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
        change_text(&mut entry, "status", |_| status.to_owned());
        digests.extend(of_risk(&entry));
    }
    digests
}

/// Whether a risk asks for no less than before: it is the same but for another owner, and for
/// controls and actions that came in.
pub(crate) fn only_adds(before: &Node, now: &Node) -> bool {
    let mut kept = now.clone();
    let Value::Mapping(entries) = &mut kept.value else { return false };
    entries.retain(|(key, _)| {
        !matches!(&*key.text, "owner" | "controls" | "actions") || before.get(&key.text).is_some()
    });
    for (key, value) in entries {
        let Some(old) = before.get(&key.text) else { continue };
        match &*key.text {
            "owner" => *value = old.clone(),
            "controls" | "actions" => {
                let called = |item: &Node| {
                    item.get("id").and_then(Node::as_text).or(item.as_text()).map(str::to_owned)
                };
                let known: Vec<Option<String>> = old.items().iter().map(called).collect();
                if let Value::Sequence(items) = &mut value.value {
                    items.retain(|item| known.contains(&called(item)));
                }
            }
            _ => {}
        }
    }
    matches!((of_risk(before), of_risk(&kept)), (Ok(one), Ok(other)) if one == other)
}

/// Returns the entry of a risk in its register. None where there is none.
pub(crate) fn risk_entry<'d>(document: &'d Document, id: &RiskId) -> Option<&'d Node> {
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

    #[test]
    fn folders_of_what_shows_a_lower_level_are_no_part_of_a_risk() {
        let digest = |tested: &str, proof: &str| {
            let yaml = format!(
                "id: R-4\ntested-by: {tested}\nactions:\n- {{do: x}}\n- {{proof: {proof}}}\n"
            );
            let document = parse("risk.yaml".into(), yaml.into_bytes());
            of_risk(document.tree().unwrap()).unwrap()
        };
        let signed = digest("reports/a.json#/auc/value", "docs/b.md");
        assert_eq!(digest("evaluation/2026/a.json#/auc/value", "b.md"), signed);
        let others = [
            digest("reports/b.json#/auc/value", "docs/b.md"),
            digest("reports/a.json#/gap/value", "docs/b.md"),
            digest("reports/a.json", "docs/b.md"),
            digest("reports/a.json#/auc/value", "docs/c.md"),
        ];
        assert!(others.iter().all(|other| *other != signed));
        // What is no path is taken as it is.
        for text in ["passed the audit / b.md", "https://example.com/b.md", "b.md#/a/b"] {
            assert_eq!(without_folders(text), text);
        }
    }

    #[test]
    fn another_owner_and_more_to_do_asks_for_no_less() {
        let read = |yaml: &str| parse("risk.yaml".into(), yaml.as_bytes().to_vec());
        let before = read("id: R-1\nowner: ana\ncontrols: [A.5.4]\nbefore: {likelihood: 3}\n");
        let cases = [
            ("id: R-1\nowner: ben\ncontrols: [A.5.4]\nbefore: {likelihood: 3}\n", true),
            ("id: R-1\nowner: ana\ncontrols: [A.6.2, A.5.4]\nbefore: {likelihood: 3}\n", true),
            (
                "id: R-1\nowner: ana\ncontrols: [A.5.4]\nactions: [{id: A-1}]\nbefore: \
                 {likelihood: 3}\n",
                true,
            ),
            ("id: R-1\nowner: ana\ncontrols: [A.6.2]\nbefore: {likelihood: 3}\n", false),
            ("id: R-1\nowner: ana\nbefore: {likelihood: 3}\n", false),
            ("id: R-1\nowner: ana\ncontrols: [A.5.4]\nbefore: {likelihood: 2}\n", false),
        ];
        for (now, expected) in cases {
            let now = read(now);
            let found = only_adds(before.tree().unwrap(), now.tree().unwrap());
            assert_eq!(found, expected, "{}", now.source);
        }
    }
}
