//! The values that own checks see. docs/own-checks.md describes each of them.
//!
//! What people write is offered as they write it, each `-` of a key as `_`. A key whose value is
//! not known is left out, so that whoever asks for it is told that it is not.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::asset::Asset;
use crate::catalog::DocumentLanguage;
use crate::change::{Change, Edit};
use crate::checks::shared::ReadDocument;
use crate::document::{Node, ScalarKind, Value as Written};
use crate::engine::{Context, Outcome};
use crate::evidence::{Answer, Reading, Requirement, State};
use crate::fact::Fact;
use crate::finding::Subject;
use crate::ids::SystemId;
use crate::settings::register::{System, UsedAi};
use crate::settings::risks::{Risk, RiskRegister};
use crate::signoff::{RecordFiles, signatures_of};
use crate::span::RepoPath;

/// Bytes of the longest text of a document that is offered. Of a longer one nothing is, because a
/// part of it could say something else.
const LONGEST_TEXT: usize = 20_000;

/// The variables that every check may name, as far as this one does.
pub(super) fn common(
    names: &BTreeSet<&str>,
    context: &Context<'_>,
) -> Result<Vec<(&'static str, Value)>, Vec<Outcome>> {
    let is_absent = matches!(context.judged.declared.register, Fact::Absent);
    let is_of_register = ["register", "documents", "risks"].iter().any(|it| names.contains(it));
    if is_of_register && !is_absent {
        context.register()?;
    }
    let mut all = Vec::new();
    let mut add = |name: &'static str, value: &dyn Fn() -> Value| {
        if names.contains(name) {
            all.push((name, value()));
        }
    };
    let judged = context.judged;
    add("today", &|| json!(context.today.to_string()));
    add("register", &|| register(context));
    add("documents", &|| {
        judged.evidence.iter().map(|(need, answer)| document(need, answer, context)).collect()
    });
    add("risks", &|| {
        let of = |(id, register): &(SystemId, RiskRegister)| risks(id, register, context);
        judged.risks.iter().flat_map(of).collect()
    });
    add("records", &|| {
        context.signoffs.store.records.values().map(|it| record(it, context)).collect()
    });
    add("inventory", &|| judged.inventory.assets.iter().map(|it| asset(it, context)).collect());
    if names.contains("change") {
        let change = context.against(Subject::Target)?.sides.change;
        let files = change.files.iter().map(|(path, edit)| file(path, *edit, change, context));
        all.push(("change", json!({ "files": files.collect::<Vec<_>>() })));
    }
    Ok(all)
}

/// A value as it is written; `None` where nothing is.
fn written(node: &Node) -> Option<Value> {
    Some(match &node.value {
        Written::Scalar(scalar) => match scalar.kind {
            ScalarKind::Null => return None,
            ScalarKind::Bool(flag) => Value::Bool(flag),
            ScalarKind::Integer => match scalar.text.parse::<i64>() {
                Ok(number) => json!(number),
                Err(_) => json!(scalar.number()?),
            },
            ScalarKind::Float => json!(scalar.number()?),
            ScalarKind::Text => json!(scalar.text),
        },
        Written::Sequence(items) => items.iter().filter_map(written).collect(),
        Written::Mapping(entries) => {
            let entries = entries
                .iter()
                .filter_map(|(key, value)| Some((key.text.replace('-', "_"), written(value)?)));
            Value::Object(entries.collect())
        }
    })
}

