//! Whether a record covers exactly the content that is there.

use std::collections::BTreeSet;

use super::envelope::varied_content;
use crate::catalog::Class;
use crate::digest::Sha256;
use crate::ids::RiskId;
use crate::settings::gate::Decision;
use crate::settings::register::System;
use crate::signoff::files::{Located, Record};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::scope::{Confirmed, CoverageExceptions, differences, digests_while_open};
use crate::signoff::terms::Terms;

/// Returns what a record does not cover of a system as it is.
pub(crate) fn coverage_flaw(
    inputs: &SignOffInputs<'_>,
    located: &Located<Record>,
    system: &System,
    class: Class,
    terms: &Terms,
    confirmed: &Confirmed<'_>,
) -> Option<SignOffFlaw> {
    let items = inputs.items(system);
    let varied = varied_content(inputs, located, system, items);
    if varied.flaw.is_some() {
        return varied.flaw;
    }
    let closed = closed_risks(inputs, system, &located.value);
    let tip = inputs.tip.map(|(_, snapshot)| snapshot);
    let exceptions = CoverageExceptions { confirmed, closed: &closed, varied: &varied.forms, tip };
    let view = &inputs.repo.view;
    differences(located, items, &terms.covers, &exceptions, view, inputs.digests)
        .or_else(|| higher_class(located, class))
        .or_else(|| other_version(located, &system.version.value))
}

/// Returns that a record was decided for a lower class. None where it was not.
fn higher_class(located: &Located<Record>, class: Class) -> Option<SignOffFlaw> {
    let record = &located.value;
    let was = record.risk_class.as_ref().filter(|was| was.value < class)?;
    let (id, was_name) = (&record.id.value, was.value.name());
    let text =
        format!("`{id}` was decided for class {was_name}, and the class is {} now", class.name());
    Some(SignOffFlaw::at(SignOffProperty::Content, located, was.span, text).waiting())
}

/// Returns that a record releases another version. None where it does not.
fn other_version(located: &Located<Record>, version: &str) -> Option<SignOffFlaw> {
    let record = &located.value;
    if record.decision.value != Decision::Release {
        return None;
    }
    let was = record.version.as_ref().filter(|was| was.value != version)?;
    let id = &record.id.value;
    let text = format!("`{id}` releases {}, and the version is {version} now", was.value);
    Some(SignOffFlaw::at(SignOffProperty::Content, located, was.span, text).waiting())
}

