//! Where each system stands, as a page: what is decided, by whom and until when, and what is open.

use super::evidence_records::records;
use super::html::decisions;
use super::html_page::page;
use super::status::{beside, conditions};
use crate::model::Governance;
use crate::signoff::{GrantedEmergency, SignOffInputs, due_decisions};
use crate::untrusted::xml;

/// Returns the page, one final line break.
pub(crate) fn status_html(
    inputs: &SignOffInputs<'_>,
    governance: &Governance,
    emergencies: &[GrantedEmergency],
) -> String {
    let mut out = format!("<h1>Where each system stands</h1>\n<p>On {}.</p>\n", inputs.today);
    let due = due_decisions(inputs);
    let records = records(inputs, &due);
    for system in inputs.repo.systems() {
        let (id, version) = (&system.id.value, &system.version.value);
        out += &format!(
            "<section>\n<h2>{} {}</h2>\n<p>Class {}, stage {}, owned by {}.</p>\n",
            xml(id),
            xml(version),
            inputs.class(system).name(),
            system.stage.name(),
            xml(&system.owner.value)
        );
        out += &decisions(records.iter().filter(|it| it.system == id.as_str()));
        let own = due.iter().filter(|due| due.system.id == system.id);
        let standing = own.filter(|due| due.flaws.is_empty()).filter_map(|due| due.record);
        out += &list("Open conditions", standing.flat_map(|it| conditions(inputs, it)));
        out += "</section>\n";
    }
    if inputs.repo.systems().is_empty() {
        out += "<p>No system is declared.</p>\n";
    }
    out += &list("What else counts", beside(inputs, governance, emergencies).into_iter());
    page("Where each system stands", &out)
}

fn list(title: &str, lines: impl Iterator<Item = String>) -> String {
    let items: String = lines.map(|line| format!("<li>{}</li>\n", xml(&line))).collect();
    if items.is_empty() {
        return items;
    }
    format!("<h3>{title}</h3>\n<ul>\n{items}</ul>\n")
}
