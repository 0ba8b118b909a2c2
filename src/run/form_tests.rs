//! Every form through the gate: as it is printed, half filled, and filled with the examples of its
//! own hints.
#![expect(clippy::disallowed_methods, reason = "a test writes repositories")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::judged;
use crate::catalog::{self, Class, FactName, Kind, Scope, Stage};
use crate::check_id::CheckId;
use crate::edge::git::{Comparison, DirectorySnapshot};
use crate::evidence::{Answer, Lexicon, State, recognise};
use crate::file_cache::FileCache;
use crate::finding::Gate;
use crate::model::RepositoryModel;
use crate::settings::gate::Rules;
use crate::snapshot::View;
use crate::span::RepoPath;
use crate::template::{FormSubject, asked, form, hint, place};

const TODAY: &str = "2026-11-22";

const PEOPLE: &str = "\
schema: aimsgate/1
people:
  - {id: ana, emails: [ana@example.com], roles: [system-owner], line: 1, from: 2026-01-01}
  - {id: dee, emails: [dee@example.com], roles: [risk-lead], line: 2, from: 2026-01-01}
";

/// How much of a form is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filled {
    Nothing,
    /// Every other element, the first among them.
    Half,
    All,
}

/// The kinds that are pages of headings and can be owed.
fn pages() -> impl Iterator<Item = &'static Kind> {
    let other = ["risk-register", "aibom", "statement-of-applicability"];
    let kinds = Lexicon::shipped().catalogue().kinds().iter();
    kinds.filter(move |kind| kind.since.is_some() && !other.contains(&kind.id.as_str()))
}

fn about(kind: &Kind, class: Class, facts: &BTreeSet<FactName>) -> FormSubject {
    let of_system = !matches!(kind.scope, Scope::Organization | Scope::Repository);
    FormSubject {
        system: of_system.then(|| "lender".to_owned()),
        object: None,
        owner: Some("ana".to_owned()),
        class,
        stage: Stage::Operation,
        facts: facts.clone(),
    }
}

/// Fills in a form: the examples under the headings, and what the front matter asks for.
fn filled(kind: &Kind, about: &FormSubject, text: &str, how: Filled) -> String {
    let mut keys = asked(kind, about).into_iter().enumerate();
    let line = |line: &str| match line {
        "TODO" => {
            let (at, key) = keys.next().unwrap();
            let fill = how == Filled::All || (how == Filled::Half && at % 2 == 0);
            if fill { hint(&kind.id, key).unwrap().2.clone() } else { line.to_owned() }
        }
        _ if how == Filled::All && !line.starts_with("    ") => {
            let key = line.split(':').next().unwrap_or_default();
            match key {
                "status" => "status: approved".to_owned(),
                "approved-by" => "approved-by: dee".to_owned(),
                "approved-on" | "assessed-on" => format!("{key}: 2026-11-20"),
                "next-review" => "next-review: 2027-11-20".to_owned(),
                _ => line.to_owned(),
            }
        }
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A repository that owes every kind of page, with each as a form.
fn repository(class: Class, facts: &BTreeSet<FactName>, how: Filled) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "governance/people.yaml", PEOPLE);
    write(root, "models/lender.onnx.dvc", "outs:\n- md5: 1f3c9ab01f3c9ab01f3c9ab01f3c9ab0\n");
    let mut documents = String::new();
    for kind in pages() {
        let about = about(kind, class, facts);
        let path = place(kind, &about);
        let text = form(Lexicon::shipped(), kind, &about, None);
        write(root, &path, &filled(kind, &about, &text, how));
        documents += &format!("      {}: {path}\n", kind.id);
    }
    let fact = |key: &str, fact| format!("{key}: {}", facts.contains(&fact));
    let facts = [
        fact("generative", FactName::Generative),
        fact("talks-to-people", FactName::TalksToPeople),
        fact("personal-data", FactName::PersonalData),
        fact("decides-about-people", FactName::DecidesAboutPeople),
        fact("supplied-to-others", FactName::SuppliedToOthers),
        fact("general-purpose", FactName::GeneralPurpose),
        fact("rights-assessment", FactName::RightsAssessment),
        fact("agent", FactName::Agent),
        format!("used-in: [{}]", if facts.contains(&FactName::UsedInEu) { "EU" } else { "US" }),
    ];
    let register = format!(
        "schema: aimsgate/1\nkind: organisation\nsystems:\n  - id: lender\n    name: Lender\n    \
         version: 4.2.0\n    owner: ana\n    purpose: Estimates whether a loan is paid back.\n    \
         our-role: [provider, deployer, importer]\n    stage: operation\n    risk-class:\n      \
         value: {}\n      because: Credit.\n      prohibited-practices: screened\n      \
         decided-by: dee\n      decided-on: 2026-11-01\n    facts: {{{}}}\n    paths: \
         [models/**]\n    models: [{{id: lender, pointer: models/lender.onnx.dvc}}]\n    \
         datasets: [{{id: loans, hub: example/loans, version: 1f3c9ab, used-for: [train]}}]\n    \
         documents:\n{documents}",
        class.name(),
        facts.join(", "),
    );
    write(root, "aims.yaml", &register);
    folder
}

