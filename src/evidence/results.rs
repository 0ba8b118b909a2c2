//! Measured values in files that programs write: flat and nested JSON, lists of name and value,
//! tables.

use super::number::{Number, number, plain};
use crate::catalog::DocumentLanguage;
use crate::document::{Document, Node, Value};

/// What a file says of a metric.
#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    Value(f64),
    Nothing,
    /// Values that differ, and nothing that says which is meant.
    Several,
    /// The file says that it is about another split.
    OtherSplit(String),
    /// A list of values that no step puts in order.
    List,
}

/// The value of a metric on a split.
pub(crate) fn measured(document: &Document, metric: &str, split: Option<&str>) -> Found {
    let Some(root) = document.metadata() else { return Found::Nothing };
    let stated = root.get("split").or_else(|| root.get("dataset")).and_then(|node| node.as_text());
    if let (Some(stated), Some(split)) = (stated, split)
        && plain(stated) != plain(split)
    {
        return Found::OtherSplit(stated.to_owned());
    }
    // What stands below the name of the split is about it.
    let below = split.and_then(|split| named(root, split)).unwrap_or(root);
    let mut search = Search {
        metric: plain(metric),
        split: split.map(plain),
        values: Vec::new(),
        other: None,
        is_list: false,
    };
    search.collect(below);
    if search.is_list {
        return Found::List;
    }
    search.values.dedup_by(|one, other| (*one - *other).abs() < f64::EPSILON);
    match (search.values.as_slice(), search.other) {
        ([], Some(other)) => Found::OtherSplit(other),
        ([], None) => Found::Nothing,
        ([value], _) => Found::Value(*value),
        _ => Found::Several,
    }
}

/// Whether a file of results says anywhere that it, or a value in it, is about a split.
pub(crate) fn names_split(document: &Document, split: &str) -> bool {
    let is_it = |text: &str| plain(text) == plain(split);
    let mut is_named = false;
    if let Some(root) = document.metadata() {
        root.walk(&mut |key, node| {
            let Some(key) = key else { return };
            let is_above = is_it(&key.text) && !matches!(node.value, Value::Scalar(_));
            let says = ["split", "dataset", "subset", "partition"].contains(&&*plain(&key.text));
            is_named |= is_above || (says && node.as_text().is_some_and(is_it));
        });
    }
    is_named
}

/// A group of people that a file of results has a value for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MeasuredGroup {
    pub(crate) name: String,
    /// Whether the file says how many cases the group has.
    pub(crate) is_counted: bool,
}

/// What the number of cases of a group is usually called.
const COUNTS: [&str; 10] =
    ["n", "count", "counts", "cases", "rows", "samples", "samplesize", "size", "support", "people"];

/// Returns the groups that a file has a value of one of these metrics for, in its order: below the
/// metric's name or one that it begins with (`approval-rate` of `approval-rate-gap`), below
/// `groups` or `by-region`, or in entries that name their `group`.
pub(crate) fn measured_groups(document: &Document, metrics: &[&str]) -> Vec<MeasuredGroup> {
    let metrics: Vec<String> = metrics.iter().map(|metric| plain(metric)).collect();
    let is_count = |name: &str| COUNTS.contains(&plain(name).as_str());
    let is_number = |node: &Node| node.as_text().and_then(value_in).is_some();
    let says_count = |node: &Node| node.entries().iter().any(|(key, _)| is_count(&key.text));
    let mut groups: Vec<MeasuredGroup> = Vec::new();
    let mut counted: Vec<String> = Vec::new();
    let mut add = |name: &str, is_counted: bool| {
        if let Some(known) = groups.iter_mut().find(|it| it.name == name) {
            known.is_counted |= is_counted;
        } else if groups.len() < MOST_GROUPS {
            groups.push(MeasuredGroup { name: name.to_owned(), is_counted });
        }
    };
    let Some(root) = document.metadata() else { return Vec::new() };
    root.walk(&mut |key, node| {
        let named = ["group", "subgroup"].iter().find_map(|key| node.get(key)?.as_text());
        if let Some(name) = named {
            add(name, says_count(node));
        }
        let (Some(key), entries) = (key, node.entries()) else { return };
        let holds_each = |holds: &dyn Fn(&Node) -> bool| {
            entries.len() > 1 && entries.iter().all(|(_, value)| holds(value))
        };
        if is_count(&key.text) && holds_each(&is_number) {
            counted.extend(entries.iter().map(|(key, _)| key.text.to_string()));
        }
        let name = plain(&key.text);
        let is_metric = name.len() > 2 && metrics.iter().any(|metric| metric.starts_with(&name));
        let lower = key.text.to_lowercase();
        let is_of_groups = is_metric
            || name.contains("group")
            || lower.starts_with("by-")
            || lower.starts_with("by_");
        let is_mapping = |node: &Node| node.entries().iter().any(|(_, value)| is_number(value));
        if is_of_groups && (holds_each(&is_number) || holds_each(&is_mapping)) {
            entries.iter().for_each(|(key, value)| add(&key.text, says_count(value)));
        }
    });
    groups.iter_mut().for_each(|it| it.is_counted |= counted.contains(&it.name));
    groups
}

