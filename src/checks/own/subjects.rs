//! What own checks look at one by one: each subject with its place, its class and its values.

use serde_json::Value;

use super::data;
use crate::catalog::Class;
use crate::checks::shared::{fallback, subject};
use crate::engine::{Context, Outcome};
use crate::evidence::{Answer, Requirement};
use crate::finding::Subject;
use crate::ids::SystemId;
use crate::settings::own_check::ForEach;
use crate::span::Place;

/// A subject of an own check.
pub(super) struct Judgeable {
    pub(super) subject: Subject,
    pub(super) place: Place,
    pub(super) class: Class,
    /// The systems it concerns, where the subject names none.
    pub(super) systems: Vec<SystemId>,
    /// The variables that hold it.
    pub(super) variables: Vec<(&'static str, Value)>,
}

/// The subjects of a kind, or the outcomes of a check that cannot look at them.
pub(super) fn of(each: ForEach, context: &Context<'_>) -> Result<Vec<Judgeable>, Vec<Outcome>> {
    match each {
        ForEach::Repository => Ok(vec![Judgeable {
            subject: Subject::Register,
            place: fallback(context),
            class: context.judged.strictest_class(),
            systems: Vec::new(),
            variables: Vec::new(),
        }]),
        ForEach::System => systems(context),
        ForEach::UsedAi => used_ai(context),
        ForEach::Document => documents(context),
        ForEach::Risk => risks(context),
        ForEach::Record => Ok(records(context)),
        ForEach::Asset => Ok(assets(context)),
        ForEach::File => files(context),
    }
}

fn systems(context: &Context<'_>) -> Result<Vec<Judgeable>, Vec<Outcome>> {
    let systems = context.register()?.systems.iter().map(|system| Judgeable {
        subject: Subject::System(system.id.value.clone()),
        place: system.place(system.id.span),
        class: system.class(),
        systems: Vec::new(),
        variables: vec![("system", data::system(system))],
    });
    Ok(systems.collect())
}

fn used_ai(context: &Context<'_>) -> Result<Vec<Judgeable>, Vec<Outcome>> {
    let used = context.register()?.used_ai.iter().map(|used| Judgeable {
        // As the checks of used AI that ship name it.
        subject: Subject::Duty { system: None, duty: ["used-ai", &used.id.value].join(" ") },
        place: Place::bytes(used.register.clone(), used.id.span),
        class: used.risk_class,
        systems: Vec::new(),
        variables: vec![("used_ai", data::used_ai(used))],
    });
    Ok(used.collect())
}

/// The variables of a subject that may belong to a system.
fn with_system(
    name: &'static str,
    value: Value,
    system: Option<&SystemId>,
    context: &Context<'_>,
) -> Vec<(&'static str, Value)> {
    let system = system.and_then(|id| context.judged.system(id));
    std::iter::once((name, value)).chain(system.map(|it| ("system", data::system(it)))).collect()
}

fn documents(context: &Context<'_>) -> Result<Vec<Judgeable>, Vec<Outcome>> {
    context.register()?;
    let judgeable = |(need, answer): &(Requirement, Answer)| {
        let place = match answer {
            Answer::Read(reading) => reading.place(),
            _ => answer.accepted().map_or(need.asked.clone(), |path| Place::whole(path.clone())),
        };
        let value = data::document(need, answer, context);
        Judgeable {
            subject: subject(need),
            place,
            class: need.class,
            systems: Vec::new(),
            variables: with_system("document", value, need.system.as_ref(), context),
        }
    };
    Ok(context.judged.evidence.iter().map(judgeable).collect())
}

fn risks(context: &Context<'_>) -> Result<Vec<Judgeable>, Vec<Outcome>> {
    context.register()?;
    let mut all = Vec::new();
    for (id, register) in &context.judged.risks {
        let class = context.judged.system(id).map_or(Class::Limited, |system| system.class());
        for (risk, value) in register.risks.iter().zip(data::risks(id, register, context)) {
            all.push(Judgeable {
                subject: Subject::Risk { system: id.clone(), risk: risk.id.value.clone() },
                place: Place::bytes(register.path.clone(), risk.id.span),
                class,
                systems: Vec::new(),
                variables: with_system("risk", value, Some(id), context),
            });
        }
    }
    Ok(all)
}

fn records(context: &Context<'_>) -> Vec<Judgeable> {
    let records = context.signoffs.store.records.values().map(|files| {
        let record = &files.record;
        let id = record.value.system.as_ref().map(|system| &system.value);
        let system = id.and_then(|id| context.judged.system(id));
        let class =
            system.map_or_else(|| context.judged.strictest_class(), |system| system.class());
        Judgeable {
            subject: Subject::File(record.path.clone()),
            place: record.place(record.value.id.span),
            class,
            systems: system.map(|system| system.id.value.clone()).into_iter().collect(),
            variables: with_system("record", data::record(files, context), id, context),
        }
    });
    records.collect()
}

fn assets(context: &Context<'_>) -> Vec<Judgeable> {
    let assets = context.judged.inventory.assets.iter().map(|asset| {
        let path = &asset.place.path;
        let value = data::asset(asset, context);
        let kind = value["kind"].as_str().unwrap_or_default();
        Judgeable {
            subject: Subject::Asset([kind, &asset.name].join(":")),
            place: asset.place.clone(),
            class: context.judged.class_of(path),
            systems: context.judged.systems_of(path).map(|it| it.id.value.clone()).collect(),
            variables: vec![("asset", value)],
        }
    });
    assets.collect()
}

fn files(context: &Context<'_>) -> Result<Vec<Judgeable>, Vec<Outcome>> {
    let change = context.against(Subject::Target)?.sides.change;
    let files = change.files.iter().map(|(path, edit)| {
        let is_here = context.judged.view.snapshot.entry(path).is_some();
        Judgeable {
            subject: Subject::File(path.clone()),
            place: if is_here { Place::whole(path.clone()) } else { fallback(context) },
            class: context.judged.class_of(path),
            systems: context.judged.systems_of(path).map(|it| it.id.value.clone()).collect(),
            variables: vec![("file", data::file(path, *edit, change, context))],
        }
    });
    Ok(files.collect())
}
