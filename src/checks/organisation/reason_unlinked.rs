//! A statement of applicability gives reasons that name no risk, law or contract.

use crate::catalog::DocumentLanguage;
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::Row;
use crate::finding::{Problem, Who};
use crate::part::{Part, Piece};
use crate::wording::{and_more, counted};

pub(crate) const CHECK: Check = check(
    CheckId::ReasonUnlinked,
    "A statement of applicability gives reasons that name no risk, law or contract",
    run,
)
.controls(&["6.1.3"])
.severity(ByClass::WARNING_IF_HIGH)
.explained(include_str!("reason_unlinked.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let statements = held(context, Some("statement-of-applicability")).into_iter();
    let english = statements.filter(|it| matches!(it.language(), DocumentLanguage::English));
    english.map(judge).collect()
}

/// Controls that a finding names; the others are counted.
const MOST_NAMED: usize = 5;

fn judge(held: ReadDocument<'_>) -> Outcome {
    let rows = held.rows();
    let unlinked: Vec<(&str, &Row)> =
        rows.iter().filter_map(|row| Some((bare(row)?, row))).collect();
    let Some((_, first)) = unlinked.first() else { return Outcome::pass(held.subject()) };
    let called = |row: &Row| row.called(&["control-id"], "");
    let named: Vec<String> = unlinked.iter().take(MOST_NAMED).map(|(_, row)| called(row)).collect();
    let text = format!(
        "{} has {} that name no risk, law or contract: {}{}",
        held.named(),
        counted(unlinked.len(), "reason", "reasons"),
        named.join(", "),
        and_more(unlinked.len() - named.len(), ""),
    );
    let entry = |(id, _): &(&str, &Row)| {
        Piece::from(Part::Entry { of: (*id).to_owned(), reason: "unlinked" })
    };
    let problem = Problem::new(held.at(first.place("justification")), held.need.class, text)
        .parts(unlinked.iter().map(entry));
    let remedy = "name in each reason the risk by its id, the provision, or the contract";
    Outcome::fail(held.subject(), problem.remedy(Who::SecondLine, remedy))
}

/// Words of which a reason that is linked to a law, a contract or a clause has one.
const LINKS: [&str; 22] = [
    "law",
    "laws",
    "legal",
    "act",
    "regulation",
    "regulations",
    "regulator",
    "article",
    "articles",
    "directive",
    "gdpr",
    "statute",
    "contract",
    "contracts",
    "contractual",
    "agreement",
    "terms",
    "clause",
    "obligation",
    "obligations",
    "supervisor",
    "licence",
];

/// Returns the control of a row that has a reason, which is linked to nothing.
fn bare(row: &Row) -> Option<&str> {
    let (id, _) = row.said("control-id")?;
    let (reason, _) = row.said("justification")?;
    (!is_linked(reason)).then_some(id)
}

/// Whether a reason names a law, a contract, a clause, or an entry of a register by an id such as
/// `R-4` or `OB-12`.
fn is_linked(cell: &str) -> bool {
    let mut words = cell.split(|c: char| !c.is_alphanumeric() && c != '-');
    words.any(|word| {
        let is_id = word.split_once('-').is_some_and(|(name, number)| {
            name.starts_with(|c: char| c.is_ascii_uppercase())
                && number.ends_with(|c: char| c.is_ascii_digit())
        });
        is_id || LINKS.contains(&word.to_lowercase().as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_linked_by_an_id_a_law_or_a_contract() {
        for (reason, expected) in [
            ("treats R-4, refusals by region", true),
            ("Article 26 asks for it", true),
            ("The law on consumer credit changes each year", true),
            ("our contract with the bureau", true),
            ("Required to ensure responsible AI", false),
            ("Relevant for our non-critical systems", false),
        ] {
            assert_eq!(is_linked(reason), expected, "{reason}");
        }
    }
}