/// What holds in a variant: nothing, or everything a form can ask for.
fn variants() -> Vec<(Class, BTreeSet<FactName>)> {
    let all = FormSubject::unknown().facts;
    vec![
        (Class::High, all.clone()),
        (Class::High, BTreeSet::new()),
        (Class::Limited, all),
        (Class::Minimal, BTreeSet::new()),
    ]
}

/// Which elements of each due kind a document says.
fn said(folder: &Path) -> BTreeMap<String, BTreeMap<String, State>> {
    let snapshot = DirectorySnapshot::open(folder).unwrap();
    let model = RepositoryModel::load(
        View::new(&snapshot, RepoPath::root()),
        &Rules::default(),
        &FileCache::default(),
    );
    let mut all = BTreeMap::new();
    for (need, answer) in &model.evidence {
        if !pages().any(|kind| kind.id == need.kind.id) {
            continue;
        }
        let Answer::Read(reading) = answer else { panic!("{}: {answer:?}", need.kind.id) };
        let elements = reading.elements.iter().map(|it| (it.element.key.clone(), it.state));
        all.insert(need.kind.id.to_string(), elements.collect());
    }
    all
}

/// Per file the checks that find something in it.
fn found(folder: &Path) -> BTreeMap<String, BTreeSet<CheckId>> {
    let comparison = Comparison::of_folder(folder).unwrap();
    let report = judged(&comparison, TODAY.parse().unwrap(), Gate::Merge);
    let mut all: BTreeMap<String, BTreeSet<CheckId>> = BTreeMap::new();
    for finding in &report.findings {
        all.entry(finding.location.path.to_string()).or_default().insert(finding.check);
    }
    all
}

/// What says that a form is open: that it holds places, that nobody approved it, and that what the
/// facts ask for, or the day of an audit, is not said.
const OPEN_CHECKS: [CheckId; 6] = [
    CheckId::AuditOverdue,
    CheckId::Placeholder,
    CheckId::DocumentUnapproved,
    CheckId::ExplanationMissing,
    CheckId::PersonalDataUnexplained,
    CheckId::IncidentPlanUnexercised,
];

