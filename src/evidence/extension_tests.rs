//! What rules add to the catalogue and take out of it.

use std::collections::BTreeMap;

use super::tests::{CARD, REGISTER, gathered, gathered_under};
use super::*;
use crate::document;
use crate::settings::gate::{self, Rules};
use crate::span::RepoPath;

fn rules(text: &str) -> Rules {
    let path = RepoPath::from(gate::FILE);
    let document =
        document::parse(path.clone(), format!("schema: aimsgate/1\n{text}").into_bytes());
    Rules::compose(vec![(
        path,
        gate::read(&document).unwrap_or_else(|mistake| panic!("{mistake:?}")),
    )])
}

#[test]
fn rules_add_names_and_places_to_a_kind() {
    let register = REGISTER.replace("    sheet: docs/sheet.md\n", "");
    let card = CARD.replace("Bias, Risks, and Limitations", "Fences");
    let files = [("factsheets/m.md", card.as_str())];
    let places = "documents:\n  model-card: \
        {places: [factsheets/*.md], elements: {limitations: [Fences]}}\n";
    let state = |answers: &BTreeMap<String, Answer>| match &answers["model-card"] {
        Answer::Read(reading) => {
            reading.elements.iter().find(|it| it.element.key == "limitations").unwrap().state
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(state(&gathered(&register, &files)), State::Missing);
    assert_eq!(state(&gathered_under(&rules(places), &register, &files)), State::Present);
}

#[test]
fn rules_add_kinds_of_their_own() {
    let kind = "documents:\n  energy-report:\n    name: Energy report\n    about: \
        system\n    due-for: [limited, high]\n    due-from: operation\n    \
        owed-by: [provider]\n    places: \
        [docs/energy.md]\n    \
        elements: {consumption: [Energy consumption, kWh], measured-on: [Measured on]}\n";
    let rules = rules(kind);
    assert!(matches!(gathered_under(&rules, REGISTER, &[])["energy-report"], Answer::Missing));
    let text = "# Energy report\n\n## Energy consumption\n\n40 kWh a day.\n";
    let answers = gathered_under(&rules, REGISTER, &[("docs/energy.md", text)]);
    let Answer::Read(reading) = &answers["energy-report"] else {
        panic!("{:?}", answers["energy-report"])
    };
    let states: Vec<(&str, State)> =
        reading.elements.iter().map(|it| (it.element.key.as_str(), it.state)).collect();
    assert_eq!(states, [("consumption", State::Present), ("measured-on", State::Missing)]);
    let declared = REGISTER.replace(
        "    sheet: docs/sheet.md\n",
        "    documents: \
        {energy-report: notes/power.md}\n",
    );
    let answers = gathered_under(&rules, &declared, &[("notes/power.md", text)]);
    assert!(matches!(
        &answers["energy-report"],
        Answer::Read(reading) if reading.path == "notes/power.md".into()
    ));
}

#[test]
fn rules_take_documents_out_with_a_reason() {
    let why = "because: Nobody is spoken to by it.";
    let of = |system: &str| {
        rules(&format!(
            "not-applicable: [{{document: user-information, \
        {system}{why}}}]\n"
        ))
    };
    let excused = |rules: &Rules| {
        matches!(gathered_under(rules, REGISTER, &[])["user-information"], Answer::NotApplicable)
    };
    assert!(excused(&of("")) && excused(&of("system: chat, ")));
    assert!(!excused(&of("system: other, ")) && !excused(&Rules::default()));
}

#[test]
fn rules_teach_a_language() {
    let sentences = "Modellen är tränad på brev som kommit in till kommunen och den ska inte \
        användas för att fatta beslut om en person. ";
    let card = format!(
        "# Modellkort\n\n## Version\n\n1.0 av den 3 februari 2026\n\n## Ägare\n\nana\n\n## Avsedd \
         användning\n\n{sentences}\n\n## Begränsningar\n\n{sentences}\n\n## \
         Träningsdata\n\n{sentences}\n"
    );
    let pack = "languages:\n  - language: sv\n    name: Swedish\n    date-order: \
        day-first\n    decimal: \",\"\n    \
        small-words: [och, att, som, för, den, till, inte, är, på, om, av, en]\n    \
        months: [[januari], [februari], [mars], [april], [maj], [juni], [juli], [augusti], \
        [september], [oktober], [november], [december]]\n    \
        titles: {model-card: [Modellkort]}\n    \
        elements: {version: [Version], owner: [Ägare], intended-use: [Avsedd användning], \
        limitations: [Begränsningar], training-data: [Träningsdata]}\n";
    let files = [("model_card.md", card.as_str())];
    let register = REGISTER.replace("    sheet: docs/sheet.md\n", "");
    let unread = gathered(&register, &files);
    assert!(
        matches!(unread["model-card"], Answer::NotRecognised(..) | Answer::UnreadLanguage(..)),
        "{unread:?}"
    );
    let answers = gathered_under(&rules(pack), &register, &files);
    let Answer::Read(reading) = &answers["model-card"] else {
        panic!("{:?}", answers["model-card"])
    };
    assert!(reading.said("limitations").is_some() && reading.said("training-data").is_some());
    let version = reading.said("version").unwrap().span.unwrap().of(&card);
    assert_eq!(date_in(version, reading.language), Some(Day::Known("2026-02-03".parse().unwrap())));
}
