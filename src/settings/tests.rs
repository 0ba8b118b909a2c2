//! The formats as people write them, and the mistakes they make in them.

use super::*;
use crate::catalog::{Catalogue, Class, Extension, Level, Stage};
use crate::check_id::CheckId;
use crate::document::parse;
use crate::finding::Severity;
use crate::span::{At, Lines, RepoPath};

fn document(path: &str, text: &str) -> Document {
    parse(RepoPath::from(path), text.as_bytes().to_vec())
}

fn shown(mistake: &Mistake, text: &str) -> String {
    let At::Bytes(span) = mistake.place.at else { panic!("no place") };
    let at = Lines::new(text).position(span.start);
    format!("{}:{}: {}", at.line, at.column, mistake.message)
}

fn shipped() -> Catalogue {
    Catalogue::with(&Extension::default())
}

const REGISTER: &str = "\
schema: aimsgate/1
systems:
  - id: chat
    name: Chat
    version: 1.10
    owner: ana
    purpose: Answers questions.
    our-role: provider
    stage: operation
    risk-class: {value: limited, because: It only talks., decided-by: dee, decided-on: 2026-11-20}
    facts: {generative: true, used-in: [EU]}
    paths: [apps/**]
    models:
      - {id: answers, service: example-ai, version: large-1}
    documents:
      impact-assessment: docs/impact.md
    x-team: blue
";

#[test]
fn a_register_is_read_with_its_places() {
    let document = document("svc/aims.yaml", REGISTER);
    let register = register::read(&document, &shipped()).unwrap();
    assert_eq!(register.mistakes, []);
    assert_eq!(register.base, "svc".into());
    let system = &register.systems[0];
    assert_eq!(system.version.value, "1.10", "the text of the number, not its value");
    assert_eq!((system.class(), system.stage.value), (Class::Limited, Stage::Operation));
    assert_eq!(system.documents[0].kind.value, "impact-assessment");
    assert_eq!(system.documents[0].path.span.of(REGISTER), "docs/impact.md");
    assert!(system.models[0].is_supplied());
}

#[test]
fn mistakes_in_a_register_are_all_told_each_in_its_place() {
    let twice = REGISTER.replace("x-team: blue", "x-team: blue\n  - id: chat\n    nmae: y");
    let text = twice
        .replace("service: example-ai", "service: example-ai, hub: a/b")
        .replace("impact-assessment:", "impact-assesment:")
        .replace("apps/**", "'apps/['");
    let document = document("aims.yaml", &text);
    let register = register::read(&document, &shipped()).unwrap();
    let found: Vec<String> =
        register.mistakes.iter().map(|mistake| shown(mistake, &text)).collect();
    assert_eq!(
        found,
        [
            "16:7: `impact-assesment` is no kind of document; did you mean `impact-assessment`?",
            "12:13: `apps/[` is no pattern: unclosed character class; missing ']'",
            "14:14: a model needs exactly one of `path`, `pointer`, `hub` and `service`",
            "19:5: unknown key `nmae`; did you mean `name`?",
            "18:5: the key `version` is missing; for example `version: gpt-4o-mini-2024-07-18`",
            "18:5: the key `owner` is missing; for example `owner: ana`",
            "18:5: the key `purpose` is missing; for example `purpose: Answers customers' \
             questions about orders; hands over to a person on request.`",
            "18:5: the key `our-role` is missing; for example `our-role: [provider, deployer]`",
            "18:5: the key `stage` is missing; for example `stage: operation`",
            "18:5: the key `paths` is missing; for example `paths: [apps/chatbot/**, prompts/**]`",
        ]
    );
}

#[test]
fn a_register_must_say_something_and_know_its_format() {
    let empty = document("aims.yaml", "schema: aimsgate/1\n");
    assert!(
        register::read(&empty, &shipped()).unwrap().mistakes[0].message.contains("names no system")
    );
    let newer = document("aims.yaml", "schema: aimsgate/2\n");
    assert_eq!(
        register::read(&newer, &shipped()).unwrap_err().message,
        "unknown value `aimsgate/2`; did you mean `aimsgate/1`?"
    );
    let none = document("aims.yaml", "systems: []\n");
    assert_eq!(
        register::read(&none, &shipped()).unwrap_err().message,
        "the key `schema` is missing"
    );
    let no_ai = "schema: aimsgate/1\nno-ai: {because: none here, declared-by: us}\n";
    assert_eq!(register::read(&document("aims.yaml", no_ai), &shipped()).unwrap().mistakes, []);
}

#[test]
fn patterns_cover_files_folders_and_only_below_their_base() {
    let base = RepoPath::from("svc");
    let set =
        covers(["apps/**", "config/one.yaml", "prompts", "*.py"].map(|pattern| (&base, pattern)));
    for inside in ["svc/apps/a/b.py", "svc/config/one.yaml", "svc/prompts/x.txt", "svc/a.py"] {
        assert!(set.is_match(inside), "{inside}");
    }
    for outside in ["apps/a.py", "svc/config/two.yaml", "svc/deep/a.py", "svc/promptsx"] {
        assert!(!set.is_match(outside), "{outside}");
    }
}

fn gate(path: &str, text: &str) -> (RepoPath, gate::GateFile) {
    let text = format!("schema: aimsgate/1\n{text}");
    (
        path.into(),
        gate::read(&document(path, &text))
            .unwrap_or_else(|mistake| panic!("{}", shown(&mistake, &text))),
    )
}

#[test]
fn nested_rules_only_add() {
    let outer = gate(
        "governance/gate.yaml",
        "rules: '0.2'\nenforce: {mode: introduce, strict-from: 2027-03-01}\nchecks: \
         {boilerplate: {severity: note}, broken-link: {severity: error}}\n",
    );
    let inner = gate(
        "svc/governance/gate.yaml",
        "rules: '0.1'\nenforce: {mode: observe, strict-from: 2027-01-01}\nchecks: \
         {boilerplate: {severity: warning}, broken-link: {severity: note}, \
         placeholder: {severity: note}}\n",
    );
    let rules = gate::Rules::compose(vec![outer, inner]);
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(
        rules.mode_on(day("2026-11-22")),
        gate::Mode::Introduce,
        "a nested file cannot loosen the mode"
    );
    assert_eq!(rules.mode_on(day("2027-01-01")), gate::Mode::Strict, "the earlier day holds");
    assert_eq!(
        rules.severity(CheckId::Boilerplate, Severity::Error),
        Severity::Warning,
        "raised again by the nested file"
    );
    assert_eq!(rules.severity(CheckId::BrokenLink, Severity::Note), Severity::Error);
    assert_eq!(
        rules.severity(CheckId::Placeholder, Severity::Error),
        Severity::Error,
        "a nested file cannot lower"
    );
    assert!(
        rules.includes("0.2") && !rules.includes("0.3"),
        "a nested file cannot pin an older rule set"
    );
}

#[test]
fn versions_are_numbers_and_compare_by_number() {
    let version = |text: &str| text.parse::<gate::Version>().unwrap();
    assert!(version("0.9") < version("0.10") && version("0.1") < version("0.1.1"));
    assert_eq!(version("v1.0"), version("1"));
    assert_eq!(version("0.1.0").to_string(), "0.1");
    for wrong in ["latest", "", "1.", "1.x", "1.2.3.4", "-1", "1.0-rc1"] {
        assert!(wrong.parse::<gate::Version>().is_err(), "{wrong}");
    }
    let text = "schema: aimsgate/1\nrules: latest\n";
    let mistake = gate::read(&document("governance/gate.yaml", text)).unwrap_err();
    assert_eq!(
        shown(&mistake, text),
        "2:8: `latest` is no version; write numbers with dots, for example 0.1"
    );
}

#[test]
fn people_are_active_in_their_time_and_nested_lists_cannot_replace_them() {
    let outer = "schema: aimsgate/1\npeople:\n  - \
        {id: ana, emails: [ana@example.com], roles: [system-owner], line: 1, from: 2026-03-01, \
        until: 2026-06-30}\n";
    let inner = "schema: aimsgate/1\npeople:\n  - \
        {id: ana, roles: [risk-lead], line: 2, may-accept: high, from: 2020-01-01}\n  - {id: ben, \
        roles: [engineer], line: 1, from: 2026-01-01}\n";
    let mut people = people::read(&document("governance/people.yaml", outer)).unwrap();
    people.add(people::read(&document("svc/governance/people.yaml", inner)).unwrap());
    let ana = people.find("ana@example.com").unwrap();
    assert_eq!(ana.line.value, 1, "the outer entry stays");
    assert!(
        ana.is_active("2026-06-30".parse().unwrap())
            && !ana.is_active("2026-07-01".parse().unwrap())
    );
    assert!(people.find("ben").is_some());
}

#[test]
fn mistakes_among_people_have_places() {
    let cases = [
        (
            "  - {id: a, roles: [risk-led], line: 1, from: 2026-01-01}\n",
            "3:21: unknown value `risk-led`; did you mean `risk-lead`?",
        ),
        (
            "  - {id: a, roles: [], line: 4, from: 2026-01-01}\n",
            "3:30: a line of defence is 1, 2 or 3",
        ),
        (
            "  - {id: a, roles: [], line: 1, from: 1.1.2026}\n",
            "3:39: `1.1.2026` is not a date; write it as year-month-day, for example 2026-11-20",
        ),
    ];
    for (entry, expected) in cases {
        let text = format!("schema: aimsgate/1\npeople:\n{entry}");
        let mistake = people::read(&document("governance/people.yaml", &text)).unwrap_err();
        assert_eq!(shown(&mistake, &text), expected);
    }
}

#[test]
fn a_risk_register_computes_levels_and_refuses_what_it_cannot_read() {
    let text = "schema: aimsgate/1\nsystem: chat\nrisks:\n  - \
        {id: R-1, before: {likelihood: 4, impact: 4}}\n";
    let register = risks::read(&document("r.yaml", text)).unwrap();
    let before = register.risks[0].before.unwrap().value;
    assert_eq!(register.level(before), Some(Level::High));
    for (from, to, message) in [
        ("likelihood: 4", "likelihood: 6", "outside the scale"),
        ("risks:", "scale: mine\nrisks:", "is no scale"),
        ("{id: R-1, ", "{id: R-1, statsu: open, ", "did you mean `status`?"),
    ] {
        let broken = text.replace(from, to);
        assert!(
            risks::read(&document("r.yaml", &broken)).unwrap_err().message.contains(message),
            "{message}"
        );
    }
}

#[test]
fn what_rules_say_of_the_catalogue_is_checked() {
    let own = "documents:\n  energy-report: \
        {name: Energy report, about: system, due-for: [high], due-from: operation, \
        owed-by: [provider], elements: {use: \
        [Use]}";
    let cases = [
        (
            "documents:\n  model-crad: {titles: [Card]}\n",
            "3:3: `model-crad` is no kind of document; did you mean `model-card`?; one of your own \
             needs a `name`",
        ),
        (
            "documents:\n  model-card: {elements: {limitation: [Fences]}}\n",
            "3:27: `model-card` has no element `limitation`; did you mean `limitations`?",
        ),
        (
            "documents:\n  model-card: {titles: [A]}\n",
            "3:16: `A` is no name; a name has at least two letters",
        ),
        ("documents:\n  model-card: {places: [../x]}\n", "3:16: the path leaves the repository"),
        (
            "documents:\n  model-card: {due-for: [high]}\n",
            "3:16: `model-card` is in the catalogue, which says when it is due",
        ),
        (
            "documents:\n  energy-report: {name: Energy report}\n",
            "3:3: `energy-report` needs `about`: organization, repository, system, release, model \
             or dataset",
        ),
        (
            &format!("{own}, controls: [A.99]}}\n"),
            "3:3: `A.99` is no control or clause of ISO/IEC 42001",
        ),
        (
            "not-applicable: [{document: red-team, because: It is not generative}]\n",
            "2:29: `red-team` is no kind of document",
        ),
        (
            "not-applicable: [{document: red-team-report, because: no}]\n",
            "2:55: this is no reason; say in a sentence why it does not apply",
        ),
        (
            "material: [{path: config, as: none}]\n",
            "2:19: say in a sentence of `because` why a change of it decides nothing",
        ),
        ("material: [{path: ../x, as: data}]\n", "2:19: the path leaves the repository"),
        (
            "material: [{path: x, as: prompt}]\n",
            "2:26: unknown value `prompt`; did you mean `prompts`?",
        ),
        ("inventory: {packages: [a b]}\n", "2:13: `a b` is no name of a package"),
        (
            "inventory: {services: {acme: {hosts: [acme]}}}\n",
            "2:13: `acme` is no host, such as llm.example.com",
        ),
        (
            "inventory: {model-endings: [.NET]}\n",
            "2:13: `.NET` is no ending; write it in lower case, without the dot",
        ),
        (
            "languages: [{language: de, name: German, date-order: day-first, decimal: \",\"}]\n",
            "2:13: `de` ships; add its names under `documents`",
        ),
        (
            "languages: [{language: sv, name: Swedish, date-order: day-first, decimal: \",\"}]\n",
            "2:13: `sv` needs at least 8 `small-words` in lower case, to be told by",
        ),
    ];
    for (text, expected) in cases {
        let text = format!("schema: aimsgate/1\n{text}");
        let mistake = gate::read(&document("governance/gate.yaml", &text)).unwrap_err();
        assert_eq!(shown(&mistake, &text), expected);
    }
    assert!(
        gate::read(&document("governance/gate.yaml", &format!("schema: aimsgate/1\n{own}}}\n")))
            .is_ok()
    );
}

#[test]
fn what_shows_ai_is_only_added_to_and_taking_an_entry_out_is_weaker() {
    let rules = |text: &str| {
        let text = format!("inventory: {text}\n");
        gate::Rules::compose(vec![gate("governance/gate.yaml", &text)])
    };
    let one = "{packages: [acme_ml], services: {acme: {hosts: [llm.acme.example]}}}";
    let other = "{packages: [acme_ml, birds], services: {acme: {packages: [acme]}}}";
    let both = rules(one).and(&rules(other)).inventory;
    assert_eq!((both.packages.len(), both.entries().len()), (2, 4));
    let weaker =
        |old: &str, new: &str| weakening::rules(&rules(old), &rules(new), |_| Vec::new()).len();
    assert_eq!((weaker(one, one), weaker("{}", one), weaker(one, other)), (0, 0, 1));
}

#[test]
fn names_languages_and_exceptions_count_in_the_outermost_rules_only() {
    let adds = "documents:\n  model-card: {titles: [Factsheet]}\n  energy-report: \
        {name: Energy report, about: system, due-for: [high], due-from: operation, \
        owed-by: [provider], elements: {use: \
        [Use]}}\nnot-applicable: [{document: red-team-report, because: It is not generative}]\n";
    let rules = gate::Rules::compose(vec![
        gate("governance/gate.yaml", ""),
        gate("svc/governance/gate.yaml", adds),
    ]);
    assert!(rules.extension.names.is_empty() && rules.not_applicable.is_empty());
    assert_eq!(rules.extension.kinds.len(), 1, "a kind more asks for more");
    assert_eq!(rules.misplaced.len(), 2);
    let takes_out = "material: [{path: a.yaml, as: none, because: It is the formatter's own}, \
        {path: b.py, as: data}]\n";
    let rules = gate::Rules::compose(vec![
        gate("governance/gate.yaml", ""),
        gate("svc/governance/gate.yaml", takes_out),
    ]);
    let path = |path: &str| crate::span::RepoPath::from(path);
    assert!(
        !rules.material.excepts(&path("svc/a.yaml")) && rules.material.names(&path("svc/b.py"))
    );
    assert_eq!(rules.misplaced.len(), 1);
    let alone = gate::Rules::compose(vec![gate("governance/gate.yaml", takes_out)]);
    assert!(alone.material.excepts(&path("a.yaml")));
    let stricter = alone.and(&gate::Rules::default());
    assert!(!stricter.material.excepts(&path("a.yaml")) && stricter.material.names(&path("b.py")));
    let both = gate::Rules::compose(vec![gate("governance/gate.yaml", adds)]);
    let stricter = both.clone().and(&gate::Rules::default());
    assert!(stricter.extension.names.is_empty() && stricter.not_applicable.is_empty());
    assert_eq!(both.clone().and(&both).not_applicable.len(), 1);
}
