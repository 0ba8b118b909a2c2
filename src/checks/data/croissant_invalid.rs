//! A Croissant description is no valid one.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::document::Node;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Who};
use crate::part::{Part, Piece};
use crate::span::Span;
use crate::wording::and_more;

pub(crate) const CHECK: Check = check(
    CheckId::CroissantInvalid,
    "A Croissant description lacks what its format cannot do without",
    run,
)
.controls(&["A.7.3", "A.7.5"])
.severity(ByClass::RISES_WITH_CLASS)
.explained(include_str!("croissant_invalid.md"));

/// What `conformsTo` says of a version of the format that is known here.
const VERSIONS: [&str; 2] = ["croissant/1.0", "croissant/1.1"];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let cards = held(context, Some("dataset-card"));
    cards.into_iter().filter_map(|it| Some(judge(it, super::shared::croissant(&it)?))).collect()
}

fn judge(held: ReadDocument<'_>, root: &Node) -> Outcome {
    let flaws = flaws(root);
    let Some((span, _, first)) = flaws.first() else { return Outcome::pass(held.subject()) };
    let more = and_more(flaws.len() - 1, "");
    let problem =
        Problem::new(held.at(*span), held.need.class, format!("{} {first}{more}", held.named()));
    let problem = problem.parts(
        flaws.iter().map(|(_, part, text)| Piece::from(part.clone()).formerly(text.clone())),
    );
    let problem = flaws[1..]
        .iter()
        .fold(problem, |problem, (span, _, text)| problem.also(held.at(*span), text.clone()));
    Outcome::fail(
        held.subject(),
        problem.remedy(
            Who::Author,
            "generate it again, or add what is \
        named",
        ),
    )
}

fn flaws(root: &Node) -> Vec<(Span, Part, String)> {
    let mut found = Vec::new();
    let conforms = super::shared::property(root, "conformsTo");
    let mut is_known = false;
    let says = |node: &Node| {
        node.as_text().is_some_and(|text| VERSIONS.iter().any(|known| text.contains(known)))
    };
    if let Some(node) = conforms {
        node.walk(&mut |_, node| is_known |= says(node));
    }
    if !is_known {
        let span = conforms.map_or(root.span, |node| node.span);
        let text = "does not say that it conforms to Croissant 1.0 or 1.1".to_owned();
        found.push((span, Part::Field("conformsTo".to_owned()), text));
    }
    if super::shared::property(root, "name").and_then(super::shared::text_of).is_none() {
        found.push((root.span, Part::Field("name".to_owned()), "has no `name`".to_owned()));
    }
    for file in super::shared::property(root, "distribution").map_or(&[][..], Node::items) {
        let name = ["@id", "name"]
            .iter()
            .find_map(|key| super::shared::property(file, key)?.as_text())
            .unwrap_or("a file");
        let entry = |reason| Part::Entry { of: name.to_owned(), reason };
        let has = |key: &str| super::shared::property(file, key).is_some();
        let is_object = super::shared::property(file, "@type")
            .and_then(Node::as_text)
            .is_some_and(|it| it.ends_with("FileObject"));
        if !has("encodingFormat") {
            let text = format!("does not say the `encodingFormat` of `{name}`");
            found.push((file.span, entry("no-encoding-format"), text));
        }
        if is_object && !has("contentUrl") && !has("containedIn") {
            let text = format!("does not say where `{name}` is: `contentUrl` or `containedIn`");
            found.push((file.span, entry("no-content"), text));
        }
        if is_object && has("contentUrl") && !has("containedIn") && !has("sha256") && !has("md5") {
            found.push((file.span, entry("no-digest"), format!("has no `sha256` of `{name}`")));
        }
    }
    found
}
