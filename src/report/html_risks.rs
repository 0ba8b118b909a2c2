//! The risks of a system on a page: a heat map before and after treatment, and a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::evidence_data::{ReportedEvidence, RiskEvidence};
use super::html_page::table as table_of;
use crate::catalog::{DEFAULT_SCALE, risk_scale};
use crate::untrusted::xml;

/// Pixels of a cell, and of what stands beside the map.
const CELL: u32 = 56;
const EDGE: u32 = 28;

/// Ids that one cell names.
const MOST_IDS: usize = 3;

/// Returns the risks of a system as figures and a table; nothing where it has none.
pub(super) fn heat_map(evidence: &ReportedEvidence, system: &str) -> String {
    let risks: Vec<&RiskEvidence> =
        evidence.risks.iter().filter(|it| it.system == system).collect();
    if risks.is_empty() {
        return String::new();
    }
    let before = map("before treatment", risks.iter().map(|it| (it, it.rated_before)));
    let after = map("after treatment", risks.iter().map(|it| (it, it.rated_after)));
    format!("<h3>Risks</h3>\n{before}{after}{}", table(&risks))
}

fn map<'r>(
    title: &str,
    rated: impl Iterator<Item = (&'r &'r RiskEvidence, Option<[u32; 2]>)>,
) -> String {
    let mut cells: BTreeMap<[u32; 2], Vec<&str>> = BTreeMap::new();
    for (risk, rating) in rated {
        if let Some(rating) = rating {
            cells.entry(rating).or_default().push(&risk.id);
        }
    }
    let size = EDGE + 5 * CELL + EDGE;
    let mut svg = String::new();
    for likelihood in 1..=5_u32 {
        for impact in 1..=5_u32 {
            let (x, y) = (EDGE + (likelihood - 1) * CELL, (5 - impact) * CELL);
            let level = risk_scale(DEFAULT_SCALE).and_then(|it| it.level(likelihood, impact));
            let level = level.map_or("low", |level| level.name());
            let fill = match level {
                "low" => "#2e7d3233",
                "medium" => "#f9a82555",
                "high" => "#e6510077",
                _ => "#b71c1c99",
            };
            let _ = writeln!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"{fill}\"/>"
            );
            let ids = cells.get(&[likelihood, impact]).map_or(&[][..], Vec::as_slice);
            for (row, id) in (1..).zip(ids.iter().take(MOST_IDS)) {
                let id: String = id.chars().take(8).collect();
                let (x, y) = (x + 4, y + 16 * row);
                let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\">{}</text>", xml(&id));
            }
            if ids.len() > MOST_IDS {
                let more = ids.len() - MOST_IDS;
                let (x, y) = (x + CELL - 24, y + CELL - 4);
                let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\">+{more}</text>");
            }
        }
    }
    for step in 1..=5_u32 {
        let (x, y) = (EDGE + (step - 1) * CELL + CELL / 2, 5 * CELL + 18);
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\">{step}</text>");
        let y = (5 - step) * CELL + CELL / 2;
        let _ = writeln!(svg, "<text x=\"8\" y=\"{y}\">{step}</text>");
    }
    format!(
        "<figure>\n<figcaption>{title}: likelihood to the right, impact upwards</figcaption>\n\
         <svg role=\"img\" aria-label=\"Risks {title}; the table below says the same\" \
         width=\"{size}\" height=\"{size}\" viewBox=\"0 0 {size} {size}\">\n{svg}</svg>\n\
         </figure>\n"
    )
}

fn table(risks: &[&RiskEvidence]) -> String {
    let of = |it: &Option<String>| xml(it.as_deref().unwrap_or(""));
    let row = |it: &&RiskEvidence| {
        let measures: Vec<String> = it.measures.iter().map(|it| xml(&it.text)).collect();
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
             <td>{}</td><td>{}</td></tr>\n",
            xml(&it.id),
            of(&it.risk),
            xml(it.before.unwrap_or("")),
            measures.join("<br>"),
            of(&it.tested_by),
            xml(it.after.unwrap_or("")),
            of(&it.owner),
            xml(&it.accepted_in.join(", ")),
        )
    };
    let heads = ["id", "risk", "before", "measures", "tested by", "after", "owner", "accepted in"];
    let rows: String = risks.iter().map(row).collect();
    table_of("Risks and their treatment", &heads, &rows)
}
