//! The bill of materials and the register do not name the same models and data.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held, version};
use crate::document::Node;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{components, is_component, version_of};
use crate::finding::{Problem, Who};
use crate::part::{Part, Piece};
use crate::settings::register::System;
use crate::wording::and_more;

pub(crate) const CHECK: Check = check(
    CheckId::BomDiffers,
    "The bill of materials and the register do not name the same models and data",
    run,
)
.controls(&["A.4.4", "A.10.3"])
.severity(ByClass::WARNING_IF_HIGH)
.explained(include_str!("bom_differs.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    held(context, Some("aibom")).into_iter().filter_map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Option<Outcome> {
    let system = context.judged.system(held.need.system.as_ref()?)?;
    let components = components(held.document)?;
    let flaws: Vec<(Piece, String, Option<&Node>)> =
        declared(system).filter_map(|it| differs(&components, it)).collect();
    let Some((_, first, node)) = flaws.first() else { return Some(Outcome::pass(held.subject())) };
    let place =
        |node: Option<&Node>| node.map_or_else(|| held.reading.place(), |node| held.at(node.span));
    let more = and_more(flaws.len() - 1, "");
    let text = format!("{} {first}{more}", held.named());
    let problem = Problem::new(place(*node), held.need.class, text);
    let problem = problem.parts(flaws.iter().map(|(piece, ..)| piece.clone()));
    let problem = flaws[1..]
        .iter()
        .fold(problem, |problem, (_, text, node)| problem.also(place(*node), text.clone()));
    Some(Outcome::fail(held.subject(), problem.remedy(Who::Author, "generate it again")))
}

/// What the register declares: id and version.
fn declared(system: &System) -> impl Iterator<Item = (&str, Option<&str>)> {
    let models =
        system.models.iter().map(|model| (model.id.value.as_str(), model.version.as_ref()));
    let data =
        system.datasets.iter().map(|dataset| (dataset.id.value.as_str(), dataset.version.as_ref()));
    models.chain(data).map(|(id, version)| (id, version.map(|version| version.value.as_str())))
}

fn differs<'n>(
    components: &[&'n Node],
    (id, declared): (&str, Option<&str>),
) -> Option<(Piece, String, Option<&'n Node>)> {
    let Some(component) = components.iter().find(|node| is_component(node, id)) else {
        let text = format!("leaves out `{id}`");
        let part = Part::Entry { of: id.to_owned(), reason: "left-out" };
        return Some((Piece::from(part).formerly(text.clone()), text, None));
    };
    let stated = version_of(component)?;
    let (declared, text) = (declared?, stated.as_text()?);
    let differs = version(text) != version(declared);
    differs.then(|| {
        let part = Part::Entry { of: format!("{id}@{text}"), reason: "other-version" };
        let text = format!("lists `{id}` at {text}, and the register declares {declared}");
        (Piece::from(part).formerly(text.clone()), text, Some(stated))
    })
}