/// The most groups of one file that are looked at.
const MOST_GROUPS: usize = 200;

/// What splits are usually called: what stands below such a name is about no other one.
const SPLITS: [&str; 15] = [
    "train",
    "training",
    "val",
    "valid",
    "validation",
    "dev",
    "test",
    "testing",
    "eval",
    "holdout",
    "trainset",
    "testset",
    "calibration",
    "outoftime",
    "oot",
];

/// The mapping below a key of this name.
fn named<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let own = node
        .entries()
        .iter()
        .find(|(key, value)| plain(&key.text) == plain(name) && !value.entries().is_empty());
    own.map(|(_, value)| value).or_else(|| node.below().find_map(|value| named(value, name)))
}

/// A number as programs write it.
fn value_in(text: &str) -> Option<f64> {
    number(text, DocumentLanguage::English).map(Number::value)
}

/// A search for every value of a metric: of a key of its name, or of an entry that names it.
struct Search {
    metric: String,
    split: Option<String>,
    values: Vec<f64>,
    /// Another split that was passed by.
    other: Option<String>,
    /// Whether the metric has a list of values that no step puts in order.
    is_list: bool,
}

impl Search {
    fn collect(&mut self, node: &Node) {
        let text = |key: &str| node.get(key).and_then(|value| value.as_text());
        // `{"split": "train", ...}`, and `dataset: {split: train}` of a model index.
        let stated = text("split").or_else(|| node.get("dataset")?.get("split")?.as_text());
        if stated.is_some_and(|stated| self.is_other(stated)) {
            self.other = self.other.take().or(stated.map(str::to_owned));
            return;
        }
        let names_it = ["metric", "name", "type", "key"]
            .iter()
            .filter_map(|key| text(key))
            .any(|it| plain(it) == self.metric);
        if names_it {
            for value in ["value", "score", "result"].iter().filter_map(|key| node.get(key)) {
                if self.take(value) {
                    return;
                }
            }
        }
        for (key, value) in node.entries() {
            if plain(&key.text) == self.metric {
                self.take(value);
            } else if !value.entries().is_empty()
                && SPLITS.contains(&plain(&key.text).as_str())
                && self.is_other(&key.text)
            {
                self.other.get_or_insert_with(|| key.text.to_string());
            } else {
                self.collect(value);
            }
        }
        node.items().iter().for_each(|item| self.collect(item));
    }

    /// Takes in a value of the metric. Returns whether there was one.
    fn take(&mut self, node: &Node) -> bool {
        match value_of(node) {
            Found::Value(value) => self.values.push(value),
            Found::List => self.is_list = true,
            _ => return false,
        }
        true
    }

    fn is_other(&self, split: &str) -> bool {
        self.split.as_ref().is_some_and(|asked| *asked != plain(split))
    }
}

/// The value below a metric's name.
fn value_of(node: &Node) -> Found {
    let of = |node: &Node| node.as_text().and_then(value_in).map_or(Found::Nothing, Found::Value);
    match &node.value {
        Value::Scalar(_) => of(node),
        // `{"auc": {"value": 0.8}}`.
        Value::Mapping(_) => {
            let mut inner = ["value", "mean", "score"].iter().filter_map(|key| node.get(key));
            inner
                .find_map(|it| Some(value_of(it)).filter(|it| *it != Found::Nothing))
                .unwrap_or(Found::Nothing)
        }
        Value::Sequence(items) => match items.as_slice() {
            [] => Found::Nothing,
            [one] => of(one.get("value").unwrap_or(one)),
            // A curve, whose last step counts.
            [.., last] if is_in_order(items) => of(last.get("value").unwrap_or(last)),
            _ => Found::List,
        },
    }
}