/// A mapping as it is written, with a list or a map where a key that holds one is left out.
fn mapping(node: Option<&Node>, lists: &[&str], maps: &[&str]) -> Map<String, Value> {
    let mut fields = match node.and_then(written) {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    for (keys, empty) in [(lists, json!([])), (maps, json!({}))] {
        for key in keys {
            fields.entry(*key).or_insert_with(|| empty.clone());
        }
    }
    fields
}

fn register(context: &Context<'_>) -> Value {
    let Fact::Known(register) = &context.judged.declared.register else {
        return json!({ "systems": [], "used_ai": [] });
    };
    let mut fields = Map::new();
    if let Some(organisation) = &register.organisation {
        fields.insert("organisation".to_owned(), json!(organisation.value));
    }
    fields.insert("systems".to_owned(), register.systems.iter().map(system).collect());
    fields.insert("used_ai".to_owned(), register.used_ai.iter().map(used_ai).collect());
    Value::Object(fields)
}

pub(super) fn system(system: &System) -> Value {
    const LISTS: [&str; 5] = ["paths", "models", "datasets", "serves", "accept_when"];
    let mut fields = mapping(system.written.as_ref(), &LISTS, &["facts", "documents"]);
    fields.insert("class".to_owned(), json!(system.class().name()));
    let roles = match fields.remove("our_role") {
        Some(Value::Array(roles)) => Value::Array(roles),
        one => one.into_iter().collect(),
    };
    fields.insert("our_role".to_owned(), roles);
    Value::Object(fields)
}

pub(super) fn used_ai(used: &UsedAi) -> Value {
    Value::Object(mapping(used.written.as_ref(), &[], &[]))
}

/// The risks of a register, in its order.
pub(super) fn risks(id: &SystemId, register: &RiskRegister, context: &Context<'_>) -> Vec<Value> {
    let tree = context.judged.documents.get(&register.path).and_then(|it| it.tree().ok());
    let nodes = tree.and_then(|root| root.get("risks")).map_or(&[][..], Node::items);
    let of = |(risk, node): (&Risk, &Node)| {
        let mut fields = mapping(Some(node), &["actions", "controls", "required_by"], &[]);
        fields.insert("system".to_owned(), json!(id.to_string()));
        for (key, rating) in [("level_before", risk.before), ("level_after", risk.after)] {
            if let Some(level) = rating.and_then(|rating| register.level(rating.value)) {
                fields.insert(key.to_owned(), json!(level.name()));
            }
        }
        Value::Object(fields)
    };
    register.risks.iter().zip(nodes).map(of).collect()
}

pub(super) fn document(need: &Requirement, answer: &Answer, context: &Context<'_>) -> Value {
    let mut fields = Map::new();
    let mut add = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    add("kind", json!(need.kind.id.to_string()));
    add("name", json!(need.kind.name));
    add("class", json!(need.class.name()));
    add("state", json!(state(answer)));
    if let Some(system) = &need.system {
        add("system", json!(system.to_string()));
    }
    if let Some(object) = &need.object {
        add("object", json!(object));
    }
    if let Some(path) = answer.accepted() {
        add("path", json!(path.to_string()));
    }
    if let Answer::Read(reading) = answer
        && let Some(document) = context.judged.documents.get(&reading.path)
    {
        add("language", json!(language(reading)));
        let read = ReadDocument { need, reading, document };
        let elements = reading.elements.iter().map(|it| {
            let mut element = Map::new();
            let is_said = it.state == State::Present;
            element.insert("said".to_owned(), json!(is_said));
            element.insert("placeholder".to_owned(), json!(it.state == State::Placeholder));
            let text = read.all_said(&it.element.key).filter(|_| is_said);
            if let Some((text, _)) = text.filter(|(text, _)| text.len() <= LONGEST_TEXT) {
                element.insert("text".to_owned(), json!(text));
            }
            (it.element.key.replace('-', "_"), Value::Object(element))
        });
        add("elements", Value::Object(elements.collect()));
        add("metadata", Value::Object(mapping(document.metadata(), &[], &[])));
    }
    Value::Object(fields)
}

fn state(answer: &Answer) -> &'static str {
    match answer {
        Answer::Read(_) => "read",
        Answer::Pointer(_) => "pointer",
        Answer::Typed(_) => "own-format",
        Answer::Unreadable(..) => "unreadable",
        Answer::NotThere { .. } => "not-there",
        Answer::NotRecognised(..) => "not-recognised",
        Answer::UnreadLanguage(..) => "unread-language",
        Answer::EmptySection(_) => "empty",
        Answer::Missing => "missing",
        Answer::NotApplicable => "not-applicable",
    }
}

fn language(reading: &Reading) -> &str {
    match reading.language {
        DocumentLanguage::English => "en",
        DocumentLanguage::Known(language) => &language.language,
        DocumentLanguage::Unknown(name) => name,
    }
}

pub(super) fn record(files: &RecordFiles, context: &Context<'_>) -> Value {
    let record = &files.record.value;
    let mut fields = Map::new();
    let mut add = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    add("id", json!(record.id.value.to_string()));
    add("path", json!(files.record.path.to_string()));
    add("decision", json!(record.decision.value.name()));
    add("because", json!(record.because.value));
    add("expires", json!(record.expires.value.to_string()));
    if let Some(system) = &record.system {
        add("system", json!(system.value.to_string()));
    }
    if let Some(owner) = &record.owner {
        add("owner", json!(owner.value.to_string()));
    }
    if let Some(day) = &record.prepared_on {
        add("prepared_on", json!(day.value.to_string()));
    }
    let conditions = record.conditions.iter().map(|it| {
        let (id, must) = (&it.id.value, &it.must.value);
        let (owner, due) = (&it.owner.value, it.due.value.to_string());
        json!({ "id": id, "must": must, "owner": owner, "due": due })
    });
    add("conditions", conditions.collect());
    let signers = signatures_of(context.signoffs, files).signers;
    let signers = signers.iter().map(|signer| {
        let (person, role) = (signer.person.id.value.to_string(), signer.role.name());
        json!({ "person": person, "role": role, "on": signer.signed_on.to_string() })
    });
    add("signers", signers.collect());
    let due = context
        .decisions
        .iter()
        .find(|due| due.record.is_some_and(|it| it.record.value.id.value == record.id.value));
    if let Some(due) = due {
        add("stands", json!(due.flaws.is_empty()));
    }
    Value::Object(fields)
}

pub(super) fn asset(asset: &Asset, context: &Context<'_>) -> Value {
    json!({
        "kind": asset.kind,
        "name": asset.name,
        "path": asset.place.path.to_string(),
        "strength": asset.strength,
        "role": asset.role,
        "systems": systems_of(&asset.place.path, context),
    })
}

pub(super) fn file(path: &RepoPath, edit: Edit, change: &Change, context: &Context<'_>) -> Value {
    let edit = match edit {
        Edit::Added => "added",
        Edit::Edited => "edited",
        Edit::Removed => "removed",
    };
    let mut fields = Map::new();
    fields.insert("path".to_owned(), json!(path.to_string()));
    fields.insert("edit".to_owned(), json!(edit));
    fields.insert("systems".to_owned(), systems_of(path, context));
    if let Some(from) = change.moved_from.get(path) {
        fields.insert("moved_from".to_owned(), json!(from.to_string()));
    }
    Value::Object(fields)
}

fn systems_of(path: &RepoPath, context: &Context<'_>) -> Value {
    context.judged.systems_of(path).map(|it| json!(it.id.value.to_string())).collect()
}
