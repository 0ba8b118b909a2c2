//! Measured values in files that programs write: flat and nested JSON, lists of name and value, tables.

use super::number::{Number, number, plain};
use crate::catalog::Tongue;
use crate::document::{Document, Node, Value};

/// What a file says of a metric.
#[derive(Debug, PartialEq)]
pub enum Found {
    Value(f64),
    Nothing,
    /// Values that differ, and nothing that says which is meant.
    Several,
    /// The file says that it is about another split.
    OtherSplit(String),
}

/// The value of a metric on a split.
pub fn measured(document: &Document, metric: &str, split: Option<&str>) -> Found {
    let Some(root) = document.metadata() else { return Found::Nothing };
    let stated = root.get("split").or_else(|| root.get("dataset")).and_then(|node| node.as_text());
    if let (Some(stated), Some(split)) = (stated, split)
        && plain(stated) != plain(split)
    {
        return Found::OtherSplit(stated.to_owned());
    }
    // What stands below the name of the split is about it.
    let below = split.and_then(|split| named(root, split)).unwrap_or(root);
    let mut values = Vec::new();
    collect(below, &plain(metric), &mut values);
    values.dedup_by(|one, other| (*one - *other).abs() < f64::EPSILON);
    match values.as_slice() {
        [] => Found::Nothing,
        [value] => Found::Value(*value),
        _ => Found::Several,
    }
}

/// The mapping below a key of this name.
fn named<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let own = node.entries().iter().find(|(key, value)| plain(&key.text) == plain(name) && !value.entries().is_empty());
    own.map(|(_, value)| value).or_else(|| {
        let below = node.entries().iter().map(|(_, value)| value).chain(node.items());
        below.into_iter().find_map(|value| named(value, name))
    })
}

/// A number as programs write it.
fn value_in(text: &str) -> Option<f64> {
    number(text, Tongue::English).map(Number::value)
}

/// Every value of a metric: of a key of its name, or of an entry that names it.
fn collect(node: &Node, metric: &str, values: &mut Vec<f64>) {
    let text = |key: &str| node.get(key).and_then(|value| value.as_text());
    let names_it =
        ["metric", "name", "type", "key"].iter().filter_map(|key| text(key)).any(|name| plain(name) == metric);
    if names_it {
        let value = ["value", "score", "result"].iter().find_map(|key| value_in(text(key)?));
        values.extend(value);
        if value.is_some() {
            return;
        }
    }
    for (key, value) in node.entries() {
        if plain(&key.text) == metric {
            match &value.value {
                Value::Scalar(_) => values.extend(value.as_text().and_then(value_in)),
                // `{"auc": {"value": 0.8}}`, and the last step of a curve.
                Value::Mapping(_) => {
                    values
                        .extend(["value", "mean", "score"].iter().find_map(|key| value_in(value.get(key)?.as_text()?)));
                }
                Value::Sequence(items) => {
                    values.extend(items.last().and_then(|last| value_in(last.get("value").unwrap_or(last).as_text()?)));
                }
            }
        } else {
            collect(value, metric, values);
        }
    }
    node.items().iter().for_each(|item| collect(item, metric, values));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    fn found(name: &str, text: &str, split: Option<&str>) -> Found {
        measured(&parse(name.into(), text.as_bytes().to_vec()), "auc", split)
    }

    #[test]
    fn metrics_are_found_in_the_forms_that_programs_write() {
        for text in [
            r#"{"auc": 0.8}"#,
            r#"{"test": {"AUC": 0.8}}"#,
            r#"{"metrics": [{"name": "auc", "value": 0.8}]}"#,
            r#"{"data": {"metrics": [{"key": "auc", "value": 0.8, "step": 3}]}}"#,
            r#"{"auc": [{"value": 0.7}, {"value": 0.8}]}"#,
        ] {
            assert_eq!(found("m.json", text, None), Found::Value(0.8), "{text}");
        }
        assert_eq!(found("mlruns/0/5f/metrics/auc", "1763800000 0.7 1\n1763800009 0.8 2\n", None), Found::Value(0.8));
        let card = "---\nmodel-index:\n- name: s\n  results:\n  - task: {type: ranking}\n    metrics:\n    - {type: auc, value: 0.8}\n---\n# S\n";
        assert_eq!(found("README.md", card, None), Found::Value(0.8));
        assert_eq!(found("m.csv", "metric,value\nauc,0.8\nf1,0.7\n", None), Found::Value(0.8));
        assert_eq!(
            found("m.json", r#"{"train": {"auc": 0.9}, "test": {"auc": 0.8}}"#, Some("test")),
            Found::Value(0.8)
        );
        assert_eq!(found("m.json", r#"{"train": {"auc": 0.9}, "test": {"auc": 0.8}}"#, None), Found::Several);
        assert_eq!(
            found("m.json", r#"{"split": "train", "auc": 0.9}"#, Some("test")),
            Found::OtherSplit("train".into())
        );
        assert_eq!(found("m.json", r#"{"auc": "TBD"}"#, None), Found::Nothing);
    }
}
