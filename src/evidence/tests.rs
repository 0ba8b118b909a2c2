//! Existence earns nothing; what is said does, wherever it stands.

use super::*;
use crate::settings::register;
use crate::snapshot::memory::MemorySnapshot;

const REGISTER: &str = "\
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

fn gathered(register_text: &str, files: &[(&'static str, &str)]) -> BTreeMap<String, Answer> {
    let files = files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec()));
    let snapshot = MemorySnapshot::new(files);
    let document = document::parse("aims.yaml".into(), register_text.as_bytes().to_vec());
    let register = register::read(&document).unwrap_or_else(|mistake| panic!("{mistake:?}"));
    let mut documents = Documents::default();
    let evidence = gather(&View::new(&snapshot, RepoPath::root()), &register, &mut documents);
    evidence.into_iter().map(|(need, answer)| (need.kind.id.clone(), answer)).collect()
}

const CARD: &str = "\
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
        let Answer::Read(reading) = &answers["model-card"] else { panic!("{path}: {:?}", answers["model-card"]) };
        assert_eq!(reading.path, path.into());
    }
    for path in ["tests/card.md", "docs/templates/card.md", "examples/card.md"] {
        assert!(matches!(gathered(REGISTER, &[(path, CARD)])["model-card"], Answer::Missing), "{path}");
    }
}

#[test]
fn a_right_name_over_other_content_is_not_the_document() {
    let policy = "# AI policy\nPlease disclose AI-assisted contributions in the pull request.\n";
    let answers = gathered(REGISTER, &[("AI_POLICY.md", policy)]);
    assert!(matches!(answers["ai-policy"], Answer::NotRecognised(_)), "{:?}", answers["ai-policy"]);
    assert!(matches!(answers["impact-assessment"], Answer::Missing));
}

#[test]
fn a_sheet_answers_by_section_and_an_empty_section_is_nothing() {
    let sheet =
        "# Chat\n## Who may be affected, good and bad\n- **Affected parties:** customers\n- **Measures:** TODO\n";
    let answers = gathered(REGISTER, &[("docs/sheet.md", sheet)]);
    let Answer::Read(reading) = &answers["impact-assessment"] else { panic!("{answers:?}") };
    assert_eq!(reading.heading.unwrap().of(sheet), "## Who may be affected, good and bad");
    let present: Vec<&str> = reading.with_state(State::Present).map(|it| it.element.key.as_str()).collect();
    assert_eq!(present, ["affected-parties"]);

    let empty = "# Chat\n## Who may be affected, good and bad <!-- impact -->\n## Next\nText.\n";
    let answers = gathered(REGISTER, &[("docs/sheet.md", empty)]);
    assert!(matches!(answers["impact-assessment"], Answer::EmptySection(_)), "{answers:?}");
}

#[test]
fn a_pointer_answers_for_the_organisation() {
    let pointer = "schema: aimsgate/1\nkind: ai-policy\ntitle: P\nowner: o@example.com\nversion: '4'\napproved-on: 2026-03-02\nnext-review: 2027-03-02\nwhere: https://example.com\n";
    let path = "governance/pointers/ai-policy.yaml";
    assert!(matches!(gathered(REGISTER, &[(path, pointer)])["ai-policy"], Answer::Pointer(_)));
    let no_version = pointer.replace("version: '4'\n", "");
    assert!(matches!(gathered(REGISTER, &[(path, &no_version)])["ai-policy"], Answer::Unreadable(..)));
}

#[test]
fn declared_paths_are_final() {
    let register = REGISTER.replace("    sheet:", "    documents: {impact-assessment: docs/ia.md}\n    sheet:");
    let sheet = "# Chat\n## Impact assessment\nPeople are fine.\n";
    let answers = gathered(&register, &[("docs/sheet.md", sheet)]);
    assert!(matches!(&answers["impact-assessment"], Answer::NotThere { written, .. } if written == "docs/ia.md"));
    let damaged = gathered(&register, &[("docs/ia.md", "---\na: [\n---\n")]);
    assert!(matches!(damaged["impact-assessment"], Answer::Unreadable(..)));
}

#[test]
fn risks_in_the_gates_own_format_answer_for_the_risk_register() {
    let risks = "schema: aimsgate/1\nsystem: chat\nrisks: []\n";
    let answers = gathered(REGISTER, &[("governance/risks/chat.yaml", risks)]);
    assert!(matches!(answers["risk-register"], Answer::Typed(_)), "{answers:?}");
}
