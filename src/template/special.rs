//! Forms that are no page of headings: the risk register, the bill of materials, the statement of
//! applicability.

use super::subject::{FormSubject, OPEN};
use crate::catalog::{Kind, controls};
use crate::settings::risks;

const RISKS: &str = "\
risks:
  # One entry for each risk. Take away the `#` and say it; more: aimsgate explain risk-register.
  - id: R-1
    # What could happen, by what, with which effect:
    # \"Outdated training data makes wrong refusals of young applicants\".
    risk: TODO
    # What it comes from: data, model-behaviour, use, misuse, third-party or people.
    # about: data
    # Whom it hurts: applicants, users, passers-by, us.
    hurts: TODO
    # How likely and how bad before anything is done, each 1 to 5.
    # before: {likelihood: 3, impact: 4}
    # What is done: reduce, avoid, share or accept; and how.
    # treatment: reduce
    # measures: Refusals are read by a second person before a letter goes out
    # The file that shows that it works.
    # tested-by: reports/validation.json
    # after: {likelihood: 1, impact: 4}
    # Who answers for it, by the id in people.yaml; when it was looked at; open, treated, accepted.
    # owner: ana
    # reviewed-on: 2026-11-30
    # status: open
";

const BILL: &str = r#"{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "components": [
    {
      "type": "TODO: machine-learning-model, data or library",
      "name": "TODO",
      "version": "TODO",
      "hashes": [{"alg": "TODO: SHA-256", "content": "TODO"}],
      "licenses": [{"license": {"name": "TODO"}}]
    }
  ]
}
"#;

/// Returns the form of a kind that has one of its own.
pub(super) fn form(kind: &Kind, about: &FormSubject) -> Option<String> {
    match kind.id.as_str() {
        risks::KIND => {
            let system = about.system.as_deref().unwrap_or(OPEN);
            Some(format!("schema: aimsgate/1\nsystem: {system}\n{RISKS}"))
        }
        "aibom" => Some(BILL.to_owned()),
        "statement-of-applicability" => Some(applicability(about)),
        _ => None,
    }
}

/// Every control of Annex A with an open row.
fn applicability(about: &FormSubject) -> String {
    let owner = about.owner.as_deref().unwrap_or_default();
    let mut out = format!(
        "---\nowner: {owner}\nnext-review:\n---\n\n# Statement of applicability\n\n\
         <!-- For each control: whether it applies (yes or no), why or why not, how far it is \
         carried out,\n     and the document that shows it. An auditor asks: is one out because \
         it is inconvenient? -->\n\n\
         | Control | Title | Applicable | Justification | Status | Evidence |\n\
         | --- | --- | --- | --- | --- | --- |\n"
    )
    .replace(": \n", ":\n");
    for control in controls() {
        out += &format!("| {} | {} | TODO | TODO | TODO | TODO |\n", control.id, control.title);
    }
    out
}

/// What a form says at its top where its kind is a log of several entries.
pub(super) fn intro(kind: &Kind) -> Option<&'static str> {
    match kind.id.as_str() {
        "change-log" => Some(
            "The headings below are what each entry says. Newest first: a heading with version \
             and day,\n     such as 4.2.0 - 2026-11-30, and the points below it.",
        ),
        "incident-log"
        | "corrective-actions"
        | "legal-obligations-register"
        | "objectives"
        | "competence-records"
        | "risk-treatment-plan" => Some(
            "With more than one entry write a table: one column for each heading below, one row \
             for each entry.",
        ),
        _ => None,
    }
}

/// Where a form of its own is looked for.
pub(super) fn place(kind: &Kind, about: &FormSubject) -> Option<String> {
    match kind.id.as_str() {
        risks::KIND => Some(risks::place(about.system.as_deref().unwrap_or("SYSTEM"))),
        "aibom" => Some("aibom.json".to_owned()),
        _ => None,
    }
}