#[test]
fn a_form_as_it_is_printed_says_nothing_and_is_told_so_once() {
    let mut wrong = Vec::new();
    for (class, facts) in variants() {
        let folder = repository(class, &facts, Filled::Nothing);
        let said = said(folder.path());
        let found = found(folder.path());
        for (id, elements) in &said {
            let kind = catalog::kind(id).unwrap();
            for (key, state) in elements {
                if *state != State::Placeholder {
                    wrong.push(format!("{} {id}: {key} is {state:?}", class.name()));
                }
            }
            let checks = found.get(&place(kind, &about(kind, class, &facts)));
            let checks = checks.cloned().unwrap_or_default();
            if !checks.contains(&CheckId::Placeholder)
                || !checks.iter().all(|check| OPEN_CHECKS.contains(check))
            {
                wrong.push(format!("{} {id}: {checks:?}", class.name()));
            }
        }
        assert!(said.len() > 5, "{} kinds are due", said.len());
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_form_that_is_half_filled_lacks_the_other_half() {
    let mut wrong = Vec::new();
    for (class, facts) in variants() {
        let folder = repository(class, &facts, Filled::Half);
        for (id, elements) in &said(folder.path()) {
            let kind = catalog::kind(id).unwrap();
            let keys = asked(kind, &about(kind, class, &facts));
            for (at, key) in keys.iter().enumerate() {
                let Some(state) = elements.get(*key) else { continue };
                let expected = if at % 2 == 0 { State::Present } else { State::Placeholder };
                if *state != expected {
                    wrong.push(format!("{} {id}: {key} is {state:?}", class.name()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_form_that_is_filled_with_its_examples_has_no_finding() {
    let mut wrong = Vec::new();
    for (class, facts) in variants() {
        let folder = repository(class, &facts, Filled::All);
        for (id, elements) in &said(folder.path()) {
            let open = elements.iter().filter(|(_, state)| **state != State::Present);
            wrong
                .extend(open.map(|(key, state)| format!("{} {id}: {key} {state:?}", class.name())));
        }
        let paths: Vec<String> =
            pages().map(|kind| place(kind, &about(kind, class, &facts))).collect();
        for (path, checks) in found(folder.path()) {
            if paths.contains(&path) {
                wrong.push(format!("{} {path}: {checks:?}", class.name()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_bill_of_materials_is_open_until_it_is_filled() {
    let kind = catalog::kind("aibom").unwrap();
    let states = |text: &str| -> Vec<State> {
        let document = crate::document::parse("aibom.json".into(), text.as_bytes().to_vec());
        let reading = recognise(Lexicon::shipped(), &document, Some(kind)).reading.unwrap();
        reading.elements.iter().map(|it| it.state).collect()
    };
    let text = form(Lexicon::shipped(), kind, &FormSubject::unknown(), None);
    assert!(states(&text).iter().all(|it| *it == State::Placeholder), "{:?}", states(&text));
    let filled = text.replace("TODO: ", "").replace("TODO", "a1b2");
    assert!(states(&filled).iter().all(|it| *it == State::Present), "{:?}", states(&filled));
}

#[test]
fn a_statement_of_applicability_is_open_until_each_row_is_filled() {
    let kind = catalog::kind("statement-of-applicability").unwrap();
    let text = form(Lexicon::shipped(), kind, &about(kind, Class::High, &BTreeSet::new()), None);
    let of = |text: &str| {
        let folder = repository(Class::High, &BTreeSet::new(), Filled::All);
        write(folder.path(), "governance/soa.md", text);
        found(folder.path()).remove("governance/soa.md").unwrap_or_default()
    };
    assert!(of(&text).contains(&CheckId::Placeholder), "{:?}", of(&text));
    let open = "| TODO | TODO | TODO | TODO |";
    let filled = (1..=catalog::controls().len()).fold(text.clone(), |text, at| {
        let row = format!("| yes | Risk R-{at} of our own | since May 2026 | AI_POLICY.md |");
        text.replacen(open, &row, 1)
    });
    assert_eq!(of(&filled), BTreeSet::new());
}

#[test]
fn a_risk_register_is_open_until_its_risk_is_said_and_treated() {
    let kind = catalog::kind("risk-register").unwrap();
    let text = form(Lexicon::shipped(), kind, &about(kind, Class::High, &BTreeSet::new()), None);
    let path = "governance/risks/lender.yaml";
    let of = |text: &str| {
        let folder = repository(Class::High, &BTreeSet::new(), Filled::All);
        write(folder.path(), path, text);
        found(folder.path()).remove(path).unwrap_or_default()
    };
    let open = BTreeSet::from([CheckId::RiskEntryIncomplete, CheckId::RiskUntreated]);
    assert_eq!(of(&text), open);
    let keys = ["about", "before", "treatment", "measures", "tested-by", "after", "owner"];
    let mut filled = text.replace("risk: TODO", "risk: Old data makes wrong refusals");
    filled = filled.replace("hurts: TODO", "hurts: applicants").replace("accepted.", "");
    for key in keys.into_iter().chain(["reviewed-on", "status"]) {
        filled = filled.replace(&format!("# {key}: "), &format!("{key}: "));
    }
    let filled = filled
        .replace("reports/validation.json", "AI_POLICY.md")
        .replace("2026-11-30", "2026-11-20")
        .replace("status: open", "status: treated");
    assert_eq!(of(&filled), BTreeSet::new(), "{filled}");
}

/// A sentence of each language that ships, such as somebody might write under a heading.
const PROSE: [(&str, &str); 10] = [
    (
        "de",
        "Das Modell wurde von uns mit eigenen Daten trainiert und hilft den Mitarbeitern bei \
        der Entscheidung über kleine Kredite, die sie selbst treffen und jederzeit ändern können.",
    ),
    (
        "es",
        "El modelo fue entrenado por nosotros con los datos de la empresa y ayuda a los \
        empleados en la decisión sobre los créditos pequeños, que ellos mismos toman.",
    ),
    (
        "fr",
        "Le modèle a été entraîné par nous sur les données de la société et aide les employés \
        dans la décision sur les petits crédits, qu'ils prennent eux-mêmes et peuvent changer.",
    ),
    (
        "it",
        "Il modello è stato addestrato da noi con i dati della società e aiuta gli impiegati \
        nella decisione sui piccoli crediti, che prendono da soli e possono cambiare.",
    ),
    (
        "ja",
        "このモデルは当社のデータを使って学習され、少額の融資を判断する担当者を支援します。最終的な決定は担当者が行い、いつでも変更できます。",
    ),
    (
        "ko",
        "이 모델은 당사의 데이터로 학습되었으며 소액 대출을 심사하는 담당자를 돕습니다. 최종 결정은 \
        담당자가 직접 내리고 언제든지 바꿀 수 있습니다.",
    ),
    (
        "nl",
        "Het model is door ons getraind met de gegevens van het bedrijf en helpt de medewerkers \
        bij de beslissing over kleine kredieten, die zij zelf nemen en altijd kunnen wijzigen.",
    ),
    (
        "pl",
        "Model został przez nas wytrenowany na danych firmy i pomaga pracownikom w decyzji o \
        małych kredytach, którą podejmują sami i którą mogą zawsze zmienić.",
    ),
    (
        "pt",
        "O modelo foi treinado por nós com os dados da empresa e ajuda os funcionários na \
        decisão sobre os pequenos créditos, que eles mesmos tomam e podem sempre mudar.",
    ),
    (
        "zh",
        "该模型由我们使用本公司的数据训练，帮助信贷员审核小额贷款。最终决定由信贷员本人作出，并且可以随时更改。",
    ),
];

#[test]
fn a_form_in_another_language_is_read_once_it_is_filled() {
    let mut wrong = Vec::new();
    for (code, prose) in PROSE {
        for kind in pages() {
            let text =
                form(Lexicon::shipped(), kind, &FormSubject::unknown(), catalog::language(code));
            let text = text.replace("TODO\n", &format!("{prose}\n"));
            let document = crate::document::parse("a.md".into(), text.into_bytes());
            let reading = recognise(Lexicon::shipped(), &document, Some(kind)).reading.unwrap();
            let open = reading.elements.iter().filter(|it| it.state != State::Present);
            wrong.extend(open.map(|it| format!("{code} {}: {}", kind.id, it.element.key)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
