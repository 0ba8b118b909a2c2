//! What `gate.yaml` adds to the catalogue (`documents`, `languages`) and takes out of it
//! (`not-applicable`).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Mistake;
use super::pattern::glob;
use crate::catalog::{
    self, AddedTo, Class, Duty, Element, Extension, FactName, Kind, Language, Name, Profile, Scope,
    Stage,
};
use crate::document::{Document, Node, Spanned, meant};
use crate::ids::{KindId, SystemId};
use crate::span::{Place, RepoPath, Span};
use crate::wording::counted;

/// The most usual places of one kind.
const MOST_PLACES: usize = 100;

/// The most names of one kind and its elements together.
const MOST_NAMES: usize = 2_000;

/// What a file says of one kind of document: more names and places of a kind that ships, or the
/// whole of a kind of its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
pub(crate) struct DocumentSettings {
    /// Further titles.
    titles: Vec<String>,
    /// Further usual places.
    places: Vec<String>,
    /// Names of elements; of a kind of its own these are the elements.
    elements: BTreeMap<String, Vec<String>>,
    // What follows makes it a kind of its own.
    name: Option<String>,
    about: Option<Scope>,
    due_for: Vec<Class>,
    due_from: Option<Stage>,
    owed_by: Vec<Profile>,
    when: Vec<FactName>,
    controls: Vec<String>,
}

/// A document that the rules do not ask for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct NotApplicable {
    /// A kind of document.
    pub(crate) document: Spanned<KindId>,
    /// The one system whose document is not asked for. Without the key it is asked for of no
    /// system.
    pub(crate) system: Option<Spanned<SystemId>>,
    pub(crate) because: Spanned<String>,
}

impl NotApplicable {
    /// Returns whether the entry takes out the document of this kind and system.
    pub(crate) fn covers(&self, kind: &KindId, system: Option<&SystemId>) -> bool {
        self.document.value == *kind
            && self.system.as_ref().is_none_or(|only| system == Some(&only.value))
    }

    /// Returns whether the entry takes out everything that `other` takes out.
    pub(crate) fn includes(&self, other: &Self) -> bool {
        self.covers(&other.document.value, other.system.as_ref().map(|system| &system.value))
    }
}

/// What a file says of the catalogue, checked.
#[derive(Debug, Default)]
pub(super) struct Catalogued {
    pub(super) extension: Extension,
    /// The keys of the file that may let something pass.
    pub(super) loosening: Vec<Place>,
}

/// Checks what a file says of the catalogue.
///
/// # Errors
/// The first mistake in it.
pub(super) fn read(
    document: &Document,
    documents: &BTreeMap<String, DocumentSettings>,
    languages: &[Language],
    not_applicable: &[NotApplicable],
) -> Result<Catalogued, Mistake> {
    let root = super::tree(document)?;
    let mistake = |span, message: String| Err(Mistake::new(document, span, message));
    let mut found = Catalogued::default();
    for (id, settings) in documents {
        kind(document, root.get("documents"), id, settings, &mut found)?;
    }
    for (at, language) in languages.iter().enumerate() {
        let node = root.get("languages").and_then(|it| it.items().get(at));
        let span = node.map_or_else(Span::default, |node| node.span);
        if let Err(why) = language_is_sound(language) {
            return mistake(span, why);
        }
        found.extension.languages.push(language.clone());
        found.loosening.push(Place::bytes(document.path.clone(), span));
    }
    for it in not_applicable {
        let known = |id: &str| catalog::kind(id).is_some() || documents.contains_key(id);
        if !known(&it.document.value) {
            let hint = meant_kind(&it.document.value);
            return mistake(
                it.document.span,
                format!("`{}` is no kind of document{hint}", it.document.value),
            );
        }
        if it.because.value.split_whitespace().count() < 3 {
            return mistake(
                it.because.span,
                "this is no reason; say in a sentence why it does not \
                apply"
                    .to_owned(),
            );
        }
        found.loosening.push(Place::bytes(document.path.clone(), it.document.span));
    }
    Ok(found)
}

/// The keys that say when a kind is due. For a kind that ships the catalogue says it, so they are
/// refused.
const DUE: [&str; 6] = ["about", "due-for", "due-from", "owed-by", "when", "controls"];

