//! The stated level of a risk is not what its likelihood and impact give.

use crate::catalog::DocumentLanguage;
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::document::Body;
use crate::document::prose::BlockKind;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Number, Row, number};
use crate::finding::{Problem, Subject, Who};
use crate::part::{Part, Piece, Reason};

pub(crate) const CHECK: Check = check(
    CheckId::RiskLevelDiffers,
    "The stated level of a risk is not what its likelihood and impact give",
    run,
)
.controls(&["6.1.2"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("risk_level_differs.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut outcomes = Vec::new();
    for it in held(context, Some("risk-register")) {
        let bands = bands(it);
        for row in it.rows() {
            let id = row.called(&["risk-id", "description"], "");
            let subject = Subject::Risk {
                system: it.need.system.clone().unwrap_or_default(),
                risk: id.into(),
            };
            outcomes.push(match contradiction(&row, &bands, it.language()) {
                None => Outcome::pass(subject),
                Some(Contradiction { of, reason, text }) => {
                    let place = it.at(row.place("inherent-level"));
                    let piece = Piece::from(Part::Entry { of, reason }).formerly(text.clone());
                    let problem = Problem::new(place, it.need.class, text).parts([piece]);
                    Outcome::fail(
                        subject,
                        problem.remedy(
                            Who::Owner,
                            "correct the level, the \
                        numbers, or the scale",
                        ),
                    )
                }
            });
        }
    }
    outcomes
}

/// A name of a level and the scores it spans.
type Band = (&'static str, f64, f64);

const LEVELS: [&str; 5] = ["critical", "very high", "high", "medium", "low"];

/// The scale a document declares, in any table of it.
fn bands(held: ReadDocument<'_>) -> Vec<Band> {
    let Body::Prose(prose) = &held.document.body else { return Vec::new() };
    let blocks = prose.sections.iter().flat_map(|section| &section.blocks);
    let mut bands = Vec::new();
    for block in blocks {
        let BlockKind::Table(table) = &block.kind else { continue };
        for row in table.rows.iter().filter(|row| row.len() == 2) {
            let name = row[0].text.to_lowercase();
            let numbers: Vec<f64> = row[1]
                .text
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|part| part.parse().ok())
                .collect();
            let level = LEVELS.iter().find(|level| name.starts_with(**level));
            if let (Some(level), [from, to]) = (level, numbers.as_slice()) {
                bands.push((*level, *from, *to));
            }
        }
    }
    bands
}

/// A level that does not follow from what it is made of.
struct Contradiction {
    /// The numbers and the level, as the row has them.
    of: String,
    reason: Reason,
    text: String,
}

fn contradiction(row: &Row, bands: &[Band], language: DocumentLanguage) -> Option<Contradiction> {
    let value = |key: &str| number(row.said(key)?.0, language).map(Number::value);
    let (likelihood, impact) = (value("likelihood")?, value("impact")?);
    let stated = row.said("inherent-level")?.0.to_lowercase();
    let score = likelihood * impact;
    let number =
        stated.split(|c: char| !c.is_ascii_digit()).find_map(|part| part.parse::<f64>().ok());
    if let Some(number) = number.filter(|number| (number - score).abs() > f64::EPSILON) {
        return Some(Contradiction {
            of: format!("{likelihood}x{impact}={number}"),
            reason: "other-score",
            text: format!("the level says {number}, and {likelihood} times {impact} is {score}"),
        });
    }
    let level = LEVELS.iter().find(|level| stated.contains(**level))?;
    let given = bands
        .iter()
        .find(|(_, from, to)| (*from..=*to).contains(&score))
        .map(|(name, ..)| *name)?;
    (given != *level).then(|| Contradiction {
        of: format!("{score}={level}"),
        reason: "other-level",
        text: format!("{score} is called {level}, and the scale of this document calls it {given}"),
    })
}
