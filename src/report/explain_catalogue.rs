//! What a kind of document, a control or a key of a file is about.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::explain::related;
use crate::catalog::{
    Class, Control, Duty, Element, FactName, FileKey, Kind, Profile, Raise, Scope, kinds, raises,
};
use crate::engine::Check;
use crate::wording::wrapped;

/// The widest line of an explanation.
const WIDTH: usize = 98;

/// What a kind of document is: what it says, under which names, and where it is looked for.
pub(crate) fn kind(kind: &Kind) -> String {
    let mut out = format!("# {} (`{}`)\n\n{}.\n\n", kind.name, kind.id, kind.what);
    let mut line = |text: String| {
        out += &wrapped(&text, WIDTH).join("\n  ");
        out.push('\n');
    };
    line(format!("One for each {}.", scope(kind.scope)));
    if let Some(by) = &kind.answered_by {
        line(format!("No document is asked for: `{by}` says it."));
    } else {
        let duties: Vec<String> = [Class::Minimal, Class::Limited, Class::High]
            .into_iter()
            .map(|class| format!("{} {}", class.name(), duty(kind.duty(class))))
            .collect();
        let owing: Vec<&str> = kind.owed_by.iter().map(|it| profile(*it)).collect();
        let asked = if kind.by_law { "by law alone".to_owned() } else { duties.join(", ") };
        line(format!(
            "Asked for: {asked}; from stage {} on; of the {}.",
            kind.due_stage.name(),
            owing.join(", ")
        ));
        let provisions = raises().iter().filter(|raise| raise.documents.contains(&kind.id));
        let sources: Vec<&str> = provisions.map(|raise| raise.source.as_str()).collect();
        if !sources.is_empty() {
            line(format!("By law, where the rules name it: {}.", sources.join("; ")));
        }
    }
    if !kind.when.is_empty() {
        line(format!("Only where one of these holds: {}.", facts(&kind.when)));
    }
    if !kind.approved_by.is_empty() {
        let roles: Vec<&str> = kind.approved_by.iter().map(|role| role.name()).collect();
        line(format!("Approved by somebody who is {}.", roles.join(", ")));
    }
    line(format!(
        "Looked for where the register says (`documents: {{{}: PATH}}`, or `card` of a model or a \
         dataset), as a section of the system's sheet, then at {}.",
        kind.id,
        kind.locations.join(", ")
    ));
    line(format!("Known by the titles {}.", kind.titles.join(", ")));
    if !kind.part_of.is_empty() {
        let carriers: Vec<&str> = kind.part_of.iter().map(|id| id.as_str()).collect();
        line(format!("May stand in: {}.", carriers.join(", ")));
    }
    line(format!("Evidence for: {}.", kind.controls.join(", ")));
    out += "\nIt says, each under any of these names:\n\n";
    kind.elements.iter().for_each(|it| out += &element(it));
    if !kind.also.is_empty() {
        out += "\nAnd it may say:\n\n";
        kind.also.iter().for_each(|it| out += &element(it));
    }
    if kind.answered_by.is_none() {
        let _ = writeln!(out, "\nA form: aimsgate template {}", kind.id);
    }
    out
}

fn element(element: &Element) -> String {
    let main = if element.core { ", a main part" } else { "" };
    let when = if element.when.is_empty() {
        String::new()
    } else {
        format!(", where one holds of {}", facts(&element.when))
    };
    let text = format!("- {}{main}{when}: {}", element.key, element.any_of.join(", "));
    wrapped(&text, WIDTH).join("\n  ") + "\n"
}

/// What a control of Annex A or a clause asks, which documents are evidence for it, and which
/// checks look.
pub(crate) fn control(control: &Control, checks: &[&Check]) -> String {
    let mut out = format!("# {} {}\n\n", control.id, control.title);
    let evidence: Vec<&str> = kinds()
        .iter()
        .filter(|kind| kind.controls.contains(&control.id))
        .map(|kind| kind.id.as_str())
        .collect();
    let asking: BTreeSet<&str> = checks
        .iter()
        .filter(|check| check.controls.contains(&control.id.as_str()))
        .map(|check| check.id.name())
        .collect();
    let list = |names: Vec<&str>, none: &str| match names.as_slice() {
        [] => none.to_owned(),
        names => names.join(", "),
    };
    let documents = list(evidence, "none");
    let checks = list(asking.into_iter().collect(), "none but those that ask for the documents");
    for text in [format!("Documents: {documents}."), format!("Checks: {checks}.")] {
        out += &wrapped(&text, WIDTH).join("\n  ");
        out.push('\n');
    }
    out += "\nThe title is in our own words; ISO/IEC 42001:2023 has the text.\n";
    out += &related(&[control.id.as_str()]);
    out
}

/// What a key of a file says.
pub(crate) fn key(key: &FileKey) -> String {
    let mut out = format!("# `{}` of {}\n\n", key.key, key.file);
    out += &wrapped(&key.means, WIDTH).join("\n");
    let _ = writeln!(out, "\n\n    {}", key.example);
    out
}

/// What a provision of law asks for, of whom and from when.
pub(crate) fn provision(raise: &Raise) -> String {
    let mut out = format!("# {}\n\n", raise.source);
    let owing: Vec<&str> = raise.owed_by.iter().map(|it| profile(*it)).collect();
    let when = if raise.when.is_empty() {
        String::new()
    } else {
        format!(", where all of these hold: {}", facts(&raise.when))
    };
    let class = raise.from_class.name();
    let mut texts = vec![format!(
        "Asked of the {} of a system of class {class} and above{when}; from {} on.",
        owing.join(", "),
        raise.from
    )];
    let documents: Vec<&str> = raise.documents.iter().map(|id| id.as_str()).collect();
    if !documents.is_empty() {
        texts.push(format!("Documents: {}.", documents.join(", ")));
    }
    let checks: Vec<&str> = raise.checks.iter().map(|check| check.name()).collect();
    texts.push(format!("What these checks find of it is an error: {}.", checks.join(", ")));
    if let Some(overlay) = raise.overlay {
        let name = overlay.name();
        texts.push(format!("It holds where the rules name it: `overlays: [{name}]`."));
    }
    for text in texts {
        out += &wrapped(&text, WIDTH).join("\n  ");
        out.push('\n');
    }
    out
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Organization => "organisation",
        Scope::Repository => "repository",
        Scope::System => "system",
        Scope::Release => "release of a system",
        Scope::Model => "model of your own",
        Scope::Dataset => "dataset",
    }
}

fn duty(duty: Duty) -> &'static str {
    match duty {
        Duty::Mandatory => "mandatory",
        Duty::Recommended => "recommended",
        Duty::Optional => "optional",
        Duty::NotApplicable => "not applicable",
    }
}

fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Provider => "provider",
        Profile::Deployer => "deployer",
        Profile::Importer => "importer",
        Profile::Organisation => "organisation's own repository",
    }
}

fn facts(facts: &[FactName]) -> String {
    let name = |fact: &FactName| match fact {
        FactName::UsedInEu => "used in the EU",
        FactName::EuAiAct => "of class high and used in the EU",
        FactName::AnnexIii => "of Annex III",
        FactName::AnnexI => "of Annex I",
        FactName::Exempted => "of no high risk by Article 6(3)",
        fact => fact.name(),
    };
    facts.iter().map(name).collect::<Vec<_>>().join(", ")
}
