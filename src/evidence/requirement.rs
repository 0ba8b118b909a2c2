//! What is due: documents that class, stage and register ask for.

use crate::catalog::{Class, Kind, LegalSubject, Profile, Raise, Scope, Stage};
use crate::check_id::CheckId;
use crate::date::Date;
use crate::document::Spanned;
use crate::ids::SystemId;
use crate::part::Part;
use crate::settings::register::{Dataset, Model, Register, RepositoryKind, System};
use crate::span::{Place, RepoPath};

/// A document that must exist, and why.
#[derive(Debug)]
pub(crate) struct Requirement {
    pub(crate) kind: &'static Kind,
    pub(crate) system: Option<SystemId>,
    /// The model or dataset it is about.
    pub(crate) object: Option<String>,
    pub(crate) class: Class,
    pub(crate) stage: Stage,
    pub(crate) owner: Option<String>,
    /// The line of the register that makes it due.
    pub(crate) asked: Place,
    /// What it is about: a model's or dataset's source and version.
    pub(super) source: String,
    /// The folder that paths are relative to.
    pub(crate) base: RepoPath,
    /// Where the register says it is.
    pub(super) declared: Option<Spanned<String>>,
    pub(super) sheet: Option<Spanned<String>>,
    /// The day from which law asks for it; none where the catalogue asks for it on any day.
    from: Option<Date>,
}

impl Requirement {
    /// Whether it is asked for on this day.
    pub(crate) fn is_asked(&self, today: Date) -> bool {
        self.from.is_none_or(|from| from <= today)
    }

    /// What asks for it, in a form that changes when something else is asked: an entry of a
    /// baseline for what is missing is bound to this.
    pub(crate) fn bound(&self) -> Part {
        Part::Required { class: self.class, source: self.source.to_string() }
    }
}

/// Every document that the declared systems owe by the catalogue, or by one of these provisions,
/// in the order of the catalogue.
pub(super) fn needs(
    register: &Register,
    kinds: &'static [Kind],
    provisions: &[&Raise],
) -> Vec<Requirement> {
    let systems: Vec<(&System, LegalSubject)> =
        register.systems.iter().map(|system| (system, system.legal_subject())).collect();
    let mut needs = Vec::new();
    for kind in kinds {
        let due: Vec<Due<'_>> =
            systems.iter().filter_map(|(it, subject)| due(kind, it, subject, provisions)).collect();
        match kind.scope {
            Scope::Organization | Scope::Repository => {
                // One for all systems; the strictest of them asks, from the first day on.
                let Some(system) = due.iter().map(|it| it.system).max_by_key(|it| it.class())
                else {
                    needs.extend(organisations_own(register, kind));
                    continue;
                };
                needs.push(Requirement {
                    kind,
                    system: None,
                    object: None,
                    class: system.class().max(class_of_own(register, kind)),
                    stage: *system.stage,
                    owner: None,
                    asked: system.place(system.id.span),
                    base: register.base.clone(),
                    source: String::new(),
                    declared: due.iter().find_map(|it| declared(it.system, kind)),
                    sheet: None,
                    from: due.iter().map(|it| it.from).min().flatten(),
                });
            }
            Scope::System | Scope::Release => {
                needs.extend(due.iter().map(|it| of_system(kind, it)));
            }
            Scope::Model | Scope::Dataset => {
                for it in &due {
                    needs.extend(of_objects(kind, it));
                }
            }
        }
    }
    needs
}

/// A model or a dataset that a document of its own is due for.
struct DocumentedObject<'r> {
    id: &'r Spanned<String>,
    card: &'r Option<Spanned<String>>,
    shared_class: Option<Class>,
    /// Where it comes from, and its version.
    source: [&'r Option<Spanned<String>>; 4],
}