/// Whether each item of a list has a step, and no step comes before the one above it.
fn is_in_order(items: &[Node]) -> bool {
    let steps: Option<Vec<f64>> = items
        .iter()
        .map(|item| ["step", "epoch"].iter().find_map(|key| value_in(item.get(key)?.as_text()?)))
        .collect();
    steps.is_some_and(|steps| steps.is_sorted())
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
            r#"{"auc": [{"value": 0.7, "step": 1}, {"value": 0.8, "step": 2}]}"#,
            r#"{"auc": [0.8]}"#,
        ] {
            assert_eq!(found("m.json", text, None), Found::Value(0.8), "{text}");
        }
        assert_eq!(
            found("mlruns/0/5f/metrics/auc", "1763800000 0.7 1\n1763800009 0.8 2\n", None),
            Found::Value(0.8)
        );
        let card = "---\nmodel-index:\n- name: s\n  results:\n  - task: \
            {type: ranking}\n    metrics:\n    - {type: auc, value: 0.8}\n---\n# S\n";
        assert_eq!(found("README.md", card, None), Found::Value(0.8));
        assert_eq!(found("m.csv", "metric,value\nauc,0.8\nf1,0.7\n", None), Found::Value(0.8));
        assert_eq!(
            found("m.json", r#"{"train": {"auc": 0.9}, "test": {"auc": 0.8}}"#, Some("test")),
            Found::Value(0.8)
        );
        assert_eq!(
            found("m.json", r#"{"train": {"auc": 0.9}, "test": {"auc": 0.8}}"#, None),
            Found::Several
        );
        assert_eq!(
            found("m.json", r#"{"split": "train", "auc": 0.9}"#, Some("test")),
            Found::OtherSplit("train".into())
        );
        for text in [
            r#"{"train": {"auc": 0.99}}"#,
            r#"{"metrics": {"train": {"auc": 0.99}}}"#,
            r#"{"results": [{"split": "train", "metric": "auc", "value": 0.99}]}"#,
        ] {
            assert_eq!(
                found("m.json", text, Some("test")),
                Found::OtherSplit("train".into()),
                "{text}"
            );
            assert_eq!(found("m.json", text, None), Found::Value(0.99), "{text}");
        }
        let wrapped = r#"{"metrics": {"auc": 0.8}, "train": {"auc": 0.99}}"#;
        assert_eq!(found("m.json", wrapped, Some("test")), Found::Value(0.8));
        assert_eq!(
            found("m.csv", "split,metric,value\ntrain,auc,0.99\ntest,auc,0.8\n", Some("test")),
            Found::Value(0.8)
        );
        assert_eq!(found("m.json", r#"{"auc": "TBD"}"#, None), Found::Nothing);
    }

    #[test]
    fn groups_are_found_below_a_metric_and_in_entries_that_name_them() {
        let cases = [
            (r#"{"rate": {"north": 0.9, "south": 0.8}, "auc": {"a": 1, "b": 2}}"#, "north south"),
            (
                r#"{"rate": {"north": 0.9, "south": 0.8}, "n": {"north": 7, "south": 9}}"#,
                "north+ south+",
            ),
            (r#"{"by-sex": {"f": {"rate": 0.9, "n": 4}, "m": {"rate": 0.8}}}"#, "f+ m"),
            (r#"[{"group": "f", "rate": 0.9, "cases": 3}, {"group": "m", "rate": 1}]"#, "f+ m"),
            (r#"{"rate": 0.9, "metrics": {"auc": 0.8, "f1": 0.7}}"#, ""),
        ];
        for (text, expected) in cases {
            let document = parse("m.json".into(), text.as_bytes().to_vec());
            let groups = measured_groups(&document, &["rate-gap"]);
            let shown: Vec<String> = groups
                .iter()
                .map(|it| format!("{}{}", it.name, if it.is_counted { "+" } else { "" }))
                .collect();
            assert_eq!(shown.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn of_a_list_without_steps_nobody_knows_which_value_counts() {
        for text in [
            r#"{"auc": [0.5, 0.8]}"#,
            r#"{"auc": [{"value": 0.5}, {"value": 0.8}]}"#,
            r#"{"auc": [{"value": 0.5, "step": 2}, {"value": 0.8, "step": 1}]}"#,
            r#"{"auc": {"value": [0.5, 0.8]}}"#,
            r#"{"metrics": [{"name": "auc", "value": [0.5, 0.8]}]}"#,
        ] {
            assert_eq!(found("m.json", text, None), Found::List, "{text}");
        }
        let names = |text: &str| {
            names_split(&parse("m.json".into(), text.as_bytes().to_vec()), "holdout-2026")
        };
        assert!(names(r#"{"split": "holdout-2026", "auc": 0.8}"#));
        assert!(names(r#"{"holdout_2026": {"auc": 0.8}}"#));
        assert!(!names(r#"{"auc": 0.8}"#));
    }
}
