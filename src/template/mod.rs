//! Forms of the documents that can be owed: `aimsgate template KIND`.
//!
//! # Design
//!
//! A form is made from what the checks read: the catalogue's elements, the labels that approval and
//! review are read from, and the facts of a system. So it cannot fall behind them. Under each
//! heading stand a comment that says what to write, which no reader of the page sees, and a `TODO`,
//! which the gate reads as a placeholder. A form as it is printed is never accepted.

mod hints;
mod special;
mod subject;

pub(crate) use hints::hint;
pub(crate) use subject::FormSubject;
use subject::OPEN;

use crate::catalog::{Class, FactName, Kind, Language, Scope, Stage};
use crate::evidence::{Lexicon, heading_of, names_an_element};
use crate::wording::wrapped;

/// Returns the form of a kind, in English or in a language.
pub(crate) fn form(
    lexicon: &'static Lexicon,
    kind: &'static Kind,
    about: &FormSubject,
    language: Option<&'static Language>,
) -> String {
    if let Some(text) = special::form(kind, about) {
        return text;
    }
    let title = language
        .and_then(|language| language.titles_of(kind).first())
        .map_or_else(|| title_of(kind), String::as_str);
    let mut out = front_matter(lexicon, kind, about);
    out += &format!("\n# {title}\n");
    if let Some(intro) = special::intro(kind) {
        out += &format!("\n<!-- {intro} -->\n");
    }
    for key in asked(kind, about) {
        out += &prompt(lexicon, kind, key, language);
    }
    out
}

/// Headings with prompts for some elements of a kind, in English.
pub(crate) fn prompts(
    lexicon: &'static Lexicon,
    kind: &'static Kind,
    elements: &[String],
) -> String {
    elements.iter().map(|key| prompt(lexicon, kind, key, None)).collect()
}

fn prompt(
    lexicon: &'static Lexicon,
    kind: &'static Kind,
    key: &str,
    language: Option<&'static Language>,
) -> String {
    let heading = heading_of(lexicon, kind, key, language);
    format!("\n## {heading}\n\n{}{OPEN}\n", hint_comment(kind, key))
}

/// The title of a form: the kind's name, where that is one of the titles it is known by.
fn title_of(kind: &Kind) -> &str {
    let is_title = kind.titles.iter().any(|title| title.eq_ignore_ascii_case(&kind.name));
    let first = kind.titles.first().map_or(kind.name.as_str(), String::as_str);
    if is_title { &kind.name } else { first }
}

/// The keys of the elements that a form asks for: what the kind must say, and what a check asks for
/// beyond that.
pub(crate) fn asked<'k>(kind: &'k Kind, about: &FormSubject) -> Vec<&'k str> {
    let required = kind.elements.iter().filter(|element| {
        element.when.is_empty() || element.when.iter().any(|fact| about.holds(*fact))
    });
    let further = kind.also.iter().filter(|element| is_asked_too(kind, &element.key, about));
    required.chain(further).map(|element| element.key.as_str()).collect()
}

/// Whether a check asks a kind for an element that is none of its duty.
fn is_asked_too(kind: &Kind, key: &str, about: &FormSubject) -> bool {
    match (kind.id.as_str(), key) {
        ("model-card" | "user-information" | "human-oversight-plan", "explanation") => {
            about.holds(FactName::DecidesAboutPeople)
        }
        ("dataset-card", "legal-basis" | "minimisation" | "retention" | "dpia") => {
            about.holds(FactName::PersonalData)
        }
        ("incident-response-plan", "exercised") => {
            about.class >= Class::High && about.stage >= Stage::Operation
        }
        _ => false,
    }
}

/// What the document says about itself: the labels that approval and review are read from. Whom it
/// belongs to and when it was made it says once: not here where the kind asks for it as an element.
fn front_matter(lexicon: &'static Lexicon, kind: &'static Kind, about: &FormSubject) -> String {
    let mut lines = vec!["---".to_owned()];
    let of_system = !matches!(kind.scope, Scope::Organization | Scope::Repository);
    if let Some(system) = about.system.as_deref().filter(|_| of_system) {
        lines.push(format!("system: {system}"));
    }
    let mut open = |key: &str, value: &str, what: &str| {
        let line = format!("{key}: {value}");
        let line = line.trim_end();
        lines.push(if what.is_empty() { line.to_owned() } else { format!("{line:<24}# {what}") });
    };
    let is_asked = |key: &str| !names_an_element(lexicon, kind, key);
    if is_asked("owner") {
        open("owner", about.owner.as_deref().unwrap_or_default(), "who keeps it up to date");
    }
    let dated = ["impact-assessment", "risk-assessment", "fundamental-rights-impact-assessment"];
    if dated.contains(&kind.id.as_str()) && is_asked("assessed-on") {
        open("assessed-on", "", "the day of the assessment, 2026-11-30");
    }
    if !kind.approved_by.is_empty() {
        let roles: Vec<&str> = kind.approved_by.iter().map(|role| role.name()).collect();
        open("status", "draft", "`approved` once it is");
        open("approved-by", "", &format!("an id of people.yaml: {}", roles.join(", ")));
        open("approved-on", "", "the day, 2026-11-30");
    }
    if is_asked("next-review") {
        open("next-review", "", "the day it is looked at again, 2027-11-30");
    }
    lines.push("---".to_owned());
    lines.join("\n") + "\n"
}

/// The comment that says what to write.
fn hint_comment(kind: &Kind, key: &str) -> String {
    let Some(hints::Hint(say, asks, example)) = hint(&kind.id, key) else {
        return String::new();
    };
    let paragraph = |text: String| wrapped(&text, 96).join("\n     ");
    format!(
        "<!-- {}\n     {}\n     {} -->\n\n",
        paragraph(format!("Say {say}.")),
        paragraph(format!("An auditor asks: {asks}")),
        paragraph(format!("For example: {example}")),
    )
}

/// Where a form is written, below the folder of its register: the first of the usual places that is
/// a file of its own.
pub(crate) fn place(kind: &Kind, about: &FormSubject) -> String {
    if let Some(place) = special::place(kind, about) {
        return place;
    }
    match (&about.system, &about.object) {
        (Some(system), Some(object)) => format!("docs/ai/{system}/{}-{object}.md", kind.id),
        (Some(system), None) => format!("docs/ai/{system}/{}.md", kind.id),
        (None, _) => usual_place(kind).unwrap_or_else(|| format!("docs/ai/{}.md", kind.id)),
    }
}

/// The first of the usual places of a kind that is a page of its own. Returns `None` where each is
/// a page of another name or format.
pub(crate) fn usual_place(kind: &Kind) -> Option<String> {
    let fixed = |stem: &str, ending: &str| (!stem.contains('*')).then(|| format!("{stem}{ending}"));
    let page = |place: &String| match place.strip_suffix(".*") {
        Some(stem) => fixed(stem, ".md"),
        None if place.ends_with(".md") => fixed(place, ""),
        None => None,
    };
    let folder = |place: &String| fixed(place.strip_suffix("/**")?, &format!("/{}.md", kind.id));
    let places = || kind.locations.iter();
    places().find_map(page).or_else(|| places().find_map(folder))
}
