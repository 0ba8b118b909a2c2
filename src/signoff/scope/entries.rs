//! Whether a commit changed what a register says of a system: a register is edited for many reasons
//! and systems, and whoever edited the rest wrote nothing of it.

use std::collections::BTreeMap;

use super::risk_digest::of_risk;
use crate::canonical::of_tree;
use crate::digest::Sha256;
use crate::document::{Document, Node, Value};
use crate::ids::SystemId;

/// What of a system in the register decisions cover.
const COVERED: [&str; 8] =
    ["purpose", "models", "datasets", "accept-when", "paths", "documents", "sheet", "risks"];

/// Whether two revisions of a risk register hold the same risks, as decisions cover them. False
/// where one of them cannot be read.
pub(crate) fn has_same_risks(before: &Document, now: &Document) -> bool {
    let of = |document| risks(document).filter(|risks| risks.values().all(Result::is_ok));
    of(before).is_some_and(|risks| of(now).as_ref() == Some(&risks))
}

fn risks(document: &Document) -> Option<BTreeMap<&str, Result<Sha256, String>>> {
    let entries = document.tree().ok()?.get("risks")?.items();
    let risk = |entry| Some((Node::as_text(Node::get(entry, "id")?)?, of_risk(entry)));
    entries.iter().map(risk).collect()
}

/// A folder that was renamed: its path now, and before.
pub(crate) type RenamedFolder = [String; 2];

/// Whether two revisions of a register say the same of a system, as far as decisions cover it;
/// what is named below a folder that was renamed is the same. False where one of them cannot be
/// read, or one alone declares it.
pub(crate) fn says_same_of(
    system: &SystemId,
    before: &Document,
    now: &Document,
    renamed: &[RenamedFolder],
) -> bool {
    if before.tree().is_err() || now.tree().is_err() {
        return false;
    }
    let (one, other) = match (entry(system, before), entry(system, now)) {
        (Some(one), Some(other)) => (one, other),
        (None, None) => return true,
        _ => return false,
    };
    COVERED.iter().all(|key| {
        let said = |document, entry: &Node| {
            entry.get(key).map(|node| {
                let mut node = node.clone();
                if *key != "purpose" {
                    rename_back(&mut node, renamed);
                }
                of_tree(document, &node)
            })
        };
        said(before, one) == said(now, other)
    })
}

/// Gives the texts that name a renamed folder, or something in it, the name of before.
fn rename_back(node: &mut Node, renamed: &[RenamedFolder]) {
    match &mut node.value {
        Value::Scalar(scalar) => {
            let back = renamed.iter().find_map(|[now, before]| {
                let rest = scalar.text.trim_start_matches("./").strip_prefix(now.as_str())?;
                (rest.is_empty() || rest.starts_with('/')).then(|| format!("{before}{rest}"))
            });
            if let Some(back) = back {
                scalar.text = back.into();
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(|item| rename_back(item, renamed)),
        Value::Mapping(entries) => {
            entries.iter_mut().for_each(|(_, value)| rename_back(value, renamed));
        }
    }
}

fn entry<'d>(system: &SystemId, document: &'d Document) -> Option<&'d Node> {
    let systems = document.tree().ok()?.get("systems")?.items();
    systems.iter().find(|entry| entry.get("id").and_then(Node::as_text) == Some(system.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        crate::document::parse("aims.yaml".into(), text.as_bytes().to_vec())
    }

    #[test]
    fn a_register_says_the_same_where_another_system_or_a_contact_is_edited() {
        let before = "systems:\n- {id: a, owner: ana, purpose: It counts., models: [{id: m}]}\n";
        let cases = [
            ("systems:\n- {id: a, owner: ben, models: [{id: m}], purpose: It counts.}\n", true),
            ("systems:\n- {id: a, purpose: It counts., models: [{id: m}]}\n- {id: b}\n", true),
            ("systems:\n- {id: a, purpose: It decides., models: [{id: m}]}\n", false),
            ("systems:\n- {id: a, purpose: It counts., models: [{id: n}]}\n", false),
            ("systems:\n- {id: a, purpose: It counts.}\n", false),
            ("systems:\n- {id: b, purpose: It counts., models: [{id: m}]}\n", false),
            ("systems: [", false),
        ];
        for (now, expected) in cases {
            let (before, now) = (document(before), document(now));
            assert_eq!(says_same_of(&"a".into(), &before, &now, &[]), expected, "{}", now.source);
            assert!(says_same_of(&"z".into(), &before, &now, &[]) || now.tree().is_err());
        }
    }

    #[test]
    fn a_register_says_the_same_of_a_folder_that_was_renamed() {
        let before =
            "systems:\n- {id: a, purpose: src/x, paths: [src/x/**, src/xy], sheet: y.md}\n";
        let renamed = [["lib".to_owned(), "src/x".to_owned()]];
        let cases = [
            ("systems:\n- {id: a, purpose: src/x, paths: [lib/**, src/xy], sheet: y.md}\n", true),
            ("systems:\n- {id: a, purpose: lib, paths: [lib/**, src/xy], sheet: y.md}\n", false),
            ("systems:\n- {id: a, purpose: src/x, paths: [lib/*, src/xy], sheet: y.md}\n", false),
            ("systems:\n- {id: a, purpose: src/x, paths: [lib/**, liby], sheet: y.md}\n", false),
        ];
        for (now, expected) in cases {
            let (before, now) = (document(before), document(now));
            let is_same = says_same_of(&"a".into(), &before, &now, &renamed);
            assert_eq!(is_same, expected, "{}", now.source);
        }
    }

    #[test]
    fn risks_are_the_same_where_they_were_reviewed_again() {
        let before = "risks:\n- {id: R-1, risk: It errs., reviewed-on: 2026-01-01}\n";
        let cases = [
            ("risks:\n- {id: R-1, risk: It errs., reviewed-on: 2026-06-01}\n", true),
            ("risks:\n- {id: R-1, risk: It lies., reviewed-on: 2026-01-01}\n", false),
            ("risks:\n- {id: R-1, risk: It errs.}\n- {id: R-2, risk: It lies.}\n", false),
            ("risks: []\n", false),
        ];
        for (now, expected) in cases {
            let (before, now) = (document(before), document(now));
            assert_eq!(has_same_risks(&before, &now), expected, "{}", now.source);
        }
    }
}