/// Returns the risks of a system that ended and are otherwise as a record has them: id, and the
/// digest it has.
fn closed_risks<'r>(
    inputs: &SignOffInputs<'_>,
    system: &System,
    record: &'r Record,
) -> BTreeSet<(&'r RiskId, &'r Sha256)> {
    let mut closed = BTreeSet::new();
    for (id, register) in &inputs.repo.risks {
        if *id != system.id.value {
            continue;
        }
        let Some(document) = inputs.repo.documents.get(&register.path) else { continue };
        for covered in &record.covers.risks {
            let (id, sha256) = (&covered.id.value, &covered.sha256.value);
            if digests_while_open(document, id).iter().any(|digest| digest == sha256) {
                closed.insert((id, sha256));
            }
        }
    }
    closed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::material::Material;
    use crate::signoff::scope::{CoveredItem, Digests, ItemForm};
    use crate::signoff::testing::record;
    use crate::snapshot::View;
    use crate::snapshot::memory::MemorySnapshot;
    use crate::span::{Place, RepoPath};

    /// A digest that is no number.
    fn sha(digit: char) -> Sha256 {
        format!("a{digit}").repeat(32).parse().unwrap()
    }

    fn item(form: ItemForm, digit: char) -> CoveredItem {
        let place = Place::whole("a".into());
        CoveredItem {
            material: Material::Purpose,
            form,
            digest: Ok(sha(digit)),
            place,
            is_role: false,
        }
    }

    fn file(path: &str, digit: char) -> CoveredItem {
        let form = ItemForm::File { path: path.to_owned() };
        CoveredItem { material: Material::Weights, ..item(form, digit) }
    }

    fn section(path: &str, section: &str, digit: char) -> CoveredItem {
        item(ItemForm::Section { path: path.to_owned(), section: section.to_owned() }, digit)
    }

    #[test]
    fn a_record_covers_exactly_what_is_here() {
        let covers = format!(
            "covers:\n  sections: [{{path: card.md, section: Use, sha256: {}}}]\n  \
             files: [{{path: model.bin, sha256: {}}}]\n",
            sha('1'),
            sha('2')
        );
        let record = record("release", &covers);
        let exact = || vec![section("card.md", "Use", '1'), file("model.bin", '2')];
        let with = |at: usize, item: CoveredItem| {
            let mut items = exact();
            items[at] = item;
            items
        };
        let unread = CoveredItem { digest: Err("it is a link".to_owned()), ..exact().remove(1) };
        let cases: [(Vec<CoveredItem>, Option<&str>); 10] = [
            (exact(), None),
            // A page and a folder may move; titles and names of files stay.
            (with(0, section("page.md", "Use", '1')), None),
            (with(0, section("page.md", "Purpose", '1')), Some("`example-1` does not cover")),
            (with(1, file("other.bin", '2')), Some("`example-1` does not cover")),
            (with(1, file("weights/model.bin", '2')), None),
            (with(1, file("model.bin", '3')), Some("`model.bin` (the model) is not")),
            (with(0, section("card.md", "Use", '3')), Some("`Use` in `card.md`")),
            (with(1, unread), Some("nobody can say whether")),
            ([exact(), vec![file("b.bin", '4')]].concat(), Some("`example-1` does not cover")),
            (exact().split_off(1), Some("`Use` in `card.md` is not here as it was signed")),
        ];
        let snapshot = MemorySnapshot::new([("README.md", "")]);
        let view = View::new(&snapshot, RepoPath::root());
        let (digests, materials) = (Digests::default(), [Material::Purpose, Material::Weights]);
        let (closed, varied) = (BTreeSet::new(), BTreeSet::new());
        let confirmed = Confirmed::default();
        let exceptions = CoverageExceptions {
            confirmed: &confirmed,
            closed: &closed,
            varied: &varied,
            tip: None,
        };
        for (items, expected) in cases {
            let flaw = differences(&record, &items, &materials, &exceptions, &view, &digests);
            let text = flaw.map(|flaw| flaw.text);
            assert_eq!(text.is_some(), expected.is_some(), "{text:?} instead of {expected:?}");
            let text = text.unwrap_or_default();
            assert!(text.starts_with(expected.unwrap_or_default()), "{text}");
        }
        // Signed words moved only where nothing stands under their title any more.
        let snapshot = MemorySnapshot::new([("card.md", "# Card\n\n## Use\n\nFor more.\n")]);
        let view = View::new(&snapshot, RepoPath::root());
        let items = with(0, section("card.md", "Primary use", '1'));
        let flaw = differences(&record, &items, &materials, &exceptions, &view, &digests);
        assert!(flaw.is_some());
    }

    #[test]
    fn a_record_is_of_this_class_and_version() {
        let of = |class: &str, decision: &str| {
            record(decision, &format!("risk-class: {class}\nversion: 1.0.0\n"))
        };
        let cases = [
            (of("high", "release"), Class::High, "1.0.0", false, false),
            (of("high", "release"), Class::Limited, "1.0.0", false, false),
            (of("limited", "release"), Class::High, "1.0.0", true, false),
            (of("high", "release"), Class::High, "1.1.0", false, true),
            (of("high", "accept-residual-risk"), Class::High, "1.1.0", false, false),
        ];
        for (record, class, version, is_lower, is_other) in cases {
            assert_eq!(higher_class(&record, class).is_some(), is_lower, "{class:?}");
            assert_eq!(other_version(&record, version).is_some(), is_other, "{version}");
        }
    }
}