/// The documents of a kind that a system owes for each of its models or datasets.
fn of_objects<'r>(
    kind: &'static Kind,
    due: &'r Due<'r>,
) -> impl Iterator<Item = Requirement> + use<'r> {
    let system = due.system;
    let of_model = |it: &'r Model| DocumentedObject {
        id: &it.id,
        card: &it.card,
        shared_class: it.shared_class,
        source: [&it.path, &it.pointer, &it.hub, &it.version],
    };
    let of_dataset = |it: &'r Dataset| DocumentedObject {
        id: &it.id,
        card: &it.card,
        shared_class: None,
        source: [&it.path, &it.pointer, &it.hub, &it.version],
    };
    let objects: Vec<DocumentedObject<'r>> = if kind.scope == Scope::Model {
        own_models(system).map(of_model).collect()
    } else {
        system.datasets.iter().map(of_dataset).collect()
    };
    objects.into_iter().map(move |object| {
        let source: Vec<&str> =
            object.source.into_iter().flatten().map(|it| it.value.as_str()).collect();
        // The card is the document itself; what a card may carry is looked for in it later.
        let card = object.card.clone().filter(|_| kind.part_of.is_empty());
        // A document that the register names for the kind is meant before the card.
        let card = declared(system, kind).or(card);
        Requirement {
            object: Some(object.id.value.clone()),
            class: object.shared_class.map_or(system.class(), |class| class.max(system.class())),
            asked: system.place(object.id.span),
            source: source.join(" "),
            declared: card,
            ..of_system(kind, due)
        }
    })
}

/// The document of a kind that a system owes.
fn of_system(kind: &'static Kind, due: &Due<'_>) -> Requirement {
    let system = due.system;
    Requirement {
        kind,
        system: Some(system.id.value.clone()),
        object: None,
        class: system.class(),
        stage: *system.stage,
        owner: Some(system.owner.value.clone()),
        asked: system.place(system.id.span),
        base: system.base.clone(),
        source: String::new(),
        declared: declared(system, kind),
        sheet: system.sheet.clone(),
        from: due.from,
    }
}

/// A system that owes a kind of document, and from which day on where only law asks for it.
struct Due<'r> {
    system: &'r System,
    from: Option<Date>,
}

/// Returns that a system owes a kind of document. None where nothing asks for it.
fn due<'r>(
    kind: &Kind,
    system: &'r System,
    subject: &LegalSubject,
    provisions: &[&Raise],
) -> Option<Due<'r>> {
    let is_named = kind.by_law && declared(system, kind).is_some();
    let holds = |fact| subject.facts.contains(&fact);
    if is_named || kind.is_due(&subject.profiles, subject.class, *system.stage, holds) {
        return Some(Due { system, from: None });
    }
    let asks = |raise: &&&Raise| {
        raise.is_about(CheckId::DocumentMissing, Some(&kind.id))
            && raise.documents.contains(&kind.id)
    };
    if *system.stage < kind.due_stage {
        return None;
    }
    let from =
        provisions.iter().filter(asks).filter_map(|raise| raise.applies_from(subject)).min()?;
    Some(Due { system, from: Some(from) })
}

/// The models a system makes itself.
pub(super) fn own_models(system: &System) -> impl Iterator<Item = &Model> {
    system.models.iter().filter(|model| !model.is_supplied())
}

/// What the organisation's own repository owes whether or not a system stands in it.
fn organisations_own(register: &Register, kind: &'static Kind) -> Option<Requirement> {
    let stage = Stage::Operation;
    let is_own = register.kind == Some(RepositoryKind::Organisation)
        && kind.owed_by.contains(&Profile::Organisation);
    (is_own && kind.since.is_some() && !kind.by_law).then(|| Requirement {
        kind,
        system: None,
        object: None,
        class: class_of_own(register, kind),
        stage,
        owner: None,
        asked: Place::bytes(register.path.clone(), register.kind_span),
        base: register.base.clone(),
        source: String::new(),
        declared: None,
        sheet: None,
        from: None,
    })
}

/// The class by which a repository is judged for a document of the whole organisation. A clause of
/// the standard says "shall" to whoever has a management system, whatever systems there are; a
/// control of Annex A is chosen by what is used.
fn class_of_own(register: &Register, kind: &Kind) -> Class {
    if register.kind != Some(RepositoryKind::Organisation) {
        return Class::Minimal;
    }
    let is_of_clause = |control: &String| !control.starts_with("A.");
    if kind.owed_by.contains(&Profile::Organisation) && kind.controls.iter().any(is_of_clause) {
        return Class::High;
    }
    register.used_ai.iter().map(|used| used.risk_class).max().unwrap_or(Class::Limited)
}

/// Where the register says a system's document of a kind is.
fn declared(system: &System, kind: &Kind) -> Option<Spanned<String>> {
    // The risk register has a key of its own, because it is data and not prose.
    let risks = system.risks.clone().filter(|_| kind.id == "risk-register");
    risks.or_else(|| {
        system.documents.iter().find(|it| it.kind.value == kind.id).map(|it| it.path.clone())
    })
}