/// Returns the span of a key of a mapping, or `None` where it is not there.
fn at_key(node: Option<&Node>, key: &str) -> Option<Span> {
    node.and_then(|it| it.entry(key)).map(|(key, _)| key.span)
}

/// Checks what is said of one kind.
fn kind(
    document: &Document,
    node: Option<&Node>,
    id: &str,
    settings: &DocumentSettings,
    found: &mut Catalogued,
) -> Result<(), Mistake> {
    let span = at_key(node, id).unwrap_or_default();
    let own = node.and_then(|it| it.get(id));
    let at = |key: &str| at_key(own, key).unwrap_or(span);
    let mistake = |span, message: String| Err(Mistake::new(document, span, message));
    let count = settings.titles.len() + settings.elements.values().map(Vec::len).sum::<usize>();
    if settings.places.len() > MOST_PLACES || count > MOST_NAMES {
        return mistake(
            span,
            format!(
                "more than {MOST_PLACES} places or {MOST_NAMES} names of one \
            kind"
            ),
        );
    }
    if let Some(why) = settings.places.iter().find_map(|text| glob(&RepoPath::root(), text).err()) {
        return mistake(at("places"), why);
    }
    let named = settings.titles.iter().map(|it| (at("titles"), it));
    let elements = settings.elements.values().flatten().map(|it| (at("elements"), it));
    if let Some((span, text)) = named.chain(elements).find(|(_, text)| !is_name(text)) {
        return mistake(span, format!("`{text}` is no name; a name has at least two letters"));
    }
    match (catalog::kind(id), &settings.name) {
        (Some(_), Some(_)) => mistake(
            span,
            format!(
                "`{id}` is in the catalogue; only titles, places and elements \
                are added"
            ),
        ),
        (None, None) => {
            let hint = meant_kind(id);
            mistake(
                span,
                format!(
                    "`{id}` is no kind of document{hint}; one of your own needs a \
                `name`"
                ),
            )
        }
        (None, Some(name)) => {
            found.extension.kinds.push(
                own_kind(id, name, settings).map_err(|why| Mistake::new(document, span, why))?,
            );
            Ok(())
        }
        (Some(kind), None) => {
            if let Some(key) = DUE.into_iter().find(|key| at_key(own, key).is_some()) {
                return mistake(
                    at(key),
                    format!(
                        "`{id}` is in the catalogue, which says when it is \
                    due"
                    ),
                );
            }
            let known = |key: &&String| kind.all_elements().any(|element| element.key == **key);
            if let Some(key) = settings.elements.keys().find(|key| !known(key)) {
                let hint = meant(key, kind.all_elements().map(|element| element.key.as_str()));
                let span = at_key(own.and_then(|it| it.get("elements")), key).unwrap_or(span);
                return mistake(span, format!("`{id}` has no element `{key}`{hint}"));
            }
            found.extension.names.extend(names(id, settings));
            found.loosening.push(Place::bytes(document.path.clone(), span));
            Ok(())
        }
    }
}

/// Returns `; did you mean ...?` with the nearest id of a kind that ships, or an empty text.
fn meant_kind(id: &str) -> String {
    meant(id, catalog::kinds().iter().map(|kind| kind.id.as_str()))
}

/// Returns whether a text can name something: it has two letters or digits of any script.
fn is_name(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphanumeric()).nth(1).is_some()
}

fn names<'s>(kind: &'s str, settings: &'s DocumentSettings) -> impl Iterator<Item = Name> + 's {
    let name = |of: AddedTo, text: &str| Name { kind: kind.into(), of, text: text.to_owned() };
    let titles = settings.titles.iter().map(move |text| name(AddedTo::Title, text));
    let places = settings.places.iter().map(move |text| name(AddedTo::Place, text));
    let elements = settings.elements.iter().flat_map(move |(key, names)| {
        names.iter().map(move |text| name(AddedTo::Element(key.clone()), text))
    });
    titles.chain(places).chain(elements)
}

