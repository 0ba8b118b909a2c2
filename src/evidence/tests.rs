//! Existence earns nothing; what is said does, wherever it stands.

use std::collections::BTreeMap;

use super::reading::read as read_with;
use super::*;
use crate::catalog;
use crate::document;
use crate::file_cache::FileCache;
use crate::ids::SystemId;
use crate::settings::gate::Rules;
use crate::settings::register;
use crate::snapshot::View;
use crate::snapshot::memory::MemorySnapshot;
use crate::span::RepoPath;

pub(super) fn read(
    kind: &'static catalog::Kind,
    document: &document::Document,
    region: Region,
) -> Reading {
    read_with(Lexicon::shipped(), kind, document, &Lexicon::shipped().outline(document), region)
}

pub(super) const REGISTER: &str = "\
schema: aimsgate/1
systems:
  - id: chat
    name: Chat
    version: 1
    owner: ana
    purpose: Answers.
    our-role: provider
    stage: operation
    risk-class: {value: limited}
    paths: [src/**]
    models: [{id: m, path: m.onnx}]
    sheet: docs/sheet.md
";

pub(super) fn gathered(
    register_text: &str,
    files: &[(&'static str, &str)],
) -> BTreeMap<String, Answer> {
    gathered_under(&Rules::default(), register_text, files)
}

pub(super) fn gathered_under(
    rules: &Rules,
    register_text: &str,
    files: &[(&'static str, &str)],
) -> BTreeMap<String, Answer> {
    let files = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec()));
    let snapshot = MemorySnapshot::new(files);
    let document = document::parse("aims.yaml".into(), register_text.as_bytes().to_vec());
    let catalogue = Lexicon::of(&rules.extension).catalogue();
    let register =
        register::read(&document, catalogue).unwrap_or_else(|mistake| panic!("{mistake:?}"));
    let mut documents = Documents::default();
    let evidence = gather(
        &View::new(&snapshot, RepoPath::root()),
        &register,
        rules,
        &mut documents,
        &FileCache::default(),
    );
    evidence.into_iter().map(|(need, answer)| (need.kind.id.to_string(), answer)).collect()
}

pub(super) const CARD: &str = "\
---
license: mit
version: 2
---
# Scorecard
## Model details
A logistic regression.
**Developed by:** Ana
## Uses
### Direct use
Ranks tickets.
### Out-of-scope use
TBD
## Training data
[More Information Needed]
## Evaluation
| Metric | Value |
|---|---|
| AUC | 0.81 |
## Bias, Risks, and Limitations
Fails on short texts.
";

#[test]
fn every_element_of_a_card_is_read_with_its_state_and_place() {
    let document = document::parse("MODEL_CARD.md".into(), CARD.as_bytes().to_vec());
    let reading = read(catalog::kind("model-card").unwrap(), &document, Region::Whole);
    let seen: Vec<(&str, State, &str)> = reading
        .elements
        .iter()
        .map(|it| (it.element.key.as_str(), it.state, it.span.unwrap_or_default().of(CARD)))
        .collect();
    use State::{Placeholder, Present};
    assert_eq!(
        seen,
        [
            ("identity", Present, "A logistic regression."),
            ("version", Present, "2"),
            ("owner", Present, "Ana"),
            ("intended-use", Present, "Ranks tickets."),
            ("out-of-scope", Placeholder, "TBD"),
            ("training-data", Placeholder, "[More Information Needed]"),
            ("evaluation", Present, "| Metric | Value |\n|---|---|\n| AUC | 0.81 |"),
            ("limitations", Present, "Fails on short texts."),
            ("ethics-bias", Present, "Fails on short texts."),
            ("licence", Present, "mit"),
        ]
    );
    assert!(reading.is_recognised() && !reading.is_template());
}

#[test]
fn a_document_is_found_at_its_usual_place_or_by_what_it_says() {
    for path in ["MODEL_CARD.md", "docs/about-the-scorecard.md"] {
        let answers = gathered(REGISTER, &[(path, CARD)]);
        let Answer::Read(reading) = &answers["model-card"] else {
            panic!("{path}: {:?}", answers["model-card"])
        };
        assert_eq!(reading.path, path.into());
    }
    for path in ["tests/card.md", "docs/templates/card.md", "examples/card.md"] {
        assert!(
            matches!(gathered(REGISTER, &[(path, CARD)])["model-card"], Answer::Missing),
            "{path}"
        );
    }
}

#[test]
fn a_right_name_over_other_content_is_not_the_document() {
    let policy = "# AI policy\nPlease disclose AI-assisted contributions in the pull request.\n";
    let answers = gathered(REGISTER, &[("AI_POLICY.md", policy)]);
    assert!(
        matches!(answers["ai-policy"], Answer::NotRecognised(..)),
        "{:?}",
        answers["ai-policy"]
    );
    assert!(matches!(answers["impact-assessment"], Answer::Missing));
}

#[test]
fn a_sheet_answers_by_section_and_an_empty_section_is_nothing() {
    let sheet = "# Chat\n## Who may be affected, good and bad\n- **Affected parties:** \
        customers who ask for a refund\n- \
         **Measures:** TODO\n";
    let answers = gathered(REGISTER, &[("docs/sheet.md", sheet)]);
    let Answer::Read(reading) = &answers["impact-assessment"] else { panic!("{answers:?}") };
    assert_eq!(reading.heading.unwrap().of(sheet), "## Who may be affected, good and bad");
    let present: Vec<&str> =
        reading.with_state(State::Present).map(|it| it.element.key.as_str()).collect();
    assert_eq!(present, ["affected-parties"]);

    let empty = "# Chat\n## Who may be affected, good and bad <!-- impact -->\n## Next\nText.\n";
    let answers = gathered(REGISTER, &[("docs/sheet.md", empty)]);
    assert!(matches!(answers["impact-assessment"], Answer::EmptySection(_)), "{answers:?}");
}

#[test]
fn a_pointer_answers_for_the_organisation() {
    let pointer = "schema: aimsgate/1\nkind: ai-policy\ntitle: AI policy\nowner: \
        o@example.com\nversion: '4'\napproved-on: 2026-03-02\nnext-review: 2027-03-02\nwhere: \
        https://example.com\n";
    let path = "governance/pointers/ai-policy.yaml";
    assert!(matches!(gathered(REGISTER, &[(path, pointer)])["ai-policy"], Answer::Pointer(_)));
    let no_version = pointer.replace("version: '4'\n", "");
    assert!(matches!(
        gathered(REGISTER, &[(path, &no_version)])["ai-policy"],
        Answer::Unreadable(..)
    ));
}

#[test]
fn declared_paths_are_final() {
    let register = REGISTER.replace(
        "    sheet:",
        "    documents: \
        {impact-assessment: docs/ia.md}\n    sheet:",
    );
    let sheet = "# Chat\n## Impact assessment\nPeople are fine.\n";
    let answers = gathered(&register, &[("docs/sheet.md", sheet)]);
    assert!(matches!(
        &answers["impact-assessment"],
        Answer::NotThere { written, .. } if written == "docs/ia.md"
    ));
    let damaged = gathered(&register, &[("docs/ia.md", "---\na: [\n---\n")]);
    assert!(matches!(damaged["impact-assessment"], Answer::Unreadable(..)));
}

#[test]
fn risks_in_the_gates_own_format_answer_for_the_risk_register() {
    let risks = "schema: aimsgate/1\nsystem: chat\nrisks: []\n";
    let path = "governance/risks/chat.yaml";
    let answers = gathered(REGISTER, &[(path, risks)]);
    assert!(matches!(answers["risk-register"], Answer::Typed(_)), "{answers:?}");

    let table = "# Risks\n\n| ID | Risk | Likelihood | Impact | Risk level | Treatment | Owner | \
        Residual | Status | Reviewed |\n|---|---|---|---|---|---|---|---|---|---|\n| 1 | a | 1 | 1 \
        | low | none | Ana | low | open | 2026-01-01 |\n";
    let beside = |risks: &str| gathered(REGISTER, &[(path, risks), ("RISK_REGISTER.md", table)]);
    assert!(matches!(
        gathered(REGISTER, &[("RISK_REGISTER.md", table)])["risk-register"],
        Answer::Read(_)
    ));
    assert!(
        matches!(beside(risks)["risk-register"], Answer::Typed(_)),
        "prose beside it hides \
        nothing"
    );
    for wrong in [
        "risks: [",
        "schema: aimsgate/1\nsystem: chat\nriks: []\n",
        "schema: aimsgate/1\nsystem: \
            other\nrisks: []\n",
    ] {
        assert!(matches!(beside(wrong)["risk-register"], Answer::Unreadable(..)), "{wrong}");
    }
}

/// The elements of a model card that a text answers.
fn answered(card: &str) -> usize {
    let document = document::parse("card.md".into(), card.as_bytes().to_vec());
    read(catalog::kind("model-card").unwrap(), &document, Region::Whole)
        .with_state(State::Present)
        .count()
}

#[test]
fn documents_that_only_look_filled_answer_nothing() {
    let names = [
        "Model details",
        "Version",
        "Owner",
        "Intended use",
        "Out of scope",
        "Training data",
        "Evaluation",
    ];
    let each = |body: &str| {
        names.map(|name| format!("# {name}\n\n{}\n\n", body.replace("NAME", name))).concat()
    };
    assert_eq!(
        answered(&each("Said in words.")),
        names.len(),
        "the same headings with text do \
        answer"
    );
    let all_in_one = format!("# {}\n\nAs usual.\n", names.join(", "));
    let headers = "| Version | Owner |\n| --- | --- |\n".to_owned();
    for empty in [
        all_in_one,
        headers,
        each("NAME"),
        each("```\nTBD\n```"),
        each("<style>\n.x { color: red }\n</style>"),
        each("<?x > hidden ?>"),
        each("\u{200b}\u{3164}"),
        each("&#x3164;"),
        each("N.A."),
        each(
            "TBD, and this will be written by somebody in the team when the release is through \
            and time allows it",
        ),
        format!("---\n{}---\n", names.map(|name| format!("{name}: true\n")).concat()),
    ] {
        assert_eq!(answered(&empty), 0, "{empty}");
    }
}

#[test]
fn a_document_answers_for_the_system_it_names() {
    let second = "  - id: other\n    name: Other\n    version: 1\n    owner: ana\n    purpose: \
        More.\n    our-role: provider\n    stage: operation\n    \
        risk-class: {value: limited}\n    paths: [other/**]\n";
    let assessment = |front: &str| {
        let names = [
            "System description",
            "Intended use",
            "Data",
            "People affected",
            "Harms",
            "Society",
            "Measures",
        ];
        format!("{front}{}", names.map(|name| format!("# {name}\n\nSaid in words.\n\n")).concat())
    };
    let found = |front: &str, path: &'static str| {
        let text = assessment(front);
        let snapshot = MemorySnapshot::new([(path, text.into_bytes())]);
        let register_text = format!("{REGISTER}{second}").replace("    sheet: docs/sheet.md\n", "");
        let document = document::parse("aims.yaml".into(), register_text.into_bytes());
        let register = register::read(&document, Lexicon::shipped().catalogue()).unwrap();
        let evidence = gather(
            &View::new(&snapshot, RepoPath::root()),
            &register,
            &Rules::default(),
            &mut Documents::default(),
            &FileCache::default(),
        );
        let read = evidence.into_iter().filter(|(need, answer)| {
            need.kind.id == "impact-assessment" && matches!(answer, Answer::Read(_))
        });
        read.filter_map(|(need, _)| need.system).collect::<Vec<_>>()
    };
    for path in ["docs/impact-assessment.md", "notes/people.md"] {
        assert_eq!(found("---\nsystem: other\n---\n", path), ["other"]);
        assert_eq!(found("---\nsystem: third\n---\n", path), Vec::<SystemId>::new());
        assert_eq!(found("", path), Vec::<SystemId>::new(), "of two systems it names none");
    }
}

#[test]
fn what_could_not_be_read_is_never_missing() {
    let register = REGISTER.replace("    sheet: docs/sheet.md\n", "");
    let broken_front_matter =
        format!("---\na: [\nb: }}\n---\n{}", CARD.split("---\n").nth(2).unwrap());
    let cases: [(&'static str, &str); 3] = [
        ("notes/card.md", &broken_front_matter),
        ("MODEL_CARD.md", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
        ("MODEL_CARD.md", "---\na: [\n---\n"),
    ];
    for (path, text) in cases {
        let answers = gathered(&register, &[(path, text)]);
        assert!(
            matches!(answers["model-card"], Answer::Unreadable(..)),
            "{path}: {:?}",
            answers["model-card"]
        );
    }
    let answers = gathered(&register, &[("governance/pointers/p.yaml", "kind: [\n")]);
    assert!(matches!(answers["ai-policy"], Answer::Unreadable(..)), "{:?}", answers["ai-policy"]);
}

#[test]
fn the_heading_of_a_release_says_version_and_date() {
    let text = "# Changelog\n\n## [1.2.0] - 2026-03-02\n\n### Changed\n\n- Model retrained on the \
        data of 2026\n";
    let log = document::parse("CHANGELOG.md".into(), text.as_bytes().to_vec());
    let reading = read(catalog::kind("change-log").unwrap(), &log, Region::Whole);
    let states: Vec<State> = reading.elements.iter().map(|element| element.state).collect();
    assert_eq!(states, [State::Present, State::Present, State::Missing]);
}

#[test]
fn without_a_title_of_its_own_a_document_must_say_most_of_its_kind() {
    let text = "# How the service is run\n\n## Purpose\n\nAnswers letters.\n\n## \
        Responsibilities\n\nThe mail room.\n\n## Review\n\nEach year.\n\n## Exceptions\n\nLetters \
        of the mayor.\n\n## Compliance\n\nPostal law.\n";
    let page = document::parse("docs/service.md".into(), text.as_bytes().to_vec());
    let reading = read(catalog::kind("ai-policy").unwrap(), &page, Region::Whole);
    let is_one = |page: &document::Document| {
        recognise::is_recognised(&reading, page, &Lexicon::shipped().outline(page))
    };
    assert!(reading.is_recognised() && !is_one(&page));
    let titled = document::parse(
        "docs/service.md".into(),
        text.replace("How the service is run", "AI policy").into(),
    );
    assert!(is_one(&titled));
}

#[test]
fn a_heading_that_groups_others_says_what_they_say() {
    let state = |text: &str| {
        let card = document::parse("card.md".into(), text.as_bytes().to_vec());
        let reading = read(catalog::kind("model-card").unwrap(), &card, Region::Whole);
        reading.elements.iter().find(|it| it.element.key == "identity").map(|it| it.state)
    };
    let group = "# Scorecard\n\n## Model details\n\n### Version\n\n2.1\n\n### Owner\n\nAna\n";
    assert_eq!(state(group), Some(State::Present));
    assert_eq!(
        state(&group.replace("## Model details\n", "## Model details\n\nTBD\n")),
        Some(State::Placeholder)
    );
    assert_eq!(
        state(&group.replace("Ana", "TBD")),
        Some(State::Placeholder),
        "one of them is no \
        group"
    );
}

#[test]
fn a_bill_of_materials_holds_the_cards_of_its_models() {
    let register = REGISTER.replace("    sheet: docs/sheet.md\n", "").replace(
        "models: [{id: m, path: m.onnx}]",
        "models: [{id: m, path: m.onnx}, {id: n, path: n.onnx, card: aibom.json}]",
    );
    let component = |name: &str, card: &str| {
        format!(
            "{{\"type\": \"machine-learning-model\", \"name\": \"{name}\", \"version\": \
            \"2\"{card}}}"
        )
    };
    let card = ", \"modelCard\": \
        {\"considerations\": {\"useCases\": [\"Ranks tickets\"], \
        \"technicalLimitations\": [\"Fails on short texts\"]}}";
    let bom = |of_m: &str| {
        format!(
            "{{\"bomFormat\": \"CycloneDX\", \"components\": [{}, {}]}}",
            component("m", of_m),
            component("n", card)
        )
    };
    let limits = |of_m: &str| {
        let text = bom(of_m);
        let snapshot = MemorySnapshot::new([("aibom.json", text.into_bytes())]);
        let document = document::parse("aims.yaml".into(), register.clone().into_bytes());
        let register = register::read(&document, Lexicon::shipped().catalogue()).unwrap();
        let mut documents = Documents::default();
        let evidence = gather(
            &View::new(&snapshot, RepoPath::root()),
            &register,
            &Rules::default(),
            &mut documents,
            &FileCache::default(),
        );
        let cards = evidence.into_iter().filter(|(need, _)| need.kind.id == "model-card");
        let said = |(need, answer): (Requirement, Answer)| match answer {
            Answer::Read(reading) => (need.object.unwrap(), reading.said("limitations").is_some()),
            _ => (need.object.unwrap(), false),
        };
        cards.map(said).collect::<Vec<_>>()
    };
    assert_eq!(limits(card), [("m".to_owned(), true), ("n".to_owned(), true)]);
    let others = [("m".to_owned(), false), ("n".to_owned(), true)];
    assert_eq!(limits(""), others, "another model's card is not its own");
    let beside = ", \"modelCard\": null, \"externalReferences\": \
        [{\"technicalLimitations\": \"as on another page\"}]";
    assert_eq!(limits(beside), others, "what stands beside the card is no card");
    let nested = ", \"modelCard\": {}, \"components\": \
        [{\"modelCard\": {\"considerations\": {\"technicalLimitations\": \"of another\"}}}]";
    assert_eq!(limits(nested), others, "nor what stands in a component below");
}
