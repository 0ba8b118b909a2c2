//! Whether what remains of the risks may be accepted.

use crate::catalog::Level;
use crate::finding::Who;
use crate::settings::material::Material;
use crate::signoff::files::{Located, Record};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::scope::{CoveredItem, ItemForm};
use crate::signoff::terms::Terms;
use crate::span::Place;

/// Returns the risks of which more remains than may be accepted: those the record covers or, where
/// it covers none such, those that are here.
pub(crate) fn residual_flaws(
    located: &Located<Record>,
    terms: &Terms,
    items: &[CoveredItem],
) -> Vec<SignOffFlaw> {
    let mut flaws = Vec::new();
    for risk in &located.value.covers.risks {
        let level = risk.residual.value;
        if level > terms.highest {
            flaws.push(flaw(
                located.place(risk.residual.span),
                &risk.id.value,
                level,
                terms.highest,
            ));
        }
    }
    if !flaws.is_empty() || !terms.covers.contains(&Material::Risks) {
        return flaws;
    }
    for item in items {
        // What nobody can accept at all is reported by another check.
        if let ItemForm::Risk { id, residual: Some(level) } = &item.form
            && *level > terms.highest
            && *level < Level::Unacceptable
        {
            flaws.push(flaw(item.place.clone(), id, *level, terms.highest));
        }
    }
    flaws
}

fn flaw(place: Place, id: &str, level: Level, highest: Level) -> SignOffFlaw {
    let (level, highest) = (level.name(), highest.name());
    let text =
        format!("risk `{id}` is {level} after treatment, and at most {highest} may be accepted");
    let remedy = "treat it further, avoid it, or stop; nobody can accept that much";
    SignOffFlaw::new(SignOffProperty::Residual, place, text).remedy(Who::Author, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Class;
    use crate::settings::gate::Decision;
    use crate::signoff::terms::decision_rule;
    use crate::signoff::testing::{SHA, record};

    fn risk(id: &str, residual: Option<Level>) -> CoveredItem {
        let form = ItemForm::Risk { id: id.into(), residual };
        let place = Place::whole("risks.yaml".into());
        CoveredItem {
            material: Material::Risks,
            form,
            digest: Ok(SHA.parse().unwrap()),
            place,
            is_role: false,
        }
    }

    #[test]
    fn no_more_remains_than_may_be_accepted() {
        use Class::{High, Limited, Minimal};
        let cases: [(Class, &str, &[CoveredItem], &[&str]); 7] = [
            (High, "high", &[], &[]),
            (Limited, "high", &[], &["risk `R-1` is high after treatment"]),
            (Limited, "medium", &[], &[]),
            (Minimal, "medium", &[], &["risk `R-1` is medium after treatment"]),
            (Limited, "low", &[risk("R-2", Some(Level::High))], &["risk `R-2` is high after"]),
            (Limited, "low", &[risk("R-2", Some(Level::Unacceptable)), risk("R-3", None)], &[]),
            // What is signed comes first.
            (Limited, "high", &[risk("R-2", Some(Level::High))], &["risk `R-1` is high after"]),
        ];
        for (class, residual, items, expected) in cases {
            let covers =
                format!("covers: {{risks: [{{id: R-1, residual: {residual}, sha256: {SHA}}}]}}\n");
            let record = record("accept-residual-risk", &covers);
            let terms = decision_rule(Decision::AcceptResidualRisk).terms(class);
            let flaws = residual_flaws(&record, terms, items);
            assert_eq!(flaws.len(), expected.len(), "{class:?} {residual}: {flaws:?}");
            for (flaw, expected) in flaws.iter().zip(expected) {
                assert!(flaw.text.starts_with(expected), "{}", flaw.text);
            }
        }
    }
}
