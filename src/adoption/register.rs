//! The text of `aims.yaml` that `init` writes.

use super::{AdoptionAnswers, CLASSES, FACTS, ProposedAsset, ProposedSystem, USED_IN};
use crate::catalog::Class;
use crate::document::{Scalar, ScalarKind};
use crate::wording::wrapped;

/// What stands where somebody must decide.
const OPEN: &str = "TODO";

/// Returns the register of the systems.
pub(super) fn register(answers: &AdoptionAnswers) -> String {
    let mut out = String::from(
        "# The register of AI systems. `TODO` marks what `aimsgate init` could not know; \
         docs/settings.md of\n# aimsgate describes each key, and `aimsgate explain KEY` the main \
         ones.\nschema: aimsgate/1\nsystems:\n",
    );
    for system in &answers.systems {
        out += &of_system(answers, system);
    }
    out
}

fn of_system(answers: &AdoptionAnswers, system: &ProposedSystem) -> String {
    let name = system.folder.rsplit('/').next().filter(|it| !it.is_empty()).unwrap_or(&system.id);
    let mut lines = vec![
        format!("  - id: {}", system.id),
        format!("    name: {}", scalar(name)),
        system.version.as_ref().map_or_else(
            || "    version: 0.0.0  # TODO: no version was found; say which".to_owned(),
            |version| format!("    version: {}", scalar(version)),
        ),
        format!("    owner: {}", answers.owner.id),
    ];
    match &system.purpose {
        Some(purpose) => {
            lines.push("    # TODO: the first sentence of the README; is it the purpose?".into());
            lines.push(format!("    purpose: {}", scalar(purpose)));
        }
        None => lines.push("    purpose: TODO  # one sentence: what it does, for whom".to_owned()),
    }
    lines.push(match system.roles.as_slice() {
        [role] => format!("    our-role: {role}"),
        roles => format!("    our-role: [{}]", roles.join(", ")),
    });
    lines.push(format!("    stage: {}", system.stage.name()));
    lines.extend(class(answers, system));
    lines.extend(facts(system));
    let paths: Vec<String> = system.paths.iter().map(|path| scalar(path)).collect();
    lines.push(format!("    paths: [{}]", paths.join(", ")));
    if !system.models.is_empty() {
        lines.push("    models:".to_owned());
        system.models.iter().for_each(|model| lines.extend(asset(model, true)));
    }
    if !system.datasets.is_empty() {
        lines.push("    datasets:".to_owned());
        system.datasets.iter().for_each(|dataset| lines.extend(asset(dataset, false)));
    }
    if !system.documents.is_empty() {
        lines.push("    documents:".to_owned());
        let documents = system.documents.iter();
        lines.extend(documents.map(|(kind, path)| format!("      {kind}: {}", scalar(path))));
    }
    lines.join("\n") + "\n"
}

/// The class that was answered, or a prompt that the gate refuses.
fn class(answers: &AdoptionAnswers, system: &ProposedSystem) -> Vec<String> {
    let decider = if answers.solo { Some(&answers.owner) } else { answers.second_line.as_ref() };
    let decider = decider.map_or(OPEN, |person| person.id.as_str());
    let Some((class, because)) = &system.class else {
        let mut lines = vec![
            "    # TODO: the class. People decide it; until then `aimsgate check` fails, and judges"
                .to_owned(),
            "    # as for limited.".to_owned(),
        ];
        for (class, text) in CLASSES {
            let text = format!("{}: {text}", class.name());
            let wrapped = wrapped(&text, 88);
            lines.extend(
                wrapped
                    .iter()
                    .enumerate()
                    .map(|(at, line)| format!("    # {}{line}", if at == 0 { "" } else { "  " })),
            );
        }
        let example = [
            "risk-class:".to_owned(),
            "  value: limited".to_owned(),
            "  because: TODO, in one sentence".to_owned(),
            "  prohibited-practices: TODO, such as screened, none apply".to_owned(),
            format!("  decided-by: {decider}"),
            format!("  decided-on: {}", answers.today),
        ];
        lines.extend(example.iter().map(|line| format!("    # {line}")));
        return lines;
    };
    let mut lines = vec![
        "    risk-class:".to_owned(),
        format!("      value: {}", class.name()),
        format!("      because: {}", because.as_deref().map_or(OPEN.to_owned(), scalar)),
    ];
    if *class == Class::High {
        lines.push(
            "      # An answer to each point of Article 5(1): {a: no, b: no, ...}".to_owned(),
        );
    } else {
        lines.push("      # TODO: such as `screened, none apply`".to_owned());
    }
    lines.push(format!("      prohibited-practices: {OPEN}"));
    lines.push(format!("      decided-by: {decider}"));
    lines.push(format!("      decided-on: {}", answers.today));
    lines
}

fn facts(system: &ProposedSystem) -> Vec<String> {
    let mut lines = Vec::new();
    for (fact, what) in FACTS {
        let key = fact.name();
        if !system.facts.contains_key(key) {
            lines.push(format!("    #   {key}: {what}"));
        }
    }
    lines.push(format!("    #   {USED_IN}"));
    lines
        .insert(0, "    # TODO: say these under `facts`, the first ones true or false:".to_owned());
    let said: Vec<String> = system.facts.iter().map(|(key, is)| format!("{key}: {is}")).collect();
    lines.push(format!("    facts: {{{}}}", said.join(", ")));
    lines
}

fn asset(asset: &ProposedAsset, is_model: bool) -> Vec<String> {
    let mut lines = vec![
        format!("      - id: {}", asset.id),
        format!("        {}: {}", asset.key, scalar(&asset.value)),
    ];
    if asset.is_supplied() {
        let example = match (asset.key, is_model) {
            ("service", _) => "version: gpt-4o-mini-2024-07-18, the dated name that is called",
            _ => "version: the commit of the hub that is loaded",
        };
        lines.push(format!("        # TODO: {example}"));
    }
    if asset.is_supplied() && is_model {
        lines.push(
            "        # TODO: supplier: {terms: URL, card: URL, assessed-by: ID, assessed-on: DAY, \
             next-review: DAY}"
                .to_owned(),
        );
    }
    if !is_model {
        lines.push("        # TODO: used-for: [train, tune, evaluate or operate]".to_owned());
    }
    if let Some(card) = &asset.card {
        lines.push(format!("        card: {}", scalar(card)));
    }
    lines
}

/// A text as a YAML value within a list or a line of its own, in quotes where it needs them.
pub(super) fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_alphanumeric() || " ._/@+-".contains(c))
        && !text.ends_with(' ')
        && Scalar::plain(text).kind == ScalarKind::Text;
    if is_plain { text.to_owned() } else { serde_json::to_string(text).unwrap_or_default() }
}
