//! What fourteen organisations owe on the days on which law begins to ask for more.

use std::fmt::Write as _;

use serde_yaml::Value;

use super::requirement::needs;
use crate::catalog::{self, Overlay, practices, raises};
use crate::date::Date;
use crate::document;
use crate::settings::register::{self, Register, System};
use crate::wording::wrapped;

/// The days of the EU AI Act, as Regulation (EU) 2026/1744 left them.
const DAYS: [&str; 7] = [
    "2025-02-02",
    "2025-08-02",
    "2026-08-02",
    "2026-12-02",
    "2027-08-02",
    "2027-12-02",
    "2028-08-02",
];

const LAWS: [Overlay; 2] = [Overlay::EuAiAct, Overlay::Gdpr];

fn line(value: &Value) -> String {
    serde_json::to_string(value).unwrap()
}

/// Returns the register of a persona.
fn register_of(persona: &Value) -> Register {
    let mut text = "schema: aimsgate/1\n".to_owned();
    if persona.get("organisation").is_some() {
        text += "kind: organisation\nused-ai:\n  - {id: assistant, service: example, used-for: \
            code, owner: ana, risk-class: minimal}\n";
    } else {
        let mut class = format!("value: {}", persona["class"].as_str().unwrap());
        for key in ["annex-iii", "annex-i"] {
            if let Some(value) = persona.get(key) {
                write!(class, ", {key}: {}", line(value)).unwrap();
            }
        }
        let of = match persona.get("hosted") {
            Some(_) => "models: [{id: m, service: example}]",
            None => "models: [{id: m, path: m.onnx}], datasets: [{id: d, path: d.csv}]",
        };
        write!(
            text,
            "systems:\n  - {{id: it, name: It, version: 1, owner: ana, purpose: Works., our-role: \
             {}, stage: operation, risk-class: {{{class}}}, facts: {}, paths: [src/**], {of}}}\n",
            line(&persona["our-role"]),
            line(&persona["facts"]),
        )
        .unwrap();
    }
    let document = document::parse("aims.yaml".into(), text.as_bytes().to_vec());
    let catalogue = super::Lexicon::shipped().catalogue();
    let register = register::read(&document, catalogue).unwrap_or_else(|it| panic!("{it:?}"));
    assert!(register.mistakes.is_empty(), "{:?}", register.mistakes);
    register
}

/// Returns what the catalogue asks for on any day, each with its controls and clauses.
fn by_standard(register: &Register) -> Vec<String> {
    let needs = needs(register, super::Lexicon::shipped().catalogue().kinds(), &[]);
    needs.iter().map(|it| format!("{} ({})", it.kind.id, it.kind.controls.join(", "))).collect()
}

/// Returns what law asks of a system from one of the days in a span on.
fn by_law(system: &System, after: Option<Date>, until: Date) -> Vec<String> {
    let subject = system.legal_subject();
    let is_new = |day: Date| day <= until && after.is_none_or(|after| day > after);
    // In the order of the table.
    let mut asked: Vec<(&str, Vec<String>)> = Vec::new();
    for raise in raises().iter().filter(|it| it.overlay.is_some_and(|law| LAWS.contains(&law))) {
        if raise.applies_from(&subject).is_some_and(is_new) {
            let documents = raise.documents.iter().map(ToString::to_string);
            let checks = raise.checks.iter().filter(|_| raise.documents.is_empty());
            let what = documents.chain(checks.map(|check| format!("the check {check}")));
            match asked.last_mut().filter(|(source, _)| *source == raise.source) {
                Some((_, all)) => all.extend(what),
                None => asked.push((&raise.source, what.collect())),
            }
        }
    }
    let points = practices().iter().filter(|it| is_new(it.from)).map(|it| it.point.as_str());
    let points: Vec<&str> = points.collect();
    if !points.is_empty() {
        let answers = format!("answers to the points {}", points.join(", "));
        asked.push(("Regulation (EU) 2024/1689, Article 5(1)", vec![answers]));
    }
    asked.into_iter().map(|(source, what)| format!("{source}: {}", what.join(", "))).collect()
}

#[test]
fn personas_owe_on_each_day_what_the_provision_asks_of_them() {
    let personas: Vec<Value> =
        serde_yaml::from_str(include_str!("../../fixtures/personas/personas.yaml")).unwrap();
    assert_eq!(personas.len(), 14);
    let mut out = String::new();
    let item = |out: &mut String, text: &str| {
        writeln!(out, "  {}", wrapped(text, 92).join("\n      ")).unwrap();
    };
    for persona in &personas {
        let register = register_of(persona);
        writeln!(out, "{}", persona["who"].as_str().unwrap()).unwrap();
        item(&mut out, &format!("on any day: {}", by_standard(&register).join(", ")));
        let mut after = None;
        for day in DAYS {
            let until: Date = day.parse().unwrap();
            let asked: Vec<String> =
                register.systems.iter().flat_map(|it| by_law(it, after, until)).collect();
            writeln!(out, "  from {day}{}", if asked.is_empty() { ": no more" } else { "" })
                .unwrap();
            asked.iter().for_each(|text| item(&mut out, &format!("- {text}")));
            after = Some(until);
        }
        out.push('\n');
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let expected = path.join("fixtures/personas/expected.txt");
    snapbox::assert_data_eq!(out, snapbox::Data::read_from(&expected, None).raw());
}

#[test]
fn every_kind_is_owed_by_somebody_for_a_reason_that_is_named() {
    for kind in catalog::kinds() {
        assert!(!kind.owed_by.is_empty() && !kind.controls.is_empty(), "{}", kind.id);
        let is_named = raises().iter().any(|raise| raise.documents.contains(&kind.id));
        assert!(is_named || !kind.by_law, "no provision asks for {}", kind.id);
    }
}