/// A kind of document that does not ship.
fn own_kind(id: &str, name: &str, settings: &DocumentSettings) -> Result<Kind, String> {
    let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.starts_with(|c: char| c.is_ascii_lowercase()) || !id.chars().all(is_id) {
        return Err(format!("`{id}` is no id; write it in lower case with hyphens"));
    }
    if !is_name(name) {
        return Err("a `name` has at least two letters".to_owned());
    }
    let Some(scope) = settings.about else {
        return Err(format!(
            "`{id}` needs `about`: organization, repository, system, release, model \
            or dataset"
        ));
    };
    let Some(due_stage) = settings.due_from else {
        return Err(format!("`{id}` needs `due-from`, the stage from which it is due"));
    };
    if settings.due_for.is_empty() {
        return Err(format!("`{id}` needs `due-for`, the classes that owe it"));
    }
    if settings.owed_by.is_empty() {
        return Err(format!(
            "`{id}` needs `owed-by`: provider, deployer, importer or organisation, whose \
            repository owes it"
        ));
    }
    if settings.elements.is_empty() || settings.elements.values().any(Vec::is_empty) {
        return Err(format!("`{id}` needs `elements`, each with the names under which it counts"));
    }
    let known =
        |id: &&String| catalog::controls().iter().chain(catalog::clauses()).any(|it| it.id == **id);
    if let Some(control) = settings.controls.iter().find(|id| !known(id)) {
        return Err(format!("`{control}` is no control or clause of ISO/IEC 42001"));
    }
    let duty = |class: Class| {
        if settings.due_for.contains(&class) { Duty::Mandatory } else { Duty::Optional }
    };
    let element = |(key, names): (&String, &Vec<String>)| {
        let key_as_name = std::iter::once(key.replace('-', " ")).filter(|key| !names.contains(key));
        Element {
            key: key.clone(),
            any_of: names.iter().cloned().chain(key_as_name).collect(),
            core: false,
            when: Vec::new(),
        }
    };
    Ok(Kind {
        id: id.into(),
        name: name.to_owned(),
        what: String::new(),
        scope,
        titles: std::iter::once(name.to_owned()).chain(settings.titles.iter().cloned()).collect(),
        locations: settings.places.clone(),
        elements: settings.elements.iter().map(element).collect(),
        also: Vec::new(),
        signs: Vec::new(),
        forms: Vec::new(),
        controls: settings.controls.clone(),
        owner_role: String::new(),
        approved_by: Vec::new(),
        mandatory: Class::ALL.into_iter().map(|class| (class, duty(class))).collect(),
        due_stage,
        part_of: Vec::new(),
        // A kind of the rules' own is asked for whatever rule set they pin.
        since: Some("0.1".to_owned()),
        owed_by: settings.owed_by.clone(),
        by_law: false,
        when: settings.when.clone(),
        answered_by: None,
    })
}

/// Checks that a language can be recognised and its dates be read.
fn language_is_sound(language: &Language) -> Result<(), String> {
    const ENOUGH_WORDS: usize = 8;
    let code = &language.language;
    if code == "en" || catalog::languages().any(|known| known == code) {
        return Err(format!("`{code}` ships; add its names under `documents`"));
    }
    if language.small_words.len() < ENOUGH_WORDS
        || language.small_words.iter().any(|word| *word != word.to_lowercase())
    {
        return Err(format!(
            "`{code}` needs at least {ENOUGH_WORDS} `small-words` in lower case, to \
            be told by"
        ));
    }
    if !matches!(language.months.len(), 0 | 12) {
        return Err(format!(
            "`{code}` has {}; name all twelve or none",
            counted(language.months.len(), "month", "months")
        ));
    }
    if let Some(id) = language.titles.keys().find(|id| catalog::kind(id).is_none()) {
        let hint = meant_kind(id);
        return Err(format!("`{id}` is no kind of document{hint}"));
    }
    let keys =
        || catalog::kinds().iter().flat_map(Kind::all_elements).map(|element| element.key.as_str());
    if let Some(key) =
        language.elements.keys().find(|key| !keys().any(|known| known == key.as_str()))
    {
        return Err(format!("no kind has an element `{key}`{}", meant(key, keys())));
    }
    match language
        .titles
        .values()
        .chain(language.elements.values())
        .flatten()
        .find(|text| !is_name(text))
    {
        Some(text) => Err(format!("`{text}` is no name; a name has at least two letters")),
        None => Ok(()),
    }
}
